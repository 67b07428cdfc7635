//! Size tier and shipping weight of a package.
//!
//! Source: Amazon, FBA product size tiers and dimensional weight (Seller Central help
//! G53Z9EKF8VVZVH29). The tiers themselves are rows of `rfba.size_tier`.

use rust_decimal::Decimal;

use super::money::{Exact, Overflow};

/// What is known of a packaged unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Longest, median and shortest side, in inches.
    pub sides: Option<[Decimal; 3]>,
    /// Weight, in pounds.
    pub weight: Option<Decimal>,
    /// The size tier that Amazon named.
    pub size_tier: Option<String>,
}

/// A size tier: what fits it, and by what it ships.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeTier {
    /// Its name in the fee tables.
    pub name: String,
    /// Most of the longest, median and shortest side, in inches.
    pub sides: [Option<Decimal>; 3],
    /// Most of longest side and girth together, in inches.
    pub length_and_girth: Option<Decimal>,
    /// Most of the shipping weight, in pounds.
    pub weight: Option<Decimal>,
    /// Cubic inches that count as a pound; `None` where the unit weight alone counts.
    pub weight_divisor: Option<Decimal>,
    /// What median and shortest side count for at least in the dimensional weight, in inches.
    pub least_side: Option<Decimal>,
}

/// Why a package has no size tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// Its weight is not known.
    #[error("its weight is not known")]
    NoWeight,
    /// Its sides are not known.
    #[error("its sides are not known")]
    NoSides,
    /// There is none to fit.
    #[error("no size tiers are defined")]
    NoTiers,
    /// It fits none of the tiers that are defined.
    #[error("it fits none of the size tiers that are defined")]
    NoTier,
    /// Its measures are too large to reckon with.
    #[error("its measures are too large to reckon with")]
    TooLarge,
}

impl From<Overflow> for SizeError {
    fn from(_: Overflow) -> Self {
        Self::TooLarge
    }
}

impl Package {
    /// The first of these tiers that it fits, and its shipping weight there in pounds. A tier that
    /// Amazon named counts where it is one of them.
    pub fn tier<'t>(&self, tiers: &'t [SizeTier]) -> Result<(&'t SizeTier, Decimal), SizeError> {
        if tiers.is_empty() {
            return Err(SizeError::NoTiers);
        }
        let named = self.size_tier.as_deref();
        if let Some(tier) = tiers.iter().find(|tier| Some(tier.name.as_str()) == named) {
            return Ok((tier, tier.shipping_weight(self)?));
        }
        let sides = self.sides.ok_or(SizeError::NoSides)?;
        for tier in tiers {
            let weight = tier.shipping_weight(self)?;
            if tier.takes(sides, weight)? {
                return Ok((tier, weight));
            }
        }
        Err(SizeError::NoTier)
    }
}

impl SizeTier {
    /// The greater of unit and dimensional weight, or the unit weight where it alone counts.
    fn shipping_weight(&self, package: &Package) -> Result<Decimal, SizeError> {
        let weight = package.weight.ok_or(SizeError::NoWeight)?;
        let Some(divisor) = self.weight_divisor else { return Ok(weight) };
        let [longest, median, shortest] = package.sides.ok_or(SizeError::NoSides)?;
        let at_least = |side: Decimal| self.least_side.map_or(side, |least| side.max(least));
        let volume = longest.times(at_least(median))?.times(at_least(shortest))?;
        Ok(weight.max(volume.over(divisor)?))
    }

    fn takes(&self, sides: [Decimal; 3], weight: Decimal) -> Result<bool, Overflow> {
        let [longest, median, shortest] = sides;
        let length_and_girth = median.plus(shortest)?.times(Decimal::TWO)?.plus(longest)?;
        let within = |value: Decimal, limit: Option<Decimal>| limit.is_none_or(|it| value <= it);
        Ok(sides.into_iter().zip(self.sides).all(|(side, limit)| within(side, limit))
            && within(length_and_girth, self.length_and_girth)
            && within(weight, self.weight))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn tier(name: &str, sides: [&str; 3], girth: &str, weight: &str, dims: &str) -> SizeTier {
        let limit = |text: &str| (!text.is_empty()).then(|| decimal(text));
        SizeTier {
            name: name.into(),
            sides: sides.map(limit),
            length_and_girth: limit(girth),
            weight: limit(weight),
            weight_divisor: (!dims.is_empty()).then(|| decimal("139")),
            least_side: limit(dims).filter(|least| !least.is_zero()),
        }
    }

    /// The tiers of Remote Fulfillment from 2024 on.
    fn tiers() -> Vec<SizeTier> {
        vec![
            tier("small_standard", ["15", "12", "0.75"], "", "1", ""),
            tier("large_standard", ["18", "14", "8"], "", "20", "0"),
            tier("large_bulky", ["59", "33", "33"], "130", "50", "2"),
            tier("xl_0_50", ["", "", ""], "", "50", "2"),
            tier("xl_50_70", ["", "", ""], "", "70", "2"),
            tier("xl_70_150", ["", "", ""], "", "150", "2"),
            tier("xl_150_plus", ["", "", ""], "", "", ""),
        ]
    }

    fn package(longest: &str, median: &str, shortest: &str, weight: &str) -> Package {
        Package {
            sides: Some([decimal(longest), decimal(median), decimal(shortest)]),
            weight: Some(decimal(weight)),
            size_tier: None,
        }
    }

    #[test]
    fn each_limit_and_what_is_just_over_it() {
        for (longest, median, shortest, weight, expected) in [
            ("15", "12", "0.75", "1", "small_standard"),
            ("15.01", "12", "0.75", "1", "large_standard"),
            ("15", "12.01", "0.75", "1", "large_standard"),
            ("15", "12", "0.76", "1", "large_standard"),
            ("15", "12", "0.75", "1.01", "large_standard"),
            ("18", "14", "8", "20", "large_standard"),
            ("18.01", "14", "8", "20", "large_bulky"),
            ("18", "14.01", "8", "20", "large_bulky"),
            ("18", "14", "8.01", "20", "large_bulky"),
            ("18", "14", "8", "20.01", "large_bulky"),
            // Length and girth 130 and more.
            ("59", "20", "15.5", "50", "xl_70_150"),
            ("59", "25.5", "10", "50", "xl_70_150"),
            ("59", "8", "2", "50", "large_bulky"),
            ("59.01", "8", "2", "50", "xl_0_50"),
            ("59", "8", "2", "50.01", "xl_50_70"),
            ("60", "8", "2", "70", "xl_50_70"),
            ("60", "8", "2", "70.01", "xl_70_150"),
            ("60", "8", "2", "150", "xl_70_150"),
            ("60", "8", "2", "150.01", "xl_150_plus"),
        ] {
            let package = package(longest, median, shortest, weight);
            let tiers = tiers();
            let (tier, _) = package.tier(&tiers).unwrap();
            assert_eq!(tier.name, expected, "{longest} x {median} x {shortest}, {weight} lb");
        }
    }

    #[test]
    fn the_greater_weight_ships() {
        let tiers = tiers();
        // Amazon's example: the height of 1 inch counts as 2.
        let (tier, weight) = package("40", "25", "1", "3").tier(&tiers).unwrap();
        assert_eq!((tier.name.as_str(), weight.round_dp(1)), ("large_bulky", decimal("14.4")));
        // A large standard package counts as it is.
        let (tier, weight) = package("16", "10", "1", "0.5").tier(&tiers).unwrap();
        assert_eq!((tier.name.as_str(), weight.round_dp(3)), ("large_standard", decimal("1.151")));
        let (_, weight) = package("16", "10", "1", "3").tier(&tiers).unwrap();
        assert_eq!(weight, decimal("3"));
        // The unit weight alone counts of the smallest and the heaviest.
        let (_, weight) = package("15", "12", "0.75", "0.1").tier(&tiers).unwrap();
        assert_eq!(weight, decimal("0.1"));
        let (_, weight) = package("100", "50", "50", "160").tier(&tiers).unwrap();
        assert_eq!(weight, decimal("160"));
    }

    #[test]
    fn a_named_tier_counts_where_it_is_one() {
        let tiers = tiers();
        let mut package = package("15", "12", "0.75", "1");
        package.size_tier = Some("large_standard".into());
        assert_eq!(package.tier(&tiers).unwrap().0.name, "large_standard");
        package.size_tier = Some("small_bulky".into());
        assert_eq!(package.tier(&tiers).unwrap().0.name, "small_standard");
        let named = Package {
            size_tier: Some("small_standard".into()),
            weight: Some(decimal("0.2")),
            sides: None,
        };
        assert_eq!(named.tier(&tiers).unwrap().1, decimal("0.2"));
        let named = Package { size_tier: Some("large_standard".into()), ..named };
        assert_eq!(named.tier(&tiers), Err(SizeError::NoSides));
    }

    #[test]
    fn what_has_no_tier() {
        let known = package("1", "1", "1", "1");
        let tiers = tiers();
        let without = |package| Package::tier(&package, &tiers).err();
        assert_eq!(without(Package { sides: None, ..known.clone() }), Some(SizeError::NoSides));
        assert_eq!(without(Package { weight: None, ..known.clone() }), Some(SizeError::NoWeight));
        assert_eq!(known.tier(&[]), Err(SizeError::NoTiers));
        assert_eq!(package("9", "9", "9", "9").tier(&tiers[..1]), Err(SizeError::NoTier));
        let huge = Decimal::MAX;
        let huge = Package { sides: Some([huge; 3]), ..known };
        assert_eq!(huge.tier(&tiers), Err(SizeError::TooLarge));
    }
}
