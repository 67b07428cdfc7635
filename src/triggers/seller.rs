//! `seller` and `program_edition`.

use super::{columns, differing};
use crate::engine::changes::Changes;
use crate::engine::transition::{Event, Row, Statement};
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
    statement.for_each(|old, new| {
        let (old, new) = (old.map(account), new.map(account));
        if old == new {
            return;
        }
        if let (Some(old), Some(new)) = (&old, &new) {
            // Only a change of an account enrolls it: a row that comes enrolled was so before.
            if new.enrolled && !old.enrolled {
                changes.seller(&new.seller_id).enrolling = true;
            }
            if new.seller_id != old.seller_id {
                changes.seller(&old.seller_id).renamed = true;
            }
        }
        changes.followed_editions.extend(new.as_ref().map(|new| new.program_edition.clone()));
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
    changes.replace_shipped = statement.event() != Event::Delete;
    Ok(())
}

/// The sellers of rows that have come, of the tables whose rows are a seller's.
pub fn referred(statement: &Statement, table: &str, changes: &mut Changes) -> Result<(), Error> {
    // A seller is its own, and the history is the engine's, or a dump's. The tables of the program
    // and its products have no seller.
    if matches!(table, "seller" | "status_change") || statement.event() == Event::Delete {
        return Ok(());
    }
    let Ok([seller_id]) = columns!(statement, c"seller_id") else { return Ok(()) };
    let mut last = String::new();
    statement.for_each(|old, new| {
        let Some(new) = new else { return };
        // Rows of one seller mostly come together.
        if !old.is_some_and(|old| old.is_same(new, &[seller_id]))
            && !new.is_text(seller_id, &last)
            && let Some(seller_id) = new.optional::<String>(seller_id)
        {
            changes.seller(&seller_id).referred = true;
            last = seller_id;
        }
    });
    Ok(())
}
