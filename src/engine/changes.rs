//! What a statement changed, in keys: where the engine has to look again.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::MarketplaceSet;

/// Changes of base tables, by the keys from which items are found.
#[derive(Default)]
pub struct Changes {
    /// Everything of everybody: a table was truncated.
    pub everything: bool,
    /// That table was `seller`: whatever is left of anybody goes.
    pub no_sellers: bool,
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
    /// By seller.
    pub sellers: BTreeMap<String, SellerChanges>,
}

/// Changes of one seller's rows.
#[derive(Default)]
pub struct SellerChanges {
    /// All its items.
    pub whole: bool,
    /// Items of these SKUs.
    pub skus: Vec<String>,
    /// Items of these ASINs.
    pub asins: Vec<i64>,
    /// SKUs that gained or lost their FBA offer: where one has an offer in a destination, it may
    /// start or end to conflict with the seller's other SKUs of that ASIN.
    pub turned: Vec<String>,
    /// Items whose removal was deleted.
    pub added_back: BTreeSet<(String, i16)>,
    /// Prices of all its items.
    pub all_prices: bool,
    /// Prices of these SKUs.
    pub prices: Vec<String>,
    /// Prices of its SKUs of these ASINs.
    pub priced_asins: Vec<i64>,
    /// Items whose price was connected.
    pub connected: BTreeSet<(String, i16)>,
    /// Its row was deleted: its other rows go with it.
    pub deleted: bool,
}

impl Changes {
    /// The changes of a seller.
    pub fn seller(&mut self, seller_id: &str) -> &mut SellerChanges {
        self.sellers.entry(seller_id.to_owned()).or_default()
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        !self.reaches_every_seller() && self.sellers.is_empty()
    }

    /// Whether items of sellers that are not named may be among them.
    pub fn reaches_every_seller(&self) -> bool {
        self.everything
            || !self.editions.is_empty()
            || !self.status_texts.is_empty()
            || !self.asins.is_empty()
            || self.prices != MarketplaceSet::default()
            || !self.priced_asins.is_empty()
    }
}
