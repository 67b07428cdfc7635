//! How Amazon's reports write what they say: quantities, amounts, yes and no, times.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;

/// Stands where a report has no value.
const MISSING: &str = "--";

/// A quantity; Amazon leaves it blank where there is none.
pub fn quantity(text: &str) -> Result<i32, &'static str> {
    match text {
        "" => Ok(0),
        _ => (text.parse().ok())
            .filter(|&quantity| quantity >= 0)
            .ok_or("a quantity is a whole number from 0 to 2147483647"),
    }
}

/// Yes or No, true or false.
pub fn yes_or_no(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("this column says Yes or No"),
    }
}

/// A price in plain decimal notation, exact to its last digit, or none where it is blank.
pub fn price(text: &str) -> Result<Option<Decimal>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    decimal(text)
        .filter(|price| !price.is_zero())
        .map(Some)
        .ok_or("a price is a decimal number above 0, such as 1234.50")
}

/// An amount or a measure, or none where the report lacks it.
pub fn amount(text: &str) -> Result<Option<Decimal>, &'static str> {
    if is_missing(text) {
        return Ok(None);
    }
    decimal(text).map(Some).ok_or("this column has a decimal number of 0 or more, or --")
}

/// Whether the report has no value there.
pub fn is_missing(text: &str) -> bool {
    matches!(text, "" | MISSING)
}

/// A number in plain notation: Decimal by itself would take signs and underscores too.
fn decimal(text: &str) -> Option<Decimal> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain { Decimal::from_str_exact(text).ok() } else { None }
}

/// A moment or a day as ISO 8601 writes it; without a zone it is UTC's.
pub fn time(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let with_zone = || DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    let without = |format| NaiveDateTime::parse_from_str(text, format).ok().map(|it| it.and_utc());
    let day = || {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(day.and_time(NaiveTime::MIN).and_utc())
    };
    with_zone()
        .or_else(|| without("%Y-%m-%dT%H:%M:%S%.f"))
        .or_else(|| without("%Y-%m-%d %H:%M:%S%.f"))
        .or_else(day)
        // The years of ISO 8601, which PostgreSQL has all of; chrono has more.
        .filter(|time| (0..=9999).contains(&time.year()))
        .ok_or("a time looks like 2026-01-15T08:30:00Z or 2026-01-15")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantities() {
        for (text, quantity_read) in [("", 0), ("0", 0), ("7", 7), ("2147483647", i32::MAX)] {
            assert_eq!(quantity(text), Ok(quantity_read));
        }
        for text in ["-1", "1.5", "1,200", "2147483648", "--", "many", "٣"] {
            assert!(quantity(text).is_err(), "{text}");
        }
    }

    #[test]
    fn amounts() {
        for text in ["", "--"] {
            assert_eq!(amount(text), Ok(None));
        }
        assert_eq!(amount("0.00"), Ok(Some(Decimal::new(0, 2))));
        assert_eq!(amount("12.34"), Ok(Some(Decimal::new(1234, 2))));
        for text in ["-1", "1e3", "$5", "-", "1,5", "."] {
            assert!(amount(text).is_err(), "{text}");
        }
    }

    #[test]
    fn prices() {
        for (text, mantissa, scale) in
            [("5", 5, 0), ("0.01", 1, 2), (".5", 5, 1), ("5.", 5, 0), ("1234.5000", 12_345_000, 4)]
        {
            let expected = Decimal::from_i128_with_scale(mantissa, scale);
            assert_eq!(price(text), Ok(Some(expected)), "{text}");
        }
        assert_eq!(price(""), Ok(None));
        let too_exact = "0.00000000000000000000000000001";
        for text in [
            "0", "0.00", "-1", "+1", "1_0", "1,234.50", "1e3", "$5", "NaN", ".", "1.2.3", too_exact,
        ] {
            assert!(price(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times() {
        for (text, expected) in [
            ("2026-01-15", "2026-01-15T00:00:00Z"),
            ("2026-01-15T08:30:00", "2026-01-15T08:30:00Z"),
            ("2026-01-15 08:30:00.5", "2026-01-15T08:30:00.5Z"),
            ("2026-01-15T08:30:00Z", "2026-01-15T08:30:00Z"),
            ("2026-01-15T08:30:00-08:00", "2026-01-15T16:30:00Z"),
            ("0000-01-01", "0000-01-01T00:00:00Z"),
            ("9999-12-31", "9999-12-31T00:00:00Z"),
        ] {
            let expected = DateTime::parse_from_rfc3339(expected).unwrap().to_utc();
            assert_eq!(time(text), Ok(expected), "{text}");
        }
        for text in ["", "--", "01/15/2026", "2026-02-30", "2026-01-15T25:00:00Z", "today"] {
            assert!(time(text).is_err(), "{text}");
        }
        for text in
            ["-9999-01-01", "-9999-01-01T00:00:00", "+10000-01-01", "0000-01-01T00:00:00+01:00"]
        {
            assert!(time(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn prices_are_exact(text in "[0-9]{1,9}\\.[0-9]{1,9}") {
            let read = price(&text).ok().flatten();
            let expected = text.bytes().any(|b| (b'1'..=b'9').contains(&b));
            prop_assert_eq!(read.is_some(), expected);
            if let Some(read) = read {
                let written = read.to_string();
                prop_assert_eq!(written.trim_start_matches('0'), text.trim_start_matches('0'));
            }
        }
    }
}
