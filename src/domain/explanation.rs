//! How a price came about, a step a line, as Amazon's Build International Listings explains it.

use rust_decimal::{Decimal, RoundingStrategy};

use super::Marketplace;
use super::fees::FeesAt;
use super::pricing::{Adjustment, Conversion, Limited, Limits, PriceRule, RuleBasis};

/// A step from the US price to the price in a destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub label: String,
    /// Its amount.
    pub amount: Decimal,
    /// Currency of the amount.
    pub currency: &'static str,
    /// It earns nothing.
    pub loss: bool,
}

/// Steps of one price.
pub struct Explanation {
    destination: Marketplace,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// To how many digits after the point amounts on the way are shown.
const SHOWN_DIGITS: u32 = 6;

impl Explanation {
    /// None yet.
    pub fn new(destination: Marketplace) -> Self {
        Self { destination, steps: Vec::new() }
    }

    /// Adds a step.
    fn step(&mut self, marketplace: Marketplace, label: impl Into<String>, amount: Decimal) {
        let currency = marketplace.info().currency;
        let amount = amount
            .round_dp_with_strategy(SHOWN_DIGITS, RoundingStrategy::MidpointAwayFromZero)
            .normalize();
        self.steps.push(Step { label: label.into(), amount, currency, loss: false });
    }

    /// The US sale: its price and what it pays.
    pub fn source(&mut self, price: Decimal, fees: &FeesAt) {
        self.step(Marketplace::Us, "US price", price);
        for (label, amount) in [
            ("US fulfillment fee", fees.fulfillment),
            ("Surcharges on it", fees.fulfillment_surcharge),
            ("US referral fee", fees.referral),
            ("Surcharges on it", fees.referral_surcharge),
        ] {
            if !amount.is_zero() {
                self.step(Marketplace::Us, label, amount);
            }
        }
    }

    /// From what the US sale nets to the price; `loss`: that price earns nothing.
    pub fn conversion(&mut self, conversion: &Conversion, loss: bool) {
        let Conversion { rule, .. } = conversion;
        let destination = self.destination;
        let adjusts = rule.adjustment != Adjustment::Same;
        if rule.fee_adjusted {
            self.step(Marketplace::Us, "Net proceeds in the US", conversion.source_net);
            self.flag(conversion.source_net <= Decimal::ZERO);
            self.step(
                destination,
                format!("Net proceeds to match in {}", destination.info().currency),
                conversion.expected,
            );
            self.step(destination, "With the fulfillment fee", conversion.with_fulfillment);
            if adjusts && rule.basis == RuleBasis::BeforeReferral {
                self.step(destination, in_words(rule), conversion.adjusted);
            }
            self.step(destination, "With the referral fee", conversion.with_fees);
            if adjusts && rule.basis == RuleBasis::Final {
                self.step(destination, in_words(rule), conversion.price);
            }
        } else {
            self.step(Marketplace::Us, "US price", conversion.source_price);
            if adjusts {
                self.step(Marketplace::Us, in_words(rule), conversion.with_fees);
            }
            self.step(
                destination,
                format!("Converted to {}", destination.info().currency),
                conversion.price,
            );
        }
        self.ends_with(conversion.price, loss);
    }

    /// What the seller's limits make of it; `loss`: the price that comes out earns nothing.
    pub fn limits(&mut self, limits: &Limits, limited: &Limited, loss: bool) {
        for (label, set, amount) in [
            ("With the price ending", limits.ending, limited.ended),
            ("Lowest price", limits.min, limited.raised),
            ("Highest price", limits.max, limited.price),
        ] {
            let changes = self.steps.last().is_some_and(|last| last.amount != amount);
            if set.is_some() && changes {
                self.flag(false);
                self.step(self.destination, label, amount);
            }
        }
        self.ends_with(limited.price, loss);
    }

    fn flag(&mut self, loss: bool) {
        if let Some(step) = self.steps.last_mut() {
            step.loss = loss;
        }
    }

    /// The last step is the price.
    fn ends_with(&mut self, mut price: Decimal, loss: bool) {
        price.rescale(2);
        if let Some(step) = self.steps.last_mut() {
            step.amount = price;
            step.loss = loss;
        }
    }
}

/// A rule, as a step of an explanation.
fn in_words(rule: &PriceRule) -> String {
    let percent = |fraction: Decimal| {
        fraction.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(fraction).normalize()
    };
    match rule.adjustment {
        Adjustment::Same => "Price rule: same".into(),
        Adjustment::FixedAbove(amount) => format!("Price rule: {} USD above", amount.normalize()),
        Adjustment::PercentAbove(fraction) => format!("Price rule: {} % above", percent(fraction)),
        Adjustment::PercentBelow(fraction) => format!("Price rule: {} % below", percent(fraction)),
    }
}
