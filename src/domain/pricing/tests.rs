use proptest::prelude::*;

use super::super::Marketplace;
use super::super::explanation::Explanation;
use super::super::fees::{Band, FeeAt, ReferralFee, ReferralMode, Surcharges, referral_fees};
use super::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Amazon's example: a US sale at 10 nets 7.95, and Mexico takes 40 MXN and 20 %.
fn mexico() -> Fees<'static> {
    flat("40", "0.2")
}

/// Fees that are the same at every price. Tests may leak them.
fn flat(fulfillment: &str, rate: &str) -> Fees<'static> {
    Fees {
        fulfillment: vec![FeeAt { prices: Band::ALL, fee: decimal(fulfillment) }].leak(),
        referral: vec![ReferralAt::flat(decimal(rate), Decimal::ZERO)].leak(),
        ..Fees::default()
    }
}

fn convert(
    price: Decimal,
    net: Decimal,
    exchange: Exchange,
    fees: &Fees,
    rule: PriceRule,
) -> Result<Conversion, PriceError> {
    super::convert(price, || Ok(net), exchange, fees, rule)
}

fn exchange(rate: &str, converter: &str) -> Exchange {
    Exchange { rate: decimal(rate), converter: decimal(converter) }
}

fn rule(adjustment: Adjustment, fee_adjusted: bool, basis: RuleBasis) -> PriceRule {
    PriceRule { adjustment, fee_adjusted, basis }
}

fn example(exchange: Exchange, rule: PriceRule) -> Conversion {
    convert(decimal("10"), decimal("7.95"), exchange, &mexico(), rule).unwrap()
}

fn amounts(conversion: &Conversion) -> Vec<String> {
    let mut explanation = Explanation::new(Marketplace::Mx);
    explanation.conversion(conversion, conversion.is_loss(&mexico()).unwrap());
    explanation.steps.iter().map(|step| step.amount.to_string()).collect()
}

#[test]
fn amazons_example() {
    let same = PriceRule::default();
    let conversion = example(exchange("20", "0"), same);
    assert_eq!(amounts(&conversion), ["7.95", "159", "199", "248.75"]);
    assert_eq!(conversion.is_loss(&mexico()), Ok(false));
    // As the rates are, and without the converter.
    assert_eq!(example(exchange("19.5", "0.026"), same).price, decimal("248.82"));
    assert_eq!(example(exchange("19.5", "0"), same).price, decimal("243.78"));
}

#[test]
fn rules_before_the_referral_fee() {
    let five = decimal("0.05");
    for (adjustment, adjusted) in [
        (Adjustment::Same, "199"),
        (Adjustment::PercentAbove(five), "208.95"),
        (Adjustment::PercentBelow(five), "189.05"),
    ] {
        let rule = rule(adjustment, true, RuleBasis::BeforeReferral);
        let conversion = example(exchange("20", "0"), rule);
        assert_eq!(conversion.adjusted, decimal(adjusted));
        assert_eq!(conversion.price, round(decimal(adjusted) / decimal("0.8")));
    }
    // A dollar above comes at the rate without the converter: 19.5 and not 20.
    let above = rule(Adjustment::FixedAbove(Decimal::ONE), true, RuleBasis::BeforeReferral);
    let conversion = example(exchange("19.5", "0.0256410256410256410256410256"), above);
    assert_eq!(conversion.adjusted.round_dp(6), decimal("218.5"));
}

#[test]
fn rules_on_the_price() {
    let final_price =
        |adjustment| example(exchange("20", "0"), rule(adjustment, true, RuleBasis::Final)).price;
    let five = decimal("0.05");
    assert_eq!(final_price(Adjustment::FixedAbove(Decimal::ONE)), decimal("268.75"));
    assert_eq!(final_price(Adjustment::PercentAbove(five)), decimal("261.19"));
    assert_eq!(final_price(Adjustment::PercentBelow(five)), decimal("236.31"));
}

#[test]
fn plain_conversion() {
    let five = decimal("0.05");
    for (rate, adjustment, expected) in [
        ("1.17", Adjustment::Same, "11.70"),
        ("1.17", Adjustment::FixedAbove(Decimal::ONE), "12.87"),
        ("1.17", Adjustment::PercentAbove(five), "12.29"),
        ("1.1262", Adjustment::Same, "11.26"),
        ("1.1262", Adjustment::FixedAbove(Decimal::ONE), "12.39"),
        ("1.1262", Adjustment::PercentAbove(five), "11.83"),
    ] {
        let rule = rule(adjustment, false, RuleBasis::Final);
        // The converter plays no part.
        let exchange = exchange(rate, "0.015");
        let conversion = convert(Decimal::TEN, Decimal::ONE, exchange, &flat("0", "0"), rule);
        assert_eq!(conversion.unwrap().price, decimal(expected));
    }
    // The fee abroad eats the price up.
    let plain = rule(Adjustment::Same, false, RuleBasis::Final);
    let fees = flat("13", "0.15");
    let conversion = convert(Decimal::TEN, decimal("7.95"), exchange("1.37", "0"), &fees, plain);
    assert_eq!(conversion.unwrap().is_loss(&fees), Ok(true));
}

#[test]
fn exact_ties_stay_ties() {
    for (price, rate, adjustment, expected) in [
        ("5.5", "0.1", Adjustment::PercentBelow(decimal("0.1")), "7.54"),
        ("5.5", "0.15", Adjustment::PercentBelow(decimal("0.15")), "7.54"),
        ("15.6", "0.08", Adjustment::PercentAbove(decimal("0.15")), "26.72"),
        ("54.6", "0.1", Adjustment::PercentBelow(decimal("0.25")), "62.34"),
    ] {
        let net = decimal(price);
        let rule = rule(adjustment, true, RuleBasis::Final);
        let conversion = convert(net, net, exchange("1.37", "0"), &flat("0", rate), rule);
        assert_eq!(conversion.unwrap().price, decimal(expected), "{price}");
    }
}

#[test]
fn a_us_loss_is_flagged() {
    let conversion =
        convert(decimal("2"), decimal("-1"), exchange("20", "0"), &mexico(), PriceRule::default())
            .unwrap();
    assert_eq!(conversion.price, decimal("25"));
    assert_eq!(conversion.is_loss(&mexico()), Ok(true));
    let mut explanation = Explanation::new(Marketplace::Mx);
    explanation.conversion(&conversion, conversion.is_loss(&mexico()).unwrap());
    let flags: Vec<bool> = explanation.steps.iter().map(|step| step.loss).collect();
    assert_eq!(flags, [true, false, false, true]);
    // Nothing above zero comes out.
    let none =
        convert(Decimal::ONE, decimal("-2"), exchange("20", "0"), &mexico(), PriceRule::default());
    assert_eq!(none, Err(PriceError::NotAboveZero));
}

#[test]
fn what_leaves_nothing() {
    let convert = |fees: &Fees| {
        self::convert(Decimal::TEN, Decimal::TEN, exchange("1", "0"), fees, PriceRule::default())
    };
    assert_eq!(convert(&flat("0", "1")), Err(PriceError::RateLeavesNothing));
    let fees = Fees { referral_surcharge: decimal("0.5"), ..flat("0", "0.7") };
    assert_eq!(convert(&fees), Err(PriceError::RateLeavesNothing));
    let fees = Fees { fulfillment: &[], ..flat("0", "0.15") };
    assert_eq!(
        convert(&fees),
        Err(PriceError::NoFee { missing: MissingFee::Fulfillment, over: Decimal::ZERO })
    );
    let cheap = Band { over: Decimal::ZERO, up_to: Some(Decimal::ONE) };
    let fees = Fees {
        referral: &[ReferralAt { prices: cheap, ..ReferralAt::flat(Decimal::ZERO, Decimal::ZERO) }],
        ..flat("0", "0")
    };
    assert_eq!(
        convert(&fees),
        Err(PriceError::NoFee { missing: MissingFee::Referral, over: Decimal::ONE })
    );
    let huge = self::convert(
        Decimal::MAX,
        Decimal::MAX,
        exchange("2", "0"),
        &mexico(),
        PriceRule::default(),
    );
    assert_eq!(huge, Err(PriceError::Overflow(Overflow)));
}

#[test]
fn prices_beyond_a_gap_are_not_made() {
    let fee = |over: &str, up_to: &str, fee: &str| FeeAt {
        prices: Band { over: decimal(over), up_to: (!up_to.is_empty()).then(|| decimal(up_to)) },
        fee: decimal(fee),
    };
    let convert = |fulfillment: &[FeeAt], price: &str| {
        let referral = [ReferralAt::flat(Decimal::ZERO, Decimal::ZERO)];
        let fees = Fees { fulfillment, referral: &referral, ..Fees::default() };
        let price = decimal(price);
        self::convert(price, price, exchange("1", "0"), &fees, PriceRule::default())
            .map(|conversion| conversion.price)
    };
    let missing = |over: &str| {
        Err(PriceError::NoFee { missing: MissingFee::Fulfillment, over: decimal(over) })
    };
    assert_eq!(convert(&[fee("10", "", "1")], "5"), missing("0"));
    let gap = [fee("0", "10", "1"), fee("20", "", "1")];
    assert_eq!(convert(&gap, "9"), Ok(decimal("10")));
    assert_eq!(convert(&gap, "9.01"), missing("10"));
    assert_eq!(convert(&gap, "30"), missing("10"));
}

#[test]
fn breaking_even() {
    // 40 / 0.8
    assert_eq!(break_even(&mexico()), Ok(decimal("50")));
    let fees = Fees { referral_surcharge: decimal("0.02"), ..flat("8.21", "0.15") };
    let price = break_even(&fees).unwrap();
    assert_eq!(price, decimal("9.69"));
    assert_eq!(break_even(&flat("0", "0")), Ok(decimal("0.01")));
}

#[test]
fn limits() {
    let apply = |price: &str, ending: &str, min: &str, max: &str| {
        let set = |text: &str| (!text.is_empty()).then(|| decimal(text));
        let limits = Limits { ending: set(ending), min: set(min), max: set(max) };
        limits.apply(decimal(price)).unwrap().price.to_string()
    };
    assert_eq!(apply("248.75", "", "", ""), "248.75");
    assert_eq!(apply("248.75", "0.99", "", ""), "248.99");
    assert_eq!(apply("248.99", "0.99", "", ""), "248.99");
    assert_eq!(apply("249", "0.99", "", ""), "249.99");
    assert_eq!(apply("248.75", "9.99", "", ""), "249.99");
    assert_eq!(apply("248.75", "9", "", ""), "249");
    assert_eq!(apply("249.01", "9", "", ""), "259");
    assert_eq!(apply("248.75", "99", "", ""), "299");
    assert_eq!(apply("248.75", "0", "", ""), "249");
    assert_eq!(apply("0.20", "9.99", "", ""), "9.99");
    assert_eq!(apply("0.01", "0", "", ""), "1");
    assert_eq!(apply("10", "", "12", "20"), "12");
    assert_eq!(apply("30", "0.99", "12", "20"), "20");
}

#[test]
fn a_change_from_one_percent_on_is_published() {
    for (old, new, published) in [
        ("100", "101", true),
        ("100", "99", true),
        ("100", "100.99", false),
        ("100", "99.01", false),
        ("100", "100", false),
        ("0.01", "0.02", true),
    ] {
        assert_eq!(is_published(decimal(old), decimal(new)), Ok(published), "{old} to {new}");
    }
}

/// A category's bands: a mode, limits in cents, and a rate in per mille for each band.
fn referral() -> impl Strategy<Value = Vec<ReferralFee>> {
    let mode = prop_oneof![
        Just(ReferralMode::Flat),
        Just(ReferralMode::Threshold),
        Just(ReferralMode::Marginal)
    ];
    let limits = prop::collection::btree_set(1..4000_i64, 0..3);
    (mode, limits, prop::collection::vec(0..400_i64, 4), 0..300_i64).prop_map(
        |(mode, limits, rates, minimum)| {
            let limits: Vec<i64> = match mode {
                ReferralMode::Flat => vec![],
                _ => limits.into_iter().collect(),
            };
            (0..=limits.len())
                .map(|i| ReferralFee {
                    mode,
                    prices: Band {
                        over: Decimal::new(if i == 0 { 0 } else { limits[i - 1] }, 2),
                        up_to: limits.get(i).map(|limit| Decimal::new(*limit, 2)),
                    },
                    rate: Decimal::new(rates[i], 3),
                    minimum: Decimal::new(minimum, 2),
                    own: false,
                })
                .collect()
        },
    )
}

/// Fulfilment fees in cents, with a limit where there are two of them.
fn fulfillment() -> impl Strategy<Value = Vec<FeeAt>> {
    (0..1500_i64, prop::option::of((1..4000_i64, 0..1500_i64))).prop_map(|(fee, second)| {
        let limit = second.map(|(limit, _)| Decimal::new(limit, 2));
        let first =
            FeeAt { prices: Band { over: Decimal::ZERO, up_to: limit }, fee: Decimal::new(fee, 2) };
        let second = second.map(|(limit, fee)| FeeAt {
            prices: Band { over: Decimal::new(limit, 2), up_to: None },
            fee: Decimal::new(fee, 2),
        });
        std::iter::once(first).chain(second).collect()
    })
}

/// What a price nets, reckoned anew from the rows.
fn net_of(cents: i64, fulfillment: &[FeeAt], rows: &[ReferralFee], on_top: Decimal) -> Decimal {
    let price = Decimal::new(cents, 2);
    let mut fee = Decimal::ZERO;
    for row in rows {
        let top = row.prices.up_to.map_or(price, |up_to| up_to.min(price));
        if price <= row.prices.over {
            continue;
        }
        match row.mode {
            ReferralMode::Marginal => fee += row.rate * (top - row.prices.over),
            _ if top == price => fee = row.rate * price,
            _ => {}
        }
    }
    let fee = fee.max(rows[0].minimum) * (Decimal::ONE + on_top);
    let ship = fulfillment.iter().rfind(|band| price > band.prices.over).unwrap().fee;
    price - fee - ship
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    /// The price nets what is expected to half a cent, or it is the smallest that nets as much; and
    /// no lower one does.
    #[test]
    fn the_price_is_what_a_search_finds(
        rows in referral(),
        fulfillment in fulfillment(),
        on_top in 0..100_i64,
        expected in 0..600_000_i64,
    ) {
        let on_top = Decimal::new(on_top, 3);
        // Four digits, so that prices have to be rounded.
        let expected = Decimal::new(expected, 4);
        let referral = referral_fees(&rows).unwrap();
        let mut fees = Surcharges::default().on(&fulfillment, &referral).unwrap();
        fees.referral_surcharge = on_top;
        let exchange = Exchange { rate: Decimal::ONE, converter: Decimal::ZERO };
        let found =
            convert(Decimal::ONE, expected, exchange, &fees, PriceRule::default());

        let half_a_cent = Decimal::new(5, 3);
        let net_of = |cents| net_of(cents, &fulfillment, &rows, on_top);
        let enough = (1..40_000).find(|&cents| net_of(cents) >= expected).unwrap();
        match found {
            Err(error) => {
                prop_assert_eq!(error, PriceError::NotAboveZero);
                prop_assert!(expected.is_zero() && net_of(1) >= Decimal::ZERO);
            }
            Ok(Conversion { price, .. }) => {
                let cents = i64::try_from(price * Decimal::ONE_HUNDRED).unwrap();
                // Where a fee starts to hold, the next cents net less than this one.
                let is_next = cents == enough - 1
                    || (cents < enough && net_of(cents + 1) < net_of(cents));
                prop_assert!(
                    cents == enough || (is_next && expected - net_of(cents) <= half_a_cent),
                    "{} instead of {}", cents, enough
                );
                prop_assert_eq!(net(price, &fees), Ok(Some(net_of(cents))));
            }
        }
    }
}
