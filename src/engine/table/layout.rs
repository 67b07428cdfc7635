//! What a table has to be like to be written without SQL.

use std::ffi::CStr;

use pgrx::pg_sys;

use crate::domain::Status;
use crate::engine::values::{Types, attribute};

/// A table as rfba made it.
pub struct Layout {
    /// Its name.
    pub name: &'static CStr,
    /// Its columns, in the order of the cells that are written.
    pub columns: &'static [(&'static CStr, Kind)],
    /// Those that may be null.
    pub nullable: &'static [&'static CStr],
    /// Its CHECKs, which every row of the engine's meets.
    pub checks: &'static [&'static CStr],
    /// Its indexes on some of its rows, or on expressions.
    pub indexes: &'static [&'static CStr],
    /// Its triggers, which pass over what the engine writes.
    pub triggers: &'static [&'static CStr],
}

/// What a column holds.
#[derive(Clone, Copy)]
pub enum Kind {
    /// `text`
    Text,
    /// `rfba.global_sku`
    Sku,
    /// `rfba.asin`
    Asin,
    /// `rfba.marketplace`
    Marketplace,
    /// `rfba.rf_status`
    Status,
    /// `boolean`
    Boolean,
    /// `integer`
    Integer,
    /// `bigint`
    Number,
    /// The same, as the table's identity
    Identity,
    /// `timestamptz`
    Timestamp,
}

impl Kind {
    pub(super) fn type_oid(self, types: &Types) -> pg_sys::Oid {
        match self {
            Self::Text => pg_sys::TEXTOID,
            Self::Sku => types.sku,
            Self::Asin => types.asin,
            Self::Marketplace => types.marketplace,
            Self::Status => types.status_type,
            Self::Boolean => pg_sys::BOOLOID,
            Self::Integer => pg_sys::INT4OID,
            Self::Number | Self::Identity => pg_sys::INT8OID,
            Self::Timestamp => pg_sys::TIMESTAMPTZOID,
        }
    }
}

/// A value to be written, of the kind of its column.
#[derive(Clone, Copy)]
pub enum Cell<'a> {
    /// A text or a SKU.
    Text(&'a str),
    /// An ASIN.
    Asin(i64),
    /// A marketplace.
    Marketplace(i16),
    /// A status.
    Status(Option<Status>),
    /// A truth value.
    Boolean(bool),
    /// An integer.
    Integer(i32),
    /// A number.
    Number(Option<i64>),
    /// PostgreSQL's microseconds.
    Timestamp(i64),
    /// The next value of the column's identity.
    Next,
}

/// Where each column of the layout is in the relation; none if the relation is not as the layout says.
///
/// # Safety
/// The relation must be open.
pub(super) unsafe fn places(
    relation: pg_sys::Relation,
    layout: &Layout,
    types: &Types,
) -> Option<Vec<usize>> {
    // SAFETY: by the contract above; triggers and constraints are as many as they say.
    unsafe {
        let (entry, descriptor) = (&*(*relation).rd_rel, (*relation).rd_att);
        let is_plain = entry.relkind as u8 == pg_sys::RELKIND_RELATION
            && !entry.relispartition
            && (*relation).rd_rules.is_null();
        let triggers = match (*relation).trigdesc.as_ref() {
            Some(all) => std::slice::from_raw_parts(all.triggers, all.numtriggers as usize),
            None => &[],
        };
        let is_own = |trigger: &pg_sys::Trigger| {
            layout.triggers.contains(&CStr::from_ptr(trigger.tgname))
                && pg_sys::get_func_namespace(trigger.tgfoid) == types.schema
        };
        let checks = match (*descriptor).constr.as_ref() {
            Some(all) if all.num_check > 0 => {
                std::slice::from_raw_parts(all.check, all.num_check.into())
            }
            _ => &[],
        };
        let is_met =
            |check: &pg_sys::ConstrCheck| layout.checks.contains(&CStr::from_ptr(check.ccname));
        if !is_plain || !triggers.iter().all(is_own) || !checks.iter().all(is_met) {
            return None;
        }
        let columns =
            (0..(*descriptor).natts as usize).filter(|&at| !attribute(descriptor, at).attisdropped);
        let mut places = vec![None; layout.columns.len()];
        for at in columns {
            let attribute = attribute(descriptor, at);
            let name = CStr::from_ptr(attribute.attname.data.as_ptr());
            let position = layout.columns.iter().position(|(column, kind)| {
                *column == name
                    && kind.type_oid(types) == attribute.atttypid
                    && attribute.atttypmod == -1
                    && (attribute.attidentity != 0) == matches!(kind, Kind::Identity)
            })?;
            if attribute.attnotnull && layout.nullable.contains(&name) {
                return None;
            }
            places[position] = Some(at);
        }
        places.into_iter().collect()
    }
}
