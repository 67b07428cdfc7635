//! Seller-fulfilled stock and the side effects of enrolling and unenrolling: what the engine writes
//! into base tables.

use super::Interruption;
use super::cursor::{Cursor, Index, Key, Row};
use super::facts::{LOCAL_STOCK, Seller};
use super::outcome::Outcome;
use super::rows::{Blocked, Change};
use super::session::{Facts, Session, restoring, while_writing};
use super::statement::{Arg, Changed, RowStatement, Statement, change_rows};
use crate::error::Error;

static SELLERS: Index = Index {
    table: c"seller",
    name: c"seller_pkey",
    columns: &[c"enrolled_at", c"seller_fulfilled_guard"],
};

static POOLS: Index = Index {
    table: c"inventory",
    name: c"inventory_pkey",
    columns: &[c"fba_offer", c"seller_fulfilled_quantity"],
};

static OFFERS: Index = Index {
    table: c"offer",
    name: c"offer_pkey",
    columns: &[c"marketplace", c"fulfillment_channel"],
};

static ZERO: RowStatement = RowStatement {
    tables: &[c"inventory"],
    change: Change::Update,
    statement: Statement(
        "UPDATE ONLY rfba.inventory i \
     SET seller_fulfilled_zeroed_from = i.seller_fulfilled_quantity, \
         seller_fulfilled_zeroed_at = pg_catalog.now(), seller_fulfilled_quantity = 0 \
     FROM pg_catalog.unnest($1) AS u (tid) \
     WHERE i.ctid = u.tid AND i.fba_offer AND i.seller_fulfilled_quantity > 0",
    ),
};

static STRANDED_AFTER_A_DAY: Statement = Statement(
    "UPDATE rfba.seller SET stranded_change_to_fba_after = '1 day'::pg_catalog.interval \
     WHERE seller_id = $1",
);

/// What Amazon may know of is kept in mind for its listings feed.
static WITHDRAW_OFFERS: RowStatement = RowStatement {
    tables: &[c"offer", c"withdrawn_offer"],
    change: Change::Delete,
    statement: Statement(
        "WITH withdrawn AS ( \
         INSERT INTO rfba.withdrawn_offer (seller_id, marketplace, sku) \
         SELECT o.seller_id, o.marketplace, o.sku \
         FROM rfba.offer o JOIN pg_catalog.unnest($1) AS u (tid) ON o.ctid = u.tid \
         WHERE o.created_by <> 'auto' OR o.fed_at IS NOT NULL OR o.reported_at IS NOT NULL \
             OR EXISTS (SELECT FROM rfba.feed_message m JOIN rfba.feed f ON f.feed_id = m.feed_id \
                        WHERE m.sku = o.sku AND f.seller_id = o.seller_id \
                            AND f.marketplace = o.marketplace) \
         ON CONFLICT DO NOTHING \
     ) \
     DELETE FROM ONLY rfba.offer o USING pg_catalog.unnest($1) AS u (tid) WHERE o.ctid = u.tid",
    ),
};

/// A SKU with an FBA offer that a statement left with seller-fulfilled stock.
#[derive(Clone)]
pub struct DualStock {
    /// The SKU.
    pub sku: String,
    /// The stock.
    pub quantity: i32,
    /// It had its FBA offer before the statement, or came with it.
    pub knowingly: bool,
}

/// Zeroes such stock of an enrolled seller, or refuses it where its guard rejects; `always_zero` is
/// for what comes from Amazon. An account that is being enrolled beside this statement zeroes only
/// what it sees, so the seller is locked.
pub fn guard(seller_id: &str, stock: &[DualStock], always_zero: bool) -> Result<(), Interruption> {
    Session::run(Facts::Newest, |session| {
        let Some(rejects) = guard_of(session, seller_id) else { return Ok(()) };
        if rejects
            && !always_zero
            && let Some(refused) = stock.iter().find(|stock| stock.knowingly)
        {
            return Err(Error::SellerFulfilledStock {
                seller_id: seller_id.to_owned(),
                sku: refused.sku.clone(),
                quantity: refused.quantity,
            }
            .into());
        }
        change_rows(session, &ZERO, |session| {
            let seller = Key::Text(seller_id);
            let mut pools = Cursor::open(session, &POOLS, &[seller, Key::Sku("")]);
            let mut tids = Vec::new();
            for stock in stock {
                pools.each(&[seller, Key::Sku(&stock.sku)], |row| {
                    tids.extend(is_dual(&row).then(|| row.tid()));
                });
            }
            tids
        })?;
        Ok(())
    })
}

/// Whether an enrolled seller's guard rejects; `None` where the seller is not enrolled.
fn guard_of(session: &Session, seller_id: &str) -> Option<bool> {
    let key = [Key::Text(seller_id)];
    let mut sellers = Cursor::open(session, &SELLERS, &key);
    sellers.seek(&key);
    let row = sellers.next()?;
    (!row.is_null(0)).then(|| row.get::<String>(1) == "reject")
}

/// Whether a SKU with an FBA offer has seller-fulfilled stock.
fn is_dual(pool: &Row) -> bool {
    pool.get(0) && pool.get::<i32>(1) > 0
}

/// A statement that deletes an account may put it back, enrolled: what lies there is zeroed then too.
pub fn put_back(seller_id: &str) -> Result<(), Blocked> {
    Session::run(Facts::Newest, |session| match guard_of(session, seller_id) {
        Some(_) if !restoring() => zero(session, seller_id),
        _ => Ok(()),
    })
}

/// What enrolling does beside the status: seller-fulfilled stock of dual-offer SKUs to zero, and
/// the stranded-inventory setting to 1 day.
pub fn enrolled(seller_id: &str) -> Result<(), Blocked> {
    Session::run(Facts::Newest, |session| {
        while_writing(&[c"seller"], || {
            STRANDED_AFTER_A_DAY.change(session, &[Arg::Text(seller_id)])
        });
        zero(session, seller_id)
    })
}

/// Zeroes the seller-fulfilled stock of all SKUs with an FBA offer.
fn zero(session: &Session, seller_id: &str) -> Result<(), Blocked> {
    change_rows(session, &ZERO, |session| {
        let seller = [Key::Text(seller_id)];
        let mut tids = Vec::new();
        Cursor::open(session, &POOLS, &seller).each(&seller, |row| {
            tids.extend(is_dual(&row).then(|| row.tid()));
        });
        tids
    })?;
    Ok(())
}

/// What unenrolling does beside the status: the destination offers of items that were enrolled go,
/// except where the ASIN has stock in the country. Whether any went; the outcomes are stale then.
pub fn take_offers(
    session: &Session,
    seller_id: &str,
    seller: Option<&Seller>,
    outcomes: &[Outcome],
) -> Result<bool, Blocked> {
    if seller.is_none_or(|seller| seller.account.enrolled) || restoring() {
        return Ok(false);
    }
    let find = |session: &Session| {
        let seller = Key::Text(seller_id);
        let (mut offers, mut local_stock) = (None, None);
        let mut tids = Vec::new();
        for outcome in outcomes.iter().filter(|outcome| outcome.is_enrolled()) {
            // What is stored says that the row was enrolled before; one that somebody writes now
            // was not.
            let Some(stored) = outcome.stored.filter(|stored| stored.row.enrolled) else {
                continue;
            };
            let destination = outcome.destination.packed();
            let asin = outcome.item.map_or(stored.row.asin, |(asin, _)| asin);
            let keys = [seller, Key::Asin(asin)];
            let local_stock =
                local_stock.get_or_insert_with(|| Cursor::open(session, &LOCAL_STOCK, &keys));
            let mut stays = false;
            local_stock.each(&keys, |row| {
                stays |= row.get::<i16>(0) == destination && row.get::<i32>(1) > 0;
            });
            if stays {
                continue;
            }
            let keys = [seller, Key::Sku(outcome.sku)];
            let offers = offers.get_or_insert_with(|| Cursor::open(session, &OFFERS, &keys));
            offers.each(&keys, |row| {
                if row.get::<i16>(0) == destination && row.get::<String>(1) == "AMAZON_NA" {
                    tids.push(row.tid());
                }
            });
        }
        tids
    };
    Ok(change_rows(session, &WITHDRAW_OFFERS, find)? != Changed::Nothing)
}
