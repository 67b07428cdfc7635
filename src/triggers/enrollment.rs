//! `enrollment`, `amazon_verdict`, `amazon_status_text` and `status_change`.

use super::{columns, differing};
use crate::domain::eligibility::status_text_key;
use crate::engine;
use crate::engine::changes::Changes;
use crate::engine::transition::{Event, Row, Statement};
use crate::error::Error;

/// What the engine evaluates of an enrollment row.
#[derive(PartialEq)]
struct Enrollment {
    seller_id: String,
    sku: String,
    marketplace: i16,
    removed: bool,
}

impl Enrollment {
    fn same_item(&self, other: &Self) -> bool {
        self.seller_id == other.seller_id
            && self.sku == other.sku
            && self.marketplace == other.marketplace
    }
}

pub fn changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, sku, marketplace, state] =
        columns!(statement, c"seller_id", c"sku", c"marketplace", c"state")?;
    let enrollment = |row: &Row| Enrollment {
        seller_id: row.get(seller_id),
        sku: row.get(sku),
        marketplace: row.get(marketplace),
        removed: row.get::<String>(state) == "removed",
    };
    statement.for_each(|old, new| {
        let (old, new) = (old.map(enrollment), new.map(enrollment));
        if old == new {
            return;
        }
        if let Some(old) = old.as_ref().filter(|old| old.removed)
            && !new.as_ref().is_some_and(|new| new.same_item(old))
        {
            let item = (old.sku.clone(), old.marketplace);
            changes.seller(&old.seller_id).added_back.insert(item);
        }
        // While it was removed its price stood still.
        if let Some(old) = old.as_ref().filter(|old| old.removed) {
            changes.seller(&old.seller_id).prices.push(old.sku.clone());
        }
        for row in old.into_iter().chain(new) {
            changes.seller(&row.seller_id).skus.push(row.sku);
        }
    });
    Ok(())
}

pub fn verdict_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, sku, marketplace, offer_status] =
        columns!(statement, c"seller_id", c"sku", c"marketplace", c"offer_status")?;
    let verdict = |row: &Row| {
        (
            row.get::<String>(seller_id),
            row.get::<String>(sku),
            row.get::<i16>(marketplace),
            row.optional::<String>(offer_status),
        )
    };
    differing(statement, verdict, |(seller_id, sku, ..)| {
        changes.seller(&seller_id).skus.push(sku);
    });
    Ok(())
}

pub fn status_text_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [status_text, meaning] = columns!(statement, c"status_text", c"meaning")?;
    let text =
        |row: &Row| (status_text_key(&row.get::<String>(status_text)), row.get::<String>(meaning));
    differing(statement, text, |(text, _)| {
        changes.status_texts.insert(text);
    });
    changes.replace_shipped = statement.event() != Event::Delete;
    Ok(())
}

/// The rows of a restored history tell since when their items are what they are.
pub fn history_restored(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    if !engine::restoring() {
        return Ok(());
    }
    let [seller_id, sku] = columns!(statement, c"seller_id", c"sku")?;
    statement.for_each(|_, new| {
        if let Some(new) = new {
            changes.seller(&new.get::<String>(seller_id)).skus.push(new.get(sku));
        }
    });
    Ok(())
}
