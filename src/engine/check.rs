//! Evaluations that nothing is written of: what differs from the facts, and what enrolling would do.

use super::BATCH;
use super::facts::{Reader, Seller};
use super::keys;
use super::outcome::{Outcome, StatusRow};
use super::session::{Facts, Session};
use crate::domain::Marketplace;
use crate::domain::eligibility::Evaluation;
use crate::error::Error;

fn for_each_batch(
    reader: &mut Reader,
    seller_id: &str,
    seller: Option<&Seller>,
    skus: &[String],
    mut each: impl FnMut(&[&str], &[Outcome]),
) {
    for batch in skus.chunks(BATCH) {
        let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
        each(&batch, &reader.outcomes(seller_id, seller, &batch));
    }
}

/// An item whose stored status is not what follows from the facts.
pub struct Difference {
    /// The seller.
    pub seller_id: String,
    /// The SKU.
    pub sku: String,
    /// The destination.
    pub destination: Marketplace,
    /// Evaluation as stored; `None` without a row.
    pub stored: Option<Evaluation>,
    /// Evaluation by the facts; `None` where it is no item.
    pub expected: Option<Evaluation>,
    /// What differs: the row, or columns of it.
    pub differs: Vec<&'static str>,
}

/// The items of these sellers whose stored status differs from a recomputation.
pub fn check(sellers: Vec<String>) -> Vec<Difference> {
    Session::run(Facts::OfStatement, |session| {
        let mut differences = Vec::new();
        for seller_id in sellers {
            let skus = keys::all_skus(session, &seller_id);
            let mut reader = Reader::new(session, skus.len());
            let seller = reader.seller(&seller_id);
            for_each_batch(&mut reader, &seller_id, seller.as_ref(), &skus, |_, outcomes| {
                differences.extend(outcomes.iter().filter_map(|it| difference(&seller_id, it)));
            });
        }
        differences
    })
}

fn difference(seller_id: &str, outcome: &Outcome) -> Option<Difference> {
    let enrolled = outcome.is_enrolled();
    let expected = outcome.item.map(|(asin, evaluation)| StatusRow { asin, enrolled, evaluation });
    let stored = outcome.stored.map(|stored| stored.row);
    let is_sound = outcome.stored.is_none_or(|stored| stored.status_fits);
    let differs: Vec<&str> = match (stored, expected) {
        (None, None) => vec![],
        (Some(stored), Some(expected)) => {
            stored.differences(&expected).chain((!is_sound).then_some("status")).collect()
        }
        (None, Some(_)) | (Some(_), None) => vec!["row"],
    };
    (!differs.is_empty()).then(|| Difference {
        seller_id: seller_id.to_owned(),
        sku: outcome.sku.to_owned(),
        destination: outcome.destination,
        stored: stored.map(|row| row.evaluation),
        expected: expected.map(|row| row.evaluation),
        differs,
    })
}

/// An item that enrolling would add.
pub struct Addition {
    /// The SKU.
    pub sku: String,
    /// The destination.
    pub destination: Marketplace,
    /// What the item would be.
    pub evaluation: Evaluation,
}

/// The items that enrolling the seller would add.
pub fn preview(seller_id: &str) -> Result<Vec<Addition>, Error> {
    Session::run(Facts::OfStatement, |session| {
        let skus = keys::all_skus(session, seller_id);
        let mut reader = Reader::new(session, skus.len());
        let mut seller =
            reader.seller(seller_id).ok_or_else(|| Error::NoSuchSeller(seller_id.to_owned()))?;
        seller.account.enrolled = true;
        let mut additions = Vec::new();
        for_each_batch(&mut reader, seller_id, Some(&seller), &skus, |_, outcomes| {
            for &Outcome { sku, destination, item, enrollment, .. } in outcomes {
                if let (Some((_, evaluation)), None) = (item, enrollment)
                    && evaluation.auto_enrolls()
                {
                    additions.push(Addition { sku: sku.to_owned(), destination, evaluation });
                }
            }
        });
        Ok(additions)
    })
}
