//! Every refusal of rfba: SQLSTATE, message, DETAIL and HINT.

use std::ffi::CStr;

use pgrx::PgSqlErrorCode;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;
use rust_decimal::Decimal;

use crate::amazon::ReportError;
use crate::amazon::asin_status_report::WriteError;
use crate::amazon::feed::FeedFull;
use crate::amazon::json::JsonError;
use crate::amazon::report::{Rejection, excerpt};
use crate::domain::asin::AsinError;
use crate::domain::global_sku::GlobalSkuError;
use crate::domain::marketplace::MarketplaceError;
use crate::domain::money::Overflow;
use crate::domain::pricing::PriceError;
use crate::domain::unpriced::Unpriced;
use crate::loading::sources::SourceError;
use crate::types::numeric::NumericError;

/// What rfba refuses. The message quotes the input, DETAIL says why, HINT what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A text that is no ASIN.
    #[error("invalid input syntax for type asin: \"{}\"", excerpt(input))]
    Asin {
        /// The text.
        input: String,
        /// What is wrong with it.
        cause: AsinError,
    },
    /// A text that is no SKU.
    #[error("invalid input syntax for type global_sku: \"{}\"", excerpt(input))]
    GlobalSku {
        /// The text.
        input: String,
        /// What is wrong with it.
        cause: GlobalSkuError,
    },
    /// A text that names no marketplace.
    #[error("invalid input syntax for type marketplace: \"{}\"", excerpt(input))]
    Marketplace {
        /// The text.
        input: String,
        /// What is wrong with it.
        cause: MarketplaceError,
    },
    /// Bytes that are no text.
    #[error("invalid byte sequence for type {type_name}")]
    NotText {
        /// The type to be read.
        type_name: &'static str,
    },
    /// A seller without a row.
    #[error("seller \"{}\" does not exist", excerpt(.0))]
    NoSuchSeller(String),
    /// A row of a seller that has none of its own.
    #[error("seller \"{seller_id}\" does not exist")]
    SellerReferenced {
        /// The seller.
        seller_id: String,
        /// The table of the row.
        table: String,
    },
    /// A seller of an edition that has no row.
    #[error("program edition \"{0}\" does not exist")]
    NoSuchEdition(String),
    /// An edition that a seller follows.
    #[error("program edition \"{edition}\" is followed by seller \"{seller_id}\"")]
    EditionInUse {
        /// The edition.
        edition: String,
        /// One of its sellers.
        seller_id: String,
    },
    /// A seller's id that its rows carry.
    #[error("seller \"{0}\" has rows under its id")]
    SellerInUse(String),
    /// A seller is deleted, and something keeps its rows.
    #[error("rows of seller \"{0}\", which is gone, are kept")]
    RowsAreKept(String),
    /// Seller-fulfilled stock on a SKU that may have none, with the guard set to reject.
    #[error(
        "SKU \"{sku}\" may have no seller-fulfilled stock: it has an FBA offer and seller \"{seller_id}\" is enrolled"
    )]
    SellerFulfilledStock {
        /// The seller.
        seller_id: String,
        /// The SKU.
        sku: String,
        /// The refused quantity.
        quantity: i32,
    },
    /// The trigger function attached to something else than rfba's own tables.
    #[error("rfba.maintain_status() cannot serve {0}")]
    Trigger(String),
    /// A table or index that is not as rfba made it.
    #[error("rfba.{} is not as rfba created it", .0.to_string_lossy())]
    NotAsCreated(&'static CStr),
    /// A column of a type that rfba did not give it.
    #[error("a column of rfba's tables is of type {}, as rfba did not create it", .0.to_u32())]
    ColumnType(pgrx::pg_sys::Oid),
    /// A row that a transaction may not change, as it changed after the transaction began.
    #[error("could not serialize access due to concurrent update")]
    ConcurrentChange,
    /// A row that somebody's trigger changed while the engine was about to.
    #[error("a status that rfba is about to change was changed by a trigger")]
    ChangedByTrigger,
    /// A document that cannot be loaded.
    #[error("{0}")]
    Report(#[from] ReportError),
    /// A JSON document that cannot be loaded.
    #[error("{0}")]
    Json(#[from] JsonError),
    /// A report type without a reader.
    #[error("unknown report type \"{}\"", excerpt(.0))]
    ReportType(String),
    /// An argument that may not be null.
    #[error("{0} must not be null")]
    Null(&'static str),
    /// A report that needs a marketplace and got none.
    #[error("report type {0} needs a marketplace")]
    NoMarketplace(&'static str),
    /// A report that names its marketplaces and got one.
    #[error("report type {0} names its marketplaces itself")]
    NamesMarketplaces(&'static str),
    /// A snapshot that would remove most of what is there.
    #[error("the report would remove {removed} of {present} {what}")]
    WouldRemove {
        /// Rows that are not in the report.
        removed: i64,
        /// Rows that are there.
        present: i64,
        /// What rows.
        what: &'static str,
    },
    /// A report without a single row.
    #[error("the report has no data rows")]
    NoDataRows,
    /// A report of which every row would be set aside.
    #[error("the report has no data row that can be loaded")]
    NoUsableRow(Rejection),
    /// The US, where another marketplace was asked for.
    #[error("US is the source of the stock and no destination")]
    NoDestination,
    /// A number that cannot be reckoned with.
    #[error("{argument} is no number that can be reckoned with")]
    Numeric {
        /// Its parameter.
        argument: &'static str,
        /// What is wrong with it.
        cause: NumericError,
    },
    /// An amount out of its range.
    #[error("{argument} must {must}, and is {value}")]
    Amount {
        /// Its parameter.
        argument: &'static str,
        /// The amount.
        value: Decimal,
        /// What it must.
        must: &'static str,
    },
    /// A rate that is no fraction below 1.
    #[error("{argument} must be zero or more and below 1, and is {value}")]
    Rate {
        /// Its parameter.
        argument: &'static str,
        /// The rate.
        value: Decimal,
    },
    /// A text that is none of those that a parameter takes.
    #[error("unknown {argument} \"{}\"", excerpt(value))]
    Choice {
        /// Its parameter.
        argument: &'static str,
        /// The text.
        value: String,
        /// Those that it takes.
        choices: &'static str,
    },
    /// A conversion without a price.
    #[error("no price can be made: {0}")]
    Price(#[from] PriceError),
    /// An item whose price cannot be made.
    #[error(transparent)]
    Unpriced(#[from] Unpriced),
    /// A SKU without a row.
    #[error("seller \"{}\" has no SKU \"{}\"", excerpt(seller_id), excerpt(sku))]
    NoSuchSku {
        /// The seller.
        seller_id: String,
        /// The SKU.
        sku: String,
    },
    /// A date without a day in the calendar.
    #[error("date out of range")]
    NoSuchDay,
    /// A table that cannot be followed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A feed or workbook that cannot be written.
    #[error("the document cannot be written: {0}")]
    Unwritable(String),
    /// SPI was used wrongly.
    #[error("{0}")]
    Spi(#[from] pgrx::spi::Error),
}

impl Error {
    fn code(&self) -> PgSqlErrorCode {
        match self {
            Self::Asin { .. } | Self::GlobalSku { .. } | Self::Marketplace { .. } => {
                PgSqlErrorCode::ERRCODE_INVALID_TEXT_REPRESENTATION
            }
            Self::Json(JsonError::Syntax { .. } | JsonError::Shape { .. }) => {
                PgSqlErrorCode::ERRCODE_INVALID_TEXT_REPRESENTATION
            }
            Self::NotText { .. } => PgSqlErrorCode::ERRCODE_INVALID_BINARY_REPRESENTATION,
            Self::NoSuchSeller(_)
            | Self::NoSuchSku { .. }
            | Self::ReportType(_)
            | Self::NamesMarketplaces(_)
            | Self::Json(JsonError::Marketplace { .. } | JsonError::NotificationType { .. })
            | Self::NoDestination
            | Self::Numeric { cause: NumericError::NotFinite, .. }
            | Self::Amount { .. }
            | Self::Rate { .. }
            | Self::Choice { .. }
            | Self::Price(PriceError::RateLeavesNothing) => {
                PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE
            }
            Self::Numeric { cause: NumericError::TooLong, .. }
            | Self::Price(PriceError::Overflow(_) | PriceError::NotAboveZero) => {
                PgSqlErrorCode::ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE
            }
            Self::Price(PriceError::NoFee { .. }) => PgSqlErrorCode::ERRCODE_NO_DATA_FOUND,
            Self::Unpriced(Unpriced::Price(cause)) => Self::Price(*cause).code(),
            Self::Unpriced(Unpriced::TooLong { .. }) => {
                PgSqlErrorCode::ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE
            }
            Self::Unpriced(_) => PgSqlErrorCode::ERRCODE_NO_DATA_FOUND,
            Self::NoSuchDay => PgSqlErrorCode::ERRCODE_DATETIME_FIELD_OVERFLOW,
            Self::SellerFulfilledStock { .. } => PgSqlErrorCode::ERRCODE_CHECK_VIOLATION,
            Self::SellerReferenced { .. }
            | Self::NoSuchEdition(_)
            | Self::EditionInUse { .. }
            | Self::SellerInUse(_)
            | Self::RowsAreKept(_) => PgSqlErrorCode::ERRCODE_FOREIGN_KEY_VIOLATION,
            Self::NotAsCreated(_) => PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            Self::ColumnType(_) => PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH,
            Self::ConcurrentChange => PgSqlErrorCode::ERRCODE_T_R_SERIALIZATION_FAILURE,
            Self::ChangedByTrigger => PgSqlErrorCode::ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION,
            Self::Trigger(_) | Self::Source(SourceError::Trigger(_)) => {
                PgSqlErrorCode::ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED
            }
            Self::Report(ReportError::TooLarge { .. })
            | Self::Json(JsonError::TooManyEntries)
            | Self::Unwritable(_) => PgSqlErrorCode::ERRCODE_PROGRAM_LIMIT_EXCEEDED,
            Self::Report(_)
            | Self::Json(JsonError::Flood(_))
            | Self::NoDataRows
            | Self::NoUsableRow(_) => PgSqlErrorCode::ERRCODE_BAD_COPY_FILE_FORMAT,
            Self::WouldRemove { .. } => PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            Self::Null(_) | Self::NoMarketplace(_) => {
                PgSqlErrorCode::ERRCODE_NULL_VALUE_NOT_ALLOWED
            }
            Self::Source(SourceError::NotATable(_)) => PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE,
            Self::Source(SourceError::NotOwned(_)) => {
                PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE
            }
            Self::Source(SourceError::OldSnapshot) => {
                PgSqlErrorCode::ERRCODE_INVALID_TRANSACTION_STATE
            }
            Self::Source(SourceError::Attached { .. }) => PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
            Self::Source(SourceError::NotAttached(_)) => PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT,
            Self::Source(SourceError::Column { .. }) => PgSqlErrorCode::ERRCODE_UNDEFINED_COLUMN,
            Self::Source(SourceError::NoKey { .. }) => {
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE
            }
            Self::Source(_) => PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            Self::Spi(_) => PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Self::Asin { cause, .. } => Some(sentence(cause)),
            Self::GlobalSku { cause, .. } => Some(sentence(cause)),
            Self::Marketplace { cause, .. } => Some(sentence(cause)),
            Self::SellerReferenced { table, .. } => {
                Some(format!("Table rfba.{table} holds rows of the sellers in rfba.seller."))
            }
            Self::SellerFulfilledStock { quantity, .. } => {
                Some(format!("The statement would leave {quantity} units of it."))
            }
            Self::Report(cause) => cause.detail(),
            Self::Json(cause) => cause.detail(),
            Self::NoUsableRow(Rejection { line, reason, .. }) => {
                Some(format!("Line {line}: {reason}."))
            }
            Self::Numeric { cause, .. } => Some(sentence(cause)),
            _ => None,
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Asin { .. } => "An ASIN looks like B07XJ8C8F5.".into(),
            Self::GlobalSku { .. } => {
                "A SKU has 1 to 40 printable characters, such as MUG-BLUE-12OZ.".into()
            }
            Self::Marketplace { .. } => {
                "Use a country code (US, CA, MX, BR), a marketplace id such as A2EUQ1WTGCTBG2, a \
                 domain such as amazon.ca or a country name such as Canada."
                    .into()
            }
            Self::NotText { type_name } => {
                format!("The binary form of {type_name} is its text in the client encoding.")
            }
            Self::NoSuchSeller(_) => {
                "The sellers are in rfba.seller; INSERT a row for a new one.".into()
            }
            Self::SellerReferenced { seller_id, .. } => {
                format!("INSERT INTO rfba.seller (seller_id) VALUES ('{seller_id}') first.")
            }
            Self::NoSuchEdition(_) => {
                "The editions are in rfba.program_edition; INSERT a row for a new one.".into()
            }
            Self::EditionInUse { .. } => {
                "Let its sellers follow another edition first: UPDATE rfba.seller SET \
                 program_edition = ..."
                    .into()
            }
            Self::RowsAreKept(_) => "See which trigger or rule on the tables in schema rfba keeps \
                 them from being deleted, and drop it or let such rows go."
                .into(),
            Self::SellerInUse(_) => {
                "A merchant token never changes: INSERT a row for another seller, or DELETE this \
                 one with its rows."
                    .into()
            }
            Self::SellerFulfilledStock { .. } => {
                "Offer seller-fulfilled stock under a separate SKU, or let such stock be zeroed: \
                 UPDATE rfba.seller SET seller_fulfilled_guard = 'zero'."
                    .into()
            }
            Self::NotAsCreated(_) | Self::ColumnType(_) => {
                "Leave rfba's tables, columns and indexes as they were created.".into()
            }
            Self::Trigger(_) => "Leave the triggers of rfba's tables as they were created.".into(),
            Self::ConcurrentChange => "Run the transaction again.".into(),
            Self::ChangedByTrigger => "Leave rfba.item_status to rfba.".into(),
            Self::Report(cause) => cause.hint().into(),
            Self::Json(cause) => cause.hint().into(),
            Self::ReportType(_) => format!(
                "Report types that can be loaded: {}.",
                crate::amazon::ReportType::ALL.map(|(_, name)| name).join(", ")
            ),
            Self::NoMarketplace(_) => {
                "No file of this type names its marketplace: pass US, CA, MX or BR.".into()
            }
            Self::NamesMarketplaces(_) => "Pass NULL for its marketplace.".into(),
            Self::WouldRemove { .. } => {
                "Check that the report is the right seller's and marketplace's and complete, then \
                 pass force => true."
                    .into()
            }
            Self::NoDataRows | Self::NoUsableRow(_) => {
                "Check that the report is complete; rfba.load_report() loads it with force => true, if it is meant.".into()
            }
            Self::Null(argument) => format!("Pass {argument} => ..."),
            Self::NoDestination => "The destinations are CA, MX and BR.".into(),
            Self::Numeric { cause: NumericError::NotFinite, .. } => {
                "Pass a number; NaN and infinities are none.".into()
            }
            Self::Numeric { cause: NumericError::TooLong, .. } => {
                "Round it: amounts and rates are reckoned with 28 digits.".into()
            }
            Self::Amount { argument, .. } => {
                format!("Pass {argument} in units of its currency, such as 19.99.")
            }
            Self::Rate { .. } => "Rates are fractions: 15 % is 0.15.".into(),
            Self::Choice { choices, .. } => format!("Choose one of: {choices}."),
            Self::Price(PriceError::Overflow(_)) => "Check that the amounts are meant.".into(),
            Self::Price(PriceError::RateLeavesNothing) => {
                "Rates are fractions, 15 % is 0.15; referral rate and surcharge together must stay \
                 below 1."
                    .into()
            }
            Self::Price(PriceError::NotAboveZero) => {
                "Check the US price, the fees and the price rule.".into()
            }
            Self::Price(PriceError::NoFee { .. }) => "Add the missing fee.".into(),
            Self::Unpriced(cause) => cause.hint(),
            Self::NoSuchSku { .. } => {
                "SKUs are case-sensitive; the seller's are in rfba.inventory.".into()
            }
            Self::NoSuchDay => "Pass a date that is not infinite.".into(),
            Self::Source(cause) => cause.hint(),
            Self::Unwritable(_) => {
                "Excel takes 1,048,576 rows a sheet: use rfba.asin_status_text() instead.".into()
            }
            Self::Spi(_) => "Report it to the authors of rfba.".into(),
        }
    }

    /// Raises it; the statement ends and nothing of it stays.
    #[track_caller]
    pub fn raise(self) -> ! {
        let mut report = ErrorReport::new(self.code(), cut(self.to_string()), "rfba");
        if let Some(detail) = self.detail() {
            report = report.set_detail(cut(detail));
        }
        report.set_hint(cut(self.hint())).report(PgLogLevel::ERROR);
        unreachable!("an ERROR does not return")
    }
}

impl From<FeedFull> for Error {
    fn from(full: FeedFull) -> Self {
        Self::Unwritable(full.to_string())
    }
}

impl From<WriteError> for Error {
    fn from(error: WriteError) -> Self {
        Self::Unwritable(error.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Unwritable(error.to_string())
    }
}

impl From<Overflow> for Error {
    fn from(overflow: Overflow) -> Self {
        Self::Price(overflow.into())
    }
}

/// Whatever a text quotes, a message stays one that can be sent and read.
fn cut(text: String) -> String {
    const CHARACTERS: usize = 1000;
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A cause as the sentence that DETAIL is.
fn sentence(cause: impl ToString) -> String {
    let cause = cause.to_string();
    let mut letters = cause.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// Unwraps or raises.
pub trait OrRaise<T> {
    /// The value, or the error as PostgreSQL's.
    fn or_raise(self) -> T;
}

impl<T, E: Into<Error>> OrRaise<T> for Result<T, E> {
    #[track_caller]
    fn or_raise(self) -> T {
        self.unwrap_or_else(|error| error.into().raise())
    }
}
