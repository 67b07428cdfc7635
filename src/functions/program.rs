//! The program: marketplaces, eligibility of a product, what Amazon's texts mean.

use pgrx::prelude::*;

use crate::domain::eligibility::{self, Assessment, Edition, FbaScope, Product};
use crate::domain::{Marketplace, named};

/// The rows of `rfba.marketplace_info`.
#[pg_extern(sql = false, immutable, strict, parallel_safe)]
#[allow(clippy::type_complexity, reason = "the columns of the view")]
fn marketplaces() -> TableIterator<
    'static,
    (
        name!(marketplace, i16),
        name!(marketplace_id, &'static str),
        name!(domain, &'static str),
        name!(currency, &'static str),
        name!(country, &'static str),
        name!(language, &'static str),
        name!(delivery_days_min, Option<i32>),
        name!(delivery_days_max, Option<i32>),
    ),
> {
    TableIterator::new(Marketplace::ALL.into_iter().map(|marketplace| {
        let info = marketplace.info();
        (
            marketplace.packed(),
            info.id,
            info.domain,
            info.currency,
            info.country,
            info.language,
            info.delivery_days.map(|(min, _)| i32::from(min)),
            info.delivery_days.map(|(_, max)| i32::from(max)),
        )
    }))
}

/// ISO 4217 code of a marketplace's currency.
#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn currency_of(marketplace: i16) -> Option<&'static str> {
    Some(Marketplace::from_packed(marketplace)?.info().currency)
}

/// What an offer status of the ASIN Status report is looked up by.
#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn status_text_key(status_text: &str) -> String {
    eligibility::status_text_key(status_text)
}

/// The reasons (bits) that lie in a product alone.
#[pg_extern(sql = false, immutable, strict, parallel_safe)]
fn product_reasons(
    destinations: Vec<Option<i16>>,
    fba_required_in: &str,
    destination: i16,
    assessment: &str,
    not_fba_enabled_in: Vec<Option<i16>>,
) -> Option<i32> {
    let destination = Marketplace::from_packed(destination)?;
    let edition = Edition {
        destinations: present(destinations).collect(),
        fba_required_in: match fba_required_in {
            "destination" => FbaScope::Destination,
            _ => FbaScope::EveryStore,
        },
    };
    let mut product = Product::default();
    product.in_marketplace_mut(destination).assessment =
        named(&Assessment::ALL, assessment).unwrap_or_default();
    for store in present(not_fba_enabled_in) {
        product.in_marketplace_mut(store).fba_enabled = Some(false);
    }
    Some(eligibility::product_reasons(&edition, &product, destination).bits())
}

/// Those that are there.
fn present(packed: Vec<Option<i16>>) -> impl Iterator<Item = Marketplace> {
    packed.into_iter().flatten().filter_map(Marketplace::from_packed)
}
