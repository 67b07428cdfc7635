//! Prices, fees and what is left of a sale, from the tables.

use pgrx::datum::Date;
use pgrx::prelude::*;
use rust_decimal::Decimal;

use super::prices::{amount, amount_of, destination, rows};
use crate::domain::explanation::Explanation;
use crate::domain::fees::FeeLine;
use crate::domain::money::{Exact, Overflow};
use crate::domain::unpriced::Unpriced;
use crate::domain::{GlobalSku, Marketplace};
use crate::engine::pricing::{Priced, Pricer, SaleFees, Terms};
use crate::engine::{sees_some_sellers_only, with_pricer};
use crate::error::{Error, OrRaise};
use crate::types::numeric::{Numeric, NumericArg};

/// An item, and the day it is asked about.
struct Item<'a> {
    seller_id: &'a str,
    sku: &'a str,
    marketplace: Marketplace,
    as_of: Date,
}

impl Item<'_> {
    /// Asks a pricer about the item; `ask` answers nothing where there is no such SKU. The engine
    /// reads past policies, so the caller must see the seller.
    fn ask<T>(
        &self,
        ask: impl FnOnce(&mut Pricer) -> Option<Result<T, Unpriced>>,
    ) -> Result<Result<T, Unpriced>, Error> {
        let &Self { seller_id, sku, as_of, .. } = self;
        GlobalSku::parse(sku).map_err(|cause| Error::GlobalSku { input: sku.to_owned(), cause })?;
        if sees_some_sellers_only() {
            let sql = "SELECT FROM rfba.seller WHERE seller_id OPERATOR(pg_catalog.=) $1";
            let seen = Spi::connect(|client| {
                client.select(sql, Some(1), &[seller_id.into()]).map(|rows| !rows.is_empty())
            });
            if !seen? {
                return Err(Error::NoSuchSeller(seller_id.to_owned()));
            }
        }
        with_pricer(seller_id, as_of.to_pg_epoch_days(), |pricer| {
            ask(pricer).ok_or_else(|| Error::NoSuchSku {
                seller_id: seller_id.to_owned(),
                sku: sku.to_owned(),
            })
        })
    }

    fn terms(&self) -> Result<Result<Terms, Unpriced>, Error> {
        self.ask(|pricer| pricer.terms(self.sku, self.marketplace))
    }

    fn fees(&self) -> Result<SaleFees, Error> {
        Ok(self.ask(|pricer| pricer.fees(self.sku, self.marketplace))??)
    }
}

fn item<'a>(seller_id: &'a str, sku: &'a str, marketplace: Marketplace, as_of: Date) -> Item<'a> {
    Item { seller_id, sku, marketplace, as_of }
}

/// A marketplace of the program; of stored values every one is.
pub fn marketplace(packed: i16) -> Result<Marketplace, Error> {
    Marketplace::from_packed(packed).ok_or(Error::NoDestination)
}

/// The price of a SKU in a destination.
#[pg_extern(sql = false, stable, strict, parallel_safe)]
fn item_offer_price(seller_id: &str, sku: &str, destination: i16, as_of: Date) -> Numeric {
    let price = || {
        let item = item(seller_id, sku, self::destination(destination)?, as_of);
        Ok::<_, Error>(item.terms()??.list_price()?.limited.price)
    };
    amount_of(price().or_raise())
}

/// The same, a step a row.
#[pg_extern(sql = false, stable, strict, parallel_safe)]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn explain_item_price(
    seller_id: &str,
    sku: &str,
    destination: i16,
    as_of: Date,
) -> TableIterator<
    'static,
    (
        name!(step, i32),
        name!(label, String),
        name!(amount, Numeric),
        name!(currency, &'static str),
        name!(loss, bool),
    ),
> {
    let explain = || {
        let destination = self::destination(destination)?;
        let terms = item(seller_id, sku, destination, as_of).terms()??;
        let Priced { conversion, limited, loss } = terms.list_price()?;
        let mut explanation = Explanation::new(destination);
        if conversion.rule.fee_adjusted
            && let Ok(fees) = &terms.us_fees
            && let Ok(at) = fees.fees()?.at(conversion.source_price)?
        {
            explanation.source(conversion.source_price, &at);
        }
        explanation.conversion(&conversion, loss);
        explanation.limits(&terms.limits, &limited, loss);
        Ok::<_, Error>(explanation.steps)
    };
    TableIterator::new(rows(explain().or_raise()))
}

/// The fees of a sale, a line a fee.
#[pg_extern(sql = false, stable, strict, parallel_safe)]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn estimate_fees(
    seller_id: &str,
    sku: &str,
    marketplace: i16,
    price: NumericArg,
    as_of: Date,
) -> TableIterator<
    'static,
    (name!(fee, String), name!(amount, Numeric), name!(currency, &'static str)),
> {
    let estimate = || {
        let marketplace = self::marketplace(marketplace)?;
        let price = amount("price", price)?;
        let lines = item(seller_id, sku, marketplace, as_of).fees()?.lines(price)?;
        Ok::<_, Error>((marketplace.info().currency, lines))
    };
    let (currency, lines) = estimate().or_raise();
    TableIterator::new(
        lines.into_iter().map(move |FeeLine { fee, amount }| (fee, amount_of(amount), currency)),
    )
}

/// What Amazon's fees leave of a price.
fn left(price: Decimal, lines: &[FeeLine]) -> Result<Decimal, Overflow> {
    lines.iter().try_fold(price, |left, line| left.minus(line.amount))
}

/// What the fees leave of a sale.
#[pg_extern(sql = false, stable, strict, parallel_safe)]
fn net_proceeds(
    seller_id: &str,
    sku: &str,
    marketplace: i16,
    price: NumericArg,
    as_of: Date,
) -> Numeric {
    let net = || {
        let price = amount("price", price)?;
        let item = item(seller_id, sku, self::marketplace(marketplace)?, as_of);
        Ok::<_, Error>(left(price, &item.fees()?.lines(price)?)?)
    };
    Numeric::from(net().or_raise())
}

/// The price, to the cent, of which the fees take all.
#[pg_extern(sql = false, stable, strict, parallel_safe)]
fn break_even_price(seller_id: &str, sku: &str, marketplace: i16, as_of: Date) -> Numeric {
    let price = || {
        let item = item(seller_id, sku, self::marketplace(marketplace)?, as_of);
        Ok::<_, Error>(item.fees()?.break_even()?)
    };
    amount_of(price().or_raise())
}

/// All that the price views show of an item, without an error where it has no price.
#[pg_extern(sql = false, stable, parallel_safe)]
#[allow(clippy::type_complexity, reason = "the columns of the result")]
fn item_price(
    seller_id: Option<&str>,
    sku: Option<&str>,
    destination: Option<i16>,
    offer_price: Option<NumericArg>,
    as_of: Option<Date>,
) -> TableIterator<
    'static,
    (
        name!(us_price, Option<Numeric>),
        name!(us_net_proceeds, Option<Numeric>),
        name!(suggested_price, Option<Numeric>),
        name!(suggested_sale_price, Option<Numeric>),
        name!(net_proceeds, Option<Numeric>),
        name!(net_proceeds_usd, Option<Numeric>),
        name!(break_even_price, Option<Numeric>),
        name!(loss, Option<bool>),
        name!(problem, Option<String>),
        name!(hint, Option<String>),
    ),
> {
    let (Some(seller_id), Some(sku), Some(destination), Some(as_of)) =
        (seller_id, sku, destination, as_of)
    else {
        return TableIterator::empty();
    };
    let overview = || {
        let item = item(seller_id, sku, self::destination(destination)?, as_of);
        let terms = match item.terms()? {
            Ok(terms) => terms,
            Err(problem) => return Ok::<_, Error>(Overview::without(problem)),
        };
        Ok(Overview::of(&terms, offer_price))
    };
    let overview = match overview() {
        Err(Error::NoSuchSeller(_) | Error::NoSuchSku { .. }) => return TableIterator::empty(),
        overview => overview.or_raise(),
    };
    let Overview { us_price, us_net, price, sale_price, net, net_usd, break_even, problem } =
        overview;
    let amount = |amount: Option<Decimal>| amount.map(amount_of);
    let loss = net.map(|net| net <= Decimal::ZERO);
    TableIterator::once((
        amount(us_price),
        amount(us_net),
        amount(price),
        amount(sale_price),
        amount(net),
        amount(net_usd),
        amount(break_even),
        loss,
        problem.as_ref().map(Unpriced::to_string),
        problem.as_ref().map(Unpriced::hint),
    ))
}

/// What is known of an item's price.
#[derive(Default)]
struct Overview {
    us_price: Option<Decimal>,
    us_net: Option<Decimal>,
    price: Option<Decimal>,
    sale_price: Option<Decimal>,
    net: Option<Decimal>,
    net_usd: Option<Decimal>,
    break_even: Option<Decimal>,
    problem: Option<Unpriced>,
}

impl Overview {
    fn without(problem: Unpriced) -> Self {
        Self { problem: Some(problem), ..Self::default() }
    }

    fn of(terms: &Terms, offer_price: Option<NumericArg>) -> Self {
        let mut overview = Self { us_price: terms.us_offer.price, ..Self::default() };
        match terms.list_price() {
            Ok(priced) => overview.price = Some(priced.limited.price),
            Err(problem) => overview.problem = Some(problem),
        }
        overview.sale_price = terms.sale().ok().flatten().map(|sale| sale.price);
        if let (Some(price), Ok(fees)) = (overview.us_price, &terms.us_fees)
            && let Ok(lines) = fees.lines(price)
        {
            overview.us_net = left(price, &lines).ok();
        }
        if let Ok(fees) = &terms.fees {
            overview.break_even = fees.break_even().ok();
            if let Some(price) = offer_price.map_or(overview.price, |price| price.value().ok())
                && let Ok(lines) = fees.lines(price)
            {
                overview.net = left(price, &lines).ok();
                let exchange = terms.exchange.as_ref().ok();
                let rate = exchange.and_then(|exchange| exchange.with_converter().ok());
                overview.net_usd =
                    overview.net.zip(rate).and_then(|(net, rate)| net.over(rate).ok());
            }
        }
        overview
    }
}
