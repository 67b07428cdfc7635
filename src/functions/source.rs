//! Tables of the user's own that rfba's follow.

use pgrx::prelude::*;

use super::item_prices::marketplace;
use super::load::counts;
use crate::error::{Error, OrRaise};
use crate::loading::sources;

/// Attaches a table.
#[pg_extern(sql = false, volatile, parallel_unsafe)]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn attach_table(
    source: pg_sys::Oid,
    kind: &str,
    seller_id: &str,
    marketplace: i16,
    columns: &str,
    force: bool,
) -> TableIterator<
    'static,
    (
        name!(load_id, i64),
        name!(read, i64),
        name!(loaded, i64),
        name!(unchanged, i64),
        name!(rejected, i64),
        name!(removed, i64),
    ),
> {
    let attach = || {
        let marketplace = self::marketplace(marketplace)?;
        sources::attach(source, kind, seller_id, marketplace, columns, force)
    };
    TableIterator::once(counts(attach()))
}

/// Detaches a table.
#[pg_extern(sql = false, volatile, parallel_unsafe)]
fn detach_source(source: Option<pg_sys::Oid>, kind: Option<&str>) -> i64 {
    let detach = || sources::detach(source.ok_or(Error::Null("source"))?, kind);
    detach().or_raise()
}
