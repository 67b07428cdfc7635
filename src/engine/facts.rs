//! The facts of a seller's SKUs, looked up by key, a table a statement.

use std::collections::HashMap;

use super::session::Session;
use super::statement::{Arg, Row, Statement};
use crate::domain::eligibility::{
    self, Account, Assessment, DestinationOffer, Edition, Evaluation, FbaScope, Item, OfferStatus,
    Product, Restriction, Verdict, named,
};
use crate::domain::{Marketplace, MarketplaceSet, Reasons};

/// A seller and the edition it follows.
#[derive(Clone, Copy)]
pub struct Seller {
    /// Its account.
    pub account: Account,
    /// The edition.
    pub edition: Edition,
}

/// A row of `item_status`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StatusRow {
    /// The item's ASIN.
    pub asin: i64,
    /// An enrollment row in state enrolled exists.
    pub enrolled: bool,
    /// What follows from the facts.
    pub evaluation: Evaluation,
}

/// State of an enrollment row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Enrollment {
    /// In the program.
    Enrolled,
    /// Taken out by the seller.
    Removed,
}

/// An item, or what was one, with all that the engine decides from.
pub struct Outcome<'a> {
    /// Its SKU.
    pub sku: &'a str,
    /// Its destination.
    pub destination: Marketplace,
    /// What the item is by the facts: its ASIN and evaluation; `None` where it is no item.
    pub item: Option<(i64, Evaluation)>,
    /// Its enrollment row.
    pub enrollment: Option<Enrollment>,
    /// Its stored status and when that changed.
    pub stored: Option<(StatusRow, i64)>,
}

/// Facts under a SKU.
#[derive(Clone, Copy, Default)]
struct SkuFacts {
    /// ASIN and whether there is stock, of a SKU with an FBA offer in the US.
    pool: Option<(i64, bool)>,
    us_offer: Option<OfferStatus>,
    by_marketplace: [SkuIn; Marketplace::ALL.len()],
}

/// Facts under a SKU in a destination.
#[derive(Clone, Copy, Default)]
struct SkuIn {
    offer: Option<DestinationOffer>,
    verdict: Option<Verdict>,
    enrollment: Option<Enrollment>,
    stored: Option<(StatusRow, i64)>,
}

/// Facts of a seller's ASIN.
#[derive(Clone, Copy, Default)]
struct AsinFacts {
    product: Product,
    local_stock: MarketplaceSet,
    conflicting_offer: MarketplaceSet,
    restrictions: [Option<Restriction>; Marketplace::ALL.len()],
}

static SELLER: Statement = Statement(
    "SELECT s.enrolled_at IS NOT NULL, s.professional_plan AND s.unified_account AND s.fba_export, \
         s.fba_marketplaces, e.destinations, e.fba_required_in = 'every_store' \
     FROM rfba.seller s LEFT JOIN rfba.program_edition e ON e.edition = s.program_edition \
     WHERE s.seller_id = $1 \
     ORDER BY e.shipped LIMIT 1",
);

static POOLS: Statement = Statement(
    "SELECT sku, asin, fba_quantity > 0 FROM rfba.inventory \
     WHERE seller_id = $1 AND sku = ANY ($2) AND fba_offer",
);

static OFFERS: Statement = Statement(
    "SELECT sku, marketplace, status, fulfillment_channel = 'AMAZON_NA', price IS NOT NULL, has_issue \
     FROM rfba.offer \
     WHERE seller_id = $1 AND sku = ANY ($2)",
);

static VERDICTS: Statement = Statement(
    "SELECT sku, marketplace, rfba.meaning_of(offer_status) FROM rfba.amazon_verdict \
     WHERE seller_id = $1 AND sku = ANY ($2)",
);

static ENROLLMENTS: Statement = Statement(
    "SELECT sku, marketplace, state = 'enrolled' FROM rfba.enrollment \
     WHERE seller_id = $1 AND sku = ANY ($2)",
);

static STORED: Statement = Statement(
    "SELECT sku, marketplace, asin, enrolled, reasons, own_reasons, changed_at \
     FROM rfba.item_status \
     WHERE seller_id = $1 AND sku = ANY ($2)",
);

static ASSESSMENTS: Statement = Statement(
    "SELECT asin, marketplace, assessment, fba_enabled, in_catalog FROM rfba.product_assessment \
     WHERE asin = ANY ($1)",
);

static LOCAL_STOCK: Statement = Statement(
    "SELECT asin, marketplace FROM rfba.local_inventory \
     WHERE seller_id = $1 AND asin = ANY ($2) AND quantity > 0",
);

static CONFLICTING_OFFERS: Statement = Statement(
    "SELECT o.asin, o.marketplace FROM rfba.offer o \
     WHERE o.seller_id = $1 AND o.asin = ANY ($2) \
         AND NOT COALESCE((SELECT i.fba_offer FROM rfba.inventory i \
             WHERE i.seller_id = $1 AND i.sku = o.sku), false)",
);

static RESTRICTIONS: Statement = Statement(
    "SELECT asin, marketplace, reason_code FROM rfba.listing_restriction \
     WHERE seller_id = $1 AND asin = ANY ($2)",
);

/// The seller, if there is a row of it. While a dump is being restored its edition may come later;
/// until then it has no destination.
pub fn read_seller(session: &Session, seller_id: &str) -> Option<Seller> {
    let mut seller = None;
    session.step(|| {
        SELLER.query(session, &[Arg::Text(seller_id)], |row| {
            let scope = if row.get(5) { FbaScope::EveryStore } else { FbaScope::Destination };
            seller = Some(Seller {
                account: Account {
                    enrolled: row.get(1),
                    in_good_standing: row.get(2),
                    fba_marketplaces: marketplaces(row.get(3)),
                },
                edition: Edition { destinations: marketplaces(row.get(4)), fba_required_in: scope },
            });
        });
    });
    seller
}

fn marketplaces(packed: Vec<i16>) -> MarketplaceSet {
    packed.into_iter().filter_map(Marketplace::from_packed).collect()
}

/// Reads all facts of these SKUs (in order, each once) and evaluates them: every item, and every
/// destination in which something of theirs is stored. Runs in a step of the session.
pub fn outcomes<'a>(
    session: &Session,
    seller_id: &str,
    seller: Option<&Seller>,
    skus: &[&'a str],
) -> Vec<Outcome<'a>> {
    let of_skus = read_skus(session, seller_id, skus);
    let of_asins = match seller {
        Some(_) => read_asins(session, seller_id, &of_skus),
        None => HashMap::new(),
    };
    let mut outcomes = Vec::with_capacity(skus.len() * Marketplace::DESTINATIONS.len());
    for (&sku, facts) in skus.iter().zip(&of_skus) {
        for destination in Marketplace::DESTINATIONS {
            let SkuIn { enrollment, stored, .. } = facts.by_marketplace[destination as usize];
            let item = seller.and_then(|seller| evaluate(seller, facts, &of_asins, destination));
            if item.is_some() || enrollment.is_some() || stored.is_some() {
                outcomes.push(Outcome { sku, destination, item, enrollment, stored });
            }
        }
    }
    outcomes
}

fn evaluate(
    seller: &Seller,
    facts: &SkuFacts,
    of_asins: &HashMap<i64, AsinFacts>,
    destination: Marketplace,
) -> Option<(i64, Evaluation)> {
    let (asin, us_stock) = facts.pool?;
    if !seller.edition.destinations.contains(destination) {
        return None;
    }
    let of_asin = of_asins.get(&asin).copied().unwrap_or_default();
    let here = &facts.by_marketplace[destination as usize];
    let item = Item {
        destination,
        us_stock,
        us_offer: facts.us_offer,
        destination_offer: here.offer,
        local_stock: of_asin.local_stock.contains(destination),
        conflicting_offer: of_asin.conflicting_offer.contains(destination),
        restriction: of_asin.restrictions[destination as usize],
        removed: here.enrollment == Some(Enrollment::Removed),
        verdict: here.verdict,
    };
    let evaluation =
        eligibility::evaluate(&seller.account, &seller.edition, &of_asin.product, &item);
    Some((asin, evaluation))
}

fn read_skus(session: &Session, seller_id: &str, skus: &[&str]) -> Vec<SkuFacts> {
    let mut facts = vec![SkuFacts::default(); skus.len()];
    let args = [Arg::Text(seller_id), Arg::Skus(skus.to_vec())];
    // Calls `fill` with the facts of the row's SKU, and with those in the row's marketplace.
    let mut read = |statement: &Statement, fill: &dyn Fn(&Row, &mut SkuFacts)| {
        statement.query(session, &args, |row| {
            let sku: String = row.get(1);
            if let Ok(i) = skus.binary_search(&sku.as_str()) {
                fill(&row, &mut facts[i]);
            }
        });
    };
    read(&POOLS, &|row, facts| facts.pool = Some((row.get(2), row.get(3))));
    read(&OFFERS, &|row, facts| {
        let status = named(&OfferStatus::ALL, &row.get::<String>(3)).unwrap_or(OfferStatus::Active);
        let is_fba: bool = row.get(4);
        match marketplace(row, 2) {
            Some(Marketplace::Us) => facts.us_offer = Some(status),
            Some(destination) if is_fba => {
                facts.by_marketplace[destination as usize].offer =
                    Some(DestinationOffer { status, priced: row.get(5), has_issue: row.get(6) });
            }
            _ => {}
        }
    });
    read(&VERDICTS, &|row, facts| {
        if let Some(destination) = marketplace(row, 2) {
            facts.by_marketplace[destination as usize].verdict =
                named(&Verdict::ALL, &row.get::<String>(3));
        }
    });
    read(&ENROLLMENTS, &|row, facts| {
        if let Some(destination) = marketplace(row, 2) {
            let state = if row.get(3) { Enrollment::Enrolled } else { Enrollment::Removed };
            facts.by_marketplace[destination as usize].enrollment = Some(state);
        }
    });
    read(&STORED, &|row, facts| {
        if let Some(destination) = marketplace(row, 2) {
            let evaluation = Evaluation {
                reasons: Reasons::from_bits(row.get(5)),
                own_reasons: Reasons::from_bits(row.get(6)),
            };
            let stored = StatusRow { asin: row.get(3), enrolled: row.get(4), evaluation };
            facts.by_marketplace[destination as usize].stored = Some((stored, row.get(7)));
        }
    });
    facts
}

fn read_asins(session: &Session, seller_id: &str, of_skus: &[SkuFacts]) -> HashMap<i64, AsinFacts> {
    let mut facts: HashMap<i64, AsinFacts> = of_skus
        .iter()
        .filter_map(|sku| sku.pool)
        .map(|(asin, _)| (asin, AsinFacts::default()))
        .collect();
    let asins: Vec<i64> = facts.keys().copied().collect();
    let mut read =
        |statement: &Statement, args: &[Arg], fill: &dyn Fn(&Row, &mut AsinFacts, Marketplace)| {
            statement.query(session, args, |row| {
                if let (Some(facts), Some(marketplace)) =
                    (facts.get_mut(&row.get(1)), marketplace(&row, 2))
                {
                    fill(&row, facts, marketplace);
                }
            });
        };
    let of_seller = [Arg::Text(seller_id), Arg::Asins(asins.clone())];
    read(&ASSESSMENTS, &[Arg::Asins(asins)], &|row, facts, marketplace| {
        let product = facts.product.in_marketplace_mut(marketplace);
        product.assessment = named(&Assessment::ALL, &row.get::<String>(3)).unwrap_or_default();
        product.fba_enabled = row.optional(4);
        product.in_catalog = row.get(5);
    });
    read(&LOCAL_STOCK, &of_seller, &|_, facts, marketplace| {
        facts.local_stock = facts.local_stock.with(marketplace);
    });
    read(&CONFLICTING_OFFERS, &of_seller, &|_, facts, marketplace| {
        facts.conflicting_offer = facts.conflicting_offer.with(marketplace);
    });
    read(&RESTRICTIONS, &of_seller, &|row, facts, marketplace| {
        facts.restrictions[marketplace as usize] = named(&Restriction::ALL, &row.get::<String>(3));
    });
    facts
}

fn marketplace(row: &Row, number: usize) -> Option<Marketplace> {
    Marketplace::from_packed(row.get(number))
}
