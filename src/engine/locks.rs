//! What the engine locks, so that two transactions never decide on the same item side by side.
//!
//! Whoever evaluates an item, or writes what follows from it, holds one of these until its transaction
//! ends:
//!
//! 1. the program, exclusive: what changed may reach anybody's items;
//! 2. the item's ASIN, exclusive, or all ASINs: what Amazon decided of a product changed;
//! 3. the item's seller, exclusive, and all ASINs, shared: a load, or a change of the account;
//! 4. the seller, its SKU and its ASIN in that seller's hands exclusive, and the ASIN shared: a change
//!    of a few rows.
//!
//! Any two of them exclude each other, for what is held below says above that it is (`RowShare` and
//! `RowExclusive`, PostgreSQL's modes of that kind). The order is global: that of [`Class`], within a
//! class by key. They are taken when the statement has written its rows and before the snapshot on
//! which the facts are read, so the second of two transactions sees what the first did.

use std::cell::Cell;

use pgrx::pg_sys;

use super::changes::{Changes, SellerChanges};
use super::values::Types;

/// Kinds of locks, in the order in which they are taken.
#[derive(Clone, Copy)]
enum Class {
    Program,
    Seller,
    Sku,
    SellersAsin,
    AllAsins,
    Asin,
}

impl Class {
    /// Fourth field of the lock tag, where the advisory locks of users have 1 or 2.
    fn tag(self) -> u16 {
        self as u16 + 7
    }
}

/// How something is locked.
#[derive(Clone, Copy)]
enum Mode {
    /// Something below it is locked, shared.
    SharedBelow = pg_sys::RowShareLock as isize,
    /// Something below it is locked, exclusive.
    ExclusiveBelow = pg_sys::RowExclusiveLock as isize,
    /// It does not change.
    Shared = pg_sys::ShareLock as isize,
    /// It changes, or is evaluated.
    Exclusive = pg_sys::AccessExclusiveLock as isize,
}

/// Of more sellers than this the program is locked instead: the lock table has an end.
const MANY_SELLERS: usize = 100;

/// Of more SKUs or ASINs than this what is above them is locked instead.
const FEW: usize = 16;

/// When a transaction has taken so many locks, what it changes is locked by the seller, and when it has
/// taken twice as many, the program is: an eighth of the lock table, which all transactions share.
fn most() -> usize {
    // SAFETY: settings that stay as they are while the server runs.
    let locks = unsafe { i64::from(pg_sys::max_locks_per_xact) * i64::from(pg_sys::MaxBackends) };
    usize::try_from(locks / 8).unwrap_or_default()
}

/// A key of a lock; one that two things share makes them wait for each other, and no more.
type Key = u64;

/// By FNV-1a: every backend has to come to the same.
fn key(parts: &[&[u8]]) -> Key {
    let bytes = parts.iter().flat_map(|part| part.iter().chain(&[0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ Key::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A lock that was taken.
struct Taken {
    tag: pg_sys::LOCKTAG,
    mode: Mode,
    /// It is one of those that the transaction's number of locks is made of.
    counts: bool,
}

/// What a statement has locked, and what of it can be let go.
pub struct Locks {
    narrow: Vec<String>,
    everything: bool,
    all_asins: bool,
    taken: Vec<Taken>,
}

impl Locks {
    /// Locks the program and the sellers of these changes.
    pub fn on_sellers(changes: &Changes) -> Self {
        let everything = changes.reaches_every_seller()
            || changes.sellers.len() > MANY_SELLERS
            || taken() >= 2 * most();
        let mut locks =
            Self { narrow: Vec::new(), everything, all_asins: false, taken: Vec::new() };
        // TRUNCATE has locked its table when it comes here, so tables come before all these locks.
        Types::now().hold_tables();
        let program = if everything { Mode::Exclusive } else { Mode::Shared };
        locks.lock(Class::Program, 0, program);
        if everything {
            return locks;
        }
        let mut sellers: Vec<(Key, Mode)> = Vec::with_capacity(changes.sellers.len());
        let mut left = most().saturating_sub(taken());
        for (seller_id, changes) in &changes.sellers {
            let few = keys_of_few(changes).filter(|keys| *keys <= left);
            let mode = if let Some(keys) = few {
                left -= keys;
                locks.narrow.push(seller_id.clone());
                Mode::ExclusiveBelow
            } else {
                locks.all_asins = true;
                Mode::Exclusive
            };
            sellers.push((key(&[seller_id.as_bytes()]), mode));
        }
        sellers.sort_unstable_by_key(|&(key, mode)| (key, std::cmp::Reverse(mode as i32)));
        sellers.into_iter().for_each(|(key, mode)| locks.lock(Class::Seller, key, mode));
        locks
    }

    /// Whether items of this seller have to be locked one by one.
    pub fn is_narrow(&self, seller_id: &str) -> bool {
        self.narrow.iter().any(|narrow| narrow == seller_id)
    }

    /// Locks SKUs of sellers whose items are locked one by one.
    pub fn on_skus<'a>(&mut self, skus: impl Iterator<Item = (&'a str, &'a str)>) {
        let keys = skus.map(|(seller_id, sku)| key(&[seller_id.as_bytes(), sku.as_bytes()]));
        self.lock_each(Class::Sku, keys.collect());
    }

    /// Locks ASINs: those whose products changed, and those of sellers' items that are locked one by
    /// one.
    pub fn on_asins(&mut self, changed: &[i64], of_sellers: &[(&str, i64)]) {
        if self.everything {
            return;
        }
        let of_seller =
            |&(seller_id, asin): &(&str, i64)| key(&[seller_id.as_bytes(), &asin.to_ne_bytes()]);
        self.lock_each(Class::SellersAsin, of_sellers.iter().map(of_seller).collect());
        let of_asin = |asin: &i64| key(&[&asin.to_ne_bytes()]);
        let mut asins: Vec<(Key, Mode)> =
            changed.iter().map(|asin| (of_asin(asin), Mode::Exclusive)).collect();
        asins.extend(of_sellers.iter().map(|(_, asin)| (of_asin(asin), Mode::Shared)));
        asins.sort_unstable_by_key(|&(key, mode)| (key, std::cmp::Reverse(mode as i32)));
        asins.dedup_by_key(|(key, _)| *key);

        if asins.is_empty() && !self.all_asins {
            return;
        }
        let many = asins.len() > FEW || taken() >= most();
        match (many || self.all_asins, changed.is_empty()) {
            (true, true) => return self.lock(Class::AllAsins, 0, Mode::Shared),
            (true, false) => return self.lock(Class::AllAsins, 0, Mode::Exclusive),
            (false, true) => self.lock(Class::AllAsins, 0, Mode::SharedBelow),
            (false, false) => self.lock(Class::AllAsins, 0, Mode::ExclusiveBelow),
        }
        asins.into_iter().for_each(|(key, mode)| self.lock(Class::Asin, key, mode));
    }

    /// From here on they are held until the transaction ends.
    pub fn keep(&mut self) {
        self.taken.clear();
    }

    /// Lets them go, those aside that an earlier statement of the transaction has taken too.
    pub fn release(self) {
        for Taken { tag, mode, counts } in self.taken {
            // SAFETY: the lock was taken by this transaction, and not let go since.
            unsafe { pg_sys::LockRelease(&tag, mode as i32, false) };
            if counts {
                TAKEN.set((transaction(), taken().saturating_sub(1)));
            }
        }
    }

    /// Takes locks of a class in order.
    fn lock_each(&mut self, class: Class, mut keys: Vec<Key>) {
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().for_each(|key| self.lock(class, key, Mode::Exclusive));
    }

    fn lock(&mut self, class: Class, key: Key, mode: Mode) {
        // SAFETY: an advisory lock of this transaction with a tag of our own; the lock manager copies
        // the tag.
        let (tag, result) = unsafe {
            let tag = pg_sys::LOCKTAG {
                locktag_field1: pg_sys::MyDatabaseId.to_u32(),
                locktag_field2: (key >> u32::BITS) as u32,
                locktag_field3: key as u32,
                locktag_field4: class.tag(),
                locktag_type: pg_sys::LockTagType::LOCKTAG_ADVISORY as u8,
                locktag_lockmethodid: pg_sys::USER_LOCKMETHOD as u8,
            };
            (tag, pg_sys::LockAcquire(&tag, mode as i32, false, false))
        };
        let counts = result == pg_sys::LockAcquireResult::LOCKACQUIRE_OK
            && !matches!(class, Class::Program | Class::AllAsins);
        self.taken.push(Taken { tag, mode, counts });
        if counts {
            TAKEN.set((transaction(), taken() + 1));
        }
    }
}

/// How many locks there may be for what is named of a seller, if it is little enough to be locked one by
/// one: a SKU takes one, and two with its ASIN.
fn keys_of_few(changes: &SellerChanges) -> Option<usize> {
    let SellerChanges { whole, all_prices, deleted, renamed, enrolling, .. } = *changes;
    if whole || all_prices || deleted || renamed || enrolling {
        return None;
    }
    let SellerChanges { pools, restocked, moved, skus, asins, turned, .. } = changes;
    let SellerChanges { prices, priced_asins, .. } = changes;
    let keys = [pools.len(), restocked.len(), skus.len(), turned.len(), prices.len()];
    let asins = [moved.len(), asins.len(), priced_asins.len()];
    let few = keys.iter().chain(&asins).all(|keys| *keys <= FEW);
    few.then(|| 3 * keys.iter().chain(&asins).sum::<usize>())
}

thread_local! {
    /// A transaction, and how many locks it has taken on sellers and what is below them.
    static TAKEN: Cell<(u32, usize)> = const { Cell::new((0, 0)) };
}

/// The running transaction, by its number in this backend.
fn transaction() -> u32 {
    // SAFETY: the backend's own entry, which lives as long as it.
    unsafe {
        #[cfg(any(feature = "pg15", feature = "pg16"))]
        return (*pg_sys::MyProc).lxid;
        #[cfg(not(any(feature = "pg15", feature = "pg16")))]
        return (*pg_sys::MyProc).vxid.lxid;
    }
}

/// How many locks the transaction has taken.
fn taken() -> usize {
    let (of, taken) = TAKEN.get();
    if of == transaction() { taken } else { 0 }
}
