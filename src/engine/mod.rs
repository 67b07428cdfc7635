//! The status engine: from what a statement changed to enrollment, status and history.
//!
//! A change goes through four steps: locks, the keys of the SKUs to look at, their facts by key a
//! seller at a time, and what differs from what is stored. The decision itself is
//! [`crate::domain::eligibility`].

pub mod changes;
mod check;
mod cursor;
mod enrollment;
mod facts;
mod keys;
pub mod listing;
mod locks;
// The program that runs the tests is no server, and has none of its functions.
#[cfg(not(test))]
mod memory;
mod outcome;
pub mod pricing;
pub mod rates;
pub mod references;
mod repricing;
mod rows;
mod session;
mod statement;
pub mod stock;
mod table;
pub mod transition;
mod values;
mod write;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use changes::{Changes, SellerChanges};
pub use check::{Addition, Difference, check, preview};
use facts::Reader;
use keys::{Scope, Work};
use locks::Locks;
use pricing::Pricer;
use rates::Rates;
use rows::{Blocked, Uncommitted};
pub use session::{
    Caller, fired_by_engine, has_old_snapshot, restoring, sees_some_sellers_only, writing,
};
use session::{Facts, Session};
pub use statement::{Arg, Row, Statement};
pub use values::ReasonArray;
use values::Types;
use write::{Tables, Writer};

use crate::domain::Marketplace;
use crate::error::Error;
use crate::loading;

/// So many SKUs a statement of the engine changes at once.
const CHUNK: usize = 1000;

/// So many SKUs of a seller are evaluated at once: memory stays bounded, and the facts of their ASINs
/// lie near each other.
const BATCH: usize = 100_000;

/// What a pass is to do.
struct Task {
    changes: Changes,
    cause: String,
    /// The history may know the items already: it was restored, and the status was not.
    history_leads: bool,
}

thread_local! {
    /// What a user's triggers brought up in the wake of a running pass; `None` when none runs.
    static PENDING: RefCell<Option<VecDeque<Task>>> = const { RefCell::new(None) };
}

/// Whether this is the schema of rfba.
pub fn is_own_schema(schema: pgrx::pg_sys::Oid) -> bool {
    schema == Types::now().schema
}

/// Sees that a statement's changes of a table may be, and carries them into enrollment, stock, offers,
/// prices, status and history.
pub fn maintain(changes: Changes, table: &str) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    run(Task { changes, cause: table.to_owned(), history_leads: false })?;
    Ok(())
}

/// Why work on a task ends before its time.
pub enum Interruption {
    /// The statement is refused.
    Refused(Error),
    /// It has to begin anew.
    Blocked(Blocked),
}

impl From<Error> for Interruption {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Blocked> for Interruption {
    fn from(blocked: Blocked) -> Self {
        Self::Blocked(blocked)
    }
}

/// Locks what a task concerns and works on it; anew, after a wait without these locks, when somebody
/// else's row is in the way.
fn attempt<T>(
    task: &Task,
    mut work: impl FnMut(&mut Locks) -> Result<T, Interruption>,
) -> Result<T, Error> {
    loop {
        let mut locks = Locks::on_sellers(&task.changes);
        match work(&mut locks) {
            Ok(done) => return Ok(done),
            Err(Interruption::Refused(error)) => return Err(error),
            Err(Interruption::Blocked(blocked)) => {
                locks.release();
                blocked.wait();
            }
        }
    }
}

/// What comes before an evaluation: references, shipped rows, seller-fulfilled stock, and offers that
/// are or are not to be listed.
fn see_to(Task { changes, cause, .. }: &Task) -> Result<(), Interruption> {
    if changes.replace_shipped {
        references::replace_shipped()?;
    }
    if changes.no_editions || !changes.editions.is_empty() {
        references::editions_are_free()?;
    }
    if changes.rates {
        rates::changed()?;
    }
    if !changes.followed_editions.is_empty() {
        references::require_editions(&changes.followed_editions)?;
    }
    if !changes.sellers.values().any(SellerChanges::is_seen_to_first) {
        return Ok(());
    }
    let sellers = |which: fn(&SellerChanges) -> bool| {
        let those = changes.sellers.iter().filter(move |(_, changes)| which(changes));
        those.map(|(seller_id, _)| seller_id.as_str()).collect()
    };
    references::require_sellers(cause, &sellers(|seller| seller.referred))?;
    references::ids_are_free(&sellers(|seller| seller.renamed))?;
    for (seller_id, changes) in &changes.sellers {
        if changes.deleted {
            stock::put_back(seller_id)?;
        }
        if !changes.dual_stock.is_empty() {
            stock::guard(seller_id, &changes.dual_stock, loading::is_loading())?;
        }
        if changes.enrolling {
            stock::enrolled(seller_id)?;
        }
        if !changes.offered.is_empty() {
            listing::offered(seller_id, &changes.offered)?;
        }
        let [deleted, inserted] = &changes.withdrawn;
        if !deleted.is_empty() || !inserted.is_empty() {
            listing::keep_in_mind(seller_id, deleted, inserted)?;
        }
    }
    Ok(())
}

/// What passes changed.
#[derive(Clone, Copy, Default)]
struct Changed {
    /// Rows of the status.
    statuses: u64,
    /// Offers, by price.
    prices: u64,
}

/// Runs a task, and those that come up meanwhile.
///
/// What a user's triggers bring up while a pass writes waits for its end, for the pass has read its
/// facts already.
fn run(task: Task) -> Result<Changed, Error> {
    struct End;
    impl Drop for End {
        fn drop(&mut self) {
            PENDING.set(None);
        }
    }
    if PENDING.with_borrow(Option::is_some) {
        attempt(&task, |_| see_to(&task))?;
        defer(task);
        return Ok(Changed::default());
    }
    PENDING.set(Some(VecDeque::new()));
    let _end = End;
    let mut changed = Changed::default();
    let mut attempts = Attempts::default();
    attempt(&task, |locks| {
        see_to(&task)?;
        Ok(refresh(&task, locks, &mut attempts, &mut changed)?)
    })?;
    while let Some(task) =
        PENDING.with_borrow_mut(|pending| pending.as_mut().and_then(VecDeque::pop_front))
    {
        let mut attempts = Attempts::default();
        attempt(&task, |locks| Ok(refresh(&task, locks, &mut attempts, &mut changed)?))?;
    }
    Ok(changed)
}

/// Leaves a task for the end of the running pass.
fn defer(task: Task) {
    PENDING.with_borrow_mut(|pending| {
        if let Some(pending) = pending {
            pending.push_back(task);
        }
    });
}

/// Evaluates a seller, or all of them, from scratch; the number of status rows that changed.
pub fn rebuild(seller_id: Option<&str>) -> Result<u64, Error> {
    session::require_writable(c"rfba.rebuild_status()");
    let mut changes = Changes::default();
    match seller_id {
        Some(seller_id) => changes.seller(seller_id).whole = true,
        None => changes.everything = true,
    }
    // With triggers disabled nobody has done it.
    (changes.replace_shipped, changes.rates) = (true, true);
    let cause = "rebuild_status".to_owned();
    let task = Task { changes, cause, history_leads: true };
    Ok(run(task)?.statuses)
}

/// Gives a seller's connected offers, or all of them, the prices of today, and creates the offers
/// that could not be priced before; the number of offers that have another price now.
pub fn reprice(seller_id: Option<&str>) -> Result<u64, Error> {
    session::require_writable(c"rfba.reprice_offers()");
    let mut changes = Changes::default();
    match seller_id {
        Some(seller_id) => {
            let seller = changes.seller(seller_id);
            (seller.all_prices, seller.whole) = (true, true);
        }
        None => {
            // Rates that came past the triggers are known from here on.
            changes.rates = true;
            changes.prices = Marketplace::DESTINATIONS.into_iter().collect();
        }
    }
    let cause = "reprice_offers".to_owned();
    Ok(run(Task { changes, cause, history_leads: false })?.prices)
}

/// What the attempts at a task have to know of those before them: what was written into base tables
/// stays when an attempt is given up.
#[derive(Default)]
struct Attempts {
    /// There was one. What is stored of an item may lack what it has written.
    any: bool,
    /// By seller the SKUs whose status may follow from prices that were written.
    repriced: BTreeMap<String, Vec<String>>,
}

fn refresh(
    task: &Task,
    locks: &mut Locks,
    attempts: &mut Attempts,
    changed: &mut Changed,
) -> Result<(), Blocked> {
    let Task { changes, cause, history_leads } = task;
    lock_items(locks, changes);
    references::take_along(changes)?;
    let (cause, history_leads) = (cause.clone(), *history_leads);
    let mut pass = Pass { cause, history_leads, rates: Rates::on(session::today()) };
    Session::run(Facts::Newest, |session| {
        let mut works = keys::resolve(session, changes);
        if std::mem::replace(&mut attempts.any, true) {
            works.values_mut().for_each(|work| work.scope = Scope::All);
        }
        let before = changed.prices;
        pass.reprice(session, &mut works, &mut attempts.repriced, changed)?;
        if changed.prices == before {
            pass.evaluate(session, locks, works, changed)
        } else {
            // The facts are others now.
            Session::run(Facts::Newest, |session| pass.evaluate(session, locks, works, changed))
        }
    })
}

/// Locks the SKUs that are named, and then, as nobody else changes them any more, the ASINs of all
/// items that are concerned.
fn lock_items(locks: &mut Locks, changes: &Changes) {
    let narrow: Vec<(&String, &SellerChanges)> =
        changes.sellers.iter().filter(|(seller_id, _)| locks.is_narrow(seller_id)).collect();
    locks.on_skus(narrow.iter().flat_map(|(seller_id, changes)| {
        changes.named_skus().map(|sku| (seller_id.as_str(), sku))
    }));
    let mut of_sellers: Vec<(&str, i64)> = Vec::new();
    if narrow.iter().any(|(_, changes)| changes.has_unknown_asins()) {
        Session::run(Facts::Newest, |session| {
            for &(seller_id, changes) in &narrow {
                let asins = keys::asins(session, seller_id, changes).into_iter();
                of_sellers.extend(asins.map(|asin| (seller_id.as_str(), asin)));
            }
        });
    } else {
        for &(seller_id, changes) in &narrow {
            of_sellers.extend(changes.known_asins().map(|asin| (seller_id.as_str(), asin)));
        }
    }
    let changed: Vec<i64> = changes.asins.union(&changes.priced_asins).copied().collect();
    locks.on_asins(&changed, &of_sellers);
}

/// A running pass.
struct Pass {
    cause: String,
    history_leads: bool,
    rates: Option<Rates>,
}

impl Pass {
    /// Gives connected offers their prices.
    fn reprice(
        &mut self,
        session: &Session,
        works: &mut BTreeMap<String, Work>,
        repriced: &mut BTreeMap<String, Vec<String>>,
        changed: &mut Changed,
    ) -> Result<(), Blocked> {
        let Some(rates) = self.rates.as_mut().filter(|_| !restoring()) else { return Ok(()) };
        for (seller_id, work) in works.iter_mut().filter(|(_, work)| !work.prices.is_empty()) {
            let Work { prices, connected, .. } = work;
            let skus = repriced.entry(seller_id.clone()).or_default();
            let offers = &mut changed.prices;
            repricing::reprice(session, rates, seller_id, prices, connected, skus, offers)?;
            work.skus.extend(skus.iter().cloned());
            keys::sort_texts_once(&mut work.skus);
        }
        Ok(())
    }

    /// Evaluates items and writes what differs.
    fn evaluate(
        &mut self,
        session: &Session,
        locks: &mut Locks,
        works: BTreeMap<String, Work>,
        changed: &mut Changed,
    ) -> Result<(), Blocked> {
        Uncommitted::run(session, |uncommitted| {
            let mut tables = Tables::new(session, uncommitted);
            let done = self.evaluate_into(session, &mut tables, works, changed);
            if tables.finish() {
                // Whoever is let in would wait for a status under its own locks. For rows of base
                // tables it would wait without them.
                locks.keep();
            }
            done
        })
    }

    fn evaluate_into(
        &mut self,
        session: &Session,
        tables: &mut Tables,
        works: BTreeMap<String, Work>,
        changed: &mut Changed,
    ) -> Result<(), Blocked> {
        let most = works.values().map(|work| work.skus.len()).max().unwrap_or_default();
        let mut reader = Reader::new(session, most);
        // Of what sellers have of a product mostly all is enrolled by an assessment, or nothing.
        let mut products_tell = true;
        for (seller_id, work) in works {
            let seller = reader.seller(&seller_id);
            let writer = Writer {
                seller_id: &seller_id,
                seller: seller.as_ref(),
                cause: &self.cause,
                added_back: &work.added_back,
                history_leads: self.history_leads,
            };
            let seller = seller.as_ref();
            for skus in work.skus.chunks(BATCH) {
                let skus: Vec<&str> = skus.iter().map(String::as_str).collect();
                let outcomes = match work.scope {
                    Scope::Products if products_tell && !restoring() => {
                        reader.outcomes_of_products(&seller_id, seller, &skus)
                    }
                    Scope::Stock if !restoring() => {
                        reader.outcomes_of_stock(&seller_id, seller, &skus)
                    }
                    _ => None,
                };
                // What comes into the program or on sale is to do so by all that it follows from.
                let outcomes = outcomes
                    .filter(|it| listing::waiting(&mut reader, &seller_id, seller, it).is_empty());
                let is_whole = outcomes.is_none();
                let outcomes = outcomes.unwrap_or_else(|| {
                    products_tell &= work.scope != Scope::Products;
                    reader.outcomes(&seller_id, seller, &skus)
                });
                let mut stale = stock::take_offers(session, &seller_id, seller, &outcomes)?;
                if let Some(rates) = self.rates.as_mut().filter(|_| is_whole) {
                    let waiting = listing::waiting(&mut reader, &seller_id, seller, &outcomes);
                    stale |= listing::create_offers(session, rates, &seller_id, &waiting)?;
                }
                changed.statuses += if stale {
                    Session::run(Facts::Newest, |session| {
                        let mut reader = Reader::new(session, skus.len());
                        let outcomes = reader.outcomes(&seller_id, seller, &skus);
                        writer.write(session, tables, &outcomes)
                    })
                } else {
                    writer.write(session, tables, &outcomes)
                }?;
            }
        }
        Ok(())
    }
}

/// Prices the items of a seller on a day, as the calling statement sees them.
pub fn with_pricer<T>(
    seller_id: &str,
    date: i32,
    work: impl FnOnce(&mut Pricer) -> Result<T, Error>,
) -> Result<T, Error> {
    Session::run(Facts::OfStatement, |session| {
        rates::with_known_rates(session, date, |rates| {
            let pricer = Pricer::new(session, rates, seller_id);
            work(&mut pricer.ok_or_else(|| Error::NoSuchSeller(seller_id.to_owned()))?)
        })
        .ok_or(Error::NoSuchDay)?
    })
}
