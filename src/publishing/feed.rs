//! Listings feeds: what has to be told of a marketplace, in batches that Amazon takes.

use pgrx::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::amazon::condition::Condition;
use crate::amazon::feed::{ANY_PRODUCT_TYPE, Feed, MAX_MESSAGES, Operation, Price, Sale};
use crate::domain::{Asin, Marketplace};
use crate::engine::{Arg, Caller, Row, Statement};
use crate::error::Error;
use crate::types::numeric::Numeric;
use crate::types::timestamptz::to_time;

static SELLER: Statement = Statement("SELECT FROM rfba.seller WHERE seller_id = $1");

static ZEROED: Statement = Statement(
    "SELECT i.sku, p.product_type, i.seller_fulfilled_zeroed_at \
     FROM rfba.inventory i LEFT JOIN rfba.product p ON p.asin = i.asin \
     WHERE i.seller_id = $1 AND i.seller_fulfilled_quantity = 0 \
         AND i.seller_fulfilled_zeroed_at IS NOT NULL \
         AND (i.seller_fulfilled_fed_at IS NULL \
             OR i.seller_fulfilled_fed_at < i.seller_fulfilled_zeroed_at) \
     ORDER BY i.sku",
);

/// What Amazon has is what it was last told or, later, reported. Of an offer of which neither is
/// known, only a price that follows the US price is ours to tell. A sale that is over needs no end.
/// A new offer of an item that was removed, or that is not eligible any more, waits.
static OFFERS: Statement = Statement(
    "SELECT o.sku, p.product_type, o.asin, i.condition, o.price, s.price, s.starts_at, s.ends_at, \
         k.is_new \
     FROM rfba.offer o \
         LEFT JOIN rfba.product p ON p.asin = o.asin \
         LEFT JOIN rfba.inventory i ON i.seller_id = o.seller_id AND i.sku = o.sku \
         CROSS JOIN LATERAL ( \
             SELECT o.created_by = 'auto' AND o.fed_at IS NULL AND o.reported_at IS NULL, \
                 coalesce(o.fed_price, o.reported_price), \
                 o.sale_price IS NOT NULL AND coalesce(o.sale_ends_at > now(), true) \
                     AND coalesce(o.sale_starts_at < 'infinity', true), \
                 o.fed_sale_price IS NOT NULL AND coalesce(o.fed_sale_ends_at > now(), true) \
         ) AS k (is_new, price, is_on_sale, was_on_sale) \
         LEFT JOIN LATERAL ( \
             SELECT o.sale_price, o.sale_starts_at, o.sale_ends_at WHERE k.is_on_sale \
         ) AS s (price, starts_at, ends_at) ON true \
     WHERE o.seller_id = $1 AND o.marketplace = $2 AND o.fulfillment_channel = 'AMAZON_NA' \
         AND o.price IS NOT NULL \
         AND (NOT k.is_new OR EXISTS ( \
             SELECT FROM rfba.item_status t JOIN rfba.enrollment e USING (seller_id, sku, marketplace) \
             WHERE t.seller_id = o.seller_id AND t.sku = o.sku AND t.marketplace = o.marketplace \
                 AND t.status IN ('enabled', 'action_required') AND e.state = 'enrolled')) \
         AND (k.is_new \
             OR (o.price IS DISTINCT FROM k.price AND (o.price_connected OR k.price IS NOT NULL)) \
             OR CASE WHEN o.fed_at IS NULL THEN k.is_on_sale AND o.price_connected \
                 WHEN k.is_on_sale AND k.was_on_sale THEN \
                     (o.sale_price, o.sale_starts_at, o.sale_ends_at) IS DISTINCT FROM \
                         (o.fed_sale_price, o.fed_sale_starts_at, o.fed_sale_ends_at) \
                 ELSE k.is_on_sale <> k.was_on_sale END) \
     ORDER BY o.sku",
);

/// What is offered again was not withdrawn.
static WITHDRAWN: Statement = Statement(
    "SELECT w.sku FROM rfba.withdrawn_offer w \
     WHERE w.seller_id = $1 AND w.marketplace = $2 \
         AND NOT EXISTS (SELECT FROM rfba.offer o \
                         WHERE o.seller_id = $1 AND o.sku = w.sku AND o.marketplace = $2) \
     ORDER BY w.sku",
);

static INSERT_FEED: Statement =
    Statement("INSERT INTO rfba.feed (seller_id, marketplace) VALUES ($1, $2) RETURNING feed_id");

static INSERT_MESSAGES: Statement = Statement(
    "INSERT INTO rfba.feed_message (feed_id, message_id, sku, operation, price, sale_price, \
         sale_starts_at, sale_ends_at, zeroed_at) \
     SELECT $1, u.* \
     FROM ROWS FROM (unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), \
         unnest($8), unnest($9)) u",
);

/// What is to be told of a SKU.
struct Message {
    sku: String,
    /// Amazon's product type, where it is known.
    product_type: Option<String>,
    content: Content,
}

enum Content {
    /// The seller-fulfilled stock that was zeroed then.
    Zero { zeroed_at: i64 },
    /// A new offer.
    Offer { asin: Asin, condition: Condition, terms: Terms },
    /// Another price.
    Price(Terms),
    /// No offer any more.
    Delete,
}

/// A price and a sale, with times as PostgreSQL counts them.
#[derive(Clone, Copy)]
struct Terms {
    price: Decimal,
    sale: Option<(Decimal, [Option<i64>; 2])>,
}

/// The feeds that tell what Amazon was not told yet of a seller's marketplace, each with its
/// number.
pub fn listings_feeds(
    seller_id: &str,
    marketplace: Marketplace,
) -> Result<Vec<(i64, String)>, Error> {
    Caller::run(|caller| {
        if SELLER.run_as_caller(caller, &[Arg::Text(seller_id)], |_| ()) == 0 {
            return Err(Error::NoSuchSeller(seller_id.to_owned()));
        }
        let messages = if marketplace == Marketplace::Us {
            zeroed(caller, seller_id)
        } else {
            changed_offers(caller, seller_id, marketplace)
        };
        let feeds = messages.chunks(MAX_MESSAGES);
        feeds.map(|messages| write(caller, seller_id, marketplace, messages)).collect()
    })
}

fn zeroed(caller: &Caller, seller_id: &str) -> Vec<Message> {
    let mut messages = Vec::new();
    ZEROED.run_as_caller(caller, &[Arg::Text(seller_id)], |row| {
        let content = Content::Zero { zeroed_at: row.get(3) };
        messages.push(Message { sku: row.get(1), product_type: row.optional(2), content });
    });
    messages
}

fn changed_offers(caller: &Caller, seller_id: &str, destination: Marketplace) -> Vec<Message> {
    let of_destination = [Arg::Text(seller_id), Arg::Marketplace(destination.packed())];
    let mut messages = Vec::new();
    WITHDRAWN.run_as_caller(caller, &of_destination, |row| {
        messages.push(Message { sku: row.get(1), product_type: None, content: Content::Delete });
    });
    let mut left_out = 0;
    OFFERS.run_as_caller(caller, &of_destination, |row| match changed_offer(&row) {
        Some(message) => messages.push(message),
        None => left_out += 1,
    });
    if left_out > 0 {
        notice!(
            "{left_out} offers are left out: their price is none that Amazon takes, or the \
             condition of their SKU in rfba.inventory is none of Amazon's"
        );
    }
    messages
}

/// What has to be told of an offer; none of one that Amazon would not take.
fn changed_offer(row: &Row) -> Option<Message> {
    let times = [row.optional(7), row.optional(8)];
    let sale = decimal(row, 6).map(|price| (price, times));
    let terms = Terms { price: decimal(row, 5)?, sale };
    let content = if row.get(9) {
        // The SKUs of a database that nobody has told of conditions are new.
        let condition = row.optional::<String>(4);
        let condition = condition.as_deref().map_or(Some(Condition::New), Condition::parse)?;
        Content::Offer { asin: Asin::from_value(row.get(3))?, condition, terms }
    } else {
        Content::Price(terms)
    };
    Some(Message { sku: row.get(1), product_type: row.optional(2), content })
}

/// A price, none too where it has more digits than any price.
fn decimal(row: &Row, column: i32) -> Option<Decimal> {
    row.optional::<Numeric>(column)?.0.ok()
}

/// Logs a feed and what each of its messages says; its number and document.
fn write(
    caller: &Caller,
    seller_id: &str,
    marketplace: Marketplace,
    messages: &[Message],
) -> Result<(i64, String), Error> {
    let mut feed = Feed::new(seller_id, marketplace);
    let mut ids = Vec::with_capacity(messages.len());
    for message in messages {
        ids.push(feed.push(&message.sku, message.operation(marketplace))? as i32);
    }
    let document = feed.to_json()?;
    let mut feed_id = 0;
    let args = [Arg::Text(seller_id), Arg::Marketplace(marketplace.packed())];
    INSERT_FEED.run_as_caller(caller, &args, |row| feed_id = row.get(1));
    let sale = |message: &Message| message.terms().and_then(|terms| terms.sale);
    let time = |position: usize| {
        let time = |message| sale(message).and_then(|(_, times)| times[position]);
        Arg::Timestamps(messages.iter().map(time).collect())
    };
    let args = [
        Arg::Number(feed_id),
        Arg::Integers(ids),
        Arg::Skus(messages.iter().map(|it| it.sku.as_str()).collect()),
        Arg::Texts(messages.iter().map(|it| it.content.name()).collect()),
        Arg::Numerics(messages.iter().map(|it| Some(it.terms()?.price)).collect()),
        Arg::Numerics(messages.iter().map(|it| Some(sale(it)?.0)).collect()),
        time(0),
        time(1),
        Arg::Timestamps(messages.iter().map(|it| it.content.zeroed_at()).collect()),
    ];
    INSERT_MESSAGES.run_as_caller(caller, &args, |_| ());
    Ok((feed_id, document))
}

impl Message {
    fn terms(&self) -> Option<Terms> {
        match &self.content {
            Content::Offer { terms, .. } | Content::Price(terms) => Some(*terms),
            Content::Zero { .. } | Content::Delete => None,
        }
    }

    fn operation(&self, marketplace: Marketplace) -> Operation<'_> {
        let product_type = self.product_type.as_deref().unwrap_or(ANY_PRODUCT_TYPE);
        match &self.content {
            Content::Zero { .. } => Operation::zero_seller_fulfilled(product_type),
            Content::Offer { asin, condition, terms } => {
                Operation::offer(product_type, marketplace, *asin, *condition, &terms.price())
            }
            Content::Price(terms) => Operation::price(product_type, marketplace, &terms.price()),
            Content::Delete => Operation::delete(),
        }
    }
}

impl Content {
    /// Its name in `feed_message`.
    fn name(&self) -> &'static str {
        match self {
            Self::Zero { .. } => "zero",
            Self::Offer { .. } => "offer",
            Self::Price(_) => "price",
            Self::Delete => "delete",
        }
    }

    fn zeroed_at(&self) -> Option<i64> {
        match self {
            Self::Zero { zeroed_at } => Some(*zeroed_at),
            _ => None,
        }
    }
}

impl Terms {
    /// As a feed has it; a sale from or to an infinity has no such time.
    fn price(&self) -> Price {
        let time = |time: Option<i64>| time.and_then(to_time);
        let sale = self.sale.map(|(price, [starts_at, ends_at])| Sale {
            price: in_cents(price),
            starts_at: time(starts_at),
            ends_at: time(ends_at),
        });
        Price { price: in_cents(self.price), sale }
    }
}

/// Every currency of the program has two minor digits.
fn in_cents(price: Decimal) -> Decimal {
    price.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}
