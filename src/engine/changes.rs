//! What a statement changed, in keys: where the engine has to look, and what it has to see to first.

use std::collections::{BTreeMap, BTreeSet};

use super::listing::Item;
use super::stock::DualStock;
use crate::domain::MarketplaceSet;

/// Changes of base tables, by the keys from which items are found.
#[derive(Default)]
pub struct Changes {
    /// Everything of everybody: a table was truncated.
    pub everything: bool,
    /// That table was `seller`: whatever is left of anybody goes.
    pub no_sellers: bool,
    /// That table was `program_edition`.
    pub no_editions: bool,
    /// The user's editions or status texts may be others.
    pub replace_shipped: bool,
    /// Rates are others.
    pub rates: bool,
    /// Sellers of these editions.
    pub editions: BTreeSet<String>,
    /// Items whose verdict has one of these texts, as `rfba.status_text_key` makes them.
    pub status_texts: BTreeSet<String>,
    /// Items of these ASINs, whoever sells them.
    pub asins: BTreeSet<i64>,
    /// Prices in these destinations: an exchange rate or a fee changed.
    pub prices: MarketplaceSet,
    /// Prices of these ASINs, whoever sells them.
    pub priced_asins: BTreeSet<i64>,
    /// Editions that rows have come to follow.
    pub followed_editions: BTreeSet<String>,
    /// By seller.
    pub sellers: BTreeMap<String, SellerChanges>,
}

/// Changes of one seller's rows.
#[derive(Clone, Default)]
pub struct SellerChanges {
    /// All its items.
    pub whole: bool,
    /// Items of these SKUs, whose rows in `inventory` changed, with the ASIN of each row.
    pub pools: Vec<(String, i64)>,
    /// Items of these SKUs, of whose rows in `inventory` the stock changed and nothing else, with the
    /// ASIN of each row.
    pub restocked: Vec<(String, i64)>,
    /// SKUs whose rows in `inventory` have another product, with the ASINs of both.
    pub moved: Vec<(String, i64)>,
    /// Items of these SKUs.
    pub skus: Vec<String>,
    /// Items of these ASINs.
    pub asins: Vec<i64>,
    /// SKUs that gained or lost their FBA offer: where one has an offer in a destination, it may
    /// start or end to conflict with the seller's other SKUs of that ASIN.
    pub turned: Vec<String>,
    /// Items whose removal was deleted.
    pub added_back: BTreeSet<Item>,
    /// Prices of all its items.
    pub all_prices: bool,
    /// Prices of these SKUs.
    pub prices: Vec<String>,
    /// Prices of its SKUs of these ASINs.
    pub priced_asins: Vec<i64>,
    /// Items whose price was connected.
    pub connected: BTreeSet<Item>,
    /// Its row was deleted: its other rows go with it.
    pub deleted: bool,

    /// Rows have come that are the seller's.
    pub referred: bool,
    /// Its row has another id now.
    pub renamed: bool,
    /// The account was enrolled.
    pub enrolling: bool,
    /// SKUs with an FBA offer that have seller-fulfilled stock.
    pub dual_stock: Vec<DualStock>,
    /// Items that somebody has made offers of.
    pub offered: BTreeSet<Item>,
    /// Items whose offer the seller deleted, and those of which it made one.
    pub withdrawn: [BTreeSet<Item>; 2],
}

impl Changes {
    /// The changes of a seller.
    pub fn seller(&mut self, seller_id: &str) -> &mut SellerChanges {
        self.sellers.entry(seller_id.to_owned()).or_default()
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        !self.reaches_every_seller()
            && self.asins.is_empty()
            && self.priced_asins.is_empty()
            && self.sellers.is_empty()
    }

    /// Whether nothing but what Amazon decided of products may have changed.
    pub fn are_products_alone(&self) -> bool {
        !self.asins.is_empty()
            && self.priced_asins.is_empty()
            && self.sellers.is_empty()
            && !self.reaches_every_seller()
    }

    /// Whether items of sellers that are not named may be among them, and not by their ASIN.
    pub fn reaches_every_seller(&self) -> bool {
        self.everything
            || !self.editions.is_empty()
            || !self.status_texts.is_empty()
            || self.prices != MarketplaceSet::default()
    }
}

impl SellerChanges {
    /// Whether there is something to be seen to before items are evaluated.
    pub fn is_seen_to_first(&self) -> bool {
        let Self { deleted, referred, renamed, enrolling, .. } = self;
        let Self { dual_stock, offered, withdrawn, .. } = self;
        *deleted
            || *referred
            || *renamed
            || *enrolling
            || !dual_stock.is_empty()
            || !offered.is_empty()
            || withdrawn.iter().any(|items| !items.is_empty())
    }

    /// Whether nothing but the stock of SKUs may have changed.
    pub fn is_restocking_alone(&self) -> bool {
        let Self { whole, pools, skus, asins, turned, added_back, .. } = self;
        let Self { restocked, all_prices, prices, priced_asins, .. } = self;
        !(restocked.is_empty() || *whole || *all_prices)
            && [pools, &self.moved].into_iter().all(Vec::is_empty)
            && [skus, turned, prices].into_iter().all(Vec::is_empty)
            && [asins, priced_asins].into_iter().all(Vec::is_empty)
            && added_back.is_empty()
    }

    /// The SKUs that are named.
    pub fn named_skus(&self) -> impl Iterator<Item = &str> {
        let pools = self.pools.iter().chain(&self.restocked).map(|(sku, _)| sku);
        let others = [&self.skus, &self.turned, &self.prices].into_iter().flatten();
        pools.chain(others).map(String::as_str)
    }

    /// The ASINs that are known without looking.
    pub fn known_asins(&self) -> impl Iterator<Item = i64> {
        let pools = self.pools.iter().chain(&self.restocked).chain(&self.moved);
        pools.map(|(_, asin)| *asin).chain(self.asins.iter().chain(&self.priced_asins).copied())
    }

    /// Whether others have to be looked up.
    pub fn has_unknown_asins(&self) -> bool {
        !(self.skus.is_empty() && self.turned.is_empty() && self.prices.is_empty())
    }
}
