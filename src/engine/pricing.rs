//! What prices follow from, read by key: a seller's offers, products and settings as they are needed,
//! fee tables and exchange rates once a pass.

use std::rc::Rc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::cursor::{Cursor, Index, Key};
use super::facts::LOCAL_STOCK;
use super::rates::{RateReader, Rates, known, number, seek};
use super::session::Session;
use crate::domain::fees::{
    Band, FeeAt, FeeLine, Fees, MissingFee, Program, ReferralAt, Surcharges, fulfillment_fees,
};
use crate::domain::money::{Exact, Overflow, next_above};
use crate::domain::pricing::{
    Adjustment, Conversion, Exchange, Limited, Limits, PriceError, PriceRule, RuleBasis,
    break_even, convert, is_loss,
};
use crate::domain::size::Package;
use crate::domain::unpriced::Unpriced;
use crate::domain::{Asin, Marketplace, named};

static SELLERS: Index = Index {
    table: c"seller",
    name: c"seller_pkey",
    columns: &[c"currency_converter_rate", c"country"],
};

static DESTINATIONS: Index = Index {
    table: c"seller_destination",
    name: c"seller_destination_pkey",
    columns: &[
        c"price_rule",
        c"price_adjustment",
        c"fee_adjusted",
        c"rule_basis",
        c"price_ending",
        c"min_price",
        c"max_price",
    ],
};

static POOLS: Index = Index { table: c"inventory", name: c"inventory_pkey", columns: &[c"asin"] };

static OFFERS: Index = Index {
    table: c"offer",
    name: c"offer_pkey",
    columns: &[c"price", c"sale_price", c"sale_starts_at", c"sale_ends_at"],
};

static PRODUCTS: Index = Index {
    table: c"product",
    name: c"product_pkey",
    columns: &[
        c"category",
        c"longest_side",
        c"median_side",
        c"shortest_side",
        c"weight",
        c"size_tier",
    ],
};

static ESTIMATES: Index = Index {
    table: c"sku_fee_estimate",
    name: c"sku_fee_estimate_pkey",
    columns: &[c"effective_to", c"fulfillment_fee"],
};

/// Fees of selling an item somewhere, and what they were found by.
pub struct SaleFees {
    /// Where.
    pub marketplace: Marketplace,
    /// Who fulfils.
    pub program: Program,
    fulfillment: Vec<FeeAt>,
    referral: Rc<[ReferralAt]>,
    surcharges: Surcharges,
    /// Size tier and shipping weight in pounds; `None` where Amazon's estimate stands for the table.
    size: Option<(String, Decimal)>,
    category: Rc<str>,
    day: NaiveDate,
}

impl SaleFees {
    /// The fees.
    pub fn fees(&self) -> Result<Fees<'_>, Overflow> {
        self.surcharges.on(&self.fulfillment, &self.referral)
    }

    /// The fee that a price has none of.
    fn missing(&self, missing: MissingFee, price: Option<Decimal>) -> Unpriced {
        let Self { marketplace, program, day, .. } = *self;
        match (missing, &self.size) {
            (MissingFee::Fulfillment, Some((size_tier, weight))) => Unpriced::NoFulfillmentFee {
                program,
                marketplace,
                size_tier: size_tier.clone(),
                weight: *weight,
                price,
                day,
            },
            _ => Unpriced::NoReferralFee {
                category: self.category.to_string(),
                marketplace,
                price,
                day,
            },
        }
    }

    fn of_conversion(&self, error: PriceError) -> Unpriced {
        match error {
            PriceError::NoFee { missing, over } => {
                self.missing(missing, next_above(over).ok().filter(|_| !over.is_zero()))
            }
            error => Unpriced::Price(error),
        }
    }

    /// A line a fee of a sale at this price.
    pub fn lines(&self, price: Decimal) -> Result<Vec<FeeLine>, Unpriced> {
        let lines = self.fees()?.lines(&self.surcharges, price)?;
        lines.map_err(|missing| self.missing(missing, Some(price)))
    }

    /// The price, to the cent, of which the fees take all.
    pub fn break_even(&self) -> Result<Decimal, Unpriced> {
        break_even(&self.fees()?).map_err(|error| self.of_conversion(error))
    }
}

/// A US offer's prices.
#[derive(Clone, Copy, Default)]
pub struct UsOffer {
    /// List price.
    pub price: Option<Decimal>,
    /// Sale price, first and last moment of the sale.
    pub sale: Option<Sale>,
}

/// A sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    /// Its price.
    pub price: Decimal,
    /// First moment, as PostgreSQL's microseconds.
    pub starts_at: Option<i64>,
    /// Last moment.
    pub ends_at: Option<i64>,
}

/// All that makes a destination price out of a US price.
pub struct Terms {
    /// The US offer.
    pub us_offer: UsOffer,
    /// Fees in the US, and why they are not known where the price does not need them.
    pub us_fees: Result<Rc<SaleFees>, Unpriced>,
    /// Fees in the destination; likewise.
    pub fees: Result<SaleFees, Unpriced>,
    /// What a dollar is worth there, where that is known.
    pub exchange: Result<Exchange, Unpriced>,
    rule: PriceRule,
    /// The seller's limits.
    pub limits: Limits,
}

/// A destination price and how it came about.
pub struct Priced {
    /// Up to the seller's limits.
    pub conversion: Conversion,
    /// By them.
    pub limited: Limited,
    /// The price earns nothing.
    pub loss: bool,
}

impl Terms {
    /// The destination price for a US price.
    pub fn price(&self, us_price: Decimal) -> Result<Priced, Unpriced> {
        let exchange = self.exchange.clone()?;
        let none = Fees::default();
        let (us_net, fees) = if self.rule.fee_adjusted {
            let us_fees = self.us_fees.as_ref().map_err(Clone::clone)?;
            let at = us_fees.fees()?.at(us_price)?;
            let at = at.map_err(|missing| us_fees.missing(missing, Some(us_price)))?;
            let fees = self.fees.as_ref().map_err(Clone::clone)?;
            (us_price.minus(at.total()?)?, fees.fees()?)
        } else {
            // Plain conversion asks for no fee; where they are known, they tell of a loss.
            (us_price, self.fees.as_ref().map_or(Ok(none), SaleFees::fees)?)
        };
        let conversion =
            convert(us_price, || Ok(us_net), exchange, &fees, self.rule).map_err(|error| {
                match &self.fees {
                    Ok(fees) => fees.of_conversion(error),
                    Err(_) => error.into(),
                }
            })?;
        let limited = self.limits.apply(conversion.price)?;
        let loss = if limited.price == conversion.price {
            conversion.is_loss(&fees)?
        } else {
            is_loss(limited.price, &fees)?
        };
        Ok(Priced { conversion, limited, loss })
    }

    /// The destination's list price for the US offer.
    pub fn list_price(&self) -> Result<Priced, Unpriced> {
        self.price(self.us_offer.price.ok_or(Unpriced::NoUsPrice)?)
    }

    /// The destination's sale for that of the US offer.
    pub fn sale(&self) -> Result<Option<Sale>, Unpriced> {
        let Some(sale) = self.us_offer.sale else { return Ok(None) };
        Ok(Some(Sale { price: self.price(sale.price)?.limited.price, ..sale }))
    }
}

/// A product as far as its fees go.
struct Product {
    asin: Asin,
    category: Option<String>,
    package: Package,
}

/// A seller as far as its prices go.
struct Account {
    converter: Decimal,
    country: String,
}

/// Cursors, each opened when it is first needed.
#[derive(Default)]
struct Cursors<'s> {
    destinations: Option<Cursor<'s>>,
    pools: Option<Cursor<'s>>,
    offers: Option<Cursor<'s>>,
    products: Option<Cursor<'s>>,
    local_stock: Option<Cursor<'s>>,
    estimates: Option<Cursor<'s>>,
}

/// What is the same of a SKU in every destination.
struct Source {
    sku: String,
    product: Result<Rc<Product>, Unpriced>,
    offer: Result<UsOffer, Unpriced>,
    fees: Result<Rc<SaleFees>, Unpriced>,
}

/// A seller's settings for a destination.
type Settings = Result<(PriceRule, Limits), Unpriced>;

/// Prices items of one seller. Lives no longer than a step of its session.
pub struct Pricer<'s, 'r> {
    session: &'s Session,
    rates: RateReader<'s, 'r>,
    seller_id: &'s str,
    account: Result<Account, Unpriced>,
    cursors: Cursors<'s>,
    /// Of each destination, once it was asked for.
    settings: [Option<Settings>; Marketplace::ALL.len()],
    /// The SKU asked for last.
    last: Option<Source>,
}

impl<'s, 'r> Pricer<'s, 'r> {
    /// A pricer for this seller, if there is one.
    pub fn new(session: &'s Session, rates: &'r mut Rates, seller_id: &'s str) -> Option<Self> {
        let mut sellers = None;
        let row = seek(&mut sellers, session, &SELLERS, &[Key::Text(seller_id)]).next()?;
        let account =
            known(&row, 0, "seller").map(|converter| Account { converter, country: row.get(1) });
        let rates = RateReader::new(session, rates);
        let cursors = Cursors::default();
        let settings = [const { None }; Marketplace::ALL.len()];
        Some(Self { session, rates, seller_id, account, cursors, settings, last: None })
    }

    fn account(&self) -> Result<&Account, Unpriced> {
        self.account.as_ref().map_err(Clone::clone)
    }

    /// What makes the price of a SKU in a destination; `None` where there is no such SKU.
    pub fn terms(
        &mut self,
        sku: &str,
        destination: Marketplace,
    ) -> Option<Result<Terms, Unpriced>> {
        let source = match self.last.take().filter(|last| last.sku == sku) {
            Some(source) => source,
            None => self.source(sku)?,
        };
        let terms = self.terms_of(&source, destination);
        self.last = Some(source);
        Some(terms)
    }

    fn source(&mut self, sku: &str) -> Option<Source> {
        let product = self.product(sku)?.map(Rc::new);
        let fees = product
            .clone()
            .and_then(|product| self.sale_fees(sku, &product, Marketplace::Us).map(Rc::new));
        Some(Source { sku: sku.to_owned(), product, offer: self.us_offer(sku), fees })
    }

    fn terms_of(&mut self, source: &Source, destination: Marketplace) -> Result<Terms, Unpriced> {
        let (rule, limits) = match &self.settings[destination as usize] {
            Some(settings) => settings.clone(),
            None => {
                let settings = self.settings(destination);
                self.settings[destination as usize].insert(settings).clone()
            }
        }?;
        let us_offer = source.offer.clone()?;
        let converter = self.account()?.converter;
        let rate = self.rates.exchange_rate(destination);
        let exchange = rate.map(|rate| Exchange { rate, converter });
        let product = source.product.clone()?;
        let fees = self.sale_fees(&source.sku, &product, destination);
        Ok(Terms { us_offer, us_fees: source.fees.clone(), fees, exchange, rule, limits })
    }

    /// What selling a SKU in a marketplace costs; `None` where there is no such SKU.
    pub fn fees(
        &mut self,
        sku: &str,
        marketplace: Marketplace,
    ) -> Option<Result<SaleFees, Unpriced>> {
        let product = self.product(sku)?;
        Some(product.and_then(|product| self.sale_fees(sku, &product, marketplace)))
    }

    fn product(&mut self, sku: &str) -> Option<Result<Product, Unpriced>> {
        let keys = [Key::Text(self.seller_id), Key::Sku(sku)];
        let value: i64 = seek(&mut self.cursors.pools, self.session, &POOLS, &keys).next()?.get(0);
        let asin = Asin::from_value(value)?;
        let keys = [Key::Asin(value)];
        let products = seek(&mut self.cursors.products, self.session, &PRODUCTS, &keys);
        let Some(row) = products.next() else {
            let package = Package::default();
            return Some(Ok(Product { asin, category: None, package }));
        };
        let number = |position| number(&row, position, "product");
        let read = || {
            let sides = [number(1)?, number(2)?, number(3)?];
            let sides = match sides {
                [Some(longest), Some(median), Some(shortest)] => Some([longest, median, shortest]),
                _ => None,
            };
            let package = Package { sides, weight: number(4)?, size_tier: row.optional(5) };
            Ok(Product { asin, category: row.optional(0), package })
        };
        Some(read())
    }

    fn settings(&mut self, destination: Marketplace) -> Settings {
        const TABLE: &str = "seller_destination";
        let keys = [Key::Text(self.seller_id), Key::Marketplace(destination.packed())];
        let rows = seek(&mut self.cursors.destinations, self.session, &DESTINATIONS, &keys);
        let Some(row) = rows.next() else { return Ok(Default::default()) };
        let adjustment = known(&row, 1, TABLE)?;
        let rule = PriceRule {
            adjustment: match row.get::<String>(0).as_str() {
                "fixed_above" => Adjustment::FixedAbove(adjustment),
                "percent_above" => Adjustment::PercentAbove(adjustment),
                "percent_below" => Adjustment::PercentBelow(adjustment),
                _ => Adjustment::Same,
            },
            fee_adjusted: row.get(2),
            basis: named(&RuleBasis::ALL, &row.get::<String>(3)).unwrap_or_default(),
        };
        let limits = Limits {
            ending: number(&row, 4, TABLE)?,
            min: number(&row, 5, TABLE)?,
            max: number(&row, 6, TABLE)?,
        };
        Ok((rule, limits))
    }

    fn us_offer(&mut self, sku: &str) -> Result<UsOffer, Unpriced> {
        let us = Key::Marketplace(Marketplace::Us.packed());
        let keys = [Key::Text(self.seller_id), Key::Sku(sku), us];
        let offers = seek(&mut self.cursors.offers, self.session, &OFFERS, &keys);
        let Some(row) = offers.next() else { return Ok(UsOffer::default()) };
        let sale = number(&row, 1, "offer")?.map(|price| Sale {
            price,
            starts_at: row.optional(2),
            ends_at: row.optional(3),
        });
        Ok(UsOffer { price: number(&row, 0, "offer")?, sale })
    }

    /// Fees of selling the SKU there. Its next unit comes from stock of its ASIN inside the country,
    /// if there is any, else from the US.
    fn sale_fees(
        &mut self,
        sku: &str,
        product: &Product,
        marketplace: Marketplace,
    ) -> Result<SaleFees, Unpriced> {
        let local = marketplace == Marketplace::Us || self.has_local_stock(product, marketplace);
        let program = if local { Program::Fba } else { Program::Rf };
        let category =
            product.category.as_deref().ok_or(Unpriced::NoCategory { asin: product.asin })?;
        let category = self.rates.referral_category(category, marketplace)?;
        let referral = self.rates.referral_fees(&category, marketplace)?;
        let country = self.account()?.country.clone();
        let rows = self.rates.surcharges(marketplace)?;
        let surcharges = Surcharges::new(&rows, program, &country);
        // Remote Fulfillment fees are never among Amazon's estimates.
        let estimate = if local { self.estimate(sku, marketplace)? } else { None };
        let (fulfillment, size) = match estimate {
            Some(fee) => (vec![FeeAt { prices: Band::ALL, fee }], None),
            None => {
                let (fees, size_tier, weight) =
                    self.fulfillment_fees(product, program, marketplace)?;
                (fees, Some((size_tier, weight)))
            }
        };
        let day = self.rates.day();
        let fees = SaleFees {
            marketplace,
            program,
            fulfillment,
            referral,
            surcharges,
            size,
            category,
            day,
        };
        // What is known at no price at all is missed here, and not only by a price that needs it.
        if fees.fulfillment.is_empty() {
            return Err(fees.missing(MissingFee::Fulfillment, None));
        }
        Ok(fees)
    }

    fn has_local_stock(&mut self, product: &Product, marketplace: Marketplace) -> bool {
        let keys = [Key::Text(self.seller_id), Key::Asin(product.asin.value())];
        let rows = seek(&mut self.cursors.local_stock, self.session, &LOCAL_STOCK, &keys);
        while let Some(row) = rows.next() {
            if row.get::<i16>(0) == marketplace.packed() && row.get::<i32>(1) > 0 {
                return true;
            }
        }
        false
    }

    fn estimate(
        &mut self,
        sku: &str,
        marketplace: Marketplace,
    ) -> Result<Option<Decimal>, Unpriced> {
        let marketplace = Key::Marketplace(marketplace.packed());
        let date = self.rates.date();
        let days = Key::Days(i32::MIN, date);
        let keys = [Key::Text(self.seller_id), Key::Sku(sku), marketplace, days];
        let rows = seek(&mut self.cursors.estimates, self.session, &ESTIMATES, &keys);
        // The last one counts; one before it does not come back.
        if let Some(row) = rows.previous()
            && row.optional::<i32>(0).is_none_or(|to| date <= to)
        {
            return number(&row, 1, "sku_fee_estimate");
        }
        Ok(None)
    }

    /// The fulfilment fees of a package by price, its size tier and its shipping weight.
    fn fulfillment_fees(
        &mut self,
        product: &Product,
        program: Program,
        marketplace: Marketplace,
    ) -> Result<(Vec<FeeAt>, String, Decimal), Unpriced> {
        let tiers = self.rates.size_tiers(program, marketplace)?;
        let day = self.rates.day();
        let (tier, weight) = product.package.tier(&tiers).map_err(|cause| {
            let asin = product.asin;
            Unpriced::NoSizeTier { asin, program, marketplace, cause, day }
        })?;
        let rows = self.rates.fees_of_tier(program, marketplace, &tier.name)?;
        let fees = fulfillment_fees(&rows, day, weight)?;
        Ok((fees, tier.name.clone(), weight))
    }
}
