//! Keeps connected prices in step with the US price, exchange rates and fees.

use std::collections::BTreeSet;

use pgrx::pg_sys::ItemPointerData;
use rust_decimal::Decimal;

use super::cursor::{Cursor, Index, Key, Row};
use super::facts::Reader;
use super::listing::{Item, of_sales};
use super::pricing::{Pricer, Sale};
use super::rates::Rates;
use super::rows::{Blocked, Change};
use super::session::Session;
use super::statement::{Arg, RowStatement, Statement, change_rows_to};
use super::{CHUNK, keys};
use crate::domain::pricing::is_published;
use crate::domain::{Marketplace, MarketplaceSet};
use crate::types::numeric::Numeric;

static OFFERS: Index = Index {
    table: c"offer",
    name: c"offer_pkey",
    columns: &[
        c"marketplace",
        c"price_connected",
        c"price",
        c"sale_price",
        c"sale_starts_at",
        c"sale_ends_at",
    ],
};

static ENROLLMENTS: Index =
    Index { table: c"enrollment", name: c"enrollment_pkey", columns: &[c"state"] };

static UPDATE_PRICES: RowStatement = RowStatement {
    tables: &[c"offer"],
    change: Change::Update,
    statement: Statement(
        "UPDATE ONLY rfba.offer o \
     SET price = u.price, sale_price = u.sale_price, sale_starts_at = u.sale_starts_at, \
         sale_ends_at = u.sale_ends_at, \
         earlier_prices = rfba.with_price(o.earlier_prices, o.price) \
     FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3), \
             pg_catalog.unnest($4), pg_catalog.unnest($5)) \
         AS u (tid, price, sale_price, sale_starts_at, sale_ends_at) \
     WHERE o.ctid = u.tid AND o.price_connected",
    ),
};

/// Prices of an offer.
#[derive(Clone, Copy, PartialEq)]
struct Prices {
    list: Option<Decimal>,
    sale: Option<Sale>,
}

/// Gives connected offers of these SKUs the prices they should have; `connected` have been connected
/// just now, and get it to the cent. SKUs whose status may follow, for an offer has its first price or
/// may be created, go to `to_evaluate`, and `offers` counts those that have another price now.
pub fn reprice(
    session: &Session,
    rates: &mut Rates,
    seller_id: &str,
    skus: &[String],
    connected: &BTreeSet<Item>,
    to_evaluate: &mut Vec<String>,
    offers: &mut u64,
) -> Result<(), Blocked> {
    let auto_list = Reader::new(session, 1).auto_list(seller_id);
    if auto_list == MarketplaceSet::default() && !may_be_connected(session, seller_id, skus) {
        return Ok(());
    }
    for chunk in skus.chunks(CHUNK) {
        let find = |session: &Session| {
            let mut search = Search { session, seller_id, auto_list, connected };
            search.changes(rates, chunk, to_evaluate)
        };
        let (_, repriced) = change_rows_to(session, &UPDATE_PRICES, find, |prices| {
            let lists = prices.iter().map(|prices: &Prices| prices.list).collect();
            let sales: Vec<Option<Sale>> = prices.iter().map(|prices| prices.sale).collect();
            std::iter::once(Arg::Numerics(lists)).chain(of_sales(&sales)).collect()
        })?;
        *offers += repriced;
    }
    Ok(())
}

/// Whether a price of these SKUs may be connected: of a few each is looked at, and of more the seller,
/// which mostly has no such offer at all.
fn may_be_connected(session: &Session, seller_id: &str, skus: &[String]) -> bool {
    const FEW: usize = 100;
    if skus.len() > FEW {
        return keys::has_connected_offers(session, seller_id);
    }
    let seller = Key::Text(seller_id);
    let mut offers = Cursor::open_for(session, &OFFERS, &[seller, Key::Sku("")], skus.len());
    let mut is_connected = false;
    for sku in skus {
        offers.each(&[seller, Key::Sku(sku)], |row| is_connected |= row.get::<bool>(1));
    }
    is_connected
}

/// A search for offers whose price is not what it should be.
struct Search<'s> {
    session: &'s Session,
    seller_id: &'s str,
    auto_list: MarketplaceSet,
    connected: &'s BTreeSet<Item>,
}

impl Search<'_> {
    /// Where such offers of these SKUs are, and what their prices should be. SKUs whose status may
    /// follow go to `skus`.
    fn changes(
        &mut self,
        rates: &mut Rates,
        of: &[String],
        skus: &mut Vec<String>,
    ) -> Vec<(ItemPointerData, Prices)> {
        let seller = Key::Text(self.seller_id);
        let Some(mut pricer) = Pricer::new(self.session, rates, self.seller_id) else {
            return Vec::new();
        };
        let mut offers = Cursor::open(self.session, &OFFERS, &[seller, Key::Sku("")]);
        let like = [seller, Key::Sku(""), Key::Marketplace(0)];
        let mut enrollments = Cursor::open(self.session, &ENROLLMENTS, &like);
        let mut changes = Vec::new();
        for sku in of {
            let mut without_offer = self.auto_list;
            let mut evaluate = false;
            offers.each(&[seller, Key::Sku(sku)], |row| {
                let Some(destination) = Marketplace::from_packed(row.get(0)) else { return };
                without_offer = without_offer.without(destination);
                if !row.get::<bool>(1) || destination == Marketplace::Us {
                    return;
                }
                let keys = [seller, Key::Sku(sku), Key::Marketplace(destination.packed())];
                enrollments.seek(&keys);
                // What the seller removed keeps its price.
                if enrollments.next().is_some_and(|row| row.get::<String>(0) == "removed") {
                    return;
                }
                let exactly = self.connected.contains(&(sku.clone(), destination.packed()));
                let old = Prices::of(&row);
                if let Some(new) = old.changed(&mut pricer, sku, destination, exactly) {
                    evaluate |= old.list.is_none();
                    changes.push((row.tid(), new));
                }
            });
            if evaluate || without_offer != MarketplaceSet::default() {
                skus.push(sku.clone());
            }
        }
        changes
    }
}

impl Prices {
    /// Those of an offer. One that cannot be reckoned with is none.
    fn of(row: &Row) -> Self {
        let price = |position| row.optional::<Numeric>(position).and_then(|it| it.0.ok());
        let sale = |price| Sale { price, starts_at: row.optional(4), ends_at: row.optional(5) };
        Self { list: price(2), sale: price(3).map(sale) }
    }

    /// What they should be, if that is to be published: a change of less than 1 % is not, except to
    /// be `exactly` right. What cannot be priced stays as it is.
    fn changed(
        self,
        pricer: &mut Pricer,
        sku: &str,
        destination: Marketplace,
        exactly: bool,
    ) -> Option<Self> {
        let terms = pricer.terms(sku, destination)?.ok()?;
        let list = terms.list_price().ok()?.limited.price;
        let sale = terms.sale().unwrap_or_default();
        let differs = |old: Decimal, new: Decimal| match exactly {
            true => old != new,
            false => is_published(old, new).unwrap_or(false),
        };
        let list = Some(list).filter(|new| self.list.is_none_or(|old| differs(old, *new)));
        let same_sale = match (self.sale, sale) {
            (None, None) => true,
            (Some(old), Some(new)) => {
                (old.starts_at, old.ends_at) == (new.starts_at, new.ends_at)
                    && !differs(old.price, new.price)
            }
            _ => false,
        };
        let sale = if same_sale { self.sale } else { sale };
        (list.is_some() || !same_sale).then(|| Self { list: list.or(self.list), sale })
    }
}
