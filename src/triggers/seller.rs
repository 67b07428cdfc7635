//! `seller` and `program_edition`.

use std::collections::BTreeSet;

use super::{columns, differing};
use crate::engine::changes::Changes;
use crate::engine::transition::{Event, Row, Statement};
use crate::engine::{references, stock};
use crate::error::Error;
use crate::types::numeric::Numeric;

/// What the engine evaluates of a seller.
#[derive(PartialEq)]
struct Account {
    seller_id: String,
    enrolled: bool,
    in_good_standing: [bool; 3],
    fba_marketplaces: Vec<i16>,
    program_edition: String,
}

pub fn changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, enrolled_at, plan, unified, export, fba_marketplaces, program_edition] = columns!(
        statement,
        c"seller_id",
        c"enrolled_at",
        c"professional_plan",
        c"unified_account",
        c"fba_export",
        c"fba_marketplaces",
        c"program_edition"
    )?;
    let account = |row: &Row| Account {
        seller_id: row.get(seller_id),
        enrolled: !row.is_null(enrolled_at),
        in_good_standing: [row.get(plan), row.get(unified), row.get(export)],
        fba_marketplaces: row.get(fba_marketplaces),
        program_edition: row.get(program_edition),
    };
    let mut enrolling = Vec::new();
    let (mut editions, mut renamed) = (BTreeSet::new(), BTreeSet::new());
    statement.for_each(|old, new| {
        let (old, new) = (old.map(account), new.map(account));
        if old == new {
            return;
        }
        if let (Some(old), Some(new)) = (&old, &new) {
            // Only a change of an account enrolls it: a row that comes enrolled was so before.
            if new.enrolled && !old.enrolled {
                enrolling.push(new.seller_id.clone());
            }
            if new.seller_id != old.seller_id {
                renamed.insert(old.seller_id.clone());
            }
        }
        editions.extend(new.as_ref().map(|new| new.program_edition.clone()));
        if let (Some(old), None) = (&old, &new) {
            changes.seller(&old.seller_id).deleted = true;
        }
        for account in old.into_iter().chain(new) {
            changes.seller(&account.seller_id).whole = true;
        }
    });
    let [converter, country] = columns!(statement, c"currency_converter_rate", c"country")?;
    let prices = |row: &Row| {
        (
            row.get::<String>(seller_id),
            row.optional::<Numeric>(converter),
            row.get::<String>(country),
        )
    };
    differing(statement, prices, |(seller_id, ..)| {
        let changes = changes.seller(&seller_id);
        // Items may have waited for it.
        (changes.all_prices, changes.whole) = (true, true);
    });
    references::require_editions(&editions)?;
    references::ids_are_free(&renamed)?;
    enrolling.sort();
    enrolling.iter().for_each(|seller_id| stock::enrolled(seller_id));
    Ok(())
}

pub fn edition_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [edition, destinations, fba_required_in] =
        columns!(statement, c"edition", c"destinations", c"fba_required_in")?;
    let rules = |row: &Row| {
        (
            row.get::<String>(edition),
            row.get::<Vec<i16>>(destinations),
            row.get::<String>(fba_required_in),
        )
    };
    differing(statement, rules, |(edition, ..)| {
        changes.editions.insert(edition);
    });
    if changes.editions.is_empty() {
        return Ok(());
    }
    if statement.event() != Event::Delete {
        references::replace_shipped();
    }
    references::editions_are_free()
}

/// Refuses rows whose seller is not there, of the tables whose rows are a seller's.
pub fn require(statement: &Statement, table: &str) -> Result<(), Error> {
    // The history is the engine's own, or a dump's.
    if matches!(table, "seller" | "status_change") {
        return Ok(());
    }
    // The tables of the program and its products have no seller.
    let Some([seller_id]) = statement.columns([c"seller_id"]) else { return Ok(()) };
    let mut sellers = BTreeSet::new();
    let mut last = String::new();
    statement.for_each(|old, new| {
        let Some(new) = new.and_then(|new| new.optional::<String>(seller_id)) else { return };
        // Rows of one seller mostly come together.
        if new != last && old.is_none_or(|old| old.get::<String>(seller_id) != new) {
            sellers.insert(new.clone());
            last = new;
        }
    });
    references::require_sellers(table, &sellers)
}
