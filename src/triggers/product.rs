//! `product_assessment` and `listing_restriction`.

use super::{columns, differing};
use crate::engine::changes::Changes;
use crate::engine::transition::{Row, Statement};
use crate::error::Error;

pub fn assessment_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [asin, marketplace, assessment, fba_enabled, in_catalog] =
        columns!(statement, c"asin", c"marketplace", c"assessment", c"fba_enabled", c"in_catalog")?;
    let known = |row: &Row| {
        (
            row.get::<i64>(asin),
            row.get::<i16>(marketplace),
            row.get::<String>(assessment),
            row.optional::<bool>(fba_enabled),
            row.get::<bool>(in_catalog),
        )
    };
    differing(statement, known, |(asin, ..)| {
        changes.asins.insert(asin);
    });
    Ok(())
}

pub fn restriction_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, asin, marketplace, reason_code] =
        columns!(statement, c"seller_id", c"asin", c"marketplace", c"reason_code")?;
    let restriction = |row: &Row| {
        (
            row.get::<String>(seller_id),
            row.get::<i64>(asin),
            row.get::<i16>(marketplace),
            row.get::<String>(reason_code),
        )
    };
    differing(statement, restriction, |(seller_id, asin, ..)| {
        changes.seller(&seller_id).asins.push(asin);
    });
    Ok(())
}
