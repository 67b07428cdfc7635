//! From what changed to the SKUs that have to be evaluated again.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::{Changes, SellerChanges};
use super::session::Session;
use super::statement::{Arg, Statement};
use super::{CHUNK, references};

/// What is to be evaluated of a seller.
#[derive(Default)]
pub struct Work {
    /// Its SKUs, in order, each once.
    pub skus: Vec<String>,
    /// Items whose removal was taken back.
    pub added_back: BTreeSet<(String, i16)>,
}

static ALL_SELLERS: Statement =
    Statement("SELECT seller_id FROM rfba.seller UNION SELECT seller_id FROM rfba.item_status");

static SELLERS_OF_EDITIONS: Statement =
    Statement("SELECT seller_id FROM rfba.seller WHERE program_edition = ANY ($1)");

static SKUS_WITH_STATUS_TEXTS: Statement = Statement(
    "SELECT seller_id, sku FROM rfba.amazon_verdict \
     WHERE rfba.status_text_key(offer_status) = ANY ($1)",
);

static SKUS_OF_ASINS: Statement =
    Statement("SELECT seller_id, sku FROM rfba.inventory WHERE asin = ANY ($1) AND fba_offer");

static SKUS_OF_SELLERS_ASINS: Statement = Statement(
    "SELECT sku FROM rfba.inventory \
     WHERE asin = ANY ($2) AND seller_id = $1 AND fba_offer",
);

static ASINS_OFFERED: Statement = Statement(
    "SELECT asin FROM rfba.offer \
     WHERE seller_id = $1 AND sku = ANY ($2) \
         AND marketplace <> 'US'::rfba.marketplace",
);

static ALL_SKUS: Statement = Statement(
    "SELECT sku FROM rfba.inventory WHERE seller_id = $1 AND fba_offer \
     UNION ALL SELECT sku FROM rfba.item_status WHERE seller_id = $1 \
     UNION ALL SELECT sku FROM rfba.enrollment WHERE seller_id = $1 AND state = 'enrolled'",
);

/// The SKUs to be evaluated, by seller in order.
pub fn resolve(session: &Session, changes: Changes) -> BTreeMap<String, Work> {
    let mut sellers = changes.sellers;
    let mut seller_wide = if changes.everything { all_sellers(session) } else { Vec::new() };
    let mut skus: Vec<(String, String)> = Vec::new();
    session.step(|| {
        if !changes.editions.is_empty() {
            let editions = changes.editions.iter().map(String::as_str).collect();
            SELLERS_OF_EDITIONS
                .query(session, &[Arg::Texts(editions)], |row| seller_wide.push(row.get(1)));
        }
        if !changes.status_texts.is_empty() {
            let texts = changes.status_texts.iter().map(String::as_str).collect();
            SKUS_WITH_STATUS_TEXTS
                .query(session, &[Arg::Texts(texts)], |row| skus.push((row.get(1), row.get(2))));
        }
    });
    let asins: Vec<i64> = changes.asins.into_iter().collect();
    for asins in asins.chunks(CHUNK) {
        session.step(|| {
            SKUS_OF_ASINS.query(session, &[Arg::Asins(asins.to_vec())], |row| {
                skus.push((row.get(1), row.get(2)));
            });
        });
    }
    for seller_id in seller_wide {
        sellers.entry(seller_id).or_default().whole = true;
    }
    for (seller_id, sku) in skus {
        sellers.entry(seller_id).or_default().skus.push(sku);
    }
    sellers
        .into_iter()
        .map(|(seller_id, changes)| {
            let work = resolve_seller(session, &seller_id, changes);
            (seller_id, work)
        })
        .collect()
}

fn resolve_seller(session: &Session, seller_id: &str, changes: SellerChanges) -> Work {
    let SellerChanges { whole, mut skus, mut asins, mut turned, added_back } = changes;
    if whole {
        skus.extend(all_skus(session, seller_id));
    } else {
        sort_once(&mut turned);
        for turned in turned.chunks(CHUNK) {
            let turned = turned.iter().map(String::as_str).collect();
            session.step(|| {
                ASINS_OFFERED.query(session, &[Arg::Text(seller_id), Arg::Skus(turned)], |row| {
                    asins.push(row.get(1));
                });
            });
        }
        sort_once(&mut asins);
        for asins in asins.chunks(CHUNK) {
            session.step(|| {
                let args = [Arg::Text(seller_id), Arg::Asins(asins.to_vec())];
                SKUS_OF_SELLERS_ASINS.query(session, &args, |row| skus.push(row.get(1)));
            });
        }
    }
    skus.extend(added_back.iter().map(|(sku, _)| sku.clone()));
    sort_once(&mut skus);
    Work { skus, added_back }
}

/// Every SKU of the seller that is an item, or is taken for one.
pub fn all_skus(session: &Session, seller_id: &str) -> Vec<String> {
    let mut skus: Vec<String> = Vec::new();
    session.step(|| {
        ALL_SKUS.query(session, &[Arg::Text(seller_id)], |row| skus.push(row.get(1)));
    });
    sort_once(&mut skus);
    skus
}

/// Every seller, and those that are gone and have left rows.
pub fn all_sellers(session: &Session) -> Vec<String> {
    let mut sellers = references::sellers_with_rows(session);
    session.step(|| ALL_SELLERS.query(session, &[], |row| sellers.push(row.get::<String>(1))));
    sort_once(&mut sellers);
    sellers
}

fn sort_once<T: Ord>(values: &mut Vec<T>) {
    values.sort_unstable();
    values.dedup();
}
