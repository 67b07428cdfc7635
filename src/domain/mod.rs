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
pub use reason::{Class, Reason, Reasons};
