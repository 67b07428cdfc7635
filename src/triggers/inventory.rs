//! `inventory` and `local_inventory`.

use super::columns;
use crate::engine::changes::Changes;
use crate::engine::stock::DualStock;
use crate::engine::transition::{Row, Statement};
use crate::error::Error;

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
    let columns = columns!(
        statement,
        c"seller_id",
        c"sku",
        c"asin",
        c"fba_offer",
        c"seller_fulfilled_quantity",
        c"fba_quantity"
    )?;
    let [seller_id, sku, asin, fba_offer, seller_fulfilled, fba_quantity] = columns;
    let in_stock = |row: &Row| row.get::<i32>(fba_quantity) > 0;
    let pool = |row: &Row| {
        row.get::<bool>(fba_offer).then(|| Pool {
            seller_id: row.get(seller_id),
            sku: row.get(sku),
            asin: row.get(asin),
            in_stock: in_stock(row),
        })
    };
    statement.for_each(|old, new| {
        if let (Some(old), Some(new)) = (old, new)
            && in_stock(old) == in_stock(new)
            && old.is_same(new, &columns[..5])
        {
            return;
        }
        // A price follows the SKU's product.
        if let Some(new) = new
            && !old.is_some_and(|old| old.is_same(new, &[seller_id, sku, asin]))
        {
            changes.seller(&new.get::<String>(seller_id)).prices.push(new.get(sku));
            for row in old.into_iter().chain(Some(new)) {
                let moved = (row.get(sku), row.get(asin));
                changes.seller(&row.get::<String>(seller_id)).moved.push(moved);
            }
        }
        let (before, after) = (old.and_then(pool), new.and_then(pool));
        if let (Some(new), Some(after)) = (new, &after)
            && new.get::<i32>(seller_fulfilled) > 0
        {
            changes.seller(&after.seller_id).dual_stock.push(DualStock {
                sku: after.sku.clone(),
                quantity: new.get(seller_fulfilled),
                knowingly: old.is_none() || before.is_some(),
            });
        }
        if before == after {
            return;
        }
        let both = before.as_ref().zip(after.as_ref());
        let stays = both.is_some_and(|(before, after)| before.same_sku(after));
        if let Some((before, after)) = both.filter(|(it, other)| stays && it.asin == other.asin) {
            let restocked = (before.sku.clone(), before.asin);
            changes.seller(&after.seller_id).restocked.push(restocked);
            return;
        }
        for pool in before.into_iter().chain(after) {
            let changes = changes.seller(&pool.seller_id);
            if !stays {
                changes.turned.push(pool.sku.clone());
            }
            changes.pools.push((pool.sku, pool.asin));
        }
    });
    Ok(())
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
