//! What the seller reads: why an item does not sell, and what to do about it.

use super::{Marketplace, Reason, Reasons};

/// By when Amazon decides on a pending item.
pub struct Deadline<'a> {
    /// The time, as the seller shall read it.
    pub at: &'a str,
    /// Whether it has passed.
    pub overdue: bool,
}

/// One sentence a reason, severest first; for an item that is live, that it is.
pub fn more_details(reasons: Reasons, destination: Marketplace) -> String {
    let country = destination.info().country;
    if reasons.is_empty() {
        return format!("Sells in {country} from US stock.");
    }
    sentences(reasons.iter().map(|reason| detail(reason, country)))
}

/// What the seller can do, one sentence a reason; `None` where all is well. Only the severest class
/// is spoken of: what lies behind it can wait until it is mended.
pub fn action(reasons: Reasons, destination: Marketplace, deadline: &Deadline) -> Option<String> {
    let country = destination.info().country;
    let first = reasons.iter().next()?.class();
    let pressing = reasons.iter().filter(|reason| reason.class() == first);
    Some(sentences(pressing.map(|reason| remedy(reason, country, deadline))))
}

/// Joins them, a repeated one said once.
fn sentences(all: impl Iterator<Item = String>) -> String {
    let mut said: Vec<String> = Vec::new();
    for sentence in all {
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    }
    said.join(" ")
}

fn detail(reason: Reason, country: &str) -> String {
    match reason {
        Reason::NotEnrolled => "The account is not enrolled in Remote Fulfillment.".into(),
        Reason::SellerNotQualified => "The account lacks a professional selling plan, a North \
             America Unified Account, FBA Export or an FBA registration that the program asks for."
            .into(),
        Reason::RemovedBySeller => format!("You removed this item from {country}."),
        Reason::ProductTypeExcluded => {
            "The product is restricted, prohibited or a dangerous good.".into()
        }
        Reason::Compliance => {
            format!("The product fails trade compliance or a rule of {country}.")
        }
        Reason::HighRisk => format!(
            "Amazon's risk assessment rules the product out for {country}: border documents, \
             regulatory scrutiny or product restrictions."
        ),
        Reason::TransportConstraint => {
            format!("The product cannot be transported to {country}.")
        }
        Reason::NotFbaEnabled => {
            "The ASIN is not enabled for FBA in a marketplace that the program asks for.".into()
        }
        Reason::LocalInventory => format!(
            "You have stock of this ASIN inside {country}, and an ASIN sells there either locally \
             or through Remote Fulfillment."
        ),
        Reason::SkuConflict => {
            format!("You offer this ASIN in {country} under a marketplace-specific SKU.")
        }
        Reason::AmazonIneligible => {
            format!("Amazon's ASIN Status report says ineligible for {country}.")
        }
        Reason::RiskNotAssessed => {
            format!("Amazon has not assessed the risk of this ASIN in {country} yet.")
        }
        Reason::OfferInvalid => {
            "The US offer is not active: pulled, out of stock or not approved for sale.".into()
        }
        Reason::NotInCatalog => format!("The ASIN has no page in the catalog of {country}."),
        Reason::Gated => {
            format!("You are not approved for this brand or category in {country}.")
        }
        Reason::ListingProblem => format!(
            "The offer in {country} is incomplete, has no price, has an issue or is inactive."
        ),
        Reason::OfferMissing => format!("There is no FBA offer in {country} under this SKU."),
        Reason::NoUsInventory => "There is no fulfillable FBA stock in the US.".into(),
        Reason::AmazonActionRequired => {
            format!("Amazon's ASIN Status report asks for an action for {country}.")
        }
    }
}

fn remedy(reason: Reason, country: &str, deadline: &Deadline) -> String {
    match reason {
        Reason::NotEnrolled => "Enroll the account: SELECT * FROM rfba.enroll(seller_id).".into(),
        Reason::SellerNotQualified => {
            "Complete the account in Seller Central, then correct its row in rfba.seller.".into()
        }
        Reason::RemovedBySeller => {
            "Add it back if it shall sell there again: SELECT rfba.add_item(seller_id, sku, \
             marketplace)."
                .into()
        }
        Reason::ProductTypeExcluded
        | Reason::Compliance
        | Reason::HighRisk
        | Reason::TransportConstraint
        | Reason::AmazonIneligible => format!(
            "Only Amazon can change this; to sell in {country} all the same, send stock there for \
             local FBA, or list it seller-fulfilled, either under a separate SKU."
        ),
        Reason::NotFbaEnabled => format!(
            "Enable the ASIN for FBA there; to sell in {country} without, list it \
             seller-fulfilled under a separate SKU."
        ),
        Reason::LocalInventory => {
            format!("Nothing to do: it returns by itself when the stock in {country} is sold.")
        }
        Reason::SkuConflict => format!(
            "Delete the marketplace-specific SKU in {country}, or replace it with an offer under \
             the US SKU."
        ),
        Reason::RiskNotAssessed if deadline.overdue => format!(
            "Amazon's decision has been overdue since {}: load the ASIN Status report again, or \
             ask Seller Support.",
            deadline.at
        ),
        Reason::RiskNotAssessed => format!("Wait: Amazon decides by {}.", deadline.at),
        Reason::OfferInvalid => "Mend the US listing in Manage Inventory.".into(),
        Reason::NotInCatalog => format!("Create the product's page in {country}."),
        Reason::Gated => format!("Apply for approval to sell it in {country}."),
        Reason::ListingProblem => format!("Mend the listing in {country} in Manage Inventory."),
        Reason::OfferMissing => {
            format!(
                "Create an FBA offer in {country} under the same SKU, or use Build \
                 International Listings."
            )
        }
        Reason::NoUsInventory => {
            "Send stock to a US fulfillment center; it sells again by itself.".into()
        }
        Reason::AmazonActionRequired => {
            "Do what the ASIN Status report's More details ask for.".into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEADLINE: Deadline = Deadline { at: "2022-05-02 12:00 UTC", overdue: false };

    #[test]
    fn live_items_need_nothing() {
        assert_eq!(more_details(Reasons::NONE, Marketplace::Ca), "Sells in Canada from US stock.");
        assert_eq!(action(Reasons::NONE, Marketplace::Ca, &DEADLINE), None);
    }

    #[test]
    fn every_reason_is_told_and_has_a_remedy() {
        let all = Reasons::of(&Reason::ALL);
        assert_eq!(more_details(all, Marketplace::Mx).matches('.').count(), Reason::ALL.len());
        for reason in Reason::ALL {
            let reasons = Reasons::of(&[reason]);
            assert!(more_details(reasons, Marketplace::Mx).ends_with('.'));
            assert!(
                action(reasons, Marketplace::Mx, &DEADLINE).is_some_and(|it| it.ends_with('.'))
            );
        }
    }

    #[test]
    fn where_only_amazon_decides_both_other_ways_are_named() {
        use Reason::*;
        for reason in
            [ProductTypeExcluded, Compliance, HighRisk, TransportConstraint, AmazonIneligible]
        {
            let told = action(Reasons::of(&[reason]), Marketplace::Br, &DEADLINE).unwrap();
            assert!(told.contains("local FBA") && told.contains("seller-fulfilled"), "{told}");
            assert!(told.contains("separate SKU") && told.contains("Brazil"), "{told}");
        }
        let two = Reasons::of(&[Reason::HighRisk, Reason::Compliance]);
        assert_eq!(
            action(two, Marketplace::Br, &DEADLINE),
            action(Reasons::of(&[Reason::HighRisk]), Marketplace::Br, &DEADLINE)
        );
    }

    #[test]
    fn pending_has_a_deadline() {
        let pending = Reasons::of(&[Reason::RiskNotAssessed]);
        let told =
            |overdue| action(pending, Marketplace::Ca, &Deadline { overdue, ..DEADLINE }).unwrap();
        assert_eq!(told(false), "Wait: Amazon decides by 2022-05-02 12:00 UTC.");
        assert!(told(true).contains("overdue since 2022-05-02 12:00 UTC"));
    }
}
