//! `amazon_verdict` and `enrollment`: the ASIN Status report.

use std::collections::HashSet;

use super::{Load, Outcome};
use crate::amazon::ReportError;
use crate::amazon::asin_status_report::{self, AsinStatusReport, Verdict};
use crate::domain::Marketplace;
use crate::engine::{Arg, Row, Statement};
use crate::error::Error;

/// How many bytes of text are written at once: rows share theirs, and PostgreSQL's arrays do not.
const MAX_TEXT: usize = 256 << 20;
const BY_RFBA: &str = "The document was written by rfba, so its statuses are not Amazon's verdict: \
     nothing but its Enable/Disable cells counts.";

/// What is blank says nothing of an item without a verdict.
static UPSERT_VERDICTS: Statement = Statement(
    "INSERT INTO rfba.amazon_verdict AS v (seller_id, sku, marketplace, offer_status, \
         more_details, enabled, reported_at) \
     SELECT $1, u.*, now() \
     FROM ROWS FROM (unnest($2), unnest($3), unnest($4), unnest($5), unnest($6)) \
             AS u (sku, marketplace, offer_status, more_details, enabled) \
         LEFT JOIN rfba.amazon_verdict old ON old.seller_id = $1 AND old.sku = u.sku \
             AND old.marketplace = u.marketplace \
     WHERE (old.offer_status, old.more_details, old.enabled) \
         IS DISTINCT FROM (u.offer_status, u.more_details, u.enabled) \
     ON CONFLICT (seller_id, sku, marketplace) DO UPDATE \
     SET offer_status = excluded.offer_status, more_details = excluded.more_details, \
         enabled = excluded.enabled, reported_at = excluded.reported_at \
     RETURNING v.sku",
);

/// A row of state `$5` becomes one of state `$4`.
static SET_STATE: Statement = Statement(
    "UPDATE rfba.enrollment e SET state = $4, since = now(), how = 'report' \
     FROM (SELECT $1 AS seller_id, s.* \
           FROM ROWS FROM (unnest($2), unnest($3)) AS s (sku, marketplace) OFFSET 0) u \
     WHERE e.seller_id = u.seller_id AND e.sku = u.sku AND e.marketplace = u.marketplace \
         AND e.state = $5 \
     RETURNING e.sku",
);

static INSERT_REMOVALS: Statement = Statement(
    "INSERT INTO rfba.enrollment AS e (seller_id, sku, marketplace, state, how) \
     SELECT $1, u.*, 'removed', 'report' \
     FROM ROWS FROM (unnest($2), unnest($3)) AS u (sku, marketplace) \
     WHERE NOT EXISTS (SELECT FROM rfba.enrollment known \
                       WHERE known.seller_id = $1 AND known.sku = u.sku \
                           AND known.marketplace = u.marketplace) \
     ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET state = 'removed' \
     WHERE e.state <> 'removed' \
     RETURNING e.sku",
);

/// Of an account that is not enrolled, and of what is no item, no row would remain.
static INSERT_ENROLLMENTS: Statement = Statement(
    "INSERT INTO rfba.enrollment AS e (seller_id, sku, marketplace, state, how) \
     SELECT $1, u.*, 'enrolled', 'report' \
     FROM ROWS FROM (unnest($2), unnest($3)) AS u (sku, marketplace) \
     WHERE $4 AND EXISTS (SELECT FROM rfba.item_status s \
                          WHERE s.seller_id = $1 AND s.sku = u.sku \
                              AND s.marketplace = u.marketplace) \
         AND NOT EXISTS (SELECT FROM rfba.enrollment known \
                              WHERE known.seller_id = $1 AND known.sku = u.sku \
                                  AND known.marketplace = u.marketplace) \
     ON CONFLICT (seller_id, sku, marketplace) DO UPDATE SET state = 'enrolled' \
     WHERE e.state = 'removed' \
     RETURNING e.sku",
);

/// An item with what the report says of it.
type Item<'a> = (&'a str, Marketplace, &'a Verdict);

/// Loads the report: Amazon's verdict, and, if they are to be applied, its Enable/Disable cells.
pub fn load_asin_status(load: &Load, document: &[u8], apply: bool) -> Result<Outcome, Error> {
    let AsinStatusReport { report, destinations, with_status, by_rfba } =
        asin_status_report::read(document)?;
    load.must_say_something(&report)?;
    let items: Vec<Item> = report
        .rows
        .iter()
        .flat_map(|row| {
            let verdicts = destinations.iter().zip(row.facts.verdicts.iter());
            verdicts.map(|(&destination, verdict)| (row.sku.as_str(), destination, verdict))
        })
        .collect();
    let mut changed = HashSet::new();
    if !by_rfba {
        let told = items.iter().filter(|(_, destination, _)| with_status.contains(*destination));
        write_verdicts(load, &told.copied().collect::<Vec<_>>(), &mut changed)?;
    }
    if apply {
        for enable in [false, true] {
            let answered = items.iter().filter(|(_, _, verdict)| verdict.enable == Some(enable));
            apply_cells(load, &answered.copied().collect::<Vec<_>>(), enable, &mut changed);
        }
    }
    let loaded = changed.len() as u64;
    let note = by_rfba.then_some(BY_RFBA);
    Ok(Outcome { loaded, note, ..Outcome::of(report) })
}

fn write_verdicts(load: &Load, items: &[Item], changed: &mut HashSet<String>) -> Result<(), Error> {
    let texts = items.iter().flat_map(|(_, _, it)| [&it.offer_status, &it.more_details]);
    if texts.flatten().map(String::len).sum::<usize>() > MAX_TEXT {
        let what = "the texts of the report";
        return Err(ReportError::TooLarge { what, mebibytes: MAX_TEXT >> 20 }.into());
    }
    let [skus, destinations] = keys(items);
    let enabled = |verdict: &Verdict| verdict.enable.map(|it| if it { "Yes" } else { "No" });
    let args = [
        Arg::Text(load.seller_id),
        skus,
        destinations,
        Arg::OptionalTexts(items.iter().map(|(_, _, it)| it.offer_status.as_deref()).collect()),
        Arg::OptionalTexts(items.iter().map(|(_, _, it)| it.more_details.as_deref()).collect()),
        Arg::OptionalTexts(items.iter().map(|(_, _, it)| enabled(it)).collect()),
    ];
    UPSERT_VERDICTS.run_as_caller(load.caller, &args, |row| {
        changed.insert(row.get(1));
    });
    Ok(())
}

/// What `add_item` and `remove_item` do, of many items.
fn apply_cells(load: &Load, items: &[Item], enable: bool, changed: &mut HashSet<String>) {
    // Whoever may not enroll may load a document that asks for nothing.
    if items.is_empty() {
        return;
    }
    let seller = || Arg::Text(load.seller_id);
    let (state, other) = if enable { ("enrolled", "removed") } else { ("removed", "enrolled") };
    let mut note = |row: Row| {
        changed.insert(row.get(1));
    };
    let [skus, destinations] = keys(items);
    let args = [seller(), skus, destinations, Arg::Text(state), Arg::Text(other)];
    SET_STATE.run_as_caller(load.caller, &args, &mut note);
    let [skus, destinations] = keys(items);
    if enable {
        let args = [seller(), skus, destinations, Arg::Boolean(load.enrolled)];
        INSERT_ENROLLMENTS.run_as_caller(load.caller, &args, &mut note);
    } else {
        INSERT_REMOVALS.run_as_caller(load.caller, &[seller(), skus, destinations], &mut note);
    }
}

fn keys<'a>(items: &[Item<'a>]) -> [Arg<'a>; 2] {
    [
        Arg::Skus(items.iter().map(|&(sku, _, _)| sku).collect()),
        Arg::Marketplaces(items.iter().map(|(_, destination, _)| destination.packed()).collect()),
    ]
}
