//! The status: what the seller reads of it, and whether it is right.

use pgrx::prelude::*;

use crate::domain::advice::{self, Deadline};
use crate::domain::eligibility::Evaluation;
use crate::domain::{Marketplace, Reasons};
use crate::engine::{self, Addition, Difference, ReasonArray};
use crate::error::{Error, OrRaise};

/// The reasons that stand for bits.
#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn reasons_of(reason_bits: i32) -> ReasonArray {
    ReasonArray(Reasons::from_bits(reason_bits))
}

/// Why an item does not sell, in sentences.
#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn more_details(reason_bits: i32, destination: i16) -> Option<String> {
    let destination = Marketplace::from_packed(destination)?;
    Some(advice::more_details(Reasons::from_bits(reason_bits), destination))
}

/// What the seller can do about it, in sentences.
#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn action(reason_bits: i32, destination: i16, deadline: &str, overdue: bool) -> Option<String> {
    let destination = Marketplace::from_packed(destination)?;
    let deadline = Deadline { at: deadline, overdue };
    advice::action(Reasons::from_bits(reason_bits), destination, &deadline)
}

/// Whether the running statement is the engine's own.
#[pg_extern(sql = false, stable, strict, parallel_restricted)]
fn maintaining() -> bool {
    engine::writing()
}

/// Evaluates a seller, or all of them, from scratch.
#[pg_extern(sql = false, volatile, parallel_unsafe)]
fn rebuild_status(seller_id: Option<&str>) -> i64 {
    engine::rebuild(seller_id).or_raise().try_into().unwrap_or(i64::MAX)
}

/// Gives the connected offers of a seller, or of all, the prices of today.
#[pg_extern(sql = false, volatile, parallel_unsafe)]
fn reprice_offers(seller_id: Option<&str>) -> i64 {
    let offers = if engine::sees_some_sellers_only() {
        let sellers = visible_sellers(seller_id).or_raise();
        sellers.iter().map(|seller_id| engine::reprice(Some(seller_id)).or_raise()).sum()
    } else {
        engine::reprice(seller_id).or_raise()
    };
    offers.try_into().unwrap_or(i64::MAX)
}

/// The sellers that the caller may see, or of these the one: the engine reads past the privileges
/// and policies of tables. Who sees all of them sees those too that are gone and have left a status.
fn visible_sellers(seller_id: Option<&str>) -> Result<Vec<String>, Error> {
    let sql = "SELECT seller_id FROM rfba.seller WHERE $1 IS NULL OR seller_id = $1 \
               UNION SELECT seller_id FROM rfba.item_status \
               WHERE ($1 IS NULL OR seller_id = $1) \
                   AND NOT pg_catalog.row_security_active('rfba.seller') \
               ORDER BY 1";
    Spi::connect(|client| {
        let rows = client.select(sql, None, &[seller_id.into()])?;
        Ok(rows.map(|row| row.get(1)).collect::<Result<Vec<Option<String>>, _>>()?)
    })
    .map(|sellers| sellers.into_iter().flatten().collect())
}

/// The items whose stored status differs from a recomputation.
#[pg_extern(sql = false, stable, parallel_unsafe)]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn status_differences(
    seller_id: Option<&str>,
) -> TableIterator<
    'static,
    (
        name!(seller_id, String),
        name!(sku, String),
        name!(marketplace, i16),
        name!(stored_reasons, Option<i32>),
        name!(expected_reasons, Option<i32>),
        name!(differs, Vec<&'static str>),
    ),
> {
    let bits = |evaluation: Option<Evaluation>| evaluation.map(|it| it.reasons.bits());
    let sellers = visible_sellers(seller_id).or_raise();
    TableIterator::new(engine::check(sellers).into_iter().map(move |difference| {
        let Difference { seller_id, sku, destination, stored, expected, differs } = difference;
        (seller_id, sku, destination.packed(), bits(stored), bits(expected), differs)
    }))
}

/// The items that enrolling the seller would add.
#[pg_extern(sql = false, stable, strict, parallel_unsafe)]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn items_to_enroll(
    seller_id: &str,
) -> TableIterator<'static, (name!(sku, String), name!(marketplace, i16), name!(reasons, i32))> {
    let sellers = visible_sellers(Some(seller_id)).or_raise();
    if sellers.is_empty() {
        Error::NoSuchSeller(seller_id.to_owned()).raise();
    }
    let additions = engine::preview(seller_id).or_raise();
    TableIterator::new(additions.into_iter().map(|Addition { sku, destination, evaluation }| {
        (sku, destination.packed(), evaluation.reasons.bits())
    }))
}
