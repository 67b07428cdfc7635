//! The log: every load, what was set aside, and how long it took.

use std::time::Instant;

use pgrx::prelude::*;
use sha2::{Digest, Sha256};

use super::{Load, Outcome, Writing};
use crate::amazon::report::Rejection;
use crate::domain::Marketplace;
use crate::engine::{Arg, Caller, Statement};
use crate::error::Error;

static SELLER: Statement =
    Statement("SELECT enrolled_at IS NOT NULL FROM rfba.seller WHERE seller_id = $1");

/// The history tells of the load before its row is there.
static LOAD_ID: Statement = Statement("SELECT nextval('rfba.load_load_id_seq')");

/// The marketplace comes as an array of one or none.
static INSERT_LOAD: Statement = Statement(
    "INSERT INTO rfba.load (load_id, seller_id, report_type, bytes, sha256, marketplace, read, \
         loaded, unchanged, rejected, removed, absent, note, duration) \
     VALUES ($1, $2, $3, $4, decode($5, 'hex'), (SELECT m FROM unnest($6) m), $7, $8, $9, $10, \
         $11, $12, NULLIF($13, ''), $14 * interval '1 microsecond')",
);

static SET_ASIDE: Statement = Statement(
    "INSERT INTO rfba.load_rejection (load_id, line, column_name, value, reason) \
     SELECT $1, u.* FROM unnest($2, $3, $4, $5) u \
     ON CONFLICT DO NOTHING",
);

/// What is to be loaded.
pub struct Document<'a> {
    /// Whose.
    pub seller_id: &'a str,
    /// Which marketplace's; none where it names its own.
    pub marketplace: Option<Marketplace>,
    /// Its kind, in Amazon's words.
    pub report_type: &'static str,
    /// The document.
    pub bytes: &'a [u8],
    /// Whether to load what looks like a mistake.
    pub force: bool,
}

/// What a load returns.
pub struct Summary {
    /// Its number.
    pub load_id: i64,
    /// Data rows read.
    pub read: i64,
    /// Rows that were new or changed something.
    pub loaded: i64,
    /// Rows that changed nothing.
    pub unchanged: i64,
    /// Rows set aside.
    pub rejected: i64,
    /// Rows deleted because a full report does not have them any more.
    pub removed: i64,
}

/// Loads a document by `work`, and logs it.
pub fn load(
    document: &Document,
    work: impl FnOnce(&Load) -> Result<Outcome, Error>,
) -> Result<Summary, Error> {
    let Document { seller_id, force, .. } = *document;
    Caller::run(|caller| {
        let started_at = Instant::now();
        let enrolled = is_enrolled(caller, seller_id)?;
        let mut load_id = 0;
        LOAD_ID.run_as_caller(caller, &[], |row| load_id = row.get(1));
        let load = Load { caller, seller_id, enrolled, force };
        let outcome = Writing::Load(load_id).during(|| work(&load))?;
        Ok(log(caller, load_id, document, outcome, started_at))
    })
}

/// Whether a seller is enrolled.
pub fn is_enrolled(caller: &Caller, seller_id: &str) -> Result<bool, Error> {
    let mut enrolled = None;
    SELLER.run_as_caller(caller, &[Arg::Text(seller_id)], |row| enrolled = Some(row.get(1)));
    enrolled.ok_or_else(|| Error::NoSuchSeller(seller_id.to_owned()))
}

fn log(
    caller: &Caller,
    load_id: i64,
    document: &Document,
    outcome: Outcome,
    started_at: Instant,
) -> Summary {
    let Outcome { read, loaded, gone, rejections, note } = outcome;
    set_aside(caller, load_id, &rejections);
    let (read, loaded, rejected) = (read as i64, loaded as i64, number(rejections.len()));
    let summary = Summary {
        load_id,
        read,
        loaded,
        unchanged: read - rejected - loaded,
        rejected,
        removed: gone.removed as i64,
    };
    let sha256: String =
        Sha256::digest(document.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let args = [
        Arg::Number(load_id),
        Arg::Text(document.seller_id),
        Arg::Text(document.report_type),
        Arg::Number(number(document.bytes.len())),
        Arg::Text(&sha256),
        Arg::Marketplaces(document.marketplace.iter().map(|it| it.packed()).collect()),
        Arg::Number(summary.read),
        Arg::Number(summary.loaded),
        Arg::Number(summary.unchanged),
        Arg::Number(summary.rejected),
        Arg::Number(summary.removed),
        Arg::Number(gone.absent as i64),
        Arg::Text(note.unwrap_or_default()),
        Arg::Number(started_at.elapsed().as_micros().try_into().unwrap_or(i64::MAX)),
    ];
    INSERT_LOAD.run_as_caller(caller, &args, |_| ());
    if let Some(note) = note {
        notice!("{note}");
    }
    summary
}

fn set_aside(caller: &Caller, load_id: i64, rejections: &[Rejection]) {
    if rejections.is_empty() {
        return;
    }
    let args = [
        Arg::Number(load_id),
        Arg::Numbers(rejections.iter().map(|it| it.line as i64).collect()),
        Arg::OptionalTexts(rejections.iter().map(|it| it.column.as_deref()).collect()),
        Arg::OptionalTexts(rejections.iter().map(|it| it.value.as_deref()).collect()),
        Arg::Texts(rejections.iter().map(|it| it.reason.as_str()).collect()),
    ];
    SET_ASIDE.run_as_caller(caller, &args, |_| ());
}

fn number(count: usize) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}
