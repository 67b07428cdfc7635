//! `inventory` and `local_inventory`.

use std::collections::BTreeMap;

use super::columns;
use crate::engine::changes::Changes;
use crate::engine::stock::{self, DualStock};
use crate::engine::transition::{Row, Statement};
use crate::error::Error;
use crate::loading;

/// What the engine evaluates of a SKU with an FBA offer; stock counts as some or none.
#[derive(PartialEq)]
struct Pool {
    seller_id: String,
    sku: String,
    asin: i64,
    in_stock: bool,
}

impl Pool {
    fn same_sku(&self, other: &Self) -> bool {
        self.seller_id == other.seller_id && self.sku == other.sku
    }
}

pub fn changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, sku, asin, fba_offer, fba_quantity, seller_fulfilled] = columns!(
        statement,
        c"seller_id",
        c"sku",
        c"asin",
        c"fba_offer",
        c"fba_quantity",
        c"seller_fulfilled_quantity"
    )?;
    let pool = |row: &Row| {
        row.get::<bool>(fba_offer).then(|| Pool {
            seller_id: row.get(seller_id),
            sku: row.get(sku),
            asin: row.get(asin),
            in_stock: row.get::<i32>(fba_quantity) > 0,
        })
    };
    let mut dual: BTreeMap<String, Vec<DualStock>> = BTreeMap::new();
    let product =
        |row: &Row| (row.get::<String>(seller_id), row.get::<String>(sku), row.get::<i64>(asin));
    statement.for_each(|old, new| {
        // A price follows the SKU's product.
        if let Some((seller_id, sku, asin)) = new.map(product)
            && old.map(product).is_none_or(|old| old != (seller_id.clone(), sku.clone(), asin))
        {
            changes.seller(&seller_id).prices.push(sku);
        }
        let (before, after) = (old.and_then(pool), new.and_then(pool));
        if let (Some(new), Some(after)) = (new, &after)
            && new.get::<i32>(seller_fulfilled) > 0
        {
            dual.entry(after.seller_id.clone()).or_default().push(DualStock {
                sku: after.sku.clone(),
                quantity: new.get(seller_fulfilled),
                knowingly: old.is_none() || before.is_some(),
            });
        }
        if before == after {
            return;
        }
        let stays =
            before.as_ref().zip(after.as_ref()).is_some_and(|(it, other)| it.same_sku(other));
        for pool in before.into_iter().chain(after) {
            let changes = changes.seller(&pool.seller_id);
            if !stays {
                changes.turned.push(pool.sku.clone());
            }
            changes.skus.push(pool.sku);
        }
    });
    stock::guard(dual, loading::is_loading())
}

pub fn local_changed(statement: &Statement, changes: &mut Changes) -> Result<(), Error> {
    let [seller_id, marketplace, asin, quantity] =
        columns!(statement, c"seller_id", c"marketplace", c"asin", c"quantity")?;
    let stock = |row: &Row| {
        (row.get::<i32>(quantity) > 0).then(|| {
            (row.get::<String>(seller_id), row.get::<i16>(marketplace), row.get::<i64>(asin))
        })
    };
    statement.for_each(|old, new| {
        let (old, new) = (old.and_then(stock), new.and_then(stock));
        if old == new {
            return;
        }
        // Stock that comes keeps the price; when it is gone, the next unit comes from the US again.
        if let Some((seller_id, _, asin)) = &old {
            changes.seller(seller_id).priced_asins.push(*asin);
        }
        for (seller_id, _, asin) in old.into_iter().chain(new) {
            changes.seller(&seller_id).asins.push(asin);
        }
    });
    Ok(())
}
