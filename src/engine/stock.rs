//! Seller-fulfilled stock and the side effects of enrolling and unenrolling: what the engine writes
//! into base tables.

use std::collections::BTreeMap;

use super::facts::{Enrollment, Outcome};
use super::locks;
use super::session::{Facts, Session, restoring, while_writing};
use super::statement::{Arg, Statement};
use crate::domain::Reason;
use crate::error::Error;

static GUARD: Statement = Statement(
    "SELECT seller_fulfilled_guard = 'reject' FROM rfba.seller \
     WHERE seller_id = $1 AND enrolled_at IS NOT NULL",
);

static ZERO: Statement = Statement(
    "UPDATE rfba.inventory \
     SET seller_fulfilled_zeroed_from = seller_fulfilled_quantity, \
         seller_fulfilled_zeroed_at = pg_catalog.now(), seller_fulfilled_quantity = 0 \
     WHERE seller_id = $1 AND sku = ANY ($2) \
         AND fba_offer AND seller_fulfilled_quantity > 0",
);

static ZERO_ALL: Statement = Statement(
    "UPDATE rfba.inventory \
     SET seller_fulfilled_zeroed_from = seller_fulfilled_quantity, \
         seller_fulfilled_zeroed_at = pg_catalog.now(), seller_fulfilled_quantity = 0 \
     WHERE seller_id = $1 AND fba_offer AND seller_fulfilled_quantity > 0",
);

static STRANDED_AFTER_A_DAY: Statement = Statement(
    "UPDATE rfba.seller SET stranded_change_to_fba_after = '1 day'::pg_catalog.interval \
     WHERE seller_id = $1",
);

static DELETE_OFFERS: Statement = Statement(
    "DELETE FROM rfba.offer o \
     USING ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) AS u (sku, marketplace) \
     WHERE o.seller_id = $1 AND o.sku = u.sku AND o.marketplace = u.marketplace \
         AND o.fulfillment_channel = 'AMAZON_NA'",
);

/// A SKU with an FBA offer that a statement left with seller-fulfilled stock.
pub struct DualStock {
    /// The SKU.
    pub sku: String,
    /// The stock.
    pub quantity: i32,
    /// It had its FBA offer before the statement, or came with it.
    pub knowingly: bool,
}

/// Zeroes such stock of enrolled sellers, or refuses it where their guard rejects; `always_zero`
/// is for what comes from Amazon.
pub fn guard(found: BTreeMap<String, Vec<DualStock>>, always_zero: bool) -> Result<(), Error> {
    if found.is_empty() {
        return Ok(());
    }
    // An account that is being enrolled beside this statement zeroes only what it sees.
    locks::lock_sellers(found.keys().map(String::as_str));
    Session::run(Facts::Newest, |session| {
        for (seller_id, stock) in found {
            session.step(|| {
                let mut rejects = None;
                GUARD.query(session, &[Arg::Text(&seller_id)], |row| {
                    rejects = Some(row.get::<bool>(1));
                });
                let Some(rejects) = rejects else { return Ok(()) };
                if rejects
                    && !always_zero
                    && let Some(refused) = stock.iter().find(|stock| stock.knowingly)
                {
                    return Err(Error::SellerFulfilledStock {
                        seller_id: seller_id.clone(),
                        sku: refused.sku.clone(),
                        quantity: refused.quantity,
                    });
                }
                let skus = stock.iter().map(|stock| stock.sku.as_str()).collect();
                while_writing(|| ZERO.change(session, &[Arg::Text(&seller_id), Arg::Skus(skus)]));
                Ok(())
            })?;
        }
        Ok(())
    })
}

/// What enrolling does beside the status: seller-fulfilled stock of dual-offer SKUs to zero, and
/// the stranded-inventory setting to 1 day.
pub fn enrolled(seller_id: &str) {
    locks::lock_sellers(std::iter::once(seller_id));
    Session::run(Facts::Newest, |session| {
        session.step(|| {
            while_writing(|| {
                STRANDED_AFTER_A_DAY.change(session, &[Arg::Text(seller_id)]);
                ZERO_ALL.change(session, &[Arg::Text(seller_id)]);
            });
        });
    });
}

/// What unenrolling does beside the status: the destination offers of items that were enrolled go,
/// except where the ASIN has stock in the country. Whether any went; the outcomes are stale then.
/// Runs in a step of the session.
pub fn take_offers(session: &Session, seller_id: &str, outcomes: &[Outcome]) -> bool {
    let (skus, destinations): (Vec<&str>, Vec<i16>) = outcomes
        .iter()
        .filter(|outcome| {
            // Stored says that the row was enrolled before; one that somebody writes now was not.
            let was_enrolled = outcome.enrollment == Some(Enrollment::Enrolled)
                && outcome.stored.is_some_and(|(row, _)| row.enrolled);
            was_enrolled
                && outcome.item.is_some_and(|(_, evaluation)| {
                    let own = evaluation.own_reasons;
                    own.contains(Reason::NotEnrolled) && !own.contains(Reason::LocalInventory)
                })
        })
        .map(|outcome| (outcome.sku, outcome.destination.packed()))
        .unzip();
    if skus.is_empty() || restoring() {
        return false;
    }
    let args = [Arg::Text(seller_id), Arg::Skus(skus), Arg::Marketplaces(destinations)];
    while_writing(|| DELETE_OFFERS.change(session, &args)) > 0
}
