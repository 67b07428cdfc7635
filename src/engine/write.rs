//! Carries outcomes into enrollment, status and history: only what differs from what is stored.

use std::collections::{BTreeSet, HashMap};

use super::facts::{Enrollment, Outcome, Seller, StatusRow};
use super::session::{Session, restoring, while_writing};
use super::statement::{Arg, Statement};
use crate::domain::{Marketplace, Reasons};

static INSERT_ENROLLMENTS: Statement = Statement(
    "INSERT INTO rfba.enrollment (seller_id, sku, marketplace, state, since, how) \
     SELECT $1, u.sku, u.marketplace, 'enrolled', pg_catalog.now(), u.how \
     FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4)) \
         AS u (sku, marketplace, how)",
);

static DELETE_ENROLLMENTS: Statement = Statement(
    "DELETE FROM rfba.enrollment e \
     USING ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) AS u (sku, marketplace) \
     WHERE e.seller_id = $1 AND e.sku = u.sku \
         AND e.marketplace = u.marketplace",
);

static INSERT_STATUSES: Statement = Statement(
    "INSERT INTO rfba.item_status (seller_id, sku, marketplace, asin, enrolled, status, reasons, \
         own_reasons, changed_at) \
     SELECT $1, u.sku, u.marketplace, u.asin, u.enrolled, rfba.status_of(u.reasons), u.reasons, \
         u.own_reasons, u.changed_at \
     FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), \
             pg_catalog.unnest($5), pg_catalog.unnest($6), pg_catalog.unnest($7), \
             pg_catalog.unnest($8)) \
         AS u (sku, marketplace, asin, enrolled, reasons, own_reasons, changed_at)",
);

static UPDATE_STATUSES: Statement = Statement(
    "UPDATE rfba.item_status s \
     SET asin = u.asin, enrolled = u.enrolled, status = rfba.status_of(u.reasons), \
         reasons = u.reasons, own_reasons = u.own_reasons, changed_at = u.changed_at \
     FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), \
             pg_catalog.unnest($5), pg_catalog.unnest($6), pg_catalog.unnest($7), \
             pg_catalog.unnest($8)) \
         AS u (sku, marketplace, asin, enrolled, reasons, own_reasons, changed_at) \
     WHERE s.seller_id = $1 AND s.sku = u.sku \
         AND s.marketplace = u.marketplace",
);

static DELETE_STATUSES: Statement = Statement(
    "DELETE FROM rfba.item_status s \
     USING ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) AS u (sku, marketplace) \
     WHERE s.seller_id = $1 AND s.sku = u.sku \
         AND s.marketplace = u.marketplace",
);

static INSERT_CHANGES: Statement = Statement(
    "INSERT INTO rfba.status_change (seller_id, sku, marketplace, asin, old_status, new_status, \
         enrolled, reasons, changed_at, cause) \
     SELECT $1, u.sku, u.marketplace, u.asin, \
         CASE WHEN u.was_item THEN rfba.status_of(u.old_reasons) END, \
         CASE WHEN u.is_item THEN rfba.status_of(u.reasons) END, \
         u.enrolled, u.reasons, u.changed_at, $2 \
     FROM ROWS FROM (pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5), \
             pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8), \
             pg_catalog.unnest($9), pg_catalog.unnest($10), pg_catalog.unnest($11)) \
         AS u (sku, marketplace, asin, was_item, old_reasons, is_item, reasons, enrolled, changed_at)",
);

static LAST_CHANGES: Statement = Statement(
    "SELECT DISTINCT ON (sku, marketplace) sku, marketplace, new_status IS NOT NULL, asin, enrolled, \
         reasons, changed_at \
     FROM rfba.status_change \
     WHERE seller_id = $1 AND sku = ANY ($2) \
     ORDER BY sku, marketplace, changed_at DESC, change_id DESC",
);

static ADOPT_HISTORY: Statement = Statement(
    "UPDATE rfba.item_status s SET changed_at = h.changed_at \
     FROM (SELECT DISTINCT ON (c.seller_id, c.sku, c.marketplace) c.* FROM rfba.status_change c \
             ORDER BY c.seller_id, c.sku, c.marketplace, c.changed_at DESC, c.change_id DESC) h \
     WHERE s.seller_id = h.seller_id AND s.sku = h.sku AND s.marketplace = h.marketplace \
         AND s.asin = h.asin AND s.enrolled = h.enrolled AND s.reasons = h.reasons \
         AND h.new_status IS NOT NULL AND s.changed_at <> h.changed_at",
);

/// How outcomes are to be written.
pub struct Writer<'a> {
    /// Whose.
    pub seller_id: &'a str,
    /// The seller; `None` when its row is gone.
    pub seller: Option<&'a Seller>,
    /// What brought them, for the history.
    pub cause: &'a str,
    /// Items whose removal was taken back.
    pub added_back: &'a BTreeSet<(String, i16)>,
    /// The history may know the items already: it was restored, and the status was not.
    pub history_leads: bool,
}

/// A row of `item_status` to be inserted or updated.
struct Written<'a> {
    sku: &'a str,
    destination: Marketplace,
    row: StatusRow,
    changed_at: i64,
}

/// A row of `status_change`.
struct Change<'a> {
    sku: &'a str,
    destination: Marketplace,
    /// What an item was last stays with the change that ended it.
    asin: i64,
    old: Option<Reasons>,
    new: Option<Reasons>,
    enrolled: bool,
    changed_at: i64,
}

/// What is to be written of some outcomes.
#[derive(Default)]
struct Batch<'a> {
    enroll: Vec<(&'a str, Marketplace, &'static str)>,
    unenroll: Vec<(&'a str, Marketplace)>,
    insert: Vec<Written<'a>>,
    update: Vec<Written<'a>>,
    delete: Vec<(&'a str, Marketplace)>,
    history: Vec<Change<'a>>,
}

/// Items whose last change in the history is what they are have changed when it says.
pub fn adopt_history(session: &Session) {
    ADOPT_HISTORY.change(session, &[]);
}

impl Writer<'_> {
    /// Writes what differs; the number of status rows that changed. Runs in a step of the session.
    pub fn write(&self, session: &Session, outcomes: &[Outcome]) -> u64 {
        let batch = self.differences(session, outcomes);
        while_writing(|| self.apply(session, &batch));
        (batch.insert.len() + batch.update.len() + batch.delete.len()) as u64
    }

    fn differences<'o>(&self, session: &Session, outcomes: &[Outcome<'o>]) -> Batch<'o> {
        let restoring = restoring();
        let last_changes = if self.history_leads || restoring {
            self.last_changes(session, outcomes)
        } else {
            HashMap::new()
        };
        let now = transaction_start();
        let mut batch = Batch::default();
        for outcome in outcomes {
            let &Outcome { sku, destination, item, enrollment, stored } = outcome;
            let enrolled = if restoring {
                enrollment == Some(Enrollment::Enrolled)
            } else {
                self.enroll(outcome, &mut batch)
            };
            let new = item.map(|(asin, evaluation)| StatusRow { asin, enrolled, evaluation });
            let old = stored.map(|(row, _)| row);
            if new == old {
                continue;
            }
            let last = last_changes.get(&(sku.to_owned(), destination));
            // An item's history is in order though a transaction that began later may have
            // changed it before.
            let before = stored.map(|(_, at)| at).max(last.map(|last| last.changed_at));
            let mut changed_at = before.map_or(now, |before| before.max(now));
            let told = last.is_some_and(|last| new.is_some_and(|new| last.says(&new)));
            if let (true, Some(last)) = (told, last) {
                changed_at = last.changed_at;
            }
            match (new, old) {
                (Some(row), None) => {
                    batch.insert.push(Written { sku, destination, row, changed_at });
                }
                (Some(row), Some(_)) => {
                    batch.update.push(Written { sku, destination, row, changed_at });
                }
                (None, _) => batch.delete.push((sku, destination)),
            }
            if !restoring && !told && self.seller.is_some() {
                batch.history.push(Change {
                    sku,
                    destination,
                    asin: new.or(old).map_or(0, |row| row.asin),
                    old: old
                        .map(|row| row.evaluation.reasons)
                        .or_else(|| last.and_then(|last| last.reasons())),
                    new: new.map(|row| row.evaluation.reasons),
                    enrolled: new.is_some_and(|row| row.enrolled),
                    changed_at,
                });
            }
        }
        batch
    }

    /// Decides on the item's enrollment row; whether it is enrolled then.
    fn enroll<'o>(&self, outcome: &Outcome<'o>, batch: &mut Batch<'o>) -> bool {
        let &Outcome { sku, destination, item, enrollment, .. } = outcome;
        let Some(seller) = self.seller else { return false };
        let may_enroll = seller.account.enrolled && item.is_some();
        match enrollment {
            Some(Enrollment::Enrolled) if !may_enroll => {
                batch.unenroll.push((sku, destination));
                false
            }
            Some(Enrollment::Enrolled) => true,
            Some(Enrollment::Removed) => false,
            None if !may_enroll => false,
            None => {
                let key = (sku.to_owned(), destination.packed());
                let how = if self.added_back.contains(&key) {
                    "manual"
                } else if item.is_some_and(|(_, evaluation)| evaluation.auto_enrolls()) {
                    "auto"
                } else {
                    return false;
                };
                batch.enroll.push((sku, destination, how));
                true
            }
        }
    }

    fn apply(&self, session: &Session, batch: &Batch) {
        let seller = || Arg::Text(self.seller_id);
        if !batch.unenroll.is_empty() {
            DELETE_ENROLLMENTS.change(session, &keyed(seller(), batch.unenroll.iter().copied()));
        }
        if !batch.enroll.is_empty() {
            let keys = batch.enroll.iter().map(|&(sku, destination, _)| (sku, destination));
            let [seller, skus, destinations] = keyed(seller(), keys);
            let how = Arg::Texts(batch.enroll.iter().map(|&(_, _, how)| how).collect());
            INSERT_ENROLLMENTS.change(session, &[seller, skus, destinations, how]);
        }
        if !batch.delete.is_empty() {
            DELETE_STATUSES.change(session, &keyed(seller(), batch.delete.iter().copied()));
        }
        if !batch.insert.is_empty() {
            INSERT_STATUSES.change(session, &written(seller(), &batch.insert));
        }
        if !batch.update.is_empty() {
            UPDATE_STATUSES.change(session, &written(seller(), &batch.update));
        }
        if !batch.history.is_empty() {
            INSERT_CHANGES.change(session, &self.changes(&batch.history));
        }
    }

    fn changes<'o>(&'o self, history: &[Change<'o>]) -> [Arg<'o>; 11] {
        let keys = history.iter().map(|change| (change.sku, change.destination));
        let [seller, skus, destinations] = keyed(Arg::Text(self.seller_id), keys);
        let bits = |reasons: Option<Reasons>| reasons.unwrap_or(Reasons::NONE).bits();
        [
            seller,
            Arg::Text(self.cause),
            skus,
            destinations,
            Arg::Asins(history.iter().map(|it| it.asin).collect()),
            Arg::Booleans(history.iter().map(|it| it.old.is_some()).collect()),
            Arg::Integers(history.iter().map(|it| bits(it.old)).collect()),
            Arg::Booleans(history.iter().map(|it| it.new.is_some()).collect()),
            Arg::Integers(history.iter().map(|it| bits(it.new)).collect()),
            Arg::Booleans(history.iter().map(|it| it.enrolled).collect()),
            Arg::Timestamps(history.iter().map(|it| it.changed_at).collect()),
        ]
    }

    fn last_changes(
        &self,
        session: &Session,
        outcomes: &[Outcome],
    ) -> HashMap<(String, Marketplace), LastChange> {
        let mut last_changes = HashMap::new();
        let mut skus: Vec<&str> = outcomes.iter().map(|outcome| outcome.sku).collect();
        skus.dedup();
        LAST_CHANGES.query(session, &[Arg::Text(self.seller_id), Arg::Skus(skus)], |row| {
            if let Some(destination) = Marketplace::from_packed(row.get(2)) {
                let last = LastChange {
                    is_item: row.get(3),
                    asin: row.get(4),
                    enrolled: row.get(5),
                    reasons: Reasons::from_bits(row.get(6)),
                    changed_at: row.get(7),
                };
                last_changes.insert((row.get(1), destination), last);
            }
        });
        last_changes
    }
}

/// The last change of an item in the history.
struct LastChange {
    is_item: bool,
    asin: i64,
    enrolled: bool,
    reasons: Reasons,
    changed_at: i64,
}

impl LastChange {
    /// Whether the history knows this already.
    fn says(&self, row: &StatusRow) -> bool {
        self.is_item
            && self.asin == row.asin
            && self.enrolled == row.enrolled
            && self.reasons == row.evaluation.reasons
    }

    /// The item's reasons since then, if it is one.
    fn reasons(&self) -> Option<Reasons> {
        self.is_item.then_some(self.reasons)
    }
}

fn keyed<'a>(seller: Arg<'a>, keys: impl Iterator<Item = (&'a str, Marketplace)>) -> [Arg<'a>; 3] {
    let (skus, destinations) = keys.map(|(sku, it)| (sku, it.packed())).unzip();
    [seller, Arg::Skus(skus), Arg::Marketplaces(destinations)]
}

fn written<'a>(seller: Arg<'a>, rows: &[Written<'a>]) -> [Arg<'a>; 8] {
    let [seller, skus, destinations] =
        keyed(seller, rows.iter().map(|written| (written.sku, written.destination)));
    [
        seller,
        skus,
        destinations,
        Arg::Asins(rows.iter().map(|it| it.row.asin).collect()),
        Arg::Booleans(rows.iter().map(|it| it.row.enrolled).collect()),
        Arg::Integers(rows.iter().map(|it| it.row.evaluation.reasons.bits()).collect()),
        Arg::Integers(rows.iter().map(|it| it.row.evaluation.own_reasons.bits()).collect()),
        Arg::Timestamps(rows.iter().map(|it| it.changed_at).collect()),
    ]
}

fn transaction_start() -> i64 {
    // SAFETY: a transaction is running.
    unsafe { pgrx::pg_sys::GetCurrentTransactionStartTimestamp() }
}
