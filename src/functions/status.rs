//! The status: what the seller reads of it, and whether it is right.

use pgrx::prelude::*;

use crate::domain::advice::{self, Deadline};
use crate::domain::eligibility::Evaluation;
use crate::domain::{Marketplace, Reasons};
use crate::engine::{self, Addition, Difference};
use crate::error::OrRaise;

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
    engine::rebuild(seller_id).try_into().unwrap_or(i64::MAX)
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
    TableIterator::new(engine::check(seller_id).into_iter().map(move |difference| {
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
    let additions = engine::preview(seller_id).or_raise();
    TableIterator::new(additions.into_iter().map(|Addition { sku, destination, evaluation }| {
        (sku, destination.packed(), evaluation.reasons.bits())
    }))
}
