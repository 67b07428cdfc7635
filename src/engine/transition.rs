//! The rows that a statement changed, as its trigger gets them: read in place, without SPI.
//!
//! Invariants: a transition table lives as long as its trigger runs, a row is read before the
//! next one is fetched, and columns are found by name, so a column added later does no harm.

use std::cell::{Cell, OnceCell};
use std::ffi::CStr;

use pgrx::pg_sys;

use super::session::let_cancel;
use super::values::{Types, Value};

pub use super::values::Column;

/// What the statement did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// INSERT
    Insert,
    /// UPDATE
    Update,
    /// DELETE
    Delete,
    /// TRUNCATE
    Truncate,
}

/// A running statement trigger.
pub struct Statement<'a> {
    data: &'a pg_sys::TriggerData,
    old: OnceCell<Option<Table>>,
    new: OnceCell<Option<Table>>,
}

impl<'a> Statement<'a> {
    /// The trigger that calls this function, if a statement trigger does.
    pub fn of_call(call: pg_sys::FunctionCallInfo) -> Option<Self> {
        // SAFETY: PostgreSQL's own test and the cast that it allows; the data outlives the call.
        let data = unsafe {
            if !pgrx::trigger_support::called_as_trigger(call) {
                return None;
            }
            (*call).context.cast::<pg_sys::TriggerData>().as_ref()?
        };
        let each_row = data.tg_event & pg_sys::TRIGGER_EVENT_ROW != 0;
        (!each_row).then_some(Self { data, old: OnceCell::new(), new: OnceCell::new() })
    }

    /// Whether it has not been done yet.
    pub fn is_before(&self) -> bool {
        self.data.tg_event & pg_sys::TRIGGER_EVENT_TIMINGMASK != pg_sys::TRIGGER_EVENT_AFTER
    }

    /// What the statement did.
    pub fn event(&self) -> Event {
        match self.data.tg_event & pg_sys::TRIGGER_EVENT_OPMASK {
            pg_sys::TRIGGER_EVENT_INSERT => Event::Insert,
            pg_sys::TRIGGER_EVENT_UPDATE => Event::Update,
            pg_sys::TRIGGER_EVENT_DELETE => Event::Delete,
            _ => Event::Truncate,
        }
    }

    /// Name of the table.
    pub fn table(&self) -> &'a str {
        // SAFETY: the trigger's relation is open for as long as the trigger runs.
        let name =
            unsafe { CStr::from_ptr((*(*self.data.tg_relation).rd_rel).relname.data.as_ptr()) };
        name.to_str().unwrap_or_default()
    }

    /// Its schema.
    pub fn schema(&self) -> pg_sys::Oid {
        // SAFETY: the trigger's relation is open.
        unsafe { (*(*self.data.tg_relation).rd_rel).relnamespace }
    }

    /// Schema and name of the table, for a message.
    pub fn full_name(&self) -> String {
        // SAFETY: a catalog look-up; the name is a palloc'd copy or null.
        let schema = unsafe {
            let schema = pg_sys::get_namespace_name(self.schema());
            if schema.is_null() { c"" } else { CStr::from_ptr(schema) }
        };
        format!("{}.{}", schema.to_string_lossy(), self.table())
    }

    /// The table.
    pub fn relation(&self) -> pg_sys::Oid {
        // SAFETY: the trigger's relation is open.
        unsafe { (*self.data.tg_relation).rd_id }
    }

    /// Who owns the table.
    pub fn owner(&self) -> pg_sys::Oid {
        // SAFETY: the trigger's relation is open.
        unsafe { (*(*self.data.tg_relation).rd_rel).relowner }
    }

    /// The arguments that the trigger was created with.
    pub fn arguments(&self) -> Vec<String> {
        // SAFETY: the trigger is alive, with as many C strings as it says.
        unsafe {
            let trigger = &*self.data.tg_trigger;
            let argument = |at: usize| CStr::from_ptr(*trigger.tgargs.add(at));
            let count = usize::try_from(trigger.tgnargs).unwrap_or_default();
            (0..count).map(|at| argument(at).to_string_lossy().into_owned()).collect()
        }
    }

    /// The column of this name.
    pub fn column(&self, name: &CStr) -> Option<Column> {
        // SAFETY: the trigger's relation is open and its descriptor alive.
        unsafe { Column::find((*self.data.tg_relation).rd_att, name) }
    }

    /// Columns of the table by their names; looked for again where they are not as `known`.
    pub fn columns<const N: usize>(
        &self,
        known: &Cell<[Column; N]>,
        names: [&'static CStr; N],
    ) -> Option<[Column; N]> {
        // SAFETY: the trigger's relation is open and its descriptor alive.
        let descriptor = unsafe { (*self.data.tg_relation).rd_att };
        let columns = known.get();
        // SAFETY: as above.
        if columns.iter().zip(names).all(|(column, name)| unsafe { column.is(descriptor, name) }) {
            return Some(columns);
        }
        let columns: Vec<Column> = names.into_iter().map_while(|name| self.column(name)).collect();
        let columns = columns.try_into().ok()?;
        known.set(columns);
        Some(columns)
    }

    /// Calls `each` with every changed row: its old form, its new form, or both.
    pub fn for_each(&self, mut each: impl FnMut(Option<&Row>, Option<&Row>)) {
        let types = Types::now();
        let old = self.old.get_or_init(|| Table::open(self.data, self.data.tg_oldtable)).as_ref();
        let new = self.new.get_or_init(|| Table::open(self.data, self.data.tg_newtable)).as_ref();
        old.into_iter().chain(new).for_each(Table::rescan);
        for number in 0.. {
            let_cancel(number);
            // Of an update both tables hold the rows in the same order.
            let old_row = old.and_then(|old| old.next(types));
            let new_row = new.and_then(|new| new.next(types));
            if old_row.is_none() && new_row.is_none() {
                break;
            }
            each(old_row.as_ref(), new_row.as_ref());
        }
    }
}

struct Table {
    rows: *mut pg_sys::Tuplestorestate,
    slot: *mut pg_sys::TupleTableSlot,
}

impl Table {
    fn open(data: &pg_sys::TriggerData, rows: *mut pg_sys::Tuplestorestate) -> Option<Self> {
        if rows.is_null() {
            return None;
        }
        // SAFETY: the store is the trigger's, with rows of its relation; the slot is dropped with it.
        unsafe {
            let slot = pg_sys::MakeSingleTupleTableSlot(
                (*data.tg_relation).rd_att,
                &raw const pg_sys::TTSOpsMinimalTuple,
            );
            Some(Self { rows, slot })
        }
    }

    fn rescan(&self) {
        // SAFETY: the store is alive.
        unsafe { pg_sys::tuplestore_rescan(self.rows) };
    }

    fn next(&self, types: Types) -> Option<Row> {
        // SAFETY: store and slot are alive.
        let found = unsafe { pg_sys::tuplestore_gettupleslot(self.rows, true, false, self.slot) };
        found.then_some(Row { slot: self.slot, types })
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        // After an ERROR its memory goes with its context.
        if !std::thread::panicking() {
            // SAFETY: made by `open`, dropped once.
            unsafe { pg_sys::ExecDropSingleTupleTableSlot(self.slot) };
        }
    }
}

/// A changed row. Good until the next one is fetched.
pub struct Row {
    slot: *mut pg_sys::TupleTableSlot,
    types: Types,
}

impl Row {
    /// Whether these columns are the same in another row of the table, bit by bit: what differs may
    /// still mean the same.
    pub fn is_same(&self, other: &Self, columns: &[Column]) -> bool {
        // SAFETY: both slots hold rows of the trigger's table.
        columns.iter().all(|column| unsafe { column.is_same(self.slot, other.slot) })
    }

    /// A column's value, `None` for null.
    pub fn optional<T: Value>(&self, column: Column) -> Option<T> {
        // SAFETY: the slot holds a row of the trigger's table.
        unsafe { column.read(self.slot, &self.types) }
    }

    /// A column's value, the type's default for null.
    pub fn get<T: Value>(&self, column: Column) -> T {
        self.optional(column).unwrap_or_default()
    }

    /// Whether a column holds this text.
    pub fn is_text(&self, column: Column, text: &str) -> bool {
        // SAFETY: as in `optional`.
        unsafe { column.is_text(self.slot, &self.types, text) }
    }

    /// A column of any type as text; no code of its type's but the output function runs.
    pub fn text(&self, column: Column) -> Option<String> {
        // SAFETY: as in `optional`.
        unsafe { column.text(self.slot) }
    }

    /// Whether a column is null.
    pub fn is_null(&self, column: Column) -> bool {
        // SAFETY: as in `optional`.
        unsafe { column.is_null(self.slot) }
    }
}
