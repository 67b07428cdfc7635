//! The engine's SQL: each statement is prepared once a session with a generic plan, takes typed
//! arrays, and runs on the snapshot that its session names.
//!
//! Invariants: plans are dropped when the extension is another one than they were made for, and
//! rows are read before the next statement runs.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::rc::Rc;

use pgrx::datum::IntoDatum;
use pgrx::pg_sys::ItemPointerData;
use pgrx::prelude::*;
use rust_decimal::Decimal;

use super::rows::{self, Blocked, Change};
use super::session::{Caller, Facts, Session, while_writing};
use super::values::{Types, Value, read, varlena_header};
use crate::amazon::ReportError;
use crate::error::Error;
use crate::types::numeric::Numeric;

/// A value for a statement.
pub enum Arg<'a> {
    /// `text`
    Text(&'a str),
    /// `rfba.global_sku`
    Sku(&'a str),
    /// `bigint`
    Number(i64),
    /// `rfba.marketplace`
    Marketplace(i16),
    /// `boolean`
    Boolean(bool),
    /// `timestamptz`, as PostgreSQL's microseconds
    Timestamp(i64),
    /// `text[]`
    Texts(Vec<&'a str>),
    /// `text[]` with nulls
    OptionalTexts(Vec<Option<&'a str>>),
    /// `rfba.global_sku[]`
    Skus(Vec<&'a str>),
    /// `rfba.asin[]`
    Asins(Vec<i64>),
    /// `bigint[]`
    Numbers(Vec<i64>),
    /// `rfba.marketplace[]`
    Marketplaces(Vec<i16>),
    /// `boolean[]`
    Booleans(Vec<bool>),
    /// `integer[]`
    Integers(Vec<i32>),
    /// `timestamptz[]`, as PostgreSQL's microseconds
    Timestamps(Vec<Option<i64>>),
    /// `numeric[]`
    Numerics(Vec<Option<Decimal>>),
    /// `tid[]`
    Tids(Vec<ItemPointerData>),
}

/// What PostgreSQL allocates at most at once.
const MAX_ARRAY: usize = 0x3fff_ffff;

/// How the elements of an array lie in memory.
struct Element {
    length: i32,
    by_value: bool,
    alignment: u8,
}

impl Element {
    const BIGINT: Self = Self { length: 8, by_value: true, alignment: b'd' };
    const INTEGER: Self = Self { length: 4, by_value: true, alignment: b'i' };
    const SMALLINT: Self = Self { length: 2, by_value: true, alignment: b's' };
    const BOOLEAN: Self = Self { length: 1, by_value: true, alignment: b'c' };
    const TID: Self = Self { length: 6, by_value: false, alignment: b's' };
    const VARLENA: Self = Self { length: -1, by_value: false, alignment: b'i' };
}

impl Arg<'_> {
    /// The SQL type; of an array, that of its elements.
    fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Texts(_) | Self::OptionalTexts(_) => "pg_catalog.text",
            Self::Sku(_) | Self::Skus(_) => "rfba.global_sku",
            Self::Asins(_) => "rfba.asin",
            Self::Number(_) | Self::Numbers(_) => "pg_catalog.int8",
            Self::Marketplace(_) | Self::Marketplaces(_) => "rfba.marketplace",
            Self::Boolean(_) | Self::Booleans(_) => "pg_catalog.bool",
            Self::Integers(_) => "pg_catalog.int4",
            Self::Timestamp(_) | Self::Timestamps(_) => "pg_catalog.timestamptz",
            Self::Numerics(_) => "pg_catalog.numeric",
            Self::Tids(_) => "pg_catalog.tid",
        }
    }

    /// Whether it is one value and no array.
    fn is_scalar(&self) -> bool {
        matches!(
            self,
            Self::Text(_)
                | Self::Sku(_)
                | Self::Number(_)
                | Self::Marketplace(_)
                | Self::Boolean(_)
                | Self::Timestamp(_)
        )
    }

    /// The value; `of` is the type of its elements where it is an array.
    fn datum(&self, of: pg_sys::Oid) -> pg_sys::Datum {
        let value = match self {
            Self::Text(text) | Self::Sku(text) => text.into_datum(),
            Self::Number(value) | Self::Timestamp(value) => value.into_datum(),
            Self::Marketplace(marketplace) => marketplace.into_datum(),
            Self::Boolean(value) => value.into_datum(),
            Self::OptionalTexts(texts) => Some(array_of_texts(of, texts.iter().copied())),
            Self::Texts(texts) | Self::Skus(texts) => {
                Some(array_of_texts(of, texts.iter().copied().map(Some)))
            }
            Self::Asins(values) | Self::Numbers(values) => {
                Some(array(of, &Element::BIGINT, values.iter().map(|value| value.into_datum())))
            }
            Self::Timestamps(values) => {
                Some(array(of, &Element::BIGINT, values.iter().map(|value| value.into_datum())))
            }
            Self::Integers(values) => {
                Some(array(of, &Element::INTEGER, values.iter().map(|value| value.into_datum())))
            }
            Self::Marketplaces(values) => {
                Some(array(of, &Element::SMALLINT, values.iter().map(|value| value.into_datum())))
            }
            Self::Booleans(values) => {
                Some(array(of, &Element::BOOLEAN, values.iter().map(|value| value.into_datum())))
            }
            Self::Numerics(values) => {
                let datums = values.iter().map(|value| value.map(Numeric::from).into_datum());
                Some(array(of, &Element::VARLENA, datums))
            }
            Self::Tids(values) => {
                // The array copies what these point to.
                let datums = values.iter().map(|tid| Some(pg_sys::Datum::from(&raw const *tid)));
                Some(array(of, &Element::TID, datums))
            }
        };
        value.unwrap_or(pg_sys::Datum::null())
    }
}

/// An array of datums, whose type is laid out as `element` says.
fn array(
    of: pg_sys::Oid,
    element: &Element,
    datums: impl Iterator<Item = Option<pg_sys::Datum>>,
) -> pg_sys::Datum {
    let (mut datums, mut nulls): (Vec<_>, Vec<_>) =
        datums.map(|it| (it.unwrap_or(pg_sys::Datum::null()), it.is_none())).unzip();
    let (mut dimensions, mut lower_bounds) = ([datums.len() as i32], [1]);
    let Element { length, by_value, alignment } = *element;
    // SAFETY: the datums are of the element type, whose layout `element` gives: the types of rfba
    // are declared LIKE int8, LIKE int2 and with the layout of text.
    let array = unsafe {
        pg_sys::construct_md_array(
            datums.as_mut_ptr(),
            nulls.as_mut_ptr(),
            1,
            dimensions.as_mut_ptr(),
            lower_bounds.as_mut_ptr(),
            of,
            length,
            by_value,
            alignment as std::ffi::c_char,
        )
    };
    array.into()
}

/// An array of texts, as PostgreSQL has it in memory, in one allocation: its own function would take
/// one for each text besides, and copy it.
fn array_of_texts<'t>(
    of: pg_sys::Oid,
    texts: impl Iterator<Item = Option<&'t str>> + Clone,
) -> pg_sys::Datum {
    const WORD: usize = size_of::<u32>();
    const HEADER: usize = 6 * WORD;
    let count = texts.clone().count();
    if count == 0 {
        // SAFETY: makes an array in the current memory context.
        return unsafe { pg_sys::construct_empty_array(of) }.into();
    }
    let has_nulls = texts.clone().any(|text| text.is_none());
    let bitmap = if has_nulls { count.div_ceil(8) } else { 0 };
    let start = (HEADER + bitmap).next_multiple_of(pg_sys::MAXIMUM_ALIGNOF as usize);
    let padded = |text: &str| (WORD + text.len()).next_multiple_of(WORD);
    let size = start + texts.clone().flatten().map(padded).sum::<usize>();
    if size > MAX_ARRAY {
        let mebibytes = MAX_ARRAY >> 20;
        Error::from(ReportError::TooLarge { what: "a column of the rows", mebibytes }).raise();
    }
    // SAFETY: the allocation is of this size, zeroed and nobody else's yet.
    let array = unsafe { std::slice::from_raw_parts_mut(pg_sys::palloc0(size).cast::<u8>(), size) };
    let data_offset = if has_nulls { start as u32 } else { 0 };
    let header = [1, data_offset, of.to_u32(), count as u32, 1].map(u32::to_ne_bytes);
    let header = std::iter::once(varlena_header(size)).chain(header);
    for (at, word) in array.as_chunks_mut().0.iter_mut().zip(header) {
        *at = word;
    }
    let (head, mut rest) = array.split_at_mut(start);
    for (index, text) in texts.enumerate() {
        let Some(text) = text else { continue };
        if has_nulls {
            head[HEADER + index / 8] |= 1 << (index % 8);
        }
        let (element, others) = rest.split_at_mut(padded(text));
        element[..WORD].copy_from_slice(&varlena_header(WORD + text.len()));
        element[WORD..][..text.len()].copy_from_slice(text.as_bytes());
        rest = others;
    }
    array.as_mut_ptr().into()
}

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
    /// The table.
    pub table: &'static CStr,
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
        rows::lock(statement.table, rows.iter().map(|(tid, _)| *tid), statement.change)?;
        let wanted = rows.len() as u64;
        let (tids, values) = rows.into_iter().unzip();
        let args: Vec<Arg> = std::iter::once(Arg::Tids(tids)).chain(to(values)).collect();
        let done = while_writing(|| statement.statement.change(session, &args));
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
