//! Tables of the user's own that rfba's follow: what their rows say, read as a report's are.
//!
//! What is known of an attached table lies in the arguments of its triggers alone, so it is dropped,
//! renamed and dumped with the table.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CString;

use pgrx::prelude::*;
use pgrx::spi::{quote_identifier, quote_literal};
use serde_json::Value;

use super::log::is_enrolled;
use super::notifications::{self, FBA_INVENTORY, SELLER_FULFILLED, STATUS};
use super::snapshot::Snapshot;
use super::{Document, Load, Outcome, Summary, Writing, load, offers, stock};
use crate::amazon::inventory_by_country_report::InventoryByCountryReport;
use crate::amazon::inventory_report::InventoryReport;
use crate::amazon::listings_report::ListingsReport;
use crate::amazon::report::{Layout, Reading, Rejection, Report, ReportError, excerpt};
use crate::amazon::tab_delimited::{Fields, Table};
use crate::domain::{GlobalSku, Marketplace, name_of, named};
use crate::engine::transition::{Column, Event, Row, Statement as TriggerStatement};
use crate::engine::{self, Arg, Caller, Statement};
use crate::error::Error;

/// What a table holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The pool in the US, with both halves of the dual offer.
    Inventory,
    /// Stock inside a destination.
    LocalInventory,
    /// The offers of a marketplace.
    Listings,
}

/// What a kind of table says in one column: the column of rfba's table, that of Amazon's report, and
/// other names by which reports land in tables.
struct Field {
    name: &'static str,
    amazon: &'static str,
    others: &'static [&'static str],
    /// What stands for it where there is no such column; none where there has to be one.
    default: Option<&'static str>,
}

const fn field(
    name: &'static str,
    amazon: &'static str,
    others: &'static [&'static str],
    default: Option<&'static str>,
) -> Field {
    Field { name, amazon, others, default }
}

static INVENTORY_FIELDS: [Field; 8] = [
    field("sku", "sku", &["seller_sku"], None),
    field("asin", "asin", &[], None),
    field("condition", "condition", &["condition_type"], Some("")),
    field("product_name", "product-name", &["item_name"], Some("")),
    field("fba_offer", "afn-listing-exists", &[], None),
    field("fba_quantity", "afn-fulfillable-quantity", &["quantity_available"], None),
    field("seller_fulfilled_offer", "mfn-listing-exists", &[], Some("Yes")),
    field("seller_fulfilled_quantity", "mfn-fulfillable-quantity", &[], Some("0")),
];

static LOCAL_INVENTORY_FIELDS: [Field; 3] = [
    field("sku", "seller-sku", &[], None),
    field("asin", "asin", &[], None),
    field(
        "quantity",
        "quantity-for-local-fulfillment",
        &["afn_fulfillable_quantity_local", "local_quantity"],
        None,
    ),
];

static LISTINGS_FIELDS: [Field; 5] = [
    field("sku", "seller-sku", &[], None),
    field("asin", "asin1", &[], None),
    field("price", "price", &[], None),
    field("status", "status", &[], Some("Active")),
    field("fulfillment_channel", "fulfillment-channel", &["fulfilment_channel"], None),
];

impl Kind {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Inventory, "inventory"),
        (Self::LocalInventory, "local_inventory"),
        (Self::Listings, "listings"),
    ];

    fn parse(name: &str) -> Result<Self, Error> {
        named(&Self::ALL, name).ok_or_else(|| Error::Choice {
            argument: "kind",
            value: name.to_owned(),
            choices: "inventory, local_inventory, listings",
        })
    }

    fn name(self) -> &'static str {
        name_of(&Self::ALL, self)
    }

    fn fields(self) -> &'static [Field] {
        match self {
            Self::Inventory => &INVENTORY_FIELDS,
            Self::LocalInventory => &LOCAL_INVENTORY_FIELDS,
            Self::Listings => &LISTINGS_FIELDS,
        }
    }

    /// Whether it can be of a marketplace.
    fn may_be_of(self, marketplace: Marketplace) -> bool {
        match self {
            Self::Inventory => marketplace == Marketplace::Us,
            Self::LocalInventory => marketplace != Marketplace::Us,
            Self::Listings => true,
        }
    }

    fn snapshot(self) -> &'static Snapshot {
        match self {
            Self::Inventory => &stock::INVENTORY,
            Self::LocalInventory => &stock::LOCAL_INVENTORY,
            Self::Listings => &offers::OFFERS,
        }
    }
}

/// Why a table cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Something else than a table of the user's own.
    #[error("{0} is no table that can be attached")]
    NotATable(String),
    /// A table of somebody else's.
    #[error("must be owner of table {0}")]
    NotOwned(String),
    /// In a transaction whose snapshot may be older than the table.
    #[error("a table cannot be attached at this isolation level")]
    OldSnapshot,
    /// Attached as this already.
    #[error("table {table} is attached as {kind} already")]
    Attached {
        /// The table.
        table: String,
        /// As what.
        kind: &'static str,
    },
    /// Not attached.
    #[error("table {0} is not attached")]
    NotAttached(String),
    /// A kind that a marketplace does not have.
    #[error("{kind} cannot be of {marketplace}")]
    Marketplace {
        /// The kind.
        kind: &'static str,
        /// The marketplace.
        marketplace: Marketplace,
    },
    /// A call of the trigger's function by anything else than a trigger of ours.
    #[error("rfba.follow_source() cannot serve {0}")]
    Trigger(String),
    /// A mapping that is no object of names and constants.
    #[error("the mapping of columns is no object of texts, numbers and booleans")]
    Mapping,
    /// A mapping of something that the kind does not have.
    #[error("{kind} has no column \"{}\"", excerpt(name))]
    Field {
        /// The kind.
        kind: &'static str,
        /// What was mapped.
        name: String,
    },
    /// Something that the kind needs and the table does not have.
    #[error("no column of table {table} says {field}")]
    Unmapped {
        /// The table.
        table: String,
        /// What it is in rfba.
        field: &'static str,
    },
    /// A column that is not there, or no more.
    #[error("table {table} has no column \"{}\"", excerpt(column))]
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// SKUs that may come more than once.
    #[error("table {table} has no unique index on its column \"{column}\" alone")]
    NoKey {
        /// The table.
        table: String,
        /// The column of the SKU.
        column: String,
    },
}

impl SourceError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::NotATable(_) => {
                "Attach a table of your own, not a view, a foreign table, a partition or one of \
                 rfba's."
                    .into()
            }
            Self::NotOwned(_) => "Its changes are written with the rights of its owner.".into(),
            Self::OldSnapshot => "Attach it at READ COMMITTED.".into(),
            Self::Attached { .. } => "Call rfba.detach_source() first.".into(),
            Self::NotAttached(_) => "The tables that are attached are in rfba.source.".into(),
            Self::Marketplace { .. } => "The inventory is that of the US, local_inventory that of \
                 CA, MX or BR, and listings are of any marketplace."
                .into(),
            Self::Trigger(_) => "Call rfba.attach_source(), which makes the triggers.".into(),
            Self::Mapping => "Map rfba's columns to the table's, or to constants: \
                 '{\"sku\": \"seller_sku\", \"fba_offer\": true}'."
                .into(),
            Self::Field { kind, .. } => {
                let fields = named(&Kind::ALL, kind).map(Kind::fields).unwrap_or_default();
                let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
                format!("Columns of {kind}: {}.", names.join(", "))
            }
            Self::Unmapped { field, .. } => {
                format!("Map it: '{{\"{field}\": \"the table's column\"}}'.")
            }
            Self::Column { .. } => {
                "Map a column of the table; where one was renamed, detach the table and attach it \
                 again."
                    .into()
            }
            Self::NoKey { table, column } => {
                format!("CREATE UNIQUE INDEX ON {table} ({});", quote_identifier(column))
            }
        }
    }
}

/// Where a field comes from.
#[derive(Clone, PartialEq)]
enum Origin {
    /// The table's column of this name.
    Column(String),
    /// The same for every row.
    Constant(String),
}

/// How a table is read, as its triggers keep it.
struct Source {
    kind: Kind,
    seller_id: String,
    marketplace: Marketplace,
    /// Of each of the kind's fields, in order.
    origins: Vec<Origin>,
}

/// What a row has in the columns that count, in order.
type Values = Vec<String>;

static TABLE: Statement = Statement(
    "SELECT c.oid::regclass::text, \
         c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace NOT IN ('rfba'::regnamespace, \
             'pg_catalog'::regnamespace, 'information_schema'::regnamespace), \
         EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = $2), \
         pg_has_role(c.relowner, 'USAGE') \
     FROM pg_class c WHERE c.oid = $1::oid",
);

static COLUMNS: Statement = Statement(
    "SELECT a.attname::text, \
         EXISTS (SELECT FROM pg_index i \
                 WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid \
                     AND i.indimmediate AND i.indpred IS NULL AND i.indnkeyatts = 1 \
                     AND i.indkey[0] = a.attnum) \
     FROM pg_attribute a \
     WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
);

/// How columns are read as [`Row::text`] reads them, past whatever casts their types have.
static EXPRESSIONS: Statement = Statement(
    "SELECT CASE WHEN t.typoutput IN ('boolout'::regproc, 'bpcharout'::regproc) \
         THEN format('%I::text', a.attname) ELSE format('format(''%%s'', %I)', a.attname) END \
     FROM unnest($2) WITH ORDINALITY AS u (name, position) \
         JOIN pg_attribute a ON a.attrelid = $1::oid AND a.attname = u.name \
         JOIN pg_type t ON t.oid = a.atttypid \
     ORDER BY u.position",
);

static FORGET_REJECTIONS: Statement = Statement(
    "DELETE FROM rfba.source_rejection r \
     USING (SELECT $1::oid AS source, $2 AS kind, sku FROM unnest($3) AS s (sku) OFFSET 0) u \
     WHERE r.source = u.source AND r.kind = u.kind AND r.sku = u.sku",
);

static FORGET_ALL_REJECTIONS: Statement =
    Statement("DELETE FROM rfba.source_rejection r WHERE r.source = $1::oid AND r.kind = $2");

/// Those of a table that is attached anew, and of tables that are gone.
static FORGET_OLD_REJECTIONS: Statement = Statement(
    "DELETE FROM rfba.source_rejection r \
     WHERE (r.source = $1::oid AND r.kind = $2) \
         OR NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = r.source)",
);

static INSERT_REJECTIONS: Statement = Statement(
    "INSERT INTO rfba.source_rejection (source, kind, sku, column_name, value, reason) \
     SELECT $1::oid, $2, u.* \
     FROM ROWS FROM (unnest($3), unnest($4), unnest($5), unnest($6)) u \
     ON CONFLICT (source, kind, sku) DO UPDATE \
     SET column_name = excluded.column_name, value = excluded.value, reason = excluded.reason, \
         rejected_at = excluded.rejected_at",
);

/// Loads a table as a report is loaded, and makes the triggers that keep rfba's in step.
pub fn attach(
    table: pg_sys::Oid,
    kind: &str,
    seller_id: &str,
    marketplace: Marketplace,
    columns: &str,
    force: bool,
) -> Result<Summary, Error> {
    let kind = Kind::parse(kind)?;
    // What others commit while the triggers' lock is waited for would be missed.
    if engine::has_old_snapshot() {
        return Err(SourceError::OldSnapshot.into());
    }
    if !kind.may_be_of(marketplace) {
        return Err(SourceError::Marketplace { kind: kind.name(), marketplace }.into());
    }
    let (name, origins) = Caller::run(|caller| {
        let name = attachable(caller, table, kind)?;
        let origins = origins(caller, table, &name, kind, columns)?;
        Ok::<_, Error>((name, origins))
    })?;
    let source = Source { kind, seller_id: seller_id.to_owned(), marketplace, origins };
    // The triggers' lock keeps writers out until the rows below are loaded.
    source.create_triggers(&name)?;
    let document = Document {
        seller_id,
        marketplace: Some(marketplace),
        report_type: kind.name(),
        bytes: &[],
        force,
    };
    load(&document, |load| {
        let rows = source.all_rows(load.caller, table, &name)?;
        let outcome = source.write_all(load, &rows)?;
        let args = [number(table), Arg::Text(kind.name())];
        FORGET_OLD_REJECTIONS.run_as_caller(load.caller, &args, |_| ());
        source.supersede(load, rows.iter().filter_map(|row| Some(row.first()?.as_str())));
        source.set_aside(load.caller, table, &rows, &outcome.rejections);
        Ok(outcome)
    })
}

/// Drops the triggers of a table, or those of one kind; how many kinds it was attached as.
pub fn detach(table: pg_sys::Oid, kind: Option<&str>) -> Result<i64, Error> {
    let asked = kind.map(Kind::parse).transpose()?;
    let kinds = Kind::ALL.into_iter().map(|(kind, _)| kind);
    let kinds = kinds.filter(|&kind| asked.is_none_or(|asked| asked == kind));
    Caller::run(|caller| {
        let (mut detached, mut name) = (0, String::new());
        for kind in kinds {
            let (table_name, is_attached) = match attachable(caller, table, kind) {
                Ok(name) => (name, false),
                Err(Error::Source(SourceError::Attached { table, .. })) => (table, true),
                Err(error) => return Err(error),
            };
            if is_attached {
                for event in EVENTS {
                    let trigger = quote_identifier(trigger_name(kind, event));
                    Spi::run(&format!("DROP TRIGGER {trigger} ON {table_name}"))?;
                }
                let args = [number(table), Arg::Text(kind.name())];
                FORGET_ALL_REJECTIONS.run_as_caller(caller, &args, |_| ());
                detached += 1;
            }
            name = table_name;
        }
        if detached == 0 {
            return Err(SourceError::NotAttached(name).into());
        }
        Ok(detached)
    })
}

/// Carries what a statement changed in an attached table into rfba's.
///
/// It is done with the rights of the table's owner: who writes the table needs none, and nobody gains
/// any by a trigger of their own.
pub fn changed(statement: &TriggerStatement) -> Result<(), Error> {
    // The rows of a dump are whole, those of rfba's tables too.
    if engine::restoring() {
        return Ok(());
    }
    let table = statement.full_name();
    let source = Source::of_arguments(&statement.arguments())
        .ok_or_else(|| SourceError::Trigger(format!("table {table} with these arguments")))?;
    let columns = source.columns().map(|column| {
        let name = CString::new(column).unwrap_or_default();
        let gone = || SourceError::Column { table: table.clone(), column: column.to_owned() };
        statement.column(&name).ok_or_else(gone)
    });
    let columns: Vec<Column> = columns.collect::<Result<_, SourceError>>()?;
    let (mut before, mut after): (Vec<Values>, Vec<Values>) = (Vec::new(), Vec::new());
    statement.for_each(|old, new| {
        let values = |row: &Row| -> Values {
            columns.iter().map(|&column| row.text(column).unwrap_or_default()).collect()
        };
        let (old, new) = (old.map(values), new.map(values));
        if old != new {
            before.extend(old);
            after.extend(new);
        }
    });
    let is_truncated = statement.event() == Event::Truncate;
    if !is_truncated && before.is_empty() && after.is_empty() {
        return Ok(());
    }
    Caller::run_as(statement.owner(), |caller| {
        let enrolled = is_enrolled(caller, &source.seller_id)?;
        let load = Load { caller, seller_id: &source.seller_id, enrolled, force: true };
        Writing::Source.during(|| {
            if is_truncated {
                source.empty(&load, statement.relation())
            } else {
                source.follow(&load, statement.relation(), &before, &after)
            }
        })
    })
}

/// The name of a table that can be attached as this.
fn attachable(caller: &Caller, table: pg_sys::Oid, kind: Kind) -> Result<String, Error> {
    let trigger = trigger_name(kind, EVENTS[0]);
    let mut found = None;
    TABLE.run_as_caller(caller, &[number(table), Arg::Text(&trigger)], |row| {
        let flags = [2, 3, 4].map(|column| row.get::<bool>(column));
        found = Some((row.get::<String>(1), flags));
    });
    match found {
        Some((table, [true, _, false])) => Err(SourceError::NotOwned(table).into()),
        Some((table, [true, true, _])) => {
            Err(SourceError::Attached { table, kind: kind.name() }.into())
        }
        Some((table, [true, false, _])) => Ok(table),
        Some((table, [false, ..])) => Err(SourceError::NotATable(table).into()),
        None => Err(SourceError::NotATable(table.to_u32().to_string()).into()),
    }
}

/// Where each field of the kind comes from: what is mapped, else the column of its name.
fn origins(
    caller: &Caller,
    table: pg_sys::Oid,
    name: &str,
    kind: Kind,
    mapping: &str,
) -> Result<Vec<Origin>, Error> {
    let mapping: BTreeMap<String, Value> =
        serde_json::from_str(mapping).map_err(|_| SourceError::Mapping)?;
    let is_field = |name: &&String| kind.fields().iter().all(|field| field.name != name.as_str());
    if let Some(name) = mapping.keys().find(is_field) {
        return Err(SourceError::Field { kind: kind.name(), name: name.clone() }.into());
    }
    let mut columns: Vec<(String, bool)> = Vec::new();
    COLUMNS.run_as_caller(caller, &[number(table)], |row| columns.push((row.get(1), row.get(2))));
    let has = |column: &str| columns.iter().any(|(name, _)| name == column);
    let origin = |field: &Field| match mapping.get(field.name) {
        Some(Value::String(column)) if has(column) => Ok(Origin::Column(column.clone())),
        Some(Value::String(column)) => {
            Err(SourceError::Column { table: name.to_owned(), column: column.clone() })
        }
        Some(constant @ (Value::Bool(_) | Value::Number(_))) => {
            Ok(Origin::Constant(constant.to_string()))
        }
        Some(_) => Err(SourceError::Mapping),
        None => {
            let column = columns.iter().find(|(name, _)| field.is_called(name));
            let default = || field.default.map(|text| Origin::Constant(text.to_owned()));
            let missing = || SourceError::Unmapped { table: name.to_owned(), field: field.name };
            let column = column.map(|(name, _)| Origin::Column(name.clone()));
            column.or_else(default).ok_or_else(missing)
        }
    };
    let origins = kind.fields().iter().map(origin).collect::<Result<Vec<_>, _>>()?;
    // A row is known by its SKU: what a statement did to it is all there is of it.
    let is_key = |column: &str| columns.iter().any(|(name, is_key)| name == column && *is_key);
    match origins.first() {
        Some(Origin::Column(sku)) if is_key(sku) => Ok(origins),
        Some(Origin::Column(column)) => {
            Err(SourceError::NoKey { table: name.to_owned(), column: column.clone() }.into())
        }
        _ => Err(SourceError::Mapping.into()),
    }
}

impl Field {
    /// Whether a column of this name says it, however its words are joined.
    fn is_called(&self, column: &str) -> bool {
        let column = column.to_lowercase().replace(['-', ' '], "_");
        let amazon = self.amazon.replace('-', "_");
        column == self.name || column == amazon || self.others.contains(&column.as_str())
    }
}

/// What a trigger is made for, and the rows that it is handed.
const EVENTS: [&str; 4] = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"];

fn trigger_name(kind: Kind, event: &str) -> String {
    format!("rfba_{}_{}", kind.name(), event.to_lowercase())
}

fn number(table: pg_sys::Oid) -> Arg<'static> {
    Arg::Number(table.to_u32().into())
}

impl Source {
    /// The columns that count, in order.
    fn columns(&self) -> impl Iterator<Item = &str> {
        self.origins.iter().filter_map(|origin| match origin {
            Origin::Column(name) => Some(name.as_str()),
            Origin::Constant(_) => None,
        })
    }

    fn create_triggers(&self, table: &str) -> Result<(), Error> {
        let arguments = self.arguments().map(quote_literal).join(", ");
        for event in EVENTS {
            let trigger = quote_identifier(trigger_name(self.kind, event));
            let rows = match event {
                "INSERT" => "REFERENCING NEW TABLE AS new_rows",
                "UPDATE" => "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
                "DELETE" => "REFERENCING OLD TABLE AS old_rows",
                _ => "",
            };
            Spi::run(&format!(
                "CREATE TRIGGER {trigger} AFTER {event} ON {table} {rows} \
                 FOR EACH STATEMENT EXECUTE FUNCTION rfba.follow_source({arguments})"
            ))?;
        }
        Ok(())
    }

    /// What its triggers keep of it: kind, seller, marketplace and where each field comes from.
    fn arguments(&self) -> [String; 4] {
        let fields = self.kind.fields().iter().zip(&self.origins);
        let origins: serde_json::Map<String, Value> = fields
            .map(|(field, origin)| {
                let origin = match origin {
                    Origin::Column(name) => Value::from(name.as_str()),
                    Origin::Constant(text) => Value::from(vec![text.as_str()]),
                };
                (field.name.to_owned(), origin)
            })
            .collect();
        [
            self.kind.name().to_owned(),
            self.seller_id.clone(),
            self.marketplace.code().to_owned(),
            Value::Object(origins).to_string(),
        ]
    }

    fn of_arguments(arguments: &[String]) -> Option<Self> {
        let [kind, seller_id, marketplace, origins] = arguments else { return None };
        let kind = named(&Kind::ALL, kind)?;
        let origins: BTreeMap<String, Value> = serde_json::from_str(origins).ok()?;
        let origin = |field: &Field| match origins.get(field.name)? {
            Value::String(name) => Some(Origin::Column(name.clone())),
            Value::Array(constant) => {
                Some(Origin::Constant(constant.first()?.as_str()?.to_owned()))
            }
            _ => None,
        };
        Some(Self {
            kind,
            seller_id: seller_id.clone(),
            marketplace: Marketplace::parse(marketplace).ok()?,
            origins: kind.fields().iter().map(origin).collect::<Option<_>>()?,
        })
    }

    /// Every row of the table.
    fn all_rows(
        &self,
        caller: &Caller,
        table: pg_sys::Oid,
        name: &str,
    ) -> Result<Vec<Values>, Error> {
        let args = [number(table), Arg::Texts(self.columns().collect())];
        let mut columns: Vec<String> = Vec::new();
        EXPRESSIONS.run_as_caller(caller, &args, |row| columns.push(row.get(1)));
        let query = format!("SELECT {} FROM {name}", columns.join(", "));
        Spi::connect(|client| {
            let mut rows = Vec::new();
            for row in client.select(&query, None, &[])? {
                let value = |at| Ok(row.get::<String>(at)?.unwrap_or_default());
                rows.push((1..=columns.len()).map(value).collect::<Result<_, Error>>()?);
            }
            Ok(rows)
        })
    }

    /// Reads rows as lines of Amazon's report of the kind.
    fn report<L: Layout>(&self, rows: &[Values]) -> Result<Report<L::Facts>, ReportError> {
        // The stock of one destination names it, as that of all of them does.
        let country = (self.kind == Kind::LocalInventory).then_some(("country", self.marketplace));
        let names = self.kind.fields().iter().map(|field| field.amazon);
        let table = Table::of_columns(names.chain(country.map(|(name, _)| name)));
        let sku = table.required(L::SKU)?;
        let layout = L::find(&table)?;
        let mut reading = Reading::without_limit();
        for (line, row) in (1..).zip(rows) {
            let mut columns = row.iter();
            let values = self.origins.iter().filter_map(|origin| match origin {
                Origin::Column(_) => columns.next().map(String::as_str),
                Origin::Constant(text) => Some(text.as_str()),
            });
            let values = values.chain(country.map(|(_, destination)| destination.code()));
            reading.read(&Fields::of_row(line, values.collect()), sku, &layout)?;
        }
        Ok(reading.finish(L::SKU))
    }

    /// Writes all rows of the table: what it does not have is gone.
    fn write_all(&self, load: &Load, rows: &[Values]) -> Result<Outcome, Error> {
        if rows.is_empty() {
            let snapshot = self.kind.snapshot();
            let missing = snapshot.missing(load, self.marketplace, [].into_iter(), true)?;
            let gone = snapshot.settle(load, self.marketplace, &missing);
            return Ok(Outcome { gone, ..Outcome::default() });
        }
        match self.kind {
            Kind::Inventory => {
                stock::write_inventory(load, self.report::<InventoryReport>(rows)?, true)
            }
            Kind::LocalInventory => {
                let report = self.report::<InventoryByCountryReport>(rows)?;
                stock::write_local_inventory(load, report, self.marketplace, true)
            }
            Kind::Listings => {
                let report = self.report::<ListingsReport>(rows)?;
                offers::write_listings(load, report, self.marketplace, true)
            }
        }
    }

    /// Writes some rows; those set aside.
    fn write(&self, load: &Load, rows: &[Values]) -> Result<Vec<Rejection>, Error> {
        Ok(match self.kind {
            Kind::Inventory => {
                let report = self.report::<InventoryReport>(rows)?;
                stock::upsert_inventory(load, &report.rows, false);
                report.rejections
            }
            Kind::LocalInventory => {
                let report = self.report::<InventoryByCountryReport>(rows)?;
                stock::upsert_local_inventory(load, &report.rows);
                report.rejections
            }
            Kind::Listings => {
                let report = self.report::<ListingsReport>(rows)?;
                offers::upsert_listings(load, &report.rows, self.marketplace);
                report.rejections
            }
        })
    }

    /// Follows a statement, by the rows that it changed as they were and as they are.
    fn follow(
        &self,
        load: &Load,
        table: pg_sys::Oid,
        before: &[Values],
        after: &[Values],
    ) -> Result<(), Error> {
        // The SKU is the first field, and always a column.
        let sku = |values: &'_ Values| values.first().cloned().unwrap_or_default();
        let (old, new): (BTreeSet<String>, BTreeSet<String>) =
            (before.iter().map(sku).collect(), after.iter().map(sku).collect());
        let args = [
            number(table),
            Arg::Text(self.kind.name()),
            Arg::Texts(old.union(&new).map(String::as_str).collect()),
        ];
        FORGET_REJECTIONS.run_as_caller(load.caller, &args, |_| ());
        let gone = old.difference(&new).cloned().collect();
        self.kind.snapshot().remove(load, self.marketplace, gone);
        let rejections = self.write(load, after)?;
        self.supersede(load, new.iter().map(String::as_str));
        self.set_aside(load.caller, table, after, &rejections);
        Ok(())
    }

    /// What the table says is known as of now, whatever notifications are still under way.
    fn supersede<'s>(&self, load: &Load, skus: impl Iterator<Item = &'s str>) {
        let facts: &[&str] = match self.kind {
            Kind::Inventory => &[FBA_INVENTORY, SELLER_FULFILLED],
            Kind::LocalInventory => &[],
            Kind::Listings => &[STATUS],
        };
        let skus = skus.filter(|sku| GlobalSku::parse(sku).is_ok());
        notifications::supersede(load, skus, self.marketplace, facts);
    }

    /// Follows a TRUNCATE.
    fn empty(&self, load: &Load, table: pg_sys::Oid) -> Result<(), Error> {
        self.write_all(load, &[])?;
        let args = [number(table), Arg::Text(self.kind.name())];
        FORGET_ALL_REJECTIONS.run_as_caller(load.caller, &args, |_| ());
        Ok(())
    }

    /// Keeps which of these rows rfba could not follow, and why.
    fn set_aside(
        &self,
        caller: &Caller,
        table: pg_sys::Oid,
        rows: &[Values],
        rejections: &[Rejection],
    ) {
        if rejections.is_empty() {
            return;
        }
        let mut by_sku: BTreeMap<&str, &Rejection> = BTreeMap::new();
        for rejection in rejections {
            let row = usize::try_from(rejection.line).ok().and_then(|line| rows.get(line - 1));
            let sku = row.and_then(|row| row.first()).map(String::as_str);
            by_sku.insert(sku.unwrap_or_default(), rejection);
        }
        let rejections = || by_sku.values();
        let args = [
            number(table),
            Arg::Text(self.kind.name()),
            Arg::Texts(by_sku.keys().copied().collect()),
            Arg::OptionalTexts(rejections().map(|it| self.column_of(it)).collect()),
            Arg::OptionalTexts(rejections().map(|it| it.value.as_deref()).collect()),
            Arg::Texts(rejections().map(|it| it.reason.as_str()).collect()),
        ];
        INSERT_REJECTIONS.run_as_caller(caller, &args, |_| ());
    }

    /// The table's own column that a rejection is about.
    fn column_of(&self, rejection: &Rejection) -> Option<&str> {
        let amazon = rejection.column.as_deref()?;
        let fields = self.kind.fields().iter().zip(&self.origins);
        let (_, origin) = fields.into_iter().find(|(field, _)| field.amazon == amazon)?;
        match origin {
            Origin::Column(name) => Some(name),
            Origin::Constant(_) => None,
        }
    }
}
