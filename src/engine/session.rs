//! Where the engine's work is done: on the newest snapshot, whatever the transaction's isolation
//! level; its statements run as the owner of rfba's tables, as PostgreSQL runs its foreign keys, and
//! with settings of its own: a search_path that nobody writes, plans that no statistics spoil.
//!
//! Invariants: user, settings, SPI and snapshot are put back in every way out. After an ERROR
//! PostgreSQL's abort does the same, so a drop that comes too late does no harm.

use std::cell::Cell;
use std::ffi::CStr;
use std::panic::AssertUnwindSafe;

use pgrx::pg_sys;
use pgrx::prelude::*;

use super::values::{Types, relation};

/// A change of the engine's own that is running: at which depth of triggers, and of which tables.
type Writing = (i32, &'static [&'static CStr]);

thread_local! {
    static WRITING: Cell<Option<Writing>> = const { Cell::new(None) };
    /// Whether the session restores a dump, found out before the engine's settings hide it.
    static RESTORING: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Runs `work`, whose changes of these tables the engine's triggers shall pass over.
pub fn while_writing<T>(tables: &'static [&'static CStr], work: impl FnOnce() -> T) -> T {
    struct Restore(Option<Writing>);
    impl Drop for Restore {
        fn drop(&mut self) {
            WRITING.set(self.0);
        }
    }
    let _restore = Restore(WRITING.replace(Some((trigger_depth(), tables))));
    work()
}

/// Whether a trigger's condition is asked for a change of the engine's own, or of a rule or default that
/// runs with it: a condition does not know its table.
pub fn writing() -> bool {
    WRITING.get().is_some_and(|(depth, _)| depth == trigger_depth())
}

/// Whether the running trigger of this table was fired by a change of the engine's own. What a user's
/// trigger changes in its wake is a level deeper, what a rule or a default changes is another table, and
/// neither is the engine's own.
pub fn fired_by_engine(table: &str) -> bool {
    WRITING.get().is_some_and(|(depth, tables)| {
        depth + 1 == trigger_depth() && tables.iter().any(|it| it.to_bytes() == table.as_bytes())
    })
}

fn trigger_depth() -> i32 {
    // SAFETY: the built-in SQL function of that name, which takes no argument.
    unsafe { pgrx::direct_function_call(pg_sys::pg_trigger_depth, &[]) }.unwrap_or_default()
}

/// Whether this session restores a dump: pg_dump's scripts and pg_restore switch off the checking
/// of function bodies, and row security or the search_path, first of all, which nothing else does
/// together. It takes the owner of the tables, for whoever may write a row must not choose this.
///
/// The rows of a dump are whole, so neither history nor enrollment is made up beside them.
pub fn restoring() -> bool {
    RESTORING.get().unwrap_or_else(is_restoring)
}

fn is_restoring() -> bool {
    // SAFETY: reading settings of this backend; the path is a C string for as long as it is set.
    unsafe {
        let without_path = || {
            let path = pg_sys::namespace_search_path;
            !path.is_null() && matches!(CStr::from_ptr(path).to_bytes(), b"" | b"\"\"")
        };
        !pg_sys::check_function_bodies
            && (!pg_sys::row_security || without_path())
            && pg_sys::has_privs_of_role(pg_sys::GetUserId(), owner_of_status())
    }
}

/// Refuses a function that writes in a transaction that may only read, or on a standby: what the engine
/// writes without SQL asks nobody.
pub fn require_writable(function: &'static CStr) {
    // SAFETY: looks at the transaction, and raises an error of PostgreSQL's own.
    unsafe { pg_sys::PreventCommandIfReadOnly(function.as_ptr()) };
}

/// Lets the running statement be cancelled, in a loop over rows that calls nothing of the server's.
pub fn let_cancel(row: usize) {
    const OFTEN: usize = 1024;
    if row.is_multiple_of(OFTEN) {
        pgrx::check_for_interrupts!();
    }
}

/// Whether the transaction sees what was committed before it began, and no more.
pub fn has_old_snapshot() -> bool {
    // SAFETY: reading a setting of this backend.
    unsafe { pg_sys::XactIsoLevel >= pg_sys::XACT_REPEATABLE_READ as i32 }
}

/// Which facts a session sees.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Facts {
    /// All that is committed by now and the transaction's own, for what the engine writes.
    Newest,
    /// What the calling statement sees.
    OfStatement,
    /// What the transaction's statements see: under the higher levels what was committed before it
    /// began, and its own.
    OfTransaction,
}

/// A running piece of the engine's work.
pub struct Session {
    snapshot: pg_sys::Snapshot,
    types: Types,
    /// What lives as long as the session is allocated here.
    memory: pg_sys::MemoryContext,
    /// The snapshot is somebody else's.
    is_borrowed: bool,
}

impl Session {
    /// Runs `work` in a session. One on the calling statement's facts reads by cursors alone.
    pub fn run<T>(facts: Facts, work: impl FnOnce(&Self) -> T) -> T {
        let newest = facts == Facts::Newest;
        let _restoring = newest.then(|| KeepRestoring(RESTORING.replace(Some(restoring()))));
        // SAFETY: the caller's memory, which outlives the session.
        let memory = unsafe { pg_sys::CurrentMemoryContext };
        let (types, snapshot) = (Types::now(), take_snapshot(facts));
        let session = Self { types, snapshot, memory, is_borrowed: false };
        work(&session)
    }

    /// Runs `work` in a session that sees what others have not committed yet, with a function that
    /// says who is inserting the row that was read last, if anybody else is.
    pub(super) fn with_uncommitted<T>(
        &self,
        work: impl FnOnce(&Self, &dyn Fn() -> pg_sys::TransactionId) -> T,
    ) -> T {
        let mut dirty = pg_sys::SnapshotData {
            snapshot_type: pg_sys::SnapshotType::SNAPSHOT_DIRTY,
            ..Default::default()
        };
        let snapshot = &raw mut dirty;
        let session = Self { types: self.types, snapshot, memory: self.memory, is_borrowed: true };
        // SAFETY: the snapshot lives until the work is done; reading a row writes this into it.
        work(&session, &|| unsafe { (*snapshot).xmin })
    }

    /// Runs `work` with SPI, as the owner of rfba's tables and with the engine's settings; memory
    /// that it takes from PostgreSQL is given back at its end.
    pub(super) fn as_owner<T>(&self, work: impl FnOnce() -> T) -> T {
        let _owner = AsOwner::switch();
        let _settings = Settings::of_engine();
        Spi::connect_mut(|_| work())
    }

    /// Runs `work` with the session's memory, for what is to live as long as it.
    pub(super) fn in_memory<T>(&self, work: impl FnOnce() -> T) -> T {
        // SAFETY: the session's memory is alive, and so is what was current. After an ERROR the abort
        // switches to another.
        unsafe {
            let before = pg_sys::MemoryContextSwitchTo(self.memory);
            let result = work();
            pg_sys::MemoryContextSwitchTo(before);
            result
        }
    }

    pub(super) fn types(&self) -> Types {
        self.types
    }

    pub(super) fn snapshot(&self) -> pg_sys::Snapshot {
        self.snapshot
    }

    /// What a changed row must be visible to, or the change fails with 40001.
    pub(super) fn crosscheck(&self) -> pg_sys::Snapshot {
        // SAFETY: a transaction is running; under these levels its snapshot is fixed.
        unsafe {
            if has_old_snapshot() { pg_sys::GetTransactionSnapshot() } else { std::ptr::null_mut() }
        }
    }
}

/// Whoever called: statements run with its rights and on its snapshot, with the engine's settings.
pub struct Caller(());

impl Caller {
    /// Runs `work` as the caller, with SPI; memory that its statements take is given back at its end.
    pub fn run<T>(work: impl FnOnce(&Self) -> T) -> T {
        let _settings = Settings::of_engine();
        Spi::connect_mut(|_| work(&Self(())))
    }

    /// The same with the rights of another role, row security included.
    pub fn run_as<T>(role: pg_sys::Oid, work: impl FnOnce(&Self) -> T) -> T {
        let _role = AsOwner::switch_to(role, 0);
        Self::run(work)
    }

    /// Runs `work`, and undoes it where a unique constraint is in its way: none.
    pub fn unless_taken<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        let mut subtransaction = Subtransaction::begin();
        let done = PgTryBuilder::new(AssertUnwindSafe(|| Some(work())))
            .catch_when(PgSqlErrorCode::ERRCODE_UNIQUE_VIOLATION, |_| None)
            .execute();
        subtransaction.done = done.is_some();
        done
    }
}

/// A subtransaction, which is undone unless it is said to be done: by an ERROR too, for a caller that
/// catches it undoes the one that it began, and no other.
struct Subtransaction {
    context: pg_sys::MemoryContext,
    owner: pg_sys::ResourceOwner,
    done: bool,
}

impl Subtransaction {
    fn begin() -> Self {
        // SAFETY: a transaction is running. The memory context stays the caller's.
        unsafe {
            let (context, owner) = (pg_sys::CurrentMemoryContext, pg_sys::CurrentResourceOwner);
            pg_sys::BeginInternalSubTransaction(std::ptr::null());
            pg_sys::MemoryContextSwitchTo(context);
            Self { context, owner, done: false }
        }
    }
}

impl Drop for Subtransaction {
    fn drop(&mut self) {
        // SAFETY: the innermost subtransaction is the one that `begin` began, and what was current
        // then outlives it.
        unsafe {
            if self.done {
                pg_sys::ReleaseCurrentSubTransaction();
            } else {
                pg_sys::RollbackAndReleaseCurrentSubTransaction();
            }
            pg_sys::MemoryContextSwitchTo(self.context);
            pg_sys::CurrentResourceOwner = self.owner;
        }
    }
}

/// Gives back what was known of restoring.
struct KeepRestoring(Option<bool>);

impl Drop for KeepRestoring {
    fn drop(&mut self) {
        RESTORING.set(self.0);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.is_borrowed {
            return;
        }
        // While an ERROR is unwinding the resource owner may have let go of it: the abort does.
        if !std::thread::panicking() {
            // SAFETY: registered by `take_snapshot`, unregistered here alone.
            unsafe { pg_sys::UnregisterSnapshot(self.snapshot) };
        }
    }
}

fn take_snapshot(facts: Facts) -> pg_sys::Snapshot {
    // SAFETY: a transaction is running. The counter makes the calling statement's own rows
    // visible; the registered copy lives until it is unregistered.
    unsafe {
        let snapshot = match facts {
            Facts::Newest => {
                pg_sys::CommandCounterIncrement();
                pg_sys::GetLatestSnapshot()
            }
            Facts::OfStatement => pg_sys::GetActiveSnapshot(),
            Facts::OfTransaction => pg_sys::GetTransactionSnapshot(),
        };
        pg_sys::RegisterSnapshot(snapshot)
    }
}

/// The owner of rfba's tables instead of the calling role, which need not be allowed to write the
/// status, or the owner of an attached table instead of whoever writes that.
struct AsOwner {
    user: pg_sys::Oid,
    context: i32,
}

impl AsOwner {
    fn switch() -> Self {
        Self::switch_to(owner_of_status(), pg_sys::SECURITY_NOFORCE_RLS)
    }

    fn switch_to(owner: pg_sys::Oid, flags: u32) -> Self {
        let mut before = Self { user: pg_sys::Oid::INVALID, context: 0 };
        let flags = pg_sys::SECURITY_LOCAL_USERID_CHANGE | flags;
        // SAFETY: the pair that PostgreSQL's own foreign key triggers use, in the same way.
        unsafe {
            pg_sys::GetUserIdAndSecContext(&mut before.user, &mut before.context);
            pg_sys::SetUserIdAndSecContext(owner, before.context | flags as i32);
        }
        before
    }
}

impl Drop for AsOwner {
    fn drop(&mut self) {
        // SAFETY: gives back what `switch` took.
        unsafe { pg_sys::SetUserIdAndSecContext(self.user, self.context) };
    }
}

/// `current_date`
pub fn today() -> i32 {
    // SAFETY: a transaction is running.
    unsafe { pg_sys::GetSQLCurrentDate() }
}

/// Whether the calling role may see some sellers only.
pub fn sees_some_sellers_only() -> bool {
    // SAFETY: a catalog look-up for the current user, without an error.
    let enabled =
        unsafe { pg_sys::check_enable_rls(relation(c"seller"), pg_sys::Oid::INVALID, true) };
    enabled == pg_sys::CheckEnableRlsResult::RLS_ENABLED as i32
}

fn owner_of_status() -> pg_sys::Oid {
    // SAFETY: catalog look-ups; the relation is open, and so its entry alive, while it is read.
    unsafe {
        let oid = relation(c"item_status");
        let relation = pg_sys::relation_open(oid, pg_sys::AccessShareLock as i32);
        let owner = (*(*relation).rd_rel).relowner;
        pg_sys::relation_close(relation, pg_sys::NoLock as i32);
        owner
    }
}

/// Settings for the time of a session.
struct Settings {
    nest_level: i32,
}

impl Settings {
    /// Every statement of the engine looks rows up by where they are or by leading columns of an
    /// index, so such a plan is right on every table, analyzed or not, and compiling it never pays.
    /// And as the statements run with an owner's rights, no operator of anybody else's may be found.
    fn of_engine() -> Self {
        // SAFETY: a nest level that drop, or the transaction's abort, ends.
        let settings = Self { nest_level: unsafe { pg_sys::NewGUCNestLevel() } };
        settings.set(c"search_path", c"pg_catalog, pg_temp");
        for name in
            [c"enable_seqscan", c"enable_hashjoin", c"enable_mergejoin", c"enable_material", c"jit"]
        {
            settings.set(name, c"off");
        }
        settings
    }

    fn set(&self, name: &'static CStr, value: &'static CStr) {
        // SAFETY: a setting that any user may change, saved at this nest level.
        unsafe {
            pg_sys::set_config_option(
                name.as_ptr(),
                value.as_ptr(),
                pg_sys::GucContext::PGC_USERSET,
                pg_sys::GucSource::PGC_S_SESSION,
                pg_sys::GucAction::GUC_ACTION_SAVE,
                true,
                0,
                false,
            )
        };
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // SAFETY: ends the nest level of `of_engine`; after an ERROR the abort does.
            unsafe { pg_sys::AtEOXact_GUC(true, self.nest_level) };
        }
    }
}
