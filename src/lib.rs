//! rfba: Amazon's Remote Fulfillment with FBA inside PostgreSQL.

mod amazon;
mod domain;
#[allow(unsafe_code, reason = "SPI, snapshots, locks and transition tables of the server")]
mod engine;
mod error;
mod functions;
mod loading;
#[cfg(any(test, feature = "pg_test"))]
mod pg_tests;
mod publishing;
#[allow(unsafe_code, reason = "trigger functions are called by the server")]
mod triggers;
#[allow(unsafe_code, reason = "receive functions read the server's message buffer")]
mod types;

use pgrx::prelude::*;

::pgrx::pg_module_magic!(name, version);

// The schema, written once in SQL, in load order.
extension_sql_file!("../sql/preamble.sql", name = "preamble", bootstrap);
extension_sql_file!("../sql/marketplace.sql", name = "marketplace", requires = ["preamble"]);
extension_sql_file!("../sql/asin.sql", name = "asin", requires = ["marketplace"]);
extension_sql_file!("../sql/global_sku.sql", name = "global_sku", requires = ["asin"]);
extension_sql_file!("../sql/status_types.sql", name = "status_types", requires = ["global_sku"]);
extension_sql_file!("../sql/program.sql", name = "program", requires = ["status_types"]);
extension_sql_file!("../sql/seller.sql", name = "seller", requires = ["program"]);
extension_sql_file!("../sql/inventory.sql", name = "inventory", requires = ["seller"]);
extension_sql_file!("../sql/offer.sql", name = "offer", requires = ["inventory"]);
extension_sql_file!("../sql/product.sql", name = "product", requires = ["offer"]);
extension_sql_file!("../sql/fees.sql", name = "fees", requires = ["product"]);
extension_sql_file!("../sql/fee_rows.sql", name = "fee_rows", requires = ["fees"]);
extension_sql_file!("../sql/prices.sql", name = "prices", requires = ["fee_rows"]);
extension_sql_file!("../sql/enrollment.sql", name = "enrollment", requires = ["prices"]);
extension_sql_file!("../sql/status.sql", name = "status", requires = ["enrollment"]);
extension_sql_file!("../sql/item_prices.sql", name = "item_prices", requires = ["status"]);
extension_sql_file!("../sql/listing.sql", name = "listing", requires = ["item_prices"]);
extension_sql_file!("../sql/load.sql", name = "load", requires = ["listing"]);
extension_sql_file!("../sql/feed.sql", name = "feed", requires = ["load"]);
extension_sql_file!("../sql/source.sql", name = "source", requires = ["feed"]);
extension_sql_file!("../sql/triggers.sql", name = "triggers", requires = ["source"]);
extension_sql_file!("../sql/enroll.sql", name = "enroll", requires = ["triggers"]);
extension_sql_file!("../sql/dump.sql", name = "dump", requires = ["enroll"]);
extension_sql_file!("../sql/privileges.sql", name = "privileges", requires = ["dump"], finalize);

/// What `cargo pgrx test` asks for.
#[cfg(test)]
pub mod pg_test {
    /// Nothing to set up.
    pub fn setup(_options: Vec<&str>) {}

    /// Settings of the server under test.
    pub fn postgresql_conf_options() -> Vec<&'static str> {
        vec!["listen_addresses = ''"]
    }
}
