//! From what changed to the SKUs that have to be evaluated again.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::{Changes, SellerChanges};
use super::cursor::{Cursor, Index, Key};
use super::session::Session;
use super::statement::{Arg, Statement};
use crate::domain::{Marketplace, MarketplaceSet};

/// Which facts of some items may have changed.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// Any of them.
    #[default]
    All,
    /// What Amazon decided of their products.
    Products,
    /// Their stock in the US.
    Stock,
}

/// What is to be evaluated of a seller.
#[derive(Default)]
pub struct Work {
    /// Its SKUs, in order, each once.
    pub skus: Vec<String>,
    /// Which of their facts may have changed.
    pub scope: Scope,
    /// Items whose removal was deleted.
    pub added_back: BTreeSet<(String, i16)>,
    /// SKUs whose prices may have changed, in order, each once.
    pub prices: Vec<String>,
    /// Items whose price was connected.
    pub connected: BTreeSet<(String, i16)>,
}

static ALL_SELLERS: Statement =
    Statement("SELECT seller_id FROM rfba.seller UNION SELECT seller_id FROM rfba.item_status");

static SELLERS_OF_EDITIONS: Statement =
    Statement("SELECT seller_id FROM rfba.seller WHERE program_edition = ANY ($1)");

static SKUS_WITH_STATUS_TEXTS: Statement = Statement(
    "SELECT seller_id, sku FROM rfba.amazon_verdict \
     WHERE rfba.status_text_key(offer_status) = ANY ($1)",
);

static CONNECTED_OFFERS: Statement = Statement(
    "SELECT seller_id, sku FROM rfba.offer WHERE price_connected AND marketplace = ANY ($1)",
);

static CONNECTED_OFFERS_OF_SELLER: Statement = Statement(
    "SELECT seller_id, sku FROM rfba.offer \
     WHERE price_connected AND marketplace = ANY ($1) AND seller_id = $2",
);

static HAS_CONNECTED_OFFERS: Statement = Statement(
    "SELECT seller_id FROM rfba.offer \
     WHERE price_connected AND marketplace = ANY ($1) AND seller_id = $2 LIMIT 1",
);

/// Items that wait for their offer, where automatic listing creation is chosen: what kept them from
/// being priced may have come.
static WAITING_ITEMS: Statement = Statement(
    "SELECT s.seller_id, s.sku \
     FROM rfba.seller_destination d \
         JOIN rfba.item_status s ON s.seller_id = d.seller_id AND s.marketplace = d.marketplace \
     WHERE d.auto_list AND d.marketplace = ANY ($1) AND s.status = 'action_required' \
         AND 'OFFER_MISSING' = ANY (rfba.reasons_of(s.reasons))",
);

static POOLS: Index = Index {
    table: c"inventory",
    name: c"inventory_pkey",
    columns: &[c"fba_offer", c"sku", c"asin"],
};

static POOLS_OF_ASIN: Index = Index {
    table: c"inventory",
    name: c"inventory_asin",
    columns: &[c"fba_offer", c"seller_id", c"sku"],
};

static OFFERS: Index =
    Index { table: c"offer", name: c"offer_pkey", columns: &[c"marketplace", c"asin"] };

static STATUSES: Index =
    Index { table: c"item_status", name: c"item_status_pkey", columns: &[c"sku"] };

static ENROLLMENTS: Index =
    Index { table: c"enrollment", name: c"enrollment_pkey", columns: &[c"sku"] };

/// The ASINs of a seller's items that these changes may concern. Their SKUs have to be locked.
pub fn asins(session: &Session, seller_id: &str, changes: &SellerChanges) -> Vec<i64> {
    let SellerChanges { moved, skus, turned, prices, .. } = changes;
    let mut found: Vec<i64> = changes.known_asins().collect();
    let seller = Key::Text(seller_id);
    let like = [seller, Key::Sku("")];
    // A price mostly comes with its product.
    let is_known = |sku: &String| moved.iter().any(|(moved, _)| moved == sku);
    let mut unknown = skus.iter().chain(prices).filter(|sku| !is_known(sku)).peekable();
    if unknown.peek().is_some() {
        let mut pools = Cursor::open(session, &POOLS, &like);
        unknown.for_each(|sku| {
            pools.each(&[seller, Key::Sku(sku)], |row| found.push(row.get(2)));
        });
    }
    if !turned.is_empty() {
        let mut offers = Cursor::open(session, &OFFERS, &like);
        for sku in turned {
            offers.each(&[seller, Key::Sku(sku)], |row| found.push(row.get(1)));
        }
    }
    sort_once(&mut found);
    found
}

/// The SKUs to be evaluated, by seller in order.
pub fn resolve(session: &Session, changes: &Changes) -> BTreeMap<String, Work> {
    let mut sellers = changes.sellers.clone();
    let mut seller_wide = if changes.everything { all_sellers(session) } else { Vec::new() };
    let mut skus: Vec<(String, String)> = Vec::new();
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
    let mut prices: Vec<(String, String)> = Vec::new();
    if changes.prices != MarketplaceSet::default() {
        let destinations = || Arg::Marketplaces(packed(changes.prices.iter()));
        CONNECTED_OFFERS
            .query(session, &[destinations()], |row| prices.push((row.get(1), row.get(2))));
        WAITING_ITEMS.query(session, &[destinations()], |row| skus.push((row.get(1), row.get(2))));
    }
    if !changes.priced_asins.is_empty() {
        let mut pools = Cursor::open(session, &POOLS_OF_ASIN, &[Key::Asin(0)]);
        for &asin in &changes.priced_asins {
            pools.each(&[Key::Asin(asin)], |row| prices.push((row.get(1), row.get(2))));
        }
    }
    if !changes.asins.is_empty() {
        let mut pools = Cursor::open(session, &POOLS_OF_ASIN, &[Key::Asin(0)]);
        for &asin in &changes.asins {
            pools.each(&[Key::Asin(asin)], |row| {
                if row.get(0) {
                    skus.push((row.get(1), row.get(2)));
                }
            });
        }
    }
    for seller_id in seller_wide {
        sellers.entry(seller_id).or_default().whole = true;
    }
    let products_alone = changes.are_products_alone();
    for (seller_id, sku) in skus {
        sellers.entry(seller_id).or_default().skus.push(sku);
    }
    for (seller_id, sku) in prices {
        sellers.entry(seller_id).or_default().prices.push(sku);
    }
    sellers
        .into_iter()
        .map(|(seller_id, changes)| {
            let mut work = resolve_seller(session, &seller_id, changes);
            if products_alone {
                work.scope = Scope::Products;
            }
            (seller_id, work)
        })
        .collect()
}

fn resolve_seller(session: &Session, seller_id: &str, changes: SellerChanges) -> Work {
    let scope = if changes.is_restocking_alone() { Scope::Stock } else { Scope::All };
    let SellerChanges { whole, pools, restocked, mut skus, mut asins, mut turned, .. } = changes;
    let SellerChanges { all_prices, mut prices, mut priced_asins, .. } = changes;
    let SellerChanges { added_back, connected, .. } = changes;
    skus.extend(pools.into_iter().chain(restocked).map(|(sku, _)| sku));
    if all_prices {
        let args = [Arg::Marketplaces(packed(Marketplace::DESTINATIONS)), Arg::Text(seller_id)];
        CONNECTED_OFFERS_OF_SELLER.query(session, &args, |row| prices.push(row.get(2)));
    }
    let seller = Key::Text(seller_id);
    sort_once(&mut priced_asins);
    if !priced_asins.is_empty() {
        let mut pools = Cursor::open(session, &POOLS_OF_ASIN, &[Key::Asin(0), seller]);
        for asin in priced_asins {
            pools.each(&[Key::Asin(asin), seller], |row| prices.push(row.get(2)));
        }
    }
    sort_texts_once(&mut prices);
    if whole {
        skus.extend(all_skus(session, seller_id));
    } else {
        sort_texts_once(&mut turned);
        if !turned.is_empty() {
            let like = [seller, Key::Sku("")];
            let mut offers = Cursor::open_for(session, &OFFERS, &like, turned.len());
            for sku in turned {
                offers.each(&[seller, Key::Sku(&sku)], |row| {
                    if row.get::<i16>(0) != Marketplace::Us.packed() {
                        asins.push(row.get(1));
                    }
                });
            }
        }
        sort_once(&mut asins);
        if !asins.is_empty() {
            let mut pools = Cursor::open(session, &POOLS_OF_ASIN, &[Key::Asin(0), seller]);
            for asin in asins {
                pools.each(&[Key::Asin(asin), seller], |row| {
                    if row.get(0) {
                        skus.push(row.get(2));
                    }
                });
            }
        }
    }
    sort_texts_once(&mut skus);
    Work { skus, scope, added_back, prices, connected }
}

/// Whether the seller has an offer whose price is connected.
pub fn has_connected_offers(session: &Session, seller_id: &str) -> bool {
    let mut has_some = false;
    let args = [Arg::Marketplaces(packed(Marketplace::DESTINATIONS)), Arg::Text(seller_id)];
    HAS_CONNECTED_OFFERS.query(session, &args, |_| has_some = true);
    has_some
}

fn packed(marketplaces: impl IntoIterator<Item = Marketplace>) -> Vec<i16> {
    marketplaces.into_iter().map(Marketplace::packed).collect()
}

/// Every SKU of the seller that is an item, or is taken for one.
pub fn all_skus(session: &Session, seller_id: &str) -> Vec<String> {
    let mut skus: Vec<String> = Vec::new();
    let seller = [Key::Text(seller_id)];
    Cursor::open(session, &POOLS, &seller).each(&seller, |row| {
        if row.get(0) {
            skus.push(row.get(1));
        }
    });
    // Mostly they are the same ones, in the same order, and need not be copied to be known.
    let mut others: Vec<String> = Vec::new();
    for index in [&STATUSES, &ENROLLMENTS] {
        let mut at = 0;
        Cursor::open(session, index, &seller).each(&seller, |row| {
            let is = |place: usize| skus.get(place).is_some_and(|sku| row.is_text(0, sku));
            if let Some(place) = [at, at + 1].into_iter().find(|&place| is(place)) {
                at = place;
                return;
            }
            let sku: String = row.get(0);
            match skus.binary_search(&sku) {
                Ok(place) => at = place,
                Err(_) => others.push(sku),
            }
        });
    }
    if !others.is_empty() {
        skus.append(&mut others);
        sort_texts_once(&mut skus);
    }
    skus
}

/// Every seller, and those that are gone and have a status.
fn all_sellers(session: &Session) -> Vec<String> {
    let mut sellers = Vec::new();
    ALL_SELLERS.query(session, &[], |row| sellers.push(row.get::<String>(1)));
    sort_once(&mut sellers);
    sellers
}

/// The same with texts, of which mostly the first bytes tell: they lie beside each other.
pub(super) fn sort_texts_once(texts: &mut Vec<String>) {
    fn first_bytes(text: &str) -> u64 {
        let mut first = [0; size_of::<u64>()];
        first.iter_mut().zip(text.as_bytes()).for_each(|(to, from)| *to = *from);
        u64::from_be_bytes(first)
    }
    if !texts.is_sorted() {
        let texts_of = std::mem::take(texts).into_iter();
        let mut sorted: Vec<(u64, String)> =
            texts_of.map(|text| (first_bytes(&text), text)).collect();
        sorted.sort_unstable();
        texts.extend(sorted.into_iter().map(|(_, text)| text));
    }
    texts.dedup();
}

/// Values in order, each once.
pub(super) fn sort_once<T: Ord>(values: &mut Vec<T>) {
    values.sort_unstable();
    values.dedup();
}
