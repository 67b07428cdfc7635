//! What goes back to Amazon.

use pgrx::prelude::*;

use super::item_prices::marketplace;
use crate::error::OrRaise;
use crate::publishing;

/// Listings feeds as text.
#[pg_extern(sql = false, volatile, parallel_unsafe)]
fn feed_documents(
    seller_id: &str,
    marketplace: i16,
) -> TableIterator<'static, (name!(feed_id, i64), name!(document, String))> {
    let feeds = || publishing::listings_feeds(seller_id, self::marketplace(marketplace)?);
    TableIterator::new(feeds().or_raise())
}

/// The ASIN Status report as a workbook.
#[pg_extern(sql = false, stable, parallel_unsafe)]
fn asin_status_workbook(seller_id: &str) -> Vec<u8> {
    publishing::asin_status_workbook(seller_id).or_raise()
}

/// The ASIN Status report as tab-delimited text.
#[pg_extern(sql = false, stable, parallel_unsafe)]
fn asin_status_text(seller_id: &str) -> String {
    publishing::asin_status_text(seller_id).or_raise()
}
