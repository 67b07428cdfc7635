//! The trigger function of every base table: what a statement changed, handed to the engine.

mod enrollment;
mod inventory;
mod offer;
mod price;
mod product;
mod seller;
mod source;

use pgrx::prelude::*;

use crate::domain::MarketplaceSet;
use crate::engine::changes::Changes;
use crate::engine::transition::{Column, Event, Row, Statement};
use crate::engine::{self, listing, rates, references};
use crate::error::{Error, OrRaise};

/// Columns of the trigger's table, or an error: the table is not as rfba made it.
macro_rules! columns {
    ($statement:expr, $($name:literal),+) => {{
        const NAMES: [&std::ffi::CStr; [$($name),+].len()] = [$($name),+];
        thread_local! {
            static KNOWN: std::cell::Cell<[$crate::engine::transition::Column; NAMES.len()]> =
                const { std::cell::Cell::new([$crate::engine::transition::Column::NONE; NAMES.len()]) };
        }
        KNOWN.with(|known| $statement.columns(known, NAMES)).ok_or_else(|| {
            $crate::error::Error::Trigger(format!("table {} without its columns", $statement.full_name()))
        })
    }};
}
use columns;

/// Not a `#[pg_trigger]`, which panics where it is called by hand.
#[pg_extern(sql = false)]
fn maintain_status(call: pg_sys::FunctionCallInfo) {
    maintain(call).or_raise();
}

fn maintain(call: pg_sys::FunctionCallInfo) -> Result<(), Error> {
    let Some(statement) = Statement::of_call(call) else {
        return Err(Error::Trigger("a call that is no trigger of a statement".into()));
    };
    let table = statement.table();
    if engine::fired_by_engine(table) {
        return Ok(());
    }
    if !engine::is_own_schema(statement.schema()) {
        return Err(Error::Trigger(format!("table {}", statement.full_name())));
    }
    if statement.is_before() {
        return about_to_change(&statement, table);
    }
    let changed: Reader = match table {
        "program_edition" => seller::edition_changed,
        "seller" => seller::changed,
        "seller_destination" => price::destination_changed,
        "exchange_rate" => price::exchange_rate_changed,
        "size_tier" | "fulfillment_fee" | "referral_fee" | "referral_category" | "surcharge" => {
            price::fee_changed
        }
        "product" => price::product_changed,
        "sku_fee_estimate" => price::estimate_changed,
        "listing_opt_out" => offer::opt_out_changed,
        "load" => load_changed,
        "feed" => feed_changed,
        // They only have to be a seller's.
        "latest_notification" | "withdrawn_offer" => |_, _| Ok(()),
        "inventory" => inventory::changed,
        "local_inventory" => inventory::local_changed,
        "offer" => offer::changed,
        "product_assessment" => product::assessment_changed,
        "listing_restriction" => product::restriction_changed,
        "amazon_status_text" => enrollment::status_text_changed,
        "amazon_verdict" => enrollment::verdict_changed,
        "enrollment" => enrollment::changed,
        "status_change" => enrollment::history_restored,
        _ => return Err(Error::Trigger(format!("table {}", statement.full_name()))),
    };
    let mut changes = Changes::default();
    match (statement.event(), table) {
        (Event::Truncate, "load") => references::LOADS.delete_all_details(),
        (Event::Truncate, "feed") => references::FEEDS.delete_all_details(),
        (Event::Truncate, "latest_notification" | "withdrawn_offer") => {}
        (Event::Truncate, "seller_destination" | "product" | "sku_fee_estimate") => {
            changes.prices = price::everywhere();
        }
        (Event::Truncate, table) if price::RATES.contains(&table) => {
            changes.prices = price::everywhere();
        }
        (Event::Truncate, table) => {
            // What was removed is back; the next unit comes from the US again.
            if matches!(table, "enrollment" | "local_inventory") {
                changes.prices = price::everywhere();
            }
            // The rows are gone, and with them the keys of what they reached.
            changes.everything = true;
            changes.no_sellers = table == "seller";
            changes.no_editions = table == "program_edition";
        }
        _ => {
            changed(&statement, &mut changes)?;
            seller::referred(&statement, table, &mut changes)?;
        }
    }
    changes.rates = price::RATES.contains(&table) && changes.prices != MarketplaceSet::default();
    engine::maintain(changes, table)
}

/// What has to be known before a statement runs.
fn about_to_change(statement: &Statement, table: &str) -> Result<(), Error> {
    match (table, statement.event()) {
        ("offer", Event::Truncate) => listing::keep_all_in_mind(),
        (table, _) if price::RATES.contains(&table) => rates::changing(),
        _ => return Err(Error::Trigger(format!("table rfba.{table} before a statement"))),
    }
    Ok(())
}

/// A load that is gone takes its rejections along.
fn load_changed(statement: &Statement, _: &mut Changes) -> Result<(), Error> {
    let [load_id] = columns!(statement, c"load_id")?;
    references::LOADS.delete_details(deleted(statement, load_id));
    Ok(())
}

/// A feed that is gone takes its messages along.
fn feed_changed(statement: &Statement, _: &mut Changes) -> Result<(), Error> {
    let [feed_id] = columns!(statement, c"feed_id")?;
    references::FEEDS.delete_details(deleted(statement, feed_id));
    Ok(())
}

/// The numbers of deleted rows.
fn deleted(statement: &Statement, number: Column) -> Vec<i64> {
    let mut gone = Vec::new();
    statement.for_each(|old, new| {
        if let (Some(old), None) = (old, new) {
            gone.push(old.get(number));
        }
    });
    gone
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
