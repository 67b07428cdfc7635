use super::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn band(over: &str, up_to: &str) -> Band {
    Band { over: decimal(over), up_to: (!up_to.is_empty()).then(|| decimal(up_to)) }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fee(amount: &str) -> FulfillmentFee {
    FulfillmentFee {
        period: Period::AllYear,
        weights: Band::ALL,
        unit: WeightUnit::Pound,
        prices: Band::ALL,
        amount: decimal(amount),
        increment: None,
        own: false,
    }
}

/// The fees of a unit of a pound as text: `over-up to amount`.
fn fees(rows: &[FulfillmentFee], on: &str) -> Vec<String> {
    let fees = fulfillment_fees(rows, day(on), Decimal::ONE).unwrap();
    let text = |FeeAt { prices, fee }: &FeeAt| {
        let up_to = prices.up_to.map_or(String::new(), |up_to| up_to.to_string());
        format!("{}-{up_to} {fee}", prices.over)
    };
    fees.iter().map(text).collect()
}

#[test]
fn bands_are_over_and_up_to() {
    let ounces = FulfillmentFee { weights: band("2", "4"), unit: WeightUnit::Ounce, ..fee("8.38") };
    let pounds = |text: &str| fulfillment_fees(&[ounces], day("2025-06-01"), decimal(text));
    assert_eq!(pounds("0.125"), Ok(vec![]));
    assert_eq!(pounds("0.12501").unwrap().len(), 1);
    assert_eq!(pounds("0.25").unwrap().len(), 1);
    assert_eq!(pounds("0.25001"), Ok(vec![]));
    let kilograms =
        FulfillmentFee { weights: band("0", "1"), unit: WeightUnit::Kilogram, ..ounces };
    let pounds = |text: &str| fulfillment_fees(&[kilograms], day("2025-06-01"), decimal(text));
    assert_eq!(pounds("2.2046").unwrap().len(), 1);
    assert_eq!(pounds("2.2047"), Ok(vec![]));
}

#[test]
fn started_increments_count() {
    // 15.61 and 0.11 for each started 4 oz over 3 lb.
    let increment =
        Increment { amount: decimal("0.11"), weight: decimal("0.25"), over: decimal("3") };
    let row = FulfillmentFee { increment: Some(increment), ..fee("15.61") };
    for (pounds, expected) in
        [("3", "15.61"), ("3.01", "15.72"), ("3.25", "15.72"), ("3.26", "15.83"), ("2", "15.61")]
    {
        assert_eq!(row.of(decimal(pounds)), Ok(decimal(expected)), "{pounds} lb");
    }
}

#[test]
fn the_season_decides() {
    let nonpeak = FulfillmentFee { period: Period::Nonpeak, ..fee("1") };
    let peak = FulfillmentFee { period: Period::Peak, ..fee("2") };
    let both = [nonpeak, peak];
    for on in ["2024-10-15", "2024-12-31", "2025-01-14", "2026-11-23"] {
        assert_eq!(fees(&both, on), ["0- 2"], "{on}");
    }
    for on in ["2024-10-14", "2025-01-15", "2026-07-01"] {
        assert_eq!(fees(&both, on), ["0- 1"], "{on}");
    }
    // Without fees of its own a window is a gap from 2025 on.
    assert_eq!(fees(&[nonpeak], "2024-10-15"), ["0- 1"]);
    assert_eq!(fees(&[nonpeak], "2025-01-14"), ["0- 1"]);
    assert_eq!(fees(&[nonpeak], "2025-10-14"), ["0- 1"]);
    assert!(fees(&[nonpeak], "2025-10-15").is_empty());
    assert!(fees(&[nonpeak], "2026-01-14").is_empty());
    assert_eq!(fees(&[nonpeak], "2026-01-15"), ["0- 1"]);
    assert!(fees(&[peak], "2026-01-15").is_empty());
}

#[test]
fn the_users_own_fees_win() {
    let nonpeak = FulfillmentFee { period: Period::Nonpeak, ..fee("1") };
    let peak = FulfillmentFee { period: Period::Peak, ..fee("2") };
    let own = FulfillmentFee { own: true, ..fee("3") };
    assert_eq!(fees(&[nonpeak, peak, own], "2026-07-01"), ["0- 3"]);
    assert_eq!(fees(&[nonpeak, peak, own], "2026-11-01"), ["0- 3"]);
    let own_peak = FulfillmentFee { period: Period::Peak, ..own };
    let own_nonpeak = FulfillmentFee { period: Period::Nonpeak, ..own };
    assert_eq!(
        fees(&[nonpeak, own, FulfillmentFee { amount: Decimal::TEN, ..own_peak }], "2026-11-01"),
        ["0- 10"]
    );
    // What says nothing of the season comes last, whosever it is.
    assert_eq!(fees(&[peak, own_nonpeak], "2024-11-01"), ["0- 2"]);
    assert_eq!(fees(&[nonpeak, own_nonpeak], "2024-11-01"), ["0- 3"]);
    // At some prices only.
    let some = FulfillmentFee { prices: band("10", "50"), ..own };
    assert_eq!(fees(&[fee("1"), some], "2026-07-01"), ["0-10 1", "10-50 3", "50- 1"]);
    let low = FulfillmentFee { prices: band("0", "9.99"), ..fee("1") };
    let high = FulfillmentFee { prices: band("50", ""), ..fee("2") };
    assert_eq!(fees(&[high, low], "2026-07-01"), ["0-9.99 1", "50- 2"]);
}

fn rate(mode: ReferralMode, over: &str, up_to: &str, rate: &str, minimum: &str) -> ReferralFee {
    ReferralFee {
        mode,
        prices: band(over, up_to),
        rate: decimal(rate),
        minimum: decimal(minimum),
        own: false,
    }
}

fn referral(rows: &[ReferralFee], price: &str) -> Decimal {
    let price = decimal(price);
    let fees = referral_fees(rows).unwrap();
    fees.iter().find(|fee| fee.prices.contains(price)).unwrap().of(price).unwrap()
}

#[test]
fn referral_fees_of_every_mode() {
    use ReferralMode::{Flat, Marginal, Threshold};
    // Mexico: the whole price, tax included.
    assert_eq!(referral(&[rate(Flat, "0", "", "0.15", "8")], "399"), decimal("59.85"));
    assert_eq!(referral(&[rate(Flat, "0", "", "0.15", "8")], "50"), decimal("8"));
    // Brazil: the parts of the price, in whatever order the rows come.
    let marginal =
        [rate(Marginal, "100", "", "0.10", "2"), rate(Marginal, "0", "100", "0.15", "2")];
    assert_eq!(referral(&marginal, "150"), decimal("20"));
    assert_eq!(referral(&marginal, "100"), decimal("15"));
    assert_eq!(referral(&marginal, "10"), decimal("2"));
    let fine_art = [
        rate(Marginal, "0", "100", "0.20", "0"),
        rate(Marginal, "100", "1000", "0.15", "0"),
        rate(Marginal, "1000", "5000", "0.10", "0"),
        rate(Marginal, "5000", "", "0.05", "0"),
    ];
    assert_eq!(referral(&fine_art, "6000"), decimal("605"));
    let threshold =
        [rate(Threshold, "0", "10", "0.08", "0.3"), rate(Threshold, "10", "", "0.15", "0.3")];
    assert_eq!(referral(&threshold, "10"), decimal("0.8"));
    assert_eq!(referral(&threshold, "10.01"), decimal("1.5015"));
    assert_eq!(referral(&threshold, "1"), decimal("0.3"));
}

#[test]
fn own_referral_fees_win_where_they_hold() {
    use ReferralMode::{Flat, Marginal, Threshold};
    let own = |fee: ReferralFee| ReferralFee { own: true, ..fee };
    let shipped =
        [rate(Threshold, "0", "10", "0.08", "0.3"), rate(Threshold, "10", "", "0.15", "0")];
    let everywhere = [shipped[0], own(rate(Flat, "0", "", "0.2", "0")), shipped[1]];
    assert_eq!(referral(&everywhere, "5"), decimal("1"));
    assert_eq!(referral(&everywhere, "20"), decimal("4"));
    let above = [shipped[0], shipped[1], own(rate(Threshold, "10", "", "0.2", "0"))];
    assert_eq!(referral(&above, "5"), decimal("0.4"));
    assert_eq!(referral(&above, "20"), decimal("4"));

    let marginal =
        [rate(Marginal, "0", "100", "0.15", "0"), rate(Marginal, "100", "", "0.08", "0")];
    let same = [marginal[0], own(marginal[1])];
    assert_eq!(referral(&same, "150"), decimal("19"));
    // What is below a gap is not known above it.
    let gap = [own(rate(Marginal, "0", "50", "0.15", "0")), marginal[1]];
    assert_eq!(referral_fees(&gap).unwrap().len(), 1);
}

fn surcharge(code: &str, base: SurchargeBase, country: Option<&str>, rate: &str) -> Surcharge {
    Surcharge {
        code: code.into(),
        program: None,
        base,
        country: country.map(str::to_owned),
        rate: decimal(rate),
        own: false,
    }
}

#[test]
fn surcharges_by_program_and_country() {
    let fuel = Surcharge {
        program: Some(Program::Rf),
        ..surcharge("FUEL", SurchargeBase::Fulfillment, None, "0.035")
    };
    let digital = |country| surcharge("DIGITAL", SurchargeBase::Referral, Some(country), "0.02");
    let canadian = Surcharge { rate: decimal("0.03"), ..digital("CA") };
    let rows = [fuel.clone(), digital("US"), canadian, digital("other")];
    let of = |program, country| {
        let Surcharges { on_fulfillment, on_referral } = Surcharges::new(&rows, program, country);
        let rates = |surcharges: Vec<(String, Decimal)>| {
            surcharges.into_iter().map(|(_, rate)| rate.to_string()).collect::<Vec<_>>()
        };
        (rates(on_fulfillment), rates(on_referral))
    };
    let text = |rates: &[&str]| rates.iter().map(|rate| (*rate).to_owned()).collect::<Vec<_>>();
    assert_eq!(of(Program::Rf, "US"), (text(&["0.035"]), text(&["0.02"])));
    assert_eq!(of(Program::Fba, "US"), (vec![], text(&["0.02"])));
    assert_eq!(of(Program::Rf, "CA"), (text(&["0.035"]), text(&["0.03"])));
    assert_eq!(of(Program::Rf, "DE"), (text(&["0.035"]), text(&["0.02"])));

    let own = Surcharge { own: true, rate: Decimal::ZERO, ..fuel.clone() };
    let both = surcharge("BOTH", SurchargeBase::Both, None, "0.01");
    let nothing = surcharge("NOTHING", SurchargeBase::Nothing, None, "0");
    let surcharges = Surcharges::new(&[fuel, own, both, nothing], Program::Rf, "US");
    assert_eq!(
        surcharges,
        Surcharges {
            on_fulfillment: vec![("BOTH".into(), decimal("0.01")), ("FUEL".into(), Decimal::ZERO)],
            on_referral: vec![("BOTH".into(), decimal("0.01"))],
        }
    );
}

#[test]
fn each_line_is_rounded_by_itself() {
    let digital = surcharge("DIGITAL_SERVICES_FEE", SurchargeBase::Referral, None, "0.02");
    let surcharges = Surcharges::new(&[digital], Program::Rf, "US");
    let fulfillment = [FeeAt { prices: Band::ALL, fee: decimal("8.21") }];
    let referral = [ReferralAt::flat(decimal("0.15"), decimal("0.4"))];
    let fees = surcharges.on(&fulfillment, &referral).unwrap();
    let lines = fees.lines(&surcharges, decimal("15")).unwrap().unwrap();
    let lines: Vec<(&str, Decimal)> = lines.iter().map(|it| (it.fee.as_str(), it.amount)).collect();
    assert_eq!(
        lines,
        [
            ("fulfillment_fee", decimal("8.21")),
            ("referral_fee", decimal("2.25")),
            ("DIGITAL_SERVICES_FEE", decimal("0.05")),
        ]
    );
    let none = Fees { referral: &[], ..fees };
    assert_eq!(none.lines(&surcharges, Decimal::ONE), Ok(Err(MissingFee::Referral)));
}
