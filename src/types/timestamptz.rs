//! The bridge from timestamptz to chrono and back.

use chrono::{DateTime, Utc};

/// PostgreSQL counts microseconds from 2000 on.
const EPOCH: i64 = 946_684_800_000_000;

/// A moment as PostgreSQL counts it.
pub fn from_time(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros() - EPOCH
}

/// A moment that PostgreSQL counts; none for an infinity.
pub fn to_time(timestamp: i64) -> Option<DateTime<Utc>> {
    timestamp.checked_add(EPOCH).and_then(DateTime::from_timestamp_micros)
}
