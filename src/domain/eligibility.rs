//! The one evaluation: facts of an item in, all its reasons out.
//!
//! Rules: Amazon's Remote Fulfillment help page, 2022 US edition, and the later editions' sources
//! named in `rfba.program_edition`.

use super::{Class, Marketplace, MarketplaceSet, Reason, Reasons};

/// Where a program edition asks for FBA: enablement of the ASIN and registration of the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FbaScope {
    /// In the US and in every destination of the edition.
    EveryStore,
    /// In the US and in the destination in question.
    Destination,
}

/// A dated edition of the program's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Where it sells to.
    pub destinations: MarketplaceSet,
    /// Where it asks for FBA.
    pub fba_required_in: FbaScope,
}

impl Edition {
    /// The marketplaces in which an item for `destination` needs FBA.
    fn fba_marketplaces(&self, destination: Marketplace) -> MarketplaceSet {
        let stores = match self.fba_required_in {
            FbaScope::EveryStore => self.destinations,
            FbaScope::Destination => MarketplaceSet::default().with(destination),
        };
        stores.with(Marketplace::Us)
    }
}

/// The seller's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Enrolled in Remote Fulfillment.
    pub enrolled: bool,
    /// Professional plan, unified account and FBA Export, all of them.
    pub in_good_standing: bool,
    /// Where the seller is registered for FBA.
    pub fba_marketplaces: MarketplaceSet,
}

/// Amazon's assessment of an ASIN in a marketplace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assessment {
    /// Not decided yet.
    #[default]
    NotAssessed,
    /// May be sold.
    Cleared,
    /// Restricted, prohibited or dangerous.
    ExcludedType,
    /// Fails trade compliance or a rule of the country.
    Noncompliant,
    /// Needs border documents, scrutiny or restrictions.
    HighRisk,
    /// Cannot be transported there.
    TransportConstraint,
}

impl Assessment {
    /// All of them with the names that `product_assessment.assessment` uses.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::NotAssessed, "not_assessed"),
        (Self::Cleared, "cleared"),
        (Self::ExcludedType, "excluded_type"),
        (Self::Noncompliant, "noncompliant"),
        (Self::HighRisk, "high_risk"),
        (Self::TransportConstraint, "transport_constraint"),
    ];
}

/// What is known of an ASIN in one marketplace; the default is what holds without a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductIn {
    /// Amazon's assessment.
    pub assessment: Assessment,
    /// Enabled for FBA; `None` where unknown, which is no reason.
    pub fba_enabled: Option<bool>,
    /// Has a page in the catalog.
    pub in_catalog: bool,
}

impl Default for ProductIn {
    fn default() -> Self {
        Self { assessment: Assessment::NotAssessed, fba_enabled: None, in_catalog: true }
    }
}

/// What is known of an ASIN, by marketplace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Product([ProductIn; Marketplace::ALL.len()]);

impl Product {
    /// In this marketplace.
    pub fn in_marketplace(&self, marketplace: Marketplace) -> &ProductIn {
        &self.0[marketplace as usize]
    }

    /// In this marketplace, to be filled.
    pub fn in_marketplace_mut(&mut self, marketplace: Marketplace) -> &mut ProductIn {
        &mut self.0[marketplace as usize]
    }
}

/// Status of an offer, as Amazon's listings report has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferStatus {
    /// For sale.
    Active,
    /// Not for sale.
    Inactive,
    /// Lacks what a listing needs.
    Incomplete,
}

impl OfferStatus {
    /// All of them with the names that `offer.status` uses.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Active, "active"), (Self::Inactive, "inactive"), (Self::Incomplete, "incomplete")];
}

/// The FBA offer in the destination under the US SKU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DestinationOffer {
    /// Its status.
    pub status: OfferStatus,
    /// Has a price.
    pub priced: bool,
    /// Amazon reports an issue with it.
    pub has_issue: bool,
}

/// A restriction of the seller on an ASIN, by the reason codes of the Listings Restrictions API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restriction {
    /// Brand or category needs an approval.
    ApprovalRequired,
    /// No page in this marketplace.
    AsinNotFound,
    /// May not be sold there at all.
    NotEligible,
}

impl Restriction {
    /// All of them with their reason codes.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::ApprovalRequired, "APPROVAL_REQUIRED"),
        (Self::AsinNotFound, "ASIN_NOT_FOUND"),
        (Self::NotEligible, "NOT_ELIGIBLE"),
    ];
}

/// What an offer status in Amazon's ASIN Status report means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Live.
    Enabled,
    /// May not be sold remotely.
    Ineligible,
    /// The seller has something to mend.
    ActionRequired,
}

impl Verdict {
    /// All of them with the names that `amazon_status_text.meaning` uses.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Enabled, "enabled"),
        (Self::Ineligible, "ineligible"),
        (Self::ActionRequired, "action_required"),
    ];
}

/// What an offer status of the ASIN Status report is looked up by: trimmed, whatever its case. Of a
/// text longer than any status the beginning counts.
pub fn status_text_key(offer_status: &str) -> String {
    const LONGEST: usize = 200;
    offer_status.trim().chars().take(LONGEST).flat_map(char::to_lowercase).collect()
}

/// An item: a SKU with an FBA offer in the US, and a destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The destination.
    pub destination: Marketplace,
    /// Fulfillable FBA stock in the US.
    pub us_stock: bool,
    /// Status of the US offer, if there is a row of it.
    pub us_offer: Option<OfferStatus>,
    /// The FBA offer in the destination under the US SKU.
    pub destination_offer: Option<DestinationOffer>,
    /// The seller has stock of the ASIN inside the destination country.
    pub local_stock: bool,
    /// The seller offers the ASIN there under a marketplace-specific SKU.
    pub conflicting_offer: bool,
    /// The seller's restriction on the ASIN there.
    pub restriction: Option<Restriction>,
    /// The seller removed this item.
    pub removed: bool,
    /// Amazon's verdict, where its text is known.
    pub verdict: Option<Verdict>,
}

/// What follows from an item's facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Our own reasons, without Amazon's verdict.
    pub own_reasons: Reasons,
    /// The final ones.
    pub reasons: Reasons,
}

impl Evaluation {
    /// The same item after a change of its product or its restriction: `listable` are the reasons that
    /// lie in these. `verdict` is Amazon's, where its text is known.
    #[must_use]
    pub fn with_listable(self, listable: Reasons, verdict: Option<Verdict>) -> Self {
        Self::of(self.own_reasons.difference(LISTABLE).union(listable), verdict)
    }

    /// The same item after a change of its stock in the US: `supply` are the reasons that lie in that
    /// and in the SKU's offers.
    #[must_use]
    pub fn with_supply(self, supply: Reasons, verdict: Option<Verdict>) -> Self {
        Self::of(self.own_reasons.difference(SUPPLY).union(supply), verdict)
    }

    fn of(own_reasons: Reasons, verdict: Option<Verdict>) -> Self {
        let reasons = match verdict {
            Some(verdict) => apply_verdict(own_reasons, verdict),
            None => own_reasons,
        };
        Self { own_reasons, reasons }
    }

    /// Whether the auto-enroll condition holds: enrolled, qualified, eligible and not removed.
    pub fn auto_enrolls(&self) -> bool {
        const SELLERS_CHOICE: Reasons =
            Reasons::of_class(Class::Off).union(Reasons::of_class(Class::Removed));
        self.reasons.is_eligible() && !self.reasons.intersects(SELLERS_CHOICE)
    }
}

/// The reasons that lie in the product alone: whoever sells it.
pub fn product_reasons(edition: &Edition, product: &Product, destination: Marketplace) -> Reasons {
    let mut reasons = Reasons::NONE;
    match product.in_marketplace(destination).assessment {
        Assessment::NotAssessed => reasons.insert(Reason::RiskNotAssessed),
        Assessment::Cleared => {}
        Assessment::ExcludedType => reasons.insert(Reason::ProductTypeExcluded),
        Assessment::Noncompliant => reasons.insert(Reason::Compliance),
        Assessment::HighRisk => reasons.insert(Reason::HighRisk),
        Assessment::TransportConstraint => reasons.insert(Reason::TransportConstraint),
    }
    let not_enabled = edition
        .fba_marketplaces(destination)
        .iter()
        .any(|store| product.in_marketplace(store).fba_enabled == Some(false));
    reasons.insert_if(not_enabled, Reason::NotFbaEnabled);
    reasons
}

/// Evaluates an item of the edition: every reason that holds.
pub fn evaluate(
    account: &Account,
    edition: &Edition,
    product: &Product,
    item: &Item,
) -> Evaluation {
    Evaluation::of(own_reasons(account, edition, product, item), item.verdict)
}

/// The reasons that [`listable_reasons`] may have, and nothing else.
const LISTABLE: Reasons = Reasons::of(&[
    Reason::ProductTypeExcluded,
    Reason::Compliance,
    Reason::HighRisk,
    Reason::TransportConstraint,
    Reason::NotFbaEnabled,
    Reason::RiskNotAssessed,
    Reason::NotInCatalog,
    Reason::Gated,
]);

/// Why the seller may not list a product, or list it remotely: reasons that lie in the product and in
/// the seller's restriction on it.
pub fn listable_reasons(
    edition: &Edition,
    product: &Product,
    restriction: Option<Restriction>,
    destination: Marketplace,
) -> Reasons {
    let mut reasons = product_reasons(edition, product, destination);
    let in_catalog = product.in_marketplace(destination).in_catalog;
    reasons.insert_if(!in_catalog, Reason::NotInCatalog);
    match restriction {
        None => {}
        Some(Restriction::ApprovalRequired) => reasons.insert(Reason::Gated),
        Some(Restriction::AsinNotFound) => reasons.insert(Reason::NotInCatalog),
        Some(Restriction::NotEligible) => reasons.insert(Reason::Compliance),
    }
    reasons
}

/// The reasons that [`supply_reasons`] may have, and nothing else.
const SUPPLY: Reasons = Reasons::of(&[
    Reason::OfferInvalid,
    Reason::NoUsInventory,
    Reason::OfferMissing,
    Reason::ListingProblem,
]);

/// Why a buyer finds nothing to buy: reasons that lie in the stock in the US and in the SKU's offers.
pub fn supply_reasons(
    us_stock: bool,
    us_offer: Option<OfferStatus>,
    destination_offer: Option<DestinationOffer>,
) -> Reasons {
    let mut reasons = Reasons::NONE;
    let us_offer_invalid = us_offer.is_some_and(|status| status != OfferStatus::Active);
    reasons.insert_if(us_offer_invalid, Reason::OfferInvalid);
    reasons.insert_if(!us_stock, Reason::NoUsInventory);
    match destination_offer {
        None => reasons.insert(Reason::OfferMissing),
        Some(offer) => {
            // An inactive offer is explained already where the US has no stock or no valid offer.
            let unexplained = us_stock && !us_offer_invalid;
            let problem = !offer.priced
                || offer.has_issue
                || match offer.status {
                    OfferStatus::Active => false,
                    OfferStatus::Inactive => unexplained,
                    OfferStatus::Incomplete => true,
                };
            reasons.insert_if(problem, Reason::ListingProblem);
        }
    }
    reasons
}

fn own_reasons(account: &Account, edition: &Edition, product: &Product, item: &Item) -> Reasons {
    let mut reasons = listable_reasons(edition, product, item.restriction, item.destination);

    let qualified = account.in_good_standing
        && account.fba_marketplaces.contains_all(edition.fba_marketplaces(item.destination));
    reasons.insert_if(!account.enrolled, Reason::NotEnrolled);
    reasons.insert_if(!qualified, Reason::SellerNotQualified);
    reasons.insert_if(item.removed, Reason::RemovedBySeller);

    reasons.insert_if(item.local_stock, Reason::LocalInventory);
    reasons.insert_if(item.conflicting_offer, Reason::SkuConflict);

    reasons.union(supply_reasons(item.us_stock, item.us_offer, item.destination_offer))
}

/// What no verdict touches: the seller's own choices and rows are fresher than Amazon's report.
const BEYOND_VERDICTS: Reasons =
    Reasons::of_class(Class::Off).union(Reasons::of_class(Class::Removed)).union(Reasons::of(&[
        Reason::LocalInventory,
        Reason::SkuConflict,
        Reason::OfferInvalid,
        Reason::ListingProblem,
        Reason::NoUsInventory,
    ]));

fn apply_verdict(own: Reasons, verdict: Verdict) -> Reasons {
    const INELIGIBLE: Reasons = Reasons::of_class(Class::Ineligible);
    const PENDING: Reasons = Reasons::of_class(Class::Pending);
    const ACTION: Reasons = Reasons::of_class(Class::Action);
    let (cleared, missing) = match verdict {
        Verdict::Enabled => (INELIGIBLE.union(PENDING).union(ACTION), None),
        Verdict::Ineligible => (PENDING, Some((INELIGIBLE, Reason::AmazonIneligible))),
        Verdict::ActionRequired => {
            (INELIGIBLE.union(PENDING), Some((ACTION, Reason::AmazonActionRequired)))
        }
    };
    let mut reasons = own.difference(cleared.difference(BEYOND_VERDICTS));
    if let Some((class, reason)) = missing {
        reasons.insert_if(!reasons.intersects(class), reason);
    }
    reasons
}

#[cfg(test)]
mod tests;
