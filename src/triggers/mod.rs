//! The trigger function of every base table: what a statement changed, handed to the engine.

mod enrollment;
mod inventory;
mod offer;
mod product;
mod seller;

use pgrx::prelude::*;

use crate::engine::changes::Changes;
use crate::engine::transition::{Event, Row, Statement};
use crate::engine::{self, references};
use crate::error::{Error, OrRaise};

/// Columns of the trigger's table, or an error: the table is not as rfba made it.
macro_rules! columns {
    ($statement:expr, $($name:literal),+) => {
        $statement.columns([$($name),+]).ok_or_else(|| {
            let (schema, table) = $statement.table();
            crate::error::Error::Trigger(format!("table {schema}.{table} without its columns"))
        })
    };
}
use columns;

/// Not a `#[pg_trigger]`, which panics where it is called by hand.
#[pg_extern(sql = false)]
fn maintain_status(call: pg_sys::FunctionCallInfo) {
    maintain(call).or_raise();
}

fn maintain(call: pg_sys::FunctionCallInfo) -> Result<(), Error> {
    let Some(statement) = Statement::of_call(call) else {
        return Err(Error::Trigger("a call that is no trigger after a statement".into()));
    };
    if engine::fired_by_engine() {
        return Ok(());
    }
    let (schema, table) = statement.table();
    if schema != "rfba" {
        return Err(Error::Trigger(format!("table {schema}.{table}")));
    }
    let changed: Reader = match table.as_str() {
        "program_edition" => seller::edition_changed,
        "seller" => seller::changed,
        "seller_destination" => no_status,
        "load" => load_changed,
        "inventory" => inventory::changed,
        "local_inventory" => inventory::local_changed,
        "offer" => offer::changed,
        "product_assessment" => product::assessment_changed,
        "listing_restriction" => product::restriction_changed,
        "amazon_status_text" => enrollment::status_text_changed,
        "amazon_verdict" => enrollment::verdict_changed,
        "enrollment" => enrollment::changed,
        "status_change" => enrollment::history_restored,
        _ => return Err(Error::Trigger(format!("table {schema}.{table}"))),
    };
    seller::require(&statement, &table)?;
    let mut changes = Changes::default();
    match (statement.event(), table.as_str()) {
        (Event::Truncate, "load") => references::delete_all_rejections(),
        (Event::Truncate, table) => {
            if table == "program_edition" {
                references::editions_are_free()?;
            }
            // The rows are gone, and with them the keys of what they reached.
            changes.everything = true;
            changes.no_sellers = table == "seller";
        }
        _ => changed(&statement, &mut changes)?,
    }
    engine::maintain(changes, &table);
    Ok(())
}

/// Of tables on which no status depends.
fn no_status(_: &Statement, _: &mut Changes) -> Result<(), Error> {
    Ok(())
}

/// A load that is gone takes its rejections along.
fn load_changed(statement: &Statement, _: &mut Changes) -> Result<(), Error> {
    let [load_id] = columns!(statement, c"load_id")?;
    let mut gone = Vec::new();
    statement.for_each(|old, new| {
        if let (Some(old), None) = (old, new) {
            gone.push(old.get(load_id));
        }
    });
    references::delete_rejections(gone);
    Ok(())
}

/// What of a table its triggers look at.
type Reader = fn(&Statement, &mut Changes) -> Result<(), Error>;

/// Calls `mark` with the old and the new form of each row of which `read` tells a difference: with
/// what mattered before, and with what matters from now on.
fn differing<T: PartialEq>(
    statement: &Statement,
    read: impl Fn(&Row) -> T,
    mut mark: impl FnMut(T),
) {
    statement.for_each(|old, new| {
        let (old, new) = (old.map(&read), new.map(&read));
        if old != new {
            old.into_iter().chain(new).for_each(&mut mark);
        }
    });
}
