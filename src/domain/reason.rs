//! Why an item does not sell, and its status: that of the severest reason. `rfba.status_of()` is the
//! same in SQL.

/// A reason why an item does not sell through Remote Fulfillment, in order of severity: the labels
/// of the SQL enum `reason`, in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The account is not enrolled.
    NotEnrolled,
    /// Selling plan, unified account, FBA Export or an FBA registration is missing.
    SellerNotQualified,
    /// The seller removed this item.
    RemovedBySeller,
    /// Restricted product, prohibited product or dangerous good.
    ProductTypeExcluded,
    /// Fails trade compliance or a rule of the destination country.
    Compliance,
    /// Amazon's risk assessment.
    HighRisk,
    /// Transportation constraints.
    TransportConstraint,
    /// Not enabled for FBA in a marketplace that the edition asks for.
    NotFbaEnabled,
    /// Stock of the ASIN lies inside the destination country.
    LocalInventory,
    /// A marketplace-specific SKU offers the ASIN in the destination.
    SkuConflict,
    /// Amazon says ineligible and nothing else explains it.
    AmazonIneligible,
    /// The risk of this ASIN in this destination has not been assessed yet.
    RiskNotAssessed,
    /// The US offer is not active.
    OfferInvalid,
    /// The ASIN has no page in the destination.
    NotInCatalog,
    /// Brand or category is not approved for this seller in this destination.
    Gated,
    /// The destination offer is incomplete, unpriced, inactive or has an issue.
    ListingProblem,
    /// No FBA offer in the destination under the US SKU.
    OfferMissing,
    /// No fulfillable FBA stock in the US.
    NoUsInventory,
    /// Amazon asks for an action and nothing else explains it.
    AmazonActionRequired,
}

/// What a reason means for the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The account takes no part in the program.
    Off,
    /// The seller took the item out.
    Removed,
    /// The product or the offer may not be sold remotely.
    Ineligible,
    /// Amazon has not decided.
    Pending,
    /// The seller can mend it.
    Action,
}

/// Status of an item: the labels of the SQL enum `rf_status`, in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The account takes no part in the program.
    NotEnrolled,
    /// The seller took the item out.
    Removed,
    /// The product or the offer may not be sold remotely.
    Ineligible,
    /// Amazon has not decided.
    Pending,
    /// The seller has something to mend.
    ActionRequired,
    /// Live.
    Enabled,
}

impl Status {
    /// All of them with their labels.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::NotEnrolled, "not_enrolled"),
        (Self::Removed, "removed"),
        (Self::Ineligible, "ineligible"),
        (Self::Pending, "pending"),
        (Self::ActionRequired, "action_required"),
        (Self::Enabled, "enabled"),
    ];
}

impl Reason {
    /// All reasons, in order of severity.
    pub const ALL: [Self; 19] = [
        Self::NotEnrolled,
        Self::SellerNotQualified,
        Self::RemovedBySeller,
        Self::ProductTypeExcluded,
        Self::Compliance,
        Self::HighRisk,
        Self::TransportConstraint,
        Self::NotFbaEnabled,
        Self::LocalInventory,
        Self::SkuConflict,
        Self::AmazonIneligible,
        Self::RiskNotAssessed,
        Self::OfferInvalid,
        Self::NotInCatalog,
        Self::Gated,
        Self::ListingProblem,
        Self::OfferMissing,
        Self::NoUsInventory,
        Self::AmazonActionRequired,
    ];

    /// Its class.
    pub const fn class(self) -> Class {
        match self {
            Self::NotEnrolled | Self::SellerNotQualified => Class::Off,
            Self::RemovedBySeller => Class::Removed,
            Self::ProductTypeExcluded
            | Self::Compliance
            | Self::HighRisk
            | Self::TransportConstraint
            | Self::NotFbaEnabled
            | Self::LocalInventory
            | Self::SkuConflict
            | Self::AmazonIneligible => Class::Ineligible,
            Self::RiskNotAssessed => Class::Pending,
            Self::OfferInvalid
            | Self::NotInCatalog
            | Self::Gated
            | Self::ListingProblem
            | Self::OfferMissing
            | Self::NoUsInventory
            | Self::AmazonActionRequired => Class::Action,
        }
    }

    /// Its code, as `rfba.reason` has it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotEnrolled => "NOT_ENROLLED",
            Self::SellerNotQualified => "SELLER_NOT_QUALIFIED",
            Self::RemovedBySeller => "REMOVED_BY_SELLER",
            Self::ProductTypeExcluded => "PRODUCT_TYPE_EXCLUDED",
            Self::Compliance => "COMPLIANCE",
            Self::HighRisk => "HIGH_RISK",
            Self::TransportConstraint => "TRANSPORT_CONSTRAINT",
            Self::NotFbaEnabled => "NOT_FBA_ENABLED",
            Self::LocalInventory => "LOCAL_INVENTORY",
            Self::SkuConflict => "SKU_CONFLICT",
            Self::AmazonIneligible => "AMAZON_INELIGIBLE",
            Self::RiskNotAssessed => "RISK_NOT_ASSESSED",
            Self::OfferInvalid => "OFFER_INVALID",
            Self::NotInCatalog => "NOT_IN_CATALOG",
            Self::Gated => "GATED",
            Self::ListingProblem => "LISTING_PROBLEM",
            Self::OfferMissing => "OFFER_MISSING",
            Self::NoUsInventory => "NO_US_INVENTORY",
            Self::AmazonActionRequired => "AMAZON_ACTION_REQUIRED",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// A set of reasons, one bit each in order of severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reasons(u32);

impl Reasons {
    /// No reason.
    pub const NONE: Self = Self(0);

    /// Exactly these.
    pub const fn of(reasons: &[Reason]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < reasons.len() {
            bits |= reasons[i].bit();
            i += 1;
        }
        Self(bits)
    }

    /// Every reason of a class.
    pub const fn of_class(class: Class) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < Reason::ALL.len() {
            if Reason::ALL[i].class() as u32 == class as u32 {
                bits |= Reason::ALL[i].bit();
            }
            i += 1;
        }
        Self(bits)
    }

    /// The set with these bits; bits that stand for no reason are dropped.
    pub const fn from_bits(bits: i32) -> Self {
        Self(bits as u32 & ((1 << Reason::ALL.len()) - 1))
    }

    /// Its bits.
    pub const fn bits(self) -> i32 {
        self.0 as i32
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it holds this one.
    pub const fn contains(self, reason: Reason) -> bool {
        self.0 & reason.bit() != 0
    }

    /// Adds one.
    pub fn insert(&mut self, reason: Reason) {
        self.0 |= reason.bit();
    }

    /// Adds one if `holds`.
    pub fn insert_if(&mut self, holds: bool, reason: Reason) {
        if holds {
            self.insert(reason);
        }
    }

    /// Those in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether any of `other` is in here.
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The status of an item that has these.
    pub fn status(self) -> Status {
        match self.iter().next().map(Reason::class) {
            Some(Class::Off) => Status::NotEnrolled,
            Some(Class::Removed) => Status::Removed,
            Some(Class::Ineligible) => Status::Ineligible,
            Some(Class::Pending) => Status::Pending,
            Some(Class::Action) => Status::ActionRequired,
            None => Status::Enabled,
        }
    }

    /// Its members, severest first.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(move |&reason| self.contains(reason))
    }

    /// Eligible whatever the seller's choices: nothing of class ineligible or pending.
    pub const fn is_eligible(self) -> bool {
        !self.intersects(Self::of_class(Class::Ineligible).union(Self::of_class(Class::Pending)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_come_in_order_of_severity() {
        assert!(Reason::ALL.is_sorted());
        assert!(Reason::ALL.is_sorted_by_key(|reason| reason.class()));
    }

    #[test]
    fn severest_first() {
        assert_eq!(Reasons::NONE.iter().next(), None);
        assert!(Reasons::of(&Reason::ALL).iter().eq(Reason::ALL));
    }

    #[test]
    fn eligible_whatever_the_seller_chose() {
        use Reason::*;
        assert!(Reasons::of(&[NotEnrolled, RemovedBySeller, OfferMissing]).is_eligible());
        assert!(!Reasons::of(&[RiskNotAssessed]).is_eligible());
        assert!(!Reasons::of(&[AmazonIneligible]).is_eligible());
    }

    #[test]
    fn bits_round_trip() {
        assert_eq!(Reasons::from_bits(-1), Reasons::of(&Reason::ALL));
        assert_eq!(Reasons::from_bits(Reasons::of(&Reason::ALL).bits()), Reasons::of(&Reason::ALL));
    }
}
