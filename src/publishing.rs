//! What goes back to Amazon: listings feeds, made of what Amazon was not told yet, and the ASIN
//! Status report with our status.

mod asin_status;
mod feed;

pub use asin_status::{asin_status_text, asin_status_workbook};
pub use feed::listings_feeds;
