//! What the engine locks, so that two transactions never decide on the same item side by side.
//!
//! - The catalog (assessments, editions, status texts): shared by whoever evaluates, exclusive for
//!   whoever changes it, because such a change reaches items of any seller.
//! - A seller: exclusive for whoever evaluates its items.
//!
//! The order within a statement is global: catalog first, then sellers by key. Locks are taken before the snapshot
//! and held until the transaction ends, so the second of two transactions sees what the first did.

use std::hash::{DefaultHasher, Hash, Hasher};

use pgrx::pg_sys;

/// Fourth field of the lock tag: apart from the advisory locks of users (1 and 2).
const RFBA: u16 = 7;

#[derive(Clone, Copy)]
enum Class {
    Catalog = 1,
    Seller = 2,
}

/// Of more sellers the catalog is locked instead: the lock table has an end.
const MANY: usize = 100;

/// Takes the locks for evaluating items of these sellers, which come in order.
pub fn lock_sellers<'a>(sellers: impl Iterator<Item = &'a str>) {
    let mut keys: Vec<u32> = sellers
        .map(|seller_id| {
            let mut hasher = DefaultHasher::new();
            seller_id.hash(&mut hasher);
            hasher.finish() as u32
        })
        .collect();
    if keys.len() > MANY {
        return lock_catalog();
    }
    lock(Class::Catalog, 0, pg_sys::ShareLock);
    // By key, for two sellers may share one.
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().for_each(|key| lock(Class::Seller, key, pg_sys::ExclusiveLock));
}

/// Takes the lock for a change that reaches items of any seller.
pub fn lock_catalog() {
    lock(Class::Catalog, 0, pg_sys::ExclusiveLock);
}

fn lock(class: Class, key: u32, mode: u32) {
    // SAFETY: an advisory lock of this transaction with a tag of our own; the lock manager copies
    // the tag.
    unsafe {
        let tag = pg_sys::LOCKTAG {
            locktag_field1: pg_sys::MyDatabaseId.to_u32(),
            locktag_field2: class as u32,
            locktag_field3: key,
            locktag_field4: RFBA,
            locktag_type: pg_sys::LockTagType::LOCKTAG_ADVISORY as u8,
            locktag_lockmethodid: pg_sys::USER_LOCKMETHOD as u8,
        };
        pg_sys::LockAcquire(&tag, mode as i32, false, false);
    }
}
