//! What goes back to Amazon: listings feeds, made of what Amazon was not told yet.

mod feed;

pub use feed::listings_feeds;
