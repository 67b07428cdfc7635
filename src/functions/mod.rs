//! SQL functions, a file a topic: thin, from arguments to the domain or the engine and back.

pub mod load_report;
mod program;
mod status;
