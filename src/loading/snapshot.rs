//! What a document does not have of what is there: gone, if the document is a snapshot.

use super::Load;
use crate::domain::Marketplace;
use crate::engine::{Arg, Statement};
use crate::error::Error;

/// How many SKUs are read at a time.
const BATCH: usize = 10_000;

/// What a table holds that a document of some kind tells all about. Each statement takes the seller
/// and the marketplace first. Those that change rows take the whole key from the SKUs' side, fenced
/// off: a planner that has no statistics yet would go through all SKUs for each of the seller's rows.
pub struct Snapshot {
    /// What its rows are called.
    pub what: &'static str,
    /// The SKUs that are there, after `$3` and in order, `$4` of them.
    pub skus: Statement,
    /// Deletes the SKUs `$3`.
    pub delete: Statement,
    /// Marks the SKUs `$3` as absent from a document that is no snapshot.
    pub mark: Statement,
}

/// SKUs that a table has and a document has not.
pub struct Missing {
    skus: Vec<String>,
    is_snapshot: bool,
    /// Whether they are all that the table has: what the document has is new.
    pub is_all: bool,
}

/// What was there no more.
#[derive(Default)]
pub struct Gone {
    /// Rows deleted.
    pub removed: u64,
    /// Rows marked.
    pub absent: u64,
}

impl Snapshot {
    /// Finds what is missing, and refuses to delete most of what is there. `kept` comes in byte
    /// order, as an index has it.
    pub fn missing<'k>(
        &self,
        load: &Load,
        marketplace: Marketplace,
        kept: impl Iterator<Item = &'k str>,
        is_snapshot: bool,
    ) -> Result<Missing, Error> {
        let mut kept = kept.peekable();
        let (mut missing, mut present) = (Vec::new(), 0);
        let mut after = String::new();
        loop {
            let mut skus: Vec<String> = Vec::with_capacity(BATCH);
            let [seller, marketplace] = load.of(marketplace);
            let args = [seller, marketplace, Arg::Sku(&after), Arg::Number(BATCH as i64)];
            self.skus.run_as_caller(load.caller, &args, |row| skus.push(row.get(1)));
            let is_last = skus.len() < BATCH;
            present += skus.len();
            after = skus.last().cloned().unwrap_or_default();
            for sku in skus {
                while kept.next_if(|&it| it < sku.as_str()).is_some() {}
                if kept.next_if(|&it| it == sku.as_str()).is_none() {
                    missing.push(sku);
                }
            }
            if is_last {
                break;
            }
        }
        if is_snapshot && !load.force && missing.len() > present / 2 {
            return Err(Error::WouldRemove {
                removed: missing.len() as i64,
                present: present as i64,
                what: self.what,
            });
        }
        Ok(Missing { is_all: missing.len() == present, skus: missing, is_snapshot })
    }

    /// Deletes some SKUs.
    pub fn remove(&self, load: &Load, marketplace: Marketplace, skus: Vec<String>) {
        self.settle(load, marketplace, &Missing { skus, is_snapshot: true, is_all: false });
    }

    /// Deletes or marks what is missing.
    pub fn settle(&self, load: &Load, marketplace: Marketplace, missing: &Missing) -> Gone {
        let Missing { skus, is_snapshot, .. } = missing;
        if skus.is_empty() {
            return Gone::default();
        }
        let [seller, marketplace] = load.of(marketplace);
        let args = [seller, marketplace, Arg::Skus(skus.iter().map(String::as_str).collect())];
        let statement = if *is_snapshot { &self.delete } else { &self.mark };
        let gone = statement.run_as_caller(load.caller, &args, |_| ());
        let (removed, absent) = if *is_snapshot { (gone, 0) } else { (0, gone) };
        Gone { removed, absent }
    }
}
