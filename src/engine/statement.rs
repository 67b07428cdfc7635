//! The engine's SQL: each statement is prepared once a session with a generic plan, takes typed
//! arrays, and runs on the snapshot that its session names.
//!
//! Invariants: plans are dropped when the extension is another one than they were made for, and
//! rows are read before the next statement runs.

mod arg;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::rc::Rc;

use pgrx::pg_sys::ItemPointerData;
use pgrx::prelude::*;

pub use arg::Arg;

use super::rows::{self, Blocked, Change};
use super::session::{Caller, Facts, Session, while_writing};
use super::values::{Types, Value, read};

/// One row of a result.
pub struct Row {
    tuple: pg_sys::HeapTuple,
    descriptor: pg_sys::TupleDesc,
    types: Types,
}

impl Row {
    /// Column `number` (from 1), `None` for null.
    pub fn optional<T: Value>(&self, number: i32) -> Option<T> {
        let mut is_null = false;
        // SAFETY: tuple and descriptor are of the same live result, and SPI checks the number.
        unsafe {
            let datum = pg_sys::SPI_getbinval(self.tuple, self.descriptor, number, &mut is_null);
            let of = pg_sys::SPI_gettypeid(self.descriptor, number);
            read(datum, is_null, of, &self.types)
        }
    }

    /// Column `number` (from 1), the type's default for null.
    pub fn get<T: Value>(&self, number: i32) -> T {
        self.optional(number).unwrap_or_default()
    }
}

/// A statement of the engine's.
pub struct Statement(pub &'static str);

/// A kept plan, and the type of each argument or of its elements.
#[derive(Clone)]
struct Plan {
    plan: pg_sys::SPIPlanPtr,
    types: Rc<[pg_sys::Oid]>,
}

struct Plans {
    extension: pg_sys::Oid,
    by_text: HashMap<&'static str, Plan>,
}

thread_local! {
    static PLANS: RefCell<Plans> =
        RefCell::new(Plans { extension: pg_sys::Oid::INVALID, by_text: HashMap::new() });
}

impl Statement {
    /// Runs a query and hands each row to `each`.
    pub fn query(&self, session: &Session, args: &[Arg], each: impl FnMut(Row)) {
        self.execute(session, args, true, each);
    }

    /// Runs a change and hands each row that it returns to `each`.
    pub fn change_returning(&self, session: &Session, args: &[Arg], each: impl FnMut(Row)) {
        self.execute(session, args, false, each);
    }

    /// Runs a change; the number of rows it changed.
    pub fn change(&self, session: &Session, args: &[Arg]) -> u64 {
        self.execute(session, args, false, |_| ())
    }

    /// Runs it with the rights and on the snapshot of the caller; hands each row that it returns to
    /// `each`.
    pub fn run_as_caller(&self, _: &Caller, args: &[Arg], each: impl FnMut(Row)) -> u64 {
        let (plan, mut values) = self.bound(args);
        // SAFETY: the caller's turn holds an SPI connection; the plan was prepared for as many
        // arguments of these types.
        let code = unsafe {
            pg_sys::SPI_execute_plan(plan, values.as_mut_ptr(), std::ptr::null(), false, 0)
        };
        if code < 0 {
            error!("SPI_execute_plan failed with {code}: {}", self.0);
        }
        // SAFETY: SPI's count of the statement that has just run.
        let processed = unsafe { pg_sys::SPI_processed };
        read_result(each);
        processed
    }

    /// The plan, and the values of its arguments.
    fn bound(&self, args: &[Arg]) -> (pg_sys::SPIPlanPtr, Vec<pg_sys::Datum>) {
        let Plan { plan, types } = self.plan(args);
        let values = args.iter().zip(types.iter()).map(|(arg, &of)| arg.datum(of)).collect();
        (plan, values)
    }

    fn execute(
        &self,
        session: &Session,
        args: &[Arg],
        read_only: bool,
        each: impl FnMut(Row),
    ) -> u64 {
        session.as_owner(|| {
            let (plan, mut values) = self.bound(args);
            // SAFETY: there is an SPI connection, and the session holds its snapshots; the plan was
            // prepared for as many arguments of these types.
            let code = unsafe {
                pg_sys::SPI_execute_snapshot(
                    plan,
                    values.as_mut_ptr(),
                    std::ptr::null(),
                    session.snapshot(),
                    if read_only { std::ptr::null_mut() } else { session.crosscheck() },
                    read_only,
                    true,
                    0,
                )
            };
            if code < 0 {
                error!("SPI_execute_snapshot failed with {code}: {}", self.0);
            }
            // SAFETY: SPI's count of the statement that has just run.
            let processed = unsafe { pg_sys::SPI_processed };
            read_result(each);
            processed
        })
    }

    fn plan(&self, args: &[Arg]) -> Plan {
        let extension = Types::now().extension();
        let known = PLANS.with_borrow_mut(|plans| {
            if plans.extension != extension {
                plans.extension = extension;
                for (_, Plan { plan, .. }) in plans.by_text.drain() {
                    // SAFETY: the plan was kept and nobody else has it.
                    unsafe { pg_sys::SPI_freeplan(plan) };
                }
            }
            plans.by_text.get(self.0).cloned()
        });
        known.unwrap_or_else(|| {
            // Preparing can fail, so nothing is borrowed meanwhile.
            let plan = self.prepare(args);
            PLANS.with_borrow_mut(|plans| plans.by_text.insert(self.0, plan.clone()));
            plan
        })
    }

    fn prepare(&self, args: &[Arg]) -> Plan {
        let sql = CString::new(self.0).unwrap_or_default();
        let types: Rc<[pg_sys::Oid]> =
            args.iter().map(|arg| pgrx::wrappers::regtypein(arg.type_name())).collect();
        let mut of_arguments: Vec<pg_sys::Oid> = args
            .iter()
            .zip(types.iter())
            .map(|(arg, &element)| match arg {
                arg if arg.is_scalar() => element,
                // SAFETY: a plain catalog look-up.
                _ => unsafe { pg_sys::get_array_type(element) },
            })
            .collect();
        // SAFETY: the text and the types live through the call; a plan that is kept lives until it
        // is freed.
        let plan = unsafe {
            pg_sys::SPI_prepare_cursor(
                sql.as_ptr(),
                of_arguments.len() as i32,
                of_arguments.as_mut_ptr(),
                pg_sys::CURSOR_OPT_GENERIC_PLAN as i32,
            )
        };
        if plan.is_null() {
            error!("SPI_prepare_cursor failed: {}", self.0);
        }
        // SAFETY: a plan that has just been prepared.
        unsafe { pg_sys::SPI_keepplan(plan) };
        Plan { plan, types }
    }
}

/// A statement that changes rows of a table by where they are.
pub struct RowStatement {
    /// The table, and others that it writes.
    pub tables: &'static [&'static CStr],
    /// What it does to them.
    pub change: Change,
    /// The statement; its first argument says where they are.
    pub statement: Statement,
}

/// Runs a change of the rows that `find` finds, by where they are.
///
/// A row that somebody else was changing is somewhere else by the time it is free, so what was not
/// changed is looked for again, on the newest snapshot. What a user's trigger keeps from being
/// changed is still where it was, and stays.
pub fn change_rows(
    session: &Session,
    statement: &RowStatement,
    find: impl Fn(&Session) -> Vec<ItemPointerData>,
) -> Result<Changed, Blocked> {
    let find = |session: &Session| find(session).into_iter().map(|tid| (tid, ())).collect();
    Ok(change_rows_to(session, statement, find, |_| Vec::new())?.0)
}

/// The same with something to change each row to, as further arguments of the statement; and the
/// number of rows that were changed.
pub fn change_rows_to<'a, T>(
    session: &Session,
    statement: &RowStatement,
    mut find: impl FnMut(&Session) -> Vec<(ItemPointerData, T)>,
    to: impl Fn(Vec<T>) -> Vec<Arg<'a>>,
) -> Result<(Changed, u64), Blocked> {
    let place = |tid: &ItemPointerData| (tid.ip_blkid.bi_hi, tid.ip_blkid.bi_lo, tid.ip_posid);
    let mut tried = HashSet::new();
    let mut changed = 0;
    let mut change = |session: &Session, mut rows: Vec<(ItemPointerData, T)>| {
        rows.retain(|(tid, _)| tried.insert(place(tid)));
        if rows.is_empty() {
            return Ok(true);
        }
        rows::lock(statement.tables[0], rows.iter().map(|(tid, _)| *tid), statement.change)?;
        let wanted = rows.len() as u64;
        let (tids, values) = rows.into_iter().unzip();
        let args: Vec<Arg> = std::iter::once(Arg::Tids(tids)).chain(to(values)).collect();
        let done = while_writing(statement.tables, || statement.statement.change(session, &args));
        changed += done;
        Ok(done == wanted)
    };
    let found = find(session);
    let any = !found.is_empty();
    if change(session, found)? {
        return Ok((if any { Changed::All } else { Changed::Nothing }, changed));
    }
    while !Session::run(Facts::Newest, |session| {
        let found = find(session);
        change(session, found)
    })? {}
    Ok((Changed::Some, changed))
}

/// What became of the rows that were to be changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// There were none.
    Nothing,
    /// They were.
    All,
    /// Some had to be looked for again, or stayed as they are.
    Some,
}

/// Hands on the rows of the statement that has just run.
fn read_result(mut each: impl FnMut(Row)) {
    // SAFETY: SPI left the result in its global; nothing runs until it is read, for `each` only
    // copies values out.
    unsafe {
        let table = pg_sys::SPI_tuptable;
        if table.is_null() {
            return;
        }
        let types = Types::now();
        for i in 0..(*table).numvals as usize {
            each(Row { tuple: *(*table).vals.add(i), descriptor: (*table).tupdesc, types });
        }
        pg_sys::SPI_freetuptable(table);
    }
}
