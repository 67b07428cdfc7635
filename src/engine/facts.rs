//! The facts of a seller's SKUs, looked up by key.

mod read;

use std::collections::HashMap;

use read::{
    ASSESSMENTS, DESTINATIONS, ENROLLMENTS, OFFERS, OFFERS_OF_ASIN, POOLS, RESTRICTIONS, SELLERS,
    VERDICTS,
};
pub use read::{LOCAL_STOCK, STORED};

use super::cursor::{Cursor, Index, Key};
use super::keys::sort_once;
use super::outcome::{Enrollment, Outcome, Stored};
use super::session::{Session, let_cancel};
use crate::domain::eligibility::{
    self, Account, DestinationOffer, Edition, Evaluation, Item, OfferStatus, Product, Restriction,
    Verdict,
};
use crate::domain::{Marketplace, MarketplaceSet};

/// A seller and the edition it follows.
#[derive(Clone, Copy)]
pub struct Seller {
    /// Its account.
    pub account: Account,
    /// The edition.
    pub edition: Edition,
}

/// Facts under a SKU.
#[derive(Clone, Copy, Default)]
struct SkuFacts {
    /// ASIN and whether there is stock, of a SKU with an FBA offer in the US.
    pool: Option<(i64, bool)>,
    us_offer: Option<OfferStatus>,
    by_marketplace: [SkuIn; Marketplace::ALL.len()],
}

impl SkuFacts {
    /// What is stored of the SKU in the destinations of an edition; none where that is not all of them,
    /// or something is stored elsewhere.
    fn stored_in(&self, edition: &Edition) -> Option<impl Iterator<Item = (Marketplace, Stored)>> {
        let stored = |it: &Marketplace| self.by_marketplace[*it as usize].stored;
        let is_whole = Marketplace::DESTINATIONS
            .iter()
            .all(|it| stored(it).is_some() == edition.destinations.contains(*it));
        let each = Marketplace::DESTINATIONS.into_iter();
        is_whole.then(move || each.filter_map(move |it| Some((it, stored(&it)?))))
    }
}

/// Facts under a SKU in a destination.
#[derive(Clone, Copy, Default)]
struct SkuIn {
    offer: Option<DestinationOffer>,
    verdict: Option<Verdict>,
    enrollment: Option<Enrollment>,
    stored: Option<Stored>,
}

/// Facts of a seller's ASIN.
#[derive(Clone, Copy, Default)]
struct AsinFacts {
    product: Product,
    local_stock: MarketplaceSet,
    conflicting_offer: MarketplaceSet,
    restrictions: Restrictions,
}

/// A seller's restrictions on an ASIN, by marketplace.
type Restrictions = [Option<Restriction>; Marketplace::ALL.len()];

/// Reads facts by key. Its cursors are opened when they are needed and serve all that it reads.
pub struct Reader<'s> {
    session: &'s Session,
    /// So many SKUs of a seller are read one after the other.
    skus: usize,
    cursors: Cursors<'s>,
    editions: HashMap<String, Edition>,
    /// Products that were read for [`Reader::outcomes_of_products`].
    products: HashMap<i64, Product>,
    meanings: Option<HashMap<String, Verdict>>,
}

#[derive(Default)]
struct Cursors<'s> {
    sellers: Option<Cursor<'s>>,
    destinations: Option<Cursor<'s>>,
    pools: Option<Cursor<'s>>,
    offers: Option<Cursor<'s>>,
    verdicts: Option<Cursor<'s>>,
    enrollments: Option<Cursor<'s>>,
    stored: Option<Cursor<'s>>,
    assessments: Option<Cursor<'s>>,
    local_stock: Option<Cursor<'s>>,
    offers_of_asin: Option<Cursor<'s>>,
    other_pools: Option<Cursor<'s>>,
    restrictions: Option<Cursor<'s>>,
}

/// A cursor for keys that begin anew and come in order, opened where it was not yet.
fn cursor<'c, 's>(
    cursor: &'c mut Option<Cursor<'s>>,
    session: &'s Session,
    index: &'static Index,
    like: &[Key],
    number_of_keys: usize,
) -> &'c mut Cursor<'s> {
    let cursor =
        cursor.get_or_insert_with(|| Cursor::open_for(session, index, like, number_of_keys));
    cursor.begin_anew();
    cursor
}

impl<'s> Reader<'s> {
    /// A reader of so many SKUs at most of a seller.
    pub fn new(session: &'s Session, skus: usize) -> Self {
        let (cursors, editions, products) = Default::default();
        Self { session, skus, cursors, editions, products, meanings: None }
    }

    /// The seller, if there is a row of it. While a dump is being restored its edition may come later;
    /// until then it has no destination.
    pub fn seller(&mut self, seller_id: &str) -> Option<Seller> {
        let key = [Key::Text(seller_id)];
        let sellers = cursor(&mut self.cursors.sellers, self.session, &SELLERS, &key, 1);
        sellers.seek(&key);
        let row = sellers.next()?;
        let account = Account {
            enrolled: !row.is_null(0),
            in_good_standing: row.get(1) && row.get(2) && row.get(3),
            fba_marketplaces: read::marketplaces(row.get(4)),
        };
        let edition: String = row.get(5);
        let edition = match self.editions.get(&edition) {
            Some(known) => *known,
            None => {
                let found = read::edition(self.session, &edition);
                self.editions.insert(edition, found);
                found
            }
        };
        Some(Seller { account, edition })
    }

    /// Where the seller chose automatic listing creation.
    pub fn auto_list(&mut self, seller_id: &str) -> MarketplaceSet {
        let key = [Key::Text(seller_id)];
        let destinations =
            cursor(&mut self.cursors.destinations, self.session, &DESTINATIONS, &key, 1);
        let mut chosen = MarketplaceSet::default();
        destinations.each(&key, |row| {
            if let (Some(destination), true) = (read::marketplace(&row), row.get(1)) {
                chosen = chosen.with(destination);
            }
        });
        chosen
    }

    /// Reads all facts of these SKUs (in order, each once) and evaluates them: every item, and every
    /// destination in which something of theirs is stored.
    pub fn outcomes<'a>(
        &mut self,
        seller_id: &str,
        seller: Option<&Seller>,
        skus: &[&'a str],
    ) -> Vec<Outcome<'a>> {
        let of_skus = self.read_skus(seller_id, skus);
        let of_asins = match seller {
            Some(_) => self.read_asins(seller_id, skus, &of_skus),
            None => HashMap::new(),
        };
        let mut outcomes = Vec::with_capacity(skus.len() * Marketplace::DESTINATIONS.len());
        for (number, (&sku, facts)) in skus.iter().zip(&of_skus).enumerate() {
            let_cancel(number);
            let of_asin = facts.pool.and_then(|(asin, _)| of_asins.get(&asin));
            for destination in Marketplace::DESTINATIONS {
                let SkuIn { enrollment, stored, .. } = facts.by_marketplace[destination as usize];
                let item = seller
                    .zip(of_asin)
                    .and_then(|(seller, of_asin)| evaluate(seller, facts, of_asin, destination));
                if item.is_some() || enrollment.is_some() || stored.is_some() {
                    outcomes.push(Outcome { sku, destination, item, enrollment, stored });
                }
            }
        }
        outcomes
    }

    /// The same where nothing but facts of products may have changed: what else the items' reasons
    /// follow from is not read, for the stored ones tell. None where they do not.
    pub fn outcomes_of_products<'a>(
        &mut self,
        seller_id: &str,
        seller: Option<&Seller>,
        skus: &[&'a str],
    ) -> Option<Vec<Outcome<'a>>> {
        let Seller { account, edition } = seller?;
        let Self { session, cursors, meanings, products, .. } = self;
        let (seller, n) = (Key::Text(seller_id), self.skus);
        let (of_sku, of_asin) = ([seller, Key::Sku("")], [seller, Key::Asin(0)]);
        let verdicts = cursor(&mut cursors.verdicts, session, &VERDICTS, &of_sku, n);
        let all_stored = cursor(&mut cursors.stored, session, &STORED, &of_sku, n);
        let assessments = &mut cursors.assessments;
        let restrictions = cursor(&mut cursors.restrictions, session, &RESTRICTIONS, &of_asin, 1);

        let mut outcomes = Vec::with_capacity(skus.len() * Marketplace::DESTINATIONS.len());
        for (number, &sku) in skus.iter().enumerate() {
            let_cancel(number);
            let mut facts = SkuFacts::default();
            let keys = [seller, Key::Sku(sku)];
            read::stored(all_stored, &keys, &mut facts);
            read::verdicts(verdicts, session, meanings, &keys, &mut facts);
            let mut restricted: Option<(i64, Restrictions)> = None;
            for (destination, stored) in facts.stored_in(edition)? {
                let asin = stored.row.asin;
                let product = products.entry(asin).or_insert_with(|| {
                    let key = [Key::Asin(asin)];
                    let mut product = Product::default();
                    let assessments = cursor(assessments, session, &ASSESSMENTS, &key, 1);
                    read::assessments(assessments, asin, &mut product);
                    product
                });
                let (_, restricted) = match restricted {
                    Some(known) if known.0 == asin => known,
                    _ => {
                        let mut found = Restrictions::default();
                        // ASINs come in no order here.
                        restrictions.begin_anew();
                        read::restrictions(restrictions, &[seller, Key::Asin(asin)], &mut found);
                        *restricted.insert((asin, found))
                    }
                };
                let restriction = restricted[destination as usize];
                let listable =
                    eligibility::listable_reasons(edition, product, restriction, destination);
                let verdict = facts.by_marketplace[destination as usize].verdict;
                let evaluation = stored.row.evaluation.with_listable(listable, verdict);
                outcomes.push(Outcome::of_stored(account, sku, destination, stored, evaluation)?);
            }
        }
        Some(outcomes)
    }

    /// The same where nothing but stock in the US may have changed.
    pub fn outcomes_of_stock<'a>(
        &mut self,
        seller_id: &str,
        seller: Option<&Seller>,
        skus: &[&'a str],
    ) -> Option<Vec<Outcome<'a>>> {
        let Seller { account, edition } = seller?;
        let Self { session, cursors, meanings, .. } = self;
        let (seller, n) = (Key::Text(seller_id), self.skus);
        let like = [seller, Key::Sku("")];
        let pools = cursor(&mut cursors.pools, session, &POOLS, &like, n);
        let offers = cursor(&mut cursors.offers, session, &OFFERS, &like, n);
        let verdicts = cursor(&mut cursors.verdicts, session, &VERDICTS, &like, n);
        let all_stored = cursor(&mut cursors.stored, session, &STORED, &like, n);

        let mut outcomes = Vec::with_capacity(skus.len() * Marketplace::DESTINATIONS.len());
        for (number, &sku) in skus.iter().enumerate() {
            let_cancel(number);
            let mut facts = SkuFacts::default();
            let keys = [seller, Key::Sku(sku)];
            read::stored(all_stored, &keys, &mut facts);
            read::pool(pools, &keys, &mut facts);
            read::offers(offers, &keys, &mut facts);
            read::verdicts(verdicts, session, meanings, &keys, &mut facts);
            let (asin, us_stock) = facts.pool?;
            for (destination, stored) in facts.stored_in(edition)? {
                if stored.row.asin != asin {
                    return None;
                }
                let SkuIn { offer, verdict, .. } = facts.by_marketplace[destination as usize];
                let supply = eligibility::supply_reasons(us_stock, facts.us_offer, offer);
                let evaluation = stored.row.evaluation.with_supply(supply, verdict);
                outcomes.push(Outcome::of_stored(account, sku, destination, stored, evaluation)?);
            }
        }
        Some(outcomes)
    }

    fn read_skus(&mut self, seller_id: &str, skus: &[&str]) -> Vec<SkuFacts> {
        let Self { session, cursors, meanings, .. } = self;
        let like = [Key::Text(seller_id), Key::Sku("")];
        let n = self.skus;
        let pools = cursor(&mut cursors.pools, session, &POOLS, &like, n);
        let offers = cursor(&mut cursors.offers, session, &OFFERS, &like, n);
        let verdicts = cursor(&mut cursors.verdicts, session, &VERDICTS, &like, n);
        let enrollments = cursor(&mut cursors.enrollments, session, &ENROLLMENTS, &like, n);
        let stored = cursor(&mut cursors.stored, session, &STORED, &like, n);
        let read = |(number, &sku): (usize, &&str)| {
            let_cancel(number);
            let mut facts = SkuFacts::default();
            let keys = [Key::Text(seller_id), Key::Sku(sku)];
            read::pool(pools, &keys, &mut facts);
            read::offers(offers, &keys, &mut facts);
            read::verdicts(verdicts, session, meanings, &keys, &mut facts);
            read::enrollments(enrollments, &keys, &mut facts);
            read::stored(stored, &keys, &mut facts);
            facts
        };
        skus.iter().enumerate().map(read).collect()
    }

    fn read_asins(
        &mut self,
        seller_id: &str,
        skus: &[&str],
        of_skus: &[SkuFacts],
    ) -> HashMap<i64, AsinFacts> {
        let Self { session, cursors, products, .. } = self;
        let seller = Key::Text(seller_id);
        let (of_seller, n) = ([seller, Key::Asin(0)], self.skus);
        let assessments =
            cursor(&mut cursors.assessments, session, &ASSESSMENTS, &of_seller[1..], n);
        let local_stock = cursor(&mut cursors.local_stock, session, &LOCAL_STOCK, &of_seller, n);
        let offers = cursor(&mut cursors.offers_of_asin, session, &OFFERS_OF_ASIN, &of_seller, n);
        let restrictions = cursor(&mut cursors.restrictions, session, &RESTRICTIONS, &of_seller, n);
        // Of a SKU with an FBA offer in the US an offer is no conflict.
        let mut is_pool = |sku: &str| match skus.binary_search(&sku) {
            Ok(at) => of_skus.get(at).is_some_and(|facts| facts.pool.is_some()),
            Err(_) => {
                let keys = [seller, Key::Sku(sku)];
                let pools = cursor(&mut cursors.other_pools, session, &POOLS, &keys, 1);
                pools.seek(&keys);
                pools.next().is_some_and(|pool| pool.get(0))
            }
        };

        let mut asins: Vec<i64> = of_skus.iter().filter_map(|it| Some(it.pool?.0)).collect();
        sort_once(&mut asins);
        let mut of_asins = HashMap::with_capacity(asins.len());
        for asin in asins {
            let mut facts = AsinFacts::default();
            let keys = [seller, Key::Asin(asin)];
            match products.get(&asin) {
                Some(known) => facts.product = *known,
                None => read::assessments(assessments, asin, &mut facts.product),
            }
            facts.local_stock = read::local_stock(local_stock, &keys);
            offers.each(&keys, |row| {
                if let Some(marketplace) = read::marketplace(&row)
                    && marketplace != Marketplace::Us
                    && !facts.conflicting_offer.contains(marketplace)
                    && !is_pool(&row.get::<String>(1))
                {
                    facts.conflicting_offer = facts.conflicting_offer.with(marketplace);
                }
            });
            read::restrictions(restrictions, &keys, &mut facts.restrictions);
            of_asins.insert(asin, facts);
        }
        of_asins
    }
}

fn evaluate(
    seller: &Seller,
    facts: &SkuFacts,
    of_asin: &AsinFacts,
    destination: Marketplace,
) -> Option<(i64, Evaluation)> {
    let (asin, us_stock) = facts.pool?;
    if !seller.edition.destinations.contains(destination) {
        return None;
    }
    let here = &facts.by_marketplace[destination as usize];
    let item = Item {
        destination,
        us_stock,
        us_offer: facts.us_offer,
        destination_offer: here.offer,
        local_stock: of_asin.local_stock.contains(destination),
        conflicting_offer: of_asin.conflicting_offer.contains(destination),
        restriction: of_asin.restrictions[destination as usize],
        removed: here.enrollment == Some(Enrollment::Removed),
        verdict: here.verdict,
    };
    let evaluation =
        eligibility::evaluate(&seller.account, &seller.edition, &of_asin.product, &item);
    Some((asin, evaluation))
}
