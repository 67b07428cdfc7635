//! The evaluation against a plain second reading of the rules: a sentence of the program a line,
//! over facts as loose values, with nothing of the code under test but the names.

use proptest::prelude::*;

use super::*;
use crate::domain::{name_of, named};
use Reason::*;

/// All facts of an item, as loose values.
#[derive(Clone, Copy, Debug)]
struct World {
    account: Account,
    edition: Edition,
    product: Product,
    item: Item,
}

impl World {
    /// An item that is live.
    fn live() -> Self {
        let everywhere: MarketplaceSet = Marketplace::ALL.into_iter().collect();
        let mut product = Product::default();
        product.in_marketplace_mut(Marketplace::Ca).assessment = Assessment::Cleared;
        Self {
            account: Account {
                enrolled: true,
                in_good_standing: true,
                fba_marketplaces: everywhere,
            },
            edition: Edition {
                destinations: [Marketplace::Ca, Marketplace::Mx].into_iter().collect(),
                fba_required_in: FbaScope::EveryStore,
            },
            product,
            item: Item {
                destination: Marketplace::Ca,
                us_stock: true,
                us_offer: None,
                destination_offer: Some(DestinationOffer {
                    status: OfferStatus::Active,
                    priced: true,
                    has_issue: false,
                }),
                local_stock: false,
                conflicting_offer: false,
                restriction: None,
                removed: false,
                verdict: None,
            },
        }
    }

    fn evaluate(&self) -> Evaluation {
        evaluate(&self.account, &self.edition, &self.product, &self.item)
    }

    fn reasons(&self) -> Vec<Reason> {
        self.evaluate().reasons.iter().collect()
    }
}

fn live_but(change: impl FnOnce(&mut World)) -> World {
    let mut world = World::live();
    change(&mut world);
    world
}

fn offer(world: &mut World) -> &mut DestinationOffer {
    world.item.destination_offer.as_mut().unwrap()
}

#[test]
fn a_live_item_has_no_reason() {
    assert_eq!(World::live().reasons(), []);
    assert!(World::live().evaluate().auto_enrolls());
}

#[test]
fn each_fact_brings_its_reason() {
    type Change = fn(&mut World);
    let cases: [(Change, &[Reason]); 22] = [
        (|w| w.account.enrolled = false, &[NotEnrolled]),
        (|w| w.account.in_good_standing = false, &[SellerNotQualified]),
        (
            |w| {
                w.account.fba_marketplaces =
                    [Marketplace::Us, Marketplace::Ca].into_iter().collect()
            },
            &[SellerNotQualified],
        ),
        (|w| w.item.removed = true, &[RemovedBySeller]),
        (|w| assess(w, Assessment::ExcludedType), &[ProductTypeExcluded]),
        (|w| assess(w, Assessment::Noncompliant), &[Compliance]),
        (|w| w.item.restriction = Some(Restriction::NotEligible), &[Compliance]),
        (|w| assess(w, Assessment::HighRisk), &[HighRisk]),
        (|w| assess(w, Assessment::TransportConstraint), &[TransportConstraint]),
        (|w| not_enabled(w, Marketplace::Us), &[NotFbaEnabled]),
        (|w| not_enabled(w, Marketplace::Mx), &[NotFbaEnabled]),
        (|w| w.item.local_stock = true, &[LocalInventory]),
        (|w| w.item.conflicting_offer = true, &[SkuConflict]),
        (|w| assess(w, Assessment::NotAssessed), &[RiskNotAssessed]),
        (|w| w.item.us_offer = Some(OfferStatus::Inactive), &[OfferInvalid]),
        (|w| w.product.in_marketplace_mut(Marketplace::Ca).in_catalog = false, &[NotInCatalog]),
        (|w| w.item.restriction = Some(Restriction::AsinNotFound), &[NotInCatalog]),
        (|w| w.item.restriction = Some(Restriction::ApprovalRequired), &[Gated]),
        (|w| offer(w).priced = false, &[ListingProblem]),
        (|w| offer(w).status = OfferStatus::Inactive, &[ListingProblem]),
        (|w| w.item.destination_offer = None, &[OfferMissing]),
        (|w| w.item.us_stock = false, &[NoUsInventory]),
    ];
    for (change, reasons) in cases {
        assert_eq!(live_but(change).reasons(), reasons);
    }
}

fn assess(world: &mut World, assessment: Assessment) {
    world.product.in_marketplace_mut(world.item.destination).assessment = assessment;
}

fn not_enabled(world: &mut World, marketplace: Marketplace) {
    world.product.in_marketplace_mut(marketplace).fba_enabled = Some(false);
}

#[test]
fn the_edition_says_where_fba_counts() {
    let in_destination = |change: fn(&mut World)| {
        live_but(|world| {
            world.edition.fba_required_in = FbaScope::Destination;
            change(world);
        })
        .reasons()
    };
    assert_eq!(in_destination(|w| not_enabled(w, Marketplace::Mx)), []);
    assert_eq!(in_destination(|w| not_enabled(w, Marketplace::Ca)), [NotFbaEnabled]);
    assert_eq!(
        in_destination(|w| {
            w.account.fba_marketplaces = [Marketplace::Us, Marketplace::Ca].into_iter().collect();
        }),
        []
    );
    // Brazil is no store of this edition.
    assert_eq!(live_but(|world| not_enabled(world, Marketplace::Br)).reasons(), []);
}

#[test]
fn an_inactive_offer_may_be_explained_already() {
    let inactive = |change: fn(&mut World)| {
        live_but(|world| {
            offer(world).status = OfferStatus::Inactive;
            change(world);
        })
        .reasons()
    };
    assert_eq!(inactive(|w| w.item.us_stock = false), [NoUsInventory]);
    assert_eq!(inactive(|w| w.item.us_offer = Some(OfferStatus::Incomplete)), [OfferInvalid]);
    assert_eq!(inactive(|w| w.item.us_offer = Some(OfferStatus::Active)), [ListingProblem]);
    assert_eq!(
        inactive(|w| {
            w.item.us_stock = false;
            offer(w).has_issue = true;
        }),
        [ListingProblem, NoUsInventory]
    );
}

/// Every verdict with every own reason: what is left, by the sentences of the program.
#[test]
fn verdicts_by_reason() {
    let beyond = [
        NotEnrolled,
        SellerNotQualified,
        RemovedBySeller,
        LocalInventory,
        SkuConflict,
        OfferInvalid,
        ListingProblem,
        NoUsInventory,
    ];
    for own in Reason::ALL {
        if matches!(own, AmazonIneligible | AmazonActionRequired) {
            continue;
        }
        let kept = |clears: bool| if clears && !beyond.contains(&own) { None } else { Some(own) };
        let after =
            |verdict| apply_verdict(Reasons::of(&[own]), verdict).iter().collect::<Vec<_>>();
        let sorted = |reasons: [Option<Reason>; 2]| {
            let mut reasons: Vec<Reason> = reasons.into_iter().flatten().collect();
            reasons.sort();
            reasons
        };
        let class = own.class();

        let clears = matches!(class, Class::Ineligible | Class::Pending | Class::Action);
        assert_eq!(after(Verdict::Enabled), sorted([kept(clears), None]));

        let adds = (class != Class::Ineligible).then_some(AmazonIneligible);
        assert_eq!(after(Verdict::Ineligible), sorted([kept(class == Class::Pending), adds]));

        let adds = (class != Class::Action).then_some(AmazonActionRequired);
        let clears = matches!(class, Class::Ineligible | Class::Pending);
        assert_eq!(after(Verdict::ActionRequired), sorted([kept(clears), adds]));
    }
}

#[test]
fn an_enabled_verdict_enrolls_what_was_pending() {
    let world = live_but(|world| {
        assess(world, Assessment::NotAssessed);
        world.item.verdict = Some(Verdict::Enabled);
    });
    assert_eq!(world.reasons(), []);
    assert!(world.evaluate().own_reasons.contains(RiskNotAssessed));
    assert!(world.evaluate().auto_enrolls());
}

#[test]
fn names_are_found_again() {
    for (status, name) in OfferStatus::ALL {
        assert_eq!(named(&OfferStatus::ALL, name), Some(status));
        assert_eq!(name_of(&OfferStatus::ALL, status), name);
    }
    assert_eq!(named(&Verdict::ALL, "live"), None);
    assert_eq!(status_text_key("  ENABLED\t"), "enabled");
}

fn marketplaces() -> impl Strategy<Value = MarketplaceSet> {
    prop::sample::subsequence(Marketplace::ALL.to_vec(), 0..=4)
        .prop_map(|marketplaces| marketplaces.into_iter().collect())
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(
    all: &'static [(T, &'static str)],
) -> impl Strategy<Value = T> {
    prop::sample::select(all).prop_map(|(value, _)| value)
}

fn worlds() -> impl Strategy<Value = World> {
    let account = (any::<bool>(), any::<bool>(), marketplaces()).prop_map(
        |(enrolled, in_good_standing, fba_marketplaces)| Account {
            enrolled,
            in_good_standing,
            fba_marketplaces,
        },
    );
    let edition = (
        prop::sample::subsequence(Marketplace::DESTINATIONS.to_vec(), 1..=3),
        prop::sample::select(vec![FbaScope::EveryStore, FbaScope::Destination]),
    )
        .prop_map(|(destinations, fba_required_in)| Edition {
            destinations: destinations.into_iter().collect(),
            fba_required_in,
        });
    let product_in = (one_of(&Assessment::ALL), any::<Option<bool>>(), any::<bool>()).prop_map(
        |(assessment, fba_enabled, in_catalog)| ProductIn { assessment, fba_enabled, in_catalog },
    );
    let product = prop::array::uniform4(product_in).prop_map(Product);
    let destination_offer = (one_of(&OfferStatus::ALL), any::<bool>(), any::<bool>())
        .prop_map(|(status, priced, has_issue)| DestinationOffer { status, priced, has_issue });
    let item = (
        prop::sample::select(Marketplace::DESTINATIONS.to_vec()),
        any::<[bool; 4]>(),
        prop::option::of(one_of(&OfferStatus::ALL)),
        prop::option::of(destination_offer),
        prop::option::of(one_of(&Restriction::ALL)),
        prop::option::of(one_of(&Verdict::ALL)),
    )
        .prop_map(|(destination, flags, us_offer, destination_offer, restriction, verdict)| {
            let [us_stock, local_stock, conflicting_offer, removed] = flags;
            Item {
                destination,
                us_stock,
                us_offer,
                destination_offer,
                local_stock,
                conflicting_offer,
                restriction,
                removed,
                verdict,
            }
        });
    (account, edition, product, item).prop_map(|(account, edition, product, item)| World {
        account,
        edition,
        product,
        item,
    })
}

/// The second reading: whether a reason of our own holds.
fn holds(world: &World, reason: Reason) -> bool {
    let World { account, edition, product, item } = world;
    let here = product.in_marketplace(item.destination);
    let asked = |store: Marketplace| match (store, edition.fba_required_in) {
        (Marketplace::Us, _) => true,
        (_, FbaScope::EveryStore) => edition.destinations.contains(store),
        (_, FbaScope::Destination) => store == item.destination,
    };
    let everywhere_asked = |test: &dyn Fn(Marketplace) -> bool| {
        Marketplace::ALL.into_iter().filter(|&store| asked(store)).all(test)
    };
    let us_invalid = item.us_offer.is_some_and(|it| it != OfferStatus::Active);
    match reason {
        NotEnrolled => !account.enrolled,
        SellerNotQualified => {
            !account.in_good_standing
                || !everywhere_asked(&|store| account.fba_marketplaces.contains(store))
        }
        RemovedBySeller => item.removed,
        ProductTypeExcluded => here.assessment == Assessment::ExcludedType,
        Compliance => {
            here.assessment == Assessment::Noncompliant
                || item.restriction == Some(Restriction::NotEligible)
        }
        HighRisk => here.assessment == Assessment::HighRisk,
        TransportConstraint => here.assessment == Assessment::TransportConstraint,
        NotFbaEnabled => {
            !everywhere_asked(&|store| product.in_marketplace(store).fba_enabled != Some(false))
        }
        LocalInventory => item.local_stock,
        SkuConflict => item.conflicting_offer,
        RiskNotAssessed => here.assessment == Assessment::NotAssessed,
        OfferInvalid => us_invalid,
        NotInCatalog => !here.in_catalog || item.restriction == Some(Restriction::AsinNotFound),
        Gated => item.restriction == Some(Restriction::ApprovalRequired),
        ListingProblem => item.destination_offer.is_some_and(|offer| {
            offer.status == OfferStatus::Incomplete
                || !offer.priced
                || offer.has_issue
                || (offer.status == OfferStatus::Inactive && item.us_stock && !us_invalid)
        }),
        OfferMissing => item.destination_offer.is_none(),
        NoUsInventory => !item.us_stock,
        AmazonIneligible | AmazonActionRequired => false,
    }
}

/// The second reading of what Amazon's verdict leaves of our own reasons.
fn with_verdict(own: &[Reason], verdict: Option<Verdict>) -> Vec<Reason> {
    let touched = [
        ProductTypeExcluded,
        Compliance,
        HighRisk,
        TransportConstraint,
        NotFbaEnabled,
        RiskNotAssessed,
        NotInCatalog,
        Gated,
        OfferMissing,
    ];
    let left = |classes: &[Class]| -> Vec<Reason> {
        own.iter()
            .copied()
            .filter(|it| !(touched.contains(it) && classes.contains(&it.class())))
            .collect()
    };
    let or_add = |mut reasons: Vec<Reason>, class: Class, reason: Reason| {
        if reasons.iter().all(|it| it.class() != class) {
            reasons.push(reason);
        }
        reasons.sort();
        reasons
    };
    use Class::{Action, Ineligible, Pending};
    match verdict {
        None => own.to_vec(),
        Some(Verdict::Enabled) => left(&[Ineligible, Pending, Action]),
        Some(Verdict::Ineligible) => or_add(left(&[Pending]), Ineligible, AmazonIneligible),
        Some(Verdict::ActionRequired) => {
            or_add(left(&[Ineligible, Pending]), Action, AmazonActionRequired)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn agrees_with_the_second_reading(world in worlds()) {
        let own: Vec<Reason> = Reason::ALL.into_iter().filter(|&it| holds(&world, it)).collect();
        let evaluation = world.evaluate();
        prop_assert_eq!(&evaluation.own_reasons.iter().collect::<Vec<_>>(), &own);

        let reasons = with_verdict(&own, world.item.verdict);
        prop_assert_eq!(&evaluation.reasons.iter().collect::<Vec<_>>(), &reasons);

        let stops = |it: &Reason| it.class() != Class::Action;
        prop_assert_eq!(evaluation.auto_enrolls(), !reasons.iter().any(stops));
    }

    #[test]
    fn the_product_alone(world in worlds()) {
        let World { edition, product, item, .. } = &world;
        let clear = World { item: Item { restriction: None, ..world.item }, ..world };
        let alone = [
            ProductTypeExcluded, Compliance, HighRisk, TransportConstraint, NotFbaEnabled,
            RiskNotAssessed,
        ];
        let expected: Vec<Reason> = alone.into_iter().filter(|&it| holds(&clear, it)).collect();
        let reasons = product_reasons(edition, product, item.destination);
        prop_assert_eq!(reasons.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn another_product_changes_what_lies_in_it(world in worlds(), other in worlds()) {
        let item = Item { restriction: other.item.restriction, ..world.item };
        let changed = World { product: other.product, item, ..world };
        let listable = listable_reasons(
            &world.edition, &other.product, other.item.restriction, item.destination,
        );
        prop_assert_eq!(
            world.evaluate().with_listable(listable, item.verdict),
            changed.evaluate()
        );
    }

    #[test]
    fn another_stock_changes_what_lies_in_it(world in worlds(), us_stock: bool) {
        let item = Item { us_stock, ..world.item };
        let supply = supply_reasons(us_stock, item.us_offer, item.destination_offer);
        let changed = World { item, ..world };
        prop_assert_eq!(
            world.evaluate().with_supply(supply, item.verdict),
            changed.evaluate()
        );
    }
}
