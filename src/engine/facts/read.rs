//! A table of facts a function: through which index it is read, and what of it counts.

use std::collections::HashMap;

use super::{Restrictions, SkuFacts};
use crate::domain::eligibility::{
    Assessment, DestinationOffer, Edition, Evaluation, FbaScope, OfferStatus, Product, ProductIn,
    Restriction, Verdict, status_text_key,
};
use crate::domain::{Marketplace, MarketplaceSet, Reasons, named};
use crate::engine::cursor::{Cursor, Index, Key, Row};
use crate::engine::outcome::{Enrollment, StatusRow, Stored};
use crate::engine::session::Session;

/// Accounts.
pub static SELLERS: Index = Index {
    table: c"seller",
    name: c"seller_pkey",
    columns: &[
        c"enrolled_at",
        c"professional_plan",
        c"unified_account",
        c"fba_export",
        c"fba_marketplaces",
        c"program_edition",
    ],
};

/// What a seller chose for a destination.
pub static DESTINATIONS: Index = Index {
    table: c"seller_destination",
    name: c"seller_destination_pkey",
    columns: &[c"marketplace", c"auto_list"],
};

/// The user's own edition comes before the shipped one.
pub static EDITIONS: Index = Index {
    table: c"program_edition",
    name: c"program_edition_pkey",
    columns: &[c"destinations", c"fba_required_in"],
};

/// What Amazon's status texts mean.
pub static STATUS_TEXTS: Index = Index {
    table: c"amazon_status_text",
    name: c"amazon_status_text_pkey",
    columns: &[c"status_text", c"meaning", c"shipped"],
};

/// Stock in the US, by SKU.
pub static POOLS: Index = Index {
    table: c"inventory",
    name: c"inventory_pkey",
    columns: &[c"fba_offer", c"asin", c"fba_quantity"],
};

/// Offers, by SKU.
pub static OFFERS: Index = Index {
    table: c"offer",
    name: c"offer_pkey",
    columns: &[c"marketplace", c"status", c"fulfillment_channel", c"price", c"has_issue"],
};

/// Amazon's verdicts, by SKU.
pub static VERDICTS: Index = Index {
    table: c"amazon_verdict",
    name: c"amazon_verdict_pkey",
    columns: &[c"marketplace", c"offer_status"],
};

/// Enrollment rows, by SKU.
pub static ENROLLMENTS: Index =
    Index { table: c"enrollment", name: c"enrollment_pkey", columns: &[c"marketplace", c"state"] };

/// The status as it is stored, by SKU.
pub static STORED: Index = Index {
    table: c"item_status",
    name: c"item_status_pkey",
    columns: &[
        c"marketplace",
        c"asin",
        c"enrolled",
        c"reasons",
        c"own_reasons",
        c"changed_at",
        c"status",
    ],
};

/// What Amazon decided of a product.
pub static ASSESSMENTS: Index = Index {
    table: c"product_assessment",
    name: c"product_assessment_pkey",
    columns: &[c"marketplace", c"assessment", c"fba_enabled", c"in_catalog"],
};

/// Stock inside a destination, by ASIN.
pub static LOCAL_STOCK: Index = Index {
    table: c"local_inventory",
    name: c"local_inventory_asin",
    columns: &[c"marketplace", c"quantity"],
};

/// Offers, by ASIN.
pub static OFFERS_OF_ASIN: Index =
    Index { table: c"offer", name: c"offer_asin", columns: &[c"marketplace", c"sku"] };

/// A seller's restrictions, by ASIN.
pub static RESTRICTIONS: Index = Index {
    table: c"listing_restriction",
    name: c"listing_restriction_pkey",
    columns: &[c"marketplace", c"reason_code"],
};

/// The pool of a SKU that has an FBA offer in the US.
pub fn pool(pools: &mut Cursor, keys: &[Key], facts: &mut SkuFacts) {
    pools.each(keys, |row| {
        if row.get(0) {
            facts.pool = Some((row.get(1), row.get::<i32>(2) > 0));
        }
    });
}

/// The status of the US offer, and the FBA offers in the destinations.
pub fn offers(offers: &mut Cursor, keys: &[Key], facts: &mut SkuFacts) {
    offers.each(keys, |row| {
        let status = OfferStatus::ALL.iter().find(|(_, name)| row.is_text(1, name));
        let status = status.map_or(OfferStatus::Active, |(status, _)| *status);
        match marketplace(&row) {
            Some(Marketplace::Us) => facts.us_offer = Some(status),
            Some(destination) if row.is_text(2, "AMAZON_NA") => {
                facts.by_marketplace[destination as usize].offer = Some(DestinationOffer {
                    status,
                    priced: !row.is_null(3),
                    has_issue: row.get(4),
                });
            }
            _ => {}
        }
    });
}

/// The state of each enrollment row.
pub fn enrollments(enrollments: &mut Cursor, keys: &[Key], facts: &mut SkuFacts) {
    enrollments.each(keys, |row| {
        if let Some(destination) = marketplace(&row) {
            facts.by_marketplace[destination as usize].enrollment =
                Some(match row.is_text(1, "enrolled") {
                    true => Enrollment::Enrolled,
                    false => Enrollment::Removed,
                });
        }
    });
}

/// Amazon's verdicts, where their text is known.
pub fn verdicts(
    verdicts: &mut Cursor,
    session: &Session,
    meanings: &mut Option<HashMap<String, Verdict>>,
    keys: &[Key],
    facts: &mut SkuFacts,
) {
    verdicts.each(keys, |row| {
        let meanings = meanings.get_or_insert_with(|| status_texts(session));
        if let (Some(destination), Some(text)) = (marketplace(&row), row.optional::<String>(1)) {
            facts.by_marketplace[destination as usize].verdict =
                meanings.get(&status_text_key(&text)).copied();
        }
    });
}

/// What is stored in each destination.
pub fn stored(stored: &mut Cursor, keys: &[Key], facts: &mut SkuFacts) {
    stored.each(keys, |row| {
        if let Some(destination) = marketplace(&row) {
            let evaluation = Evaluation {
                reasons: Reasons::from_bits(row.get(3)),
                own_reasons: Reasons::from_bits(row.get(4)),
            };
            facts.by_marketplace[destination as usize].stored = Some(Stored {
                row: StatusRow { asin: row.get(1), enrolled: row.get(2), evaluation },
                status_fits: row.is_status(6, evaluation.reasons.status()),
                changed_at: row.get(5),
                tid: row.tid(),
            });
        }
    });
}

/// A product in each marketplace.
pub fn assessments(assessments: &mut Cursor, asin: i64, product: &mut Product) {
    assessments.each(&[Key::Asin(asin)], |row| {
        if let Some(marketplace) = marketplace(&row) {
            let assessment = Assessment::ALL.iter().find(|(_, name)| row.is_text(1, name));
            *product.in_marketplace_mut(marketplace) = ProductIn {
                assessment: assessment.map(|(it, _)| *it).unwrap_or_default(),
                fba_enabled: row.optional(2),
                in_catalog: row.get(3),
            };
        }
    });
}

/// Where stock of an ASIN lies inside the country.
pub fn local_stock(stock: &mut Cursor, keys: &[Key]) -> MarketplaceSet {
    let mut in_stock = MarketplaceSet::default();
    stock.each(keys, |row| {
        if let Some(marketplace) = marketplace(&row)
            && row.get::<i32>(1) > 0
        {
            in_stock = in_stock.with(marketplace);
        }
    });
    in_stock
}

/// The restriction on an ASIN in each marketplace.
pub fn restrictions(restrictions: &mut Cursor, keys: &[Key], of_asin: &mut Restrictions) {
    restrictions.each(keys, |row| {
        if let Some(marketplace) = marketplace(&row) {
            of_asin[marketplace as usize] = named(&Restriction::ALL, &row.get::<String>(1));
        }
    });
}

/// An edition; one that is not there has no destination.
pub fn edition(session: &Session, edition: &str) -> Edition {
    let key = [Key::Text(edition)];
    let mut editions = Cursor::open(session, &EDITIONS, &key);
    editions.seek(&key);
    match editions.next() {
        Some(row) => Edition {
            destinations: marketplaces(row.get(0)),
            fba_required_in: match row.is_text(1, "destination") {
                true => FbaScope::Destination,
                false => FbaScope::EveryStore,
            },
        },
        None => Edition {
            destinations: MarketplaceSet::default(),
            fba_required_in: FbaScope::EveryStore,
        },
    }
}

/// A set of marketplaces as a column has it.
pub fn marketplaces(packed: Vec<i16>) -> MarketplaceSet {
    packed.into_iter().filter_map(Marketplace::from_packed).collect()
}

/// What the offer statuses of the ASIN Status report mean, by key. The user's own win.
pub fn status_texts(session: &Session) -> HashMap<String, Verdict> {
    let mut meanings = HashMap::new();
    Cursor::open(session, &STATUS_TEXTS, &[]).each(&[], |row| {
        let key = status_text_key(&row.get::<String>(0));
        let shipped: bool = row.get(2);
        if let Some(verdict) = named(&Verdict::ALL, &row.get::<String>(1))
            && !(shipped && meanings.contains_key(&key))
        {
            meanings.insert(key, verdict);
        }
    });
    meanings
}

/// The marketplace of a row, of an index that has it first.
pub fn marketplace(row: &Row) -> Option<Marketplace> {
    Marketplace::from_packed(row.get(0))
}
