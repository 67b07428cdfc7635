//! The Remote Fulfillment program in pure Rust: no PostgreSQL, no I/O, no panic.

pub mod advice;
pub mod asin;
pub mod eligibility;
pub mod explanation;
pub mod fees;
pub mod global_sku;
pub mod marketplace;
pub mod money;
pub mod pricing;
pub mod reason;
pub mod size;
pub mod unpriced;

pub use asin::Asin;
pub use global_sku::GlobalSku;
pub use marketplace::{Marketplace, MarketplaceSet};
pub use reason::{Class, Reason, Reasons, Status};

/// The member of an `ALL` table with this name.
pub fn named<T: Copy>(all: &[(T, &'static str)], name: &str) -> Option<T> {
    all.iter().find(|(_, other)| *other == name).map(|&(value, _)| value)
}

/// The name of a member of an `ALL` table; every member is in its table.
pub fn name_of<T: Copy + PartialEq>(all: &[(T, &'static str)], value: T) -> &'static str {
    all.iter().find(|(other, _)| *other == value).map_or("", |&(_, name)| name)
}
