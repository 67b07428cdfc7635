//! Automatic listing creation: destination offers that come by themselves, and those that the seller
//! deleted and that do not come back.

use std::collections::BTreeSet;

use super::cursor::{Cursor, Index, Key};
use super::facts::{Reader, Seller};
use super::outcome::Outcome;
use super::pricing::{Pricer, Sale};
use super::rates::Rates;
use super::rows::{Blocked, Change, Uncommitted};
use super::session::{Facts, Session, restoring, while_writing};
use super::statement::{Arg, RowStatement, Statement, change_rows};
use super::write::keyed;
use crate::domain::Reason;

static OFFERS: Index = Index { table: c"offer", name: c"offer_pkey", columns: &[c"marketplace"] };

static OPT_OUTS: Index =
    Index { table: c"listing_opt_out", name: c"listing_opt_out_pkey", columns: &[c"marketplace"] };

static INSERT_OFFERS: Statement = Statement(
    "INSERT INTO rfba.offer (seller_id, sku, marketplace, asin, price, sale_price, \
         sale_starts_at, sale_ends_at, price_connected, created_by) \
     SELECT $1, u.sku, u.marketplace, u.asin, u.price, u.sale_price, u.sale_starts_at, \
         u.sale_ends_at, true, 'auto' \
     FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), \
             pg_catalog.unnest($5), pg_catalog.unnest($6), pg_catalog.unnest($7), \
             pg_catalog.unnest($8)) \
         AS u (sku, marketplace, asin, price, sale_price, sale_starts_at, sale_ends_at) \
     ON CONFLICT DO NOTHING",
);

static INSERT_OPT_OUTS: Statement = Statement(
    "INSERT INTO rfba.listing_opt_out (seller_id, sku, marketplace) \
     SELECT $1, u.sku, u.marketplace \
     FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) AS u (sku, marketplace) \
     WHERE EXISTS (SELECT FROM rfba.seller s WHERE s.seller_id = $1) \
     ON CONFLICT DO NOTHING",
);

static INSERT_ALL_OPT_OUTS: Statement = Statement(
    "INSERT INTO rfba.listing_opt_out (seller_id, sku, marketplace) \
     SELECT o.seller_id, o.sku, o.marketplace FROM rfba.offer o \
     WHERE o.marketplace <> 'US' \
         AND (o.fulfillment_channel = 'AMAZON_NA' OR o.created_by = 'auto') \
     ON CONFLICT DO NOTHING",
);

static DELETE_OPT_OUTS: RowStatement = RowStatement {
    tables: &[c"listing_opt_out"],
    change: Change::Delete,
    statement: Statement(
        "DELETE FROM ONLY rfba.listing_opt_out o USING pg_catalog.unnest($1) AS u (tid) \
         WHERE o.ctid = u.tid",
    ),
};

static DELETE_AUTO_OFFERS: RowStatement = RowStatement {
    tables: &[c"offer"],
    change: Change::Delete,
    statement: Statement(
        "DELETE FROM ONLY rfba.offer o USING pg_catalog.unnest($1) AS u (tid) \
         WHERE o.ctid = u.tid AND o.created_by = 'auto'",
    ),
};

static DELETE_WITHDRAWN: RowStatement = RowStatement {
    tables: &[c"withdrawn_offer"],
    change: Change::Delete,
    statement: Statement(
        "DELETE FROM ONLY rfba.withdrawn_offer o USING pg_catalog.unnest($1) AS u (tid) \
         WHERE o.ctid = u.tid",
    ),
};

static WITHDRAWN: Index =
    Index { table: c"withdrawn_offer", name: c"withdrawn_offer_pkey", columns: &[c"marketplace"] };

/// An item, by SKU and destination.
pub type Item = (String, i16);

/// Whether an item waits for its offer and for nothing else that the seller could do.
fn waits_for_offer(outcome: &Outcome) -> bool {
    outcome.item.is_some_and(|(_, evaluation)| {
        let reasons = evaluation.reasons;
        reasons.contains(Reason::OfferMissing)
            && reasons
                .iter()
                .all(|reason| matches!(reason, Reason::OfferMissing | Reason::NoUsInventory))
    })
}

/// The items that wait for their offer where the seller chose automatic listing creation.
pub fn waiting<'o, 'a>(
    reader: &mut Reader,
    seller_id: &str,
    seller: Option<&Seller>,
    outcomes: &'o [Outcome<'a>],
) -> Vec<&'o Outcome<'a>> {
    if !seller.is_some_and(|seller| seller.account.enrolled) || restoring() {
        return Vec::new();
    }
    let mut waiting: Vec<_> = outcomes.iter().filter(|outcome| waits_for_offer(outcome)).collect();
    if !waiting.is_empty() {
        let chosen = reader.auto_list(seller_id);
        waiting.retain(|outcome| chosen.contains(outcome.destination));
    }
    waiting
}

/// Creates the offers of items that wait for them; those without a price go on waiting. Whether any
/// came; the outcomes are stale then.
pub fn create_offers(
    session: &Session,
    rates: &mut Rates,
    seller_id: &str,
    waiting: &[&Outcome],
) -> Result<bool, Blocked> {
    if waiting.is_empty() {
        return Ok(false);
    }
    let seller = Key::Text(seller_id);
    let like = [seller, Key::Sku(""), Key::Marketplace(0)];
    let mut offers = Cursor::open(session, &OFFERS, &like);
    let mut opt_outs = Cursor::open(session, &OPT_OUTS, &like);
    let Some(mut pricer) = Pricer::new(session, rates, seller_id) else { return Ok(false) };
    let mut items = Vec::new();
    let (mut asins, mut prices, mut sales) = (Vec::new(), Vec::new(), Vec::new());
    for outcome in waiting {
        let &&Outcome { sku, destination, item: Some((asin, _)), .. } = outcome else { continue };
        let keys = [seller, Key::Sku(sku), Key::Marketplace(destination.packed())];
        // A seller-fulfilled offer is in the way too.
        if offers.any(&keys) || opt_outs.any(&keys) {
            continue;
        }
        if let Some(Ok(terms)) = pricer.terms(sku, destination)
            && let Ok(priced) = terms.list_price()
        {
            items.push((sku, destination));
            asins.push(asin);
            prices.push(Some(priced.limited.price));
            sales.push(terms.sale().ok().flatten());
        }
    }
    if items.is_empty() {
        return Ok(false);
    }
    let keys = items.iter().map(|&(sku, it)| (sku, it.packed()));
    Uncommitted::run(session, |mut rows| rows.none_comes(&OFFERS, seller_id, keys))?;
    let again = items.iter().map(|&(sku, it)| (sku, it.packed()));
    delete(session, &DELETE_WITHDRAWN, &WITHDRAWN, seller_id, again)?;
    let [skus, destinations] = keyed(items.into_iter());
    let [sale_prices, starts, ends] = of_sales(&sales);
    let args = [
        Arg::Text(seller_id),
        skus,
        destinations,
        Arg::Asins(asins),
        Arg::Numerics(prices),
        sale_prices,
        starts,
        ends,
    ];
    Ok(while_writing(&[c"offer"], || INSERT_OFFERS.change(session, &args)) > 0)
}

/// Deletes the rows of these items, which come in order.
fn delete<'i>(
    session: &Session,
    statement: &RowStatement,
    index: &'static Index,
    seller_id: &str,
    items: impl Iterator<Item = (&'i str, i16)> + Clone,
) -> Result<(), Blocked> {
    let seller = Key::Text(seller_id);
    // Mostly the seller has none at all.
    if !Cursor::open(session, index, &[seller]).any(&[seller]) {
        return Ok(());
    }
    change_rows(session, statement, |session| {
        let keys = |sku, destination| [seller, Key::Sku(sku), Key::Marketplace(destination)];
        let mut rows = Cursor::open(session, index, &keys("", 0));
        let mut tids = Vec::new();
        for (sku, destination) in items.clone() {
            rows.each(&keys(sku, destination), |row| tids.push(row.tid()));
        }
        tids
    })?;
    Ok(())
}

/// Somebody has made offers of these items: what is offered again is not withdrawn any more.
pub fn offered(seller_id: &str, items: &BTreeSet<Item>) -> Result<(), Blocked> {
    if restoring() {
        return Ok(());
    }
    let items = items.iter().map(|(sku, destination)| (sku.as_str(), *destination));
    Session::run(Facts::Newest, |session| {
        delete(session, &DELETE_WITHDRAWN, &WITHDRAWN, seller_id, items)
    })
}

/// Sales as arrays of prices, first and last moments.
pub fn of_sales(sales: &[Option<Sale>]) -> [Arg<'static>; 3] {
    [
        Arg::Numerics(sales.iter().map(|sale| sale.map(|sale| sale.price)).collect()),
        Arg::Timestamps(sales.iter().map(|sale| sale.and_then(|it| it.starts_at)).collect()),
        Arg::Timestamps(sales.iter().map(|sale| sale.and_then(|it| it.ends_at)).collect()),
    ]
}

/// Keeps in mind what offers a seller deleted, and forgets it where it has made new ones.
pub fn keep_in_mind(
    seller_id: &str,
    deleted: &BTreeSet<Item>,
    inserted: &BTreeSet<Item>,
) -> Result<(), Blocked> {
    if restoring() {
        return Ok(());
    }
    Session::run(Facts::Newest, |session| {
        let made = inserted.iter().map(|(sku, destination)| (sku.as_str(), *destination));
        delete(session, &DELETE_OPT_OUTS, &OPT_OUTS, seller_id, made)?;
        let gone: Vec<&Item> = deleted.difference(inserted).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let keys = gone.iter().map(|(sku, destination)| (sku.as_str(), *destination));
        Uncommitted::run(session, |mut rows| rows.none_comes(&OPT_OUTS, seller_id, keys))?;
        let skus = gone.iter().map(|(sku, _)| sku.as_str()).collect();
        let destinations = gone.iter().map(|(_, destination)| *destination).collect();
        let args = [Arg::Text(seller_id), Arg::Skus(skus), Arg::Marketplaces(destinations)];
        while_writing(&[c"listing_opt_out"], || INSERT_OPT_OUTS.change(session, &args));
        // A statement that changed another table too may have had them listed again a moment ago.
        let gone = gone.iter().map(|(sku, destination)| (sku.as_str(), *destination));
        delete(session, &DELETE_AUTO_OFFERS, &OFFERS, seller_id, gone)
    })
}

/// All offers are about to go.
pub fn keep_all_in_mind() {
    if !restoring() {
        Session::run(Facts::Newest, |session| {
            while_writing(&[c"listing_opt_out"], || INSERT_ALL_OPT_OUTS.change(session, &[]));
        });
    }
}
