//! Carries outcomes into status and history: only what differs from what is stored.

use std::collections::{BTreeSet, HashMap};

use pgrx::pg_sys::ItemPointerData;

use super::cursor::{Cursor, Index, Key};
use super::facts::{STORED, Seller};
use super::outcome::{Outcome, StatusRow};
use super::rows::{Blocked, Uncommitted};
use super::session::{Facts, Session, has_old_snapshot, let_cancel, restoring, while_writing};
use super::statement::{Arg, Statement};
use super::table::{Cell, Kind, Layout, Table};
use super::{CHUNK, enrollment};
use crate::domain::eligibility::Evaluation;
use crate::domain::{Marketplace, MarketplaceSet, Reasons};
use crate::error::Error;
use crate::loading;

static INSERT_STATUSES: Statement = Statement(
    "INSERT INTO rfba.item_status (seller_id, sku, marketplace, asin, status, enrolled, reasons, \
         own_reasons, changed_at) \
     SELECT $1, u.sku, u.marketplace, u.asin, rfba.status_of(u.reasons), u.enrolled, u.reasons, \
         u.own_reasons, u.changed_at \
     FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), \
             pg_catalog.unnest($5), pg_catalog.unnest($6), pg_catalog.unnest($7), \
             pg_catalog.unnest($8)) \
         AS u (sku, marketplace, asin, enrolled, reasons, own_reasons, changed_at)",
);

static UPDATE_STATUSES: Statement = Statement(
    "UPDATE ONLY rfba.item_status s \
     SET asin = u.asin, status = rfba.status_of(u.reasons), enrolled = u.enrolled, \
         reasons = u.reasons, own_reasons = u.own_reasons, changed_at = u.changed_at \
     FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3), \
             pg_catalog.unnest($4), pg_catalog.unnest($5), pg_catalog.unnest($6)) \
         AS u (tid, asin, enrolled, reasons, own_reasons, changed_at) \
     WHERE s.ctid = u.tid",
);

static DELETE_STATUSES: Statement = Statement(
    "DELETE FROM ONLY rfba.item_status s USING pg_catalog.unnest($1) AS u (tid) WHERE s.ctid = u.tid",
);

static INSERT_CHANGES: Statement = Statement(
    "INSERT INTO rfba.status_change (seller_id, sku, marketplace, asin, old_status, new_status, \
         enrolled, reasons, changed_at, cause, load_id) \
     SELECT $1, u.sku, u.marketplace, u.asin, \
         CASE WHEN u.was_item THEN rfba.status_of(u.old_reasons) END, \
         CASE WHEN u.is_item THEN rfba.status_of(u.reasons) END, \
         u.enrolled, u.reasons, u.changed_at, $2, NULLIF($12, 0) \
     FROM ROWS FROM (pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5), \
             pg_catalog.unnest($6), pg_catalog.unnest($7), pg_catalog.unnest($8), \
             pg_catalog.unnest($9), pg_catalog.unnest($10), pg_catalog.unnest($11)) \
         AS u (sku, marketplace, asin, was_item, old_reasons, is_item, reasons, enrolled, changed_at)",
);

static CHANGES_OF_ITEM: Index = Index {
    table: c"status_change",
    name: c"status_change_item",
    columns: &[c"marketplace", c"new_status", c"asin", c"enrolled", c"reasons", c"changed_at"],
};

/// What the engine writes of items.
pub struct Tables<'s> {
    session: &'s Session,
    /// Rows that somebody else is writing.
    pub uncommitted: Uncommitted<'s>,
    history: History<'s>,
    statuses: Way<'s>,
    changes: Way<'s>,
    enrollments: Way<'s>,
    /// Whether a status was written.
    wrote: bool,
}

/// How a table is written.
enum Way<'s> {
    /// Nobody has looked yet.
    Unknown,
    /// Without SQL.
    Direct(Box<Table<'s>>),
    /// By SQL, for somebody has added to it what has to be heeded.
    Sql,
}

impl<'s> Way<'s> {
    fn find(&mut self, session: &'s Session, layout: &'static Layout) -> Option<&mut Table<'s>> {
        if let Self::Unknown = self {
            *self = Table::open(session, layout)
                .map_or(Self::Sql, |table| Self::Direct(Box::new(table)));
        }
        match self {
            Self::Direct(table) => Some(table),
            _ => None,
        }
    }
}

impl<'s> Tables<'s> {
    /// Tables of the session.
    pub fn new(session: &'s Session, uncommitted: Uncommitted<'s>) -> Self {
        let [statuses, changes, enrollments] = [const { Way::Unknown }; 3];
        let history = History { session, cursors: Default::default() };
        Self { session, uncommitted, history, statuses, changes, enrollments, wrote: false }
    }

    /// Writes what is on its way; whether a status was written.
    pub fn finish(mut self) -> bool {
        for way in [&mut self.statuses, &mut self.changes, &mut self.enrollments] {
            if let Way::Direct(table) = way {
                table.flush();
            }
        }
        self.wrote
    }

    fn statuses(&mut self) -> Option<&mut Table<'s>> {
        self.statuses.find(self.session, &STATUSES)
    }

    fn changes(&mut self) -> Option<&mut Table<'s>> {
        self.changes.find(self.session, &CHANGES)
    }

    /// `enrollment`, if it may be written without SQL.
    pub fn enrollments(&mut self) -> Option<&mut Table<'s>> {
        self.enrollments.find(self.session, &enrollment::LAYOUT)
    }
}

static STATUSES: Layout = Layout {
    name: c"item_status",
    columns: &[
        (c"seller_id", Kind::Text),
        (c"sku", Kind::Sku),
        (c"marketplace", Kind::Marketplace),
        (c"asin", Kind::Asin),
        (c"status", Kind::Status),
        (c"enrolled", Kind::Boolean),
        (c"reasons", Kind::Integer),
        (c"own_reasons", Kind::Integer),
        (c"changed_at", Kind::Timestamp),
    ],
    nullable: &[],
    checks: &[c"item_status_marketplace_check"],
    indexes: &[],
    triggers: &[],
};

static CHANGES: Layout = Layout {
    name: c"status_change",
    columns: &[
        (c"change_id", Kind::Identity),
        (c"seller_id", Kind::Text),
        (c"sku", Kind::Sku),
        (c"marketplace", Kind::Marketplace),
        (c"asin", Kind::Asin),
        (c"old_status", Kind::Status),
        (c"new_status", Kind::Status),
        (c"enrolled", Kind::Boolean),
        (c"reasons", Kind::Integer),
        (c"changed_at", Kind::Timestamp),
        (c"cause", Kind::Text),
        (c"load_id", Kind::Number),
    ],
    nullable: &[c"old_status", c"new_status", c"load_id"],
    checks: &[],
    indexes: &[c"status_change_load"],
    triggers: &[c"maintain_status_insert"],
};

/// Looks things up in the history, for sellers one after the other.
struct History<'s> {
    session: &'s Session,
    /// By seller, by SKU, and by item.
    cursors: [Option<Cursor<'s>>; 3],
}

impl<'s> History<'s> {
    /// Of so few items each is worth a look of its own.
    const FEW: usize = 8;

    fn by(&mut self, keys: &[Key]) -> &mut Cursor<'s> {
        let cursor = &mut self.cursors[keys.len() - 1];
        cursor.get_or_insert_with(|| Cursor::open(self.session, &CHANGES_OF_ITEM, keys))
    }

    /// Whether there is a change of a seller, or of its SKU.
    fn any(&mut self, keys: &[Key]) -> bool {
        self.by(keys).any(keys)
    }

    /// When an item changed last.
    fn last(&mut self, keys: &[Key; 3]) -> Option<i64> {
        let cursor = self.by(keys);
        cursor.seek(keys);
        Some(cursor.previous()?.get(5))
    }
}

/// How outcomes are to be written.
pub struct Writer<'a> {
    /// Whose.
    pub seller_id: &'a str,
    /// The seller; `None` when its row is gone.
    pub seller: Option<&'a Seller>,
    /// What brought them, for the history.
    pub cause: &'a str,
    /// Items whose removal was deleted.
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
    insert: Vec<Written<'a>>,
    update: Vec<(ItemPointerData, Written<'a>)>,
    delete: Vec<ItemPointerData>,
    history: Vec<Change<'a>>,
}

impl Writer<'_> {
    /// Writes what differs; the number of status rows that changed.
    pub fn write(
        &self,
        session: &Session,
        tables: &mut Tables,
        outcomes: &[Outcome],
    ) -> Result<u64, Blocked> {
        let enrolled = enrollment::settle(session, tables, self, outcomes)?;
        let batch = self.differences(session, &mut tables.history, outcomes, &enrolled);
        let changed = batch.insert.len() + batch.update.len() + batch.delete.len();
        let load_id = loading::load_id();
        if has_old_snapshot() && !batch.insert.is_empty() {
            self.require_unseen(&batch.insert);
        }
        match tables.statuses() {
            Some(table) => self.write_statuses(table, &batch),
            None => while_writing(&[c"item_status"], || self.change_statuses(session, &batch)),
        }
        match tables.changes() {
            Some(table) => self.write_changes(table, &batch.history, load_id),
            None => while_writing(&[c"status_change"], || {
                self.insert_changes(session, &batch.history, load_id)
            }),
        }
        tables.wrote |= changed > 0;
        Ok(changed as u64)
    }

    /// Refuses to insert a status that the transaction still sees, for somebody has ended the item
    /// since: it would see the item twice.
    fn require_unseen(&self, inserted: &[Written]) {
        Session::run(Facts::OfTransaction, |session| {
            let keys = |sku| [Key::Text(self.seller_id), Key::Sku(sku)];
            let mut seen = Cursor::open(session, &STORED, &keys(""));
            for &Written { sku, destination, .. } in inserted {
                seen.each(&keys(sku), |row| {
                    if row.get::<i16>(0) == destination.packed() {
                        Error::ConcurrentChange.raise();
                    }
                });
            }
        });
    }

    fn write_statuses(&self, table: &mut Table, batch: &Batch) {
        batch.delete.iter().for_each(|tid| table.delete(*tid));
        batch.insert.iter().for_each(|row| table.insert(&self.cells(row)));
        batch.update.iter().for_each(|(tid, row)| table.update(*tid, &self.cells(row)));
    }

    fn cells<'c>(&'c self, written: &Written<'c>) -> [Cell<'c>; 9] {
        let &Written { sku, destination, row, changed_at } = written;
        let Evaluation { reasons, own_reasons } = row.evaluation;
        [
            Cell::Text(self.seller_id),
            Cell::Text(sku),
            Cell::Marketplace(destination.packed()),
            Cell::Asin(row.asin),
            Cell::Status(Some(reasons.status())),
            Cell::Boolean(row.enrolled),
            Cell::Integer(reasons.bits()),
            Cell::Integer(own_reasons.bits()),
            Cell::Timestamp(changed_at),
        ]
    }

    fn write_changes(&self, table: &mut Table, history: &[Change], load_id: Option<i64>) {
        for &Change { sku, destination, asin, old, new, enrolled, changed_at } in history {
            table.insert(&[
                Cell::Next,
                Cell::Text(self.seller_id),
                Cell::Text(sku),
                Cell::Marketplace(destination.packed()),
                Cell::Asin(asin),
                Cell::Status(old.map(Reasons::status)),
                Cell::Status(new.map(Reasons::status)),
                Cell::Boolean(enrolled),
                Cell::Integer(new.unwrap_or(Reasons::NONE).bits()),
                Cell::Timestamp(changed_at),
                Cell::Text(self.cause),
                Cell::Number(load_id),
            ]);
        }
    }

    fn differences<'o>(
        &self,
        session: &Session,
        history: &mut History,
        outcomes: &[Outcome<'o>],
        enrolled: &[bool],
    ) -> Batch<'o> {
        let restoring = restoring();
        let leads = self.history_leads || restoring;
        let last_changes = match leads {
            true => self.last_changes(session, outcomes),
            false => HashMap::new(),
        };
        let ends = match leads {
            true => HashMap::new(),
            false => self.ends(session, history, outcomes),
        };
        let now = transaction_start();
        let mut batch = Batch::default();
        for (number, (outcome, &enrolled)) in outcomes.iter().zip(enrolled).enumerate() {
            let_cancel(number);
            let &Outcome { sku, destination, item, stored, .. } = outcome;
            let new = item.map(|(asin, evaluation)| StatusRow { asin, enrolled, evaluation });
            let old = stored.map(|stored| stored.row);
            let last = match last_changes.is_empty() {
                true => None,
                false => last_changes.get(&(sku.to_owned(), destination)),
            };
            let told = last.is_some_and(|last| new.is_some_and(|new| last.says(&new)));
            // A restored history tells since when an item is what it is.
            let adopted = stored.map(|stored| stored.changed_at)
                == last.filter(|_| told).map(|last| last.changed_at);
            let is_sound = stored.is_none_or(|stored| stored.status_fits);
            if new == old && is_sound && (!told || adopted) {
                continue;
            }
            // An item's history is in order though a transaction that began later may have
            // changed it before.
            let end = match ends.is_empty() {
                true => None,
                false => ends.get(&(sku, destination)).copied(),
            };
            let before = stored
                .map(|stored| stored.changed_at)
                .max(last.map(|last| last.changed_at))
                .max(end);
            let mut changed_at = before.map_or(now, |before| before.max(now));
            // What Amazon's verdict covers up changes unseen.
            let unseen = old.zip(new).is_some_and(|(old, new)| old.looks_like(&new));
            match (stored, last) {
                (_, Some(last)) if told => changed_at = last.changed_at,
                (Some(stored), _) if unseen => changed_at = stored.changed_at,
                _ => {}
            }
            let written = new.map(|row| Written { sku, destination, row, changed_at });
            match (written, stored) {
                (Some(written), None) => batch.insert.push(written),
                (Some(written), Some(stored)) => batch.update.push((stored.tid, written)),
                (None, Some(stored)) => batch.delete.push(stored.tid),
                (None, None) => {}
            }
            if !restoring && !told && !unseen && self.seller.is_some() {
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

    fn change_statuses(&self, session: &Session, batch: &Batch) {
        if !batch.delete.is_empty() {
            DELETE_STATUSES.change(session, &[Arg::Tids(batch.delete.clone())]);
        }
        for insert in batch.insert.chunks(CHUNK) {
            let [skus, destinations] = keyed(insert.iter().map(|it| (it.sku, it.destination)));
            let [asins, enrolled, reasons, own_reasons, changed_at] = written(insert.iter());
            let seller = Arg::Text(self.seller_id);
            INSERT_STATUSES.change(
                session,
                &[seller, skus, destinations, asins, enrolled, reasons, own_reasons, changed_at],
            );
        }
        for update in batch.update.chunks(CHUNK) {
            let tids = Arg::Tids(update.iter().map(|(tid, _)| *tid).collect());
            let [asins, enrolled, reasons, own_reasons, changed_at] =
                written(update.iter().map(|(_, written)| written));
            UPDATE_STATUSES
                .change(session, &[tids, asins, enrolled, reasons, own_reasons, changed_at]);
        }
    }

    fn insert_changes(&self, session: &Session, history: &[Change], load_id: Option<i64>) {
        for history in history.chunks(CHUNK) {
            INSERT_CHANGES.change(session, &self.changes(history, load_id));
        }
    }

    fn changes<'o>(&'o self, history: &[Change<'o>], load_id: Option<i64>) -> [Arg<'o>; 12] {
        let keys = history.iter().map(|change| (change.sku, change.destination));
        let [skus, destinations] = keyed(keys);
        let bits = |reasons: Option<Reasons>| reasons.unwrap_or(Reasons::NONE).bits();
        [
            Arg::Text(self.seller_id),
            Arg::Text(self.cause),
            skus,
            destinations,
            Arg::Asins(history.iter().map(|it| it.asin).collect()),
            Arg::Booleans(history.iter().map(|it| it.old.is_some()).collect()),
            Arg::Integers(history.iter().map(|it| bits(it.old)).collect()),
            Arg::Booleans(history.iter().map(|it| it.new.is_some()).collect()),
            Arg::Integers(history.iter().map(|it| bits(it.new)).collect()),
            Arg::Booleans(history.iter().map(|it| it.enrolled).collect()),
            Arg::Timestamps(history.iter().map(|it| Some(it.changed_at)).collect()),
            Arg::Number(load_id.unwrap_or_default()),
        ]
    }

    /// When items ended that begin again.
    fn ends<'o>(
        &self,
        session: &Session,
        history: &mut History,
        outcomes: &[Outcome<'o>],
    ) -> HashMap<(&'o str, Marketplace), i64> {
        let mut ends = HashMap::new();
        let begin = outcomes.iter().filter(|outcome| outcome.begins());
        let count = begin.clone().count();
        if count == 0 {
            return ends;
        }
        let seller = Key::Text(self.seller_id);
        let mut of_sku = None;
        if count > History::FEW {
            // Of a seller without a history none has to be looked for.
            if !history.any(&[seller]) {
                return ends;
            }
            let like = [seller, Key::Sku("")];
            of_sku = Some(Cursor::open_for(session, &CHANGES_OF_ITEM, &like, count));
        }
        let (mut last_sku, mut seen, mut is_all) = ("", MarketplaceSet::default(), true);
        for (number, &Outcome { sku, destination, .. }) in begin.enumerate() {
            let_cancel(number);
            if last_sku != sku {
                (last_sku, seen) = (sku, MarketplaceSet::default());
                let keys = [seller, Key::Sku(sku)];
                is_all = match &mut of_sku {
                    Some(entries) => entries.peek(&keys, |entry| {
                        let marketplace = entry.get(2).and_then(Marketplace::from_packed);
                        seen = marketplace.map_or(seen, |it| seen.with(it));
                    }),
                    None => !history.any(&keys),
                };
            }
            if !is_all || seen.contains(destination) {
                let keys = [seller, Key::Sku(sku), Key::Marketplace(destination.packed())];
                ends.extend(history.last(&keys).map(|end| ((sku, destination), end)));
            }
        }
        ends
    }

    fn last_changes(
        &self,
        session: &Session,
        outcomes: &[Outcome],
    ) -> HashMap<(String, Marketplace), LastChange> {
        let seller = Key::Text(self.seller_id);
        let mut last_changes = HashMap::new();
        let mut skus: Vec<&str> = outcomes.iter().map(|outcome| outcome.sku).collect();
        skus.dedup();
        let mut changes = Cursor::open(session, &CHANGES_OF_ITEM, &[seller, Key::Sku("")]);
        for sku in skus {
            // In order of time, so that the last one stays.
            changes.each(&[seller, Key::Sku(sku)], |row| {
                if let Some(destination) = Marketplace::from_packed(row.get(0)) {
                    let last = LastChange {
                        is_item: !row.is_null(1),
                        asin: row.get(2),
                        enrolled: row.get(3),
                        reasons: Reasons::from_bits(row.get(4)),
                        changed_at: row.get(5),
                    };
                    last_changes.insert((sku.to_owned(), destination), last);
                }
            });
        }
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

/// Items as two arrays.
pub(super) fn keyed<'a>(keys: impl Iterator<Item = (&'a str, Marketplace)>) -> [Arg<'a>; 2] {
    let (skus, destinations) = keys.map(|(sku, it)| (sku, it.packed())).unzip();
    [Arg::Skus(skus), Arg::Marketplaces(destinations)]
}

fn written<'a>(rows: impl Iterator<Item = &'a Written<'a>> + Clone) -> [Arg<'a>; 5] {
    [
        Arg::Asins(rows.clone().map(|it| it.row.asin).collect()),
        Arg::Booleans(rows.clone().map(|it| it.row.enrolled).collect()),
        Arg::Integers(rows.clone().map(|it| it.row.evaluation.reasons.bits()).collect()),
        Arg::Integers(rows.clone().map(|it| it.row.evaluation.own_reasons.bits()).collect()),
        Arg::Timestamps(rows.map(|it| Some(it.changed_at)).collect()),
    ]
}

pub(super) fn transaction_start() -> i64 {
    // SAFETY: a transaction is running.
    unsafe { pgrx::pg_sys::GetCurrentTransactionStartTimestamp() }
}
