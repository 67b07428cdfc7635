//! SQL functions, a file a topic: thin, from arguments to the domain or the engine and back.

mod item_prices;
pub mod load_report;
mod prices;
mod program;
mod status;
