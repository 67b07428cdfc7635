//! Feeds: whatever a message is about, the feed is JSON that says it.
#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use rfba_fuzz::amazon::condition::Condition;
use rfba_fuzz::amazon::feed::{Feed, Operation, Price, Sale};
use rfba_fuzz::domain::{Asin, Marketplace};
use rust_decimal::Decimal;

/// What a message is made of: which operation, SKU, product type, price, sale, and its days.
type Message<'a> = (u8, &'a str, &'a str, [u8; 16], Option<[u8; 16]>, [Option<i64>; 2]);

fuzz_target!(|messages: Vec<Message<'_>>| {
    let asin = Asin::parse("B07XJ8C8F5").expect("it is an ASIN");
    let mut feed = Feed::new("A2SAMPLESELLER", Marketplace::Ca);
    for &(operation, sku, product_type, price, sale, days) in &messages {
        let [starts_at, ends_at] = days.map(|day| DateTime::from_timestamp_micros(day?));
        let sale = sale.map(Decimal::deserialize).map(|price| Sale { price, starts_at, ends_at });
        let price = Price { price: Decimal::deserialize(price), sale };
        let operation = match operation % 4 {
            0 => Operation::zero_seller_fulfilled(product_type),
            1 => Operation::offer(product_type, Marketplace::Ca, asin, Condition::New, &price),
            2 => Operation::price(product_type, Marketplace::Ca, &price),
            _ => Operation::delete(),
        };
        feed.push(sku, operation).expect("there is room for more messages");
    }
    let json = feed.to_json().expect("whatever is in a feed can be written");
    let json: serde_json::Value = serde_json::from_str(&json).expect("a feed is JSON");
    let written = json["messages"].as_array().expect("a feed has messages");
    assert_eq!(written.len(), messages.len());
    for (written, (_, sku, ..)) in written.iter().zip(&messages) {
        assert_eq!(written["sku"], *sku);
    }
});
