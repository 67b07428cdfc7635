//! SQL functions, a file a topic: thin, from arguments to the domain or the engine and back.

mod item_prices;
mod load;
mod prices;
mod program;
mod publish;
mod source;
mod status;
