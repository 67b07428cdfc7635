//! Fee preview: `GET_FBA_ESTIMATED_FBA_FEES_TXT_DATA` of Amazon's report reference: measures and
//! size tiers of the packages that Amazon received, and what it expects to charge for them.

use rust_decimal::{Decimal, RoundingStrategy};

use super::report::{Facts, Layout, Rejection, ReportError};
use super::tab_delimited::{Column, Fields, Table};
use super::values::{amount, is_missing};
use crate::domain::{Asin, Marketplace};

/// Digits behind the point of a measure that was converted.
const MEASURE_DIGITS: u32 = 4;

/// What the report says of one SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeePreview {
    /// Column `asin`.
    pub asin: Asin,
    /// Column `product-name`, where there is one.
    pub product_name: Option<String>,
    /// Column `product-group`, where there is one.
    pub product_group: Option<String>,
    /// Longest, median and shortest side in inches, where all of them are known.
    pub sides: Option<[Decimal; 3]>,
    /// Column `item-package-weight`, in pounds.
    pub weight: Option<Decimal>,
    /// Column `product-size-tier` in the words of the fee tables: `UsLargeStandardSize` is
    /// `large_standard`.
    pub size_tier: Option<String>,
    /// Column `expected-fulfillment-fee-per-unit`, in the marketplace's currency.
    pub fulfillment_fee: Option<Decimal>,
    /// Column `currency`: the marketplace that the fees are of.
    pub marketplace: Option<Marketplace>,
}

impl Facts for FeePreview {
    /// A report of several stores has a row for each, those of an unknown one last.
    fn part(&self) -> u8 {
        self.marketplace.map_or(u8::MAX, |marketplace| marketplace as u8)
    }
}

/// Its columns.
pub struct FeePreviewReport {
    asin: Column,
    sides: [Column; 3],
    unit_of_dimension: Column,
    weight: Column,
    unit_of_weight: Column,
    currency: Column,
    product_name: Option<Column>,
    product_group: Option<Column>,
    size_tier: Option<Column>,
    fulfillment_fee: Option<Column>,
}

impl Layout for FeePreviewReport {
    type Facts = FeePreview;
    const SKU: &'static str = "sku";

    fn find(table: &Table<'_>) -> Result<Self, ReportError> {
        Ok(Self {
            asin: table.required("asin")?,
            sides: [
                table.required("longest-side")?,
                table.required("median-side")?,
                table.required("shortest-side")?,
            ],
            unit_of_dimension: table.required("unit-of-dimension")?,
            weight: table.required("item-package-weight")?,
            unit_of_weight: table.required("unit-of-weight")?,
            currency: table.required("currency")?,
            product_name: table.optional("product-name")?,
            product_group: table.optional("product-group")?,
            size_tier: table.optional("product-size-tier")?,
            fulfillment_fee: table.optional("expected-fulfillment-fee-per-unit")?,
        })
    }

    fn facts(&self, fields: &Fields<'_>) -> Result<Option<FeePreview>, Rejection> {
        let text = |column| Ok(fields.text(column)?.filter(|text| !is_missing(text)));
        let side = |column| fields.parse(column, measure);
        let sides = match [side(self.sides[0])?, side(self.sides[1])?, side(self.sides[2])?] {
            [Some(longest), Some(median), Some(shortest)] => {
                let inches = fields.parse(self.unit_of_dimension, inches)?;
                let mut sides = [longest, median, shortest].map(|side| converted(side, inches));
                // Whatever the columns are called.
                sides.sort_unstable_by(|a, b| b.cmp(a));
                Some(sides)
            }
            _ => None,
        };
        let weight = match fields.parse(self.weight, measure)? {
            Some(weight) => Some(converted(weight, fields.parse(self.unit_of_weight, pounds)?)),
            None => None,
        };
        let marketplace = fields.parse(self.currency, marketplace_of)?;
        let fulfillment_fee = match self.fulfillment_fee {
            Some(column) => fields.parse(column, amount)?,
            None => None,
        };
        // An amount of nobody knows what, or of nothing, is no estimate.
        let fulfillment_fee = fulfillment_fee.filter(|fee| marketplace.is_some() && !fee.is_zero());
        Ok(Some(FeePreview {
            asin: fields.parse(self.asin, Asin::parse)?,
            product_name: text(self.product_name)?,
            product_group: text(self.product_group)?,
            sides,
            weight,
            size_tier: text(self.size_tier)?.map(|name| size_tier(&name)),
            fulfillment_fee,
            marketplace,
        }))
    }
}

/// A side or a weight, or none where Amazon has not measured it. Nothing measures 0.
fn measure(text: &str) -> Result<Option<Decimal>, &'static str> {
    const LARGEST: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
    match amount(text)? {
        Some(measure) if measure > LARGEST => Err("no package measures more than 1000000"),
        measure => Ok(measure.filter(|measure| !measure.is_zero())),
    }
}

/// The measure in another unit, exact where that is the same one.
fn converted(measure: Decimal, (numerator, denominator): (Decimal, Decimal)) -> Decimal {
    if numerator == denominator {
        return measure;
    }
    let converted = (measure.checked_mul(numerator))
        .and_then(|product| product.checked_div(denominator))
        .unwrap_or(measure);
    converted
        .round_dp_with_strategy(MEASURE_DIGITS, RoundingStrategy::MidpointAwayFromZero)
        .max(Decimal::new(1, MEASURE_DIGITS))
}

/// How many inches a unit of length is.
fn inches(unit: &str) -> Result<(Decimal, Decimal), &'static str> {
    match unit.to_ascii_lowercase().as_str() {
        "inches" | "inch" | "in" => Ok((Decimal::ONE, Decimal::ONE)),
        "centimeters" | "centimeter" | "cm" => Ok((Decimal::ONE, Decimal::new(254, 2))),
        _ => Err("a unit of dimension is inches or centimeters"),
    }
}

/// How many pounds a unit of weight is.
fn pounds(unit: &str) -> Result<(Decimal, Decimal), &'static str> {
    let grams = Decimal::new(45_359_237, 5);
    match unit.to_ascii_lowercase().as_str() {
        "pounds" | "pound" | "lb" | "lbs" => Ok((Decimal::ONE, Decimal::ONE)),
        "ounces" | "ounce" | "oz" => Ok((Decimal::ONE, Decimal::new(16, 0))),
        "grams" | "gram" | "g" => Ok((Decimal::ONE, grams)),
        "kilograms" | "kilogram" | "kg" => Ok((Decimal::ONE_THOUSAND, grams)),
        _ => Err("a unit of weight is pounds, ounces, grams or kilograms"),
    }
}

/// `UsLargeStandardSize` as `large_standard`.
fn size_tier(name: &str) -> String {
    let stem = ["Us", "Ca", "Mx", "Br"].into_iter().find_map(|country| name.strip_prefix(country));
    let stem = stem.filter(|stem| stem.starts_with(|c: char| c.is_ascii_uppercase()));
    let stem = stem.unwrap_or(name);
    let stem = stem.strip_suffix("Size").unwrap_or(stem);
    let mut words = String::with_capacity(stem.len() + 4);
    for (index, c) in stem.char_indices() {
        if index > 0 && c.is_ascii_uppercase() {
            words.push('_');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

/// The marketplace of a currency, none where the report does not know it.
fn marketplace_of(currency: &str) -> Result<Option<Marketplace>, &'static str> {
    if is_missing(currency) {
        return Ok(None);
    }
    Marketplace::ALL
        .into_iter()
        .find(|marketplace| marketplace.info().currency.eq_ignore_ascii_case(currency))
        .map(Some)
        .ok_or("the currencies of North America and Brazil are USD, CAD, MXN and BRL")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amazon::report::testing::Variants;
    use crate::amazon::report::{Report, read};

    const HEADER: [&str; 22] = [
        "sku",
        "fnsku",
        "asin",
        "amazon-store",
        "product-name",
        "product-group",
        "brand",
        "fulfilled-by",
        "your-price",
        "sales-price",
        "longest-side",
        "median-side",
        "shortest-side",
        "length-and-girth",
        "unit-of-dimension",
        "item-package-weight",
        "unit-of-weight",
        "product-size-tier",
        "currency",
        "estimated-fee-total",
        "estimated-referral-fee-per-unit",
        "expected-fulfillment-fee-per-unit",
    ];
    const ROW: [&str; 22] = [
        "A-1",
        "X001",
        "B07XJ8C8F5",
        "US",
        "Café 5\"",
        "Home",
        "Brand",
        "Amazon",
        "29.95",
        "29.95",
        "7.64",
        "7.40",
        "7.4",
        "37.24",
        "inches",
        "3.81",
        "pounds",
        "UsLargeStandardSize",
        "USD",
        "11.81",
        "4.49",
        "7.32",
    ];

    fn with(changes: &[(&str, &str)]) -> Report<FeePreview> {
        let mut row = ROW;
        for (column, value) in changes {
            row[HEADER.iter().position(|name| name == column).unwrap()] = value;
        }
        let document = format!("{}\n{}", HEADER.join("\t"), row.join("\t"));
        read::<FeePreviewReport>(document.as_bytes()).unwrap().1
    }

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    #[test]
    fn header_variants() {
        Variants {
            header: &HEADER,
            row: &ROW,
            required: &[
                "sku",
                "asin",
                "longest-side",
                "median-side",
                "shortest-side",
                "unit-of-dimension",
                "item-package-weight",
                "unit-of-weight",
                "currency",
            ],
        }
        .check::<FeePreviewReport>(&FeePreview {
            asin: Asin::parse("B07XJ8C8F5").unwrap(),
            product_name: Some("Café 5\"".to_owned()),
            product_group: Some("Home".to_owned()),
            sides: Some(["7.64", "7.40", "7.4"].map(decimal)),
            weight: Some(decimal("3.81")),
            size_tier: Some("large_standard".to_owned()),
            fulfillment_fee: Some(decimal("7.32")),
            marketplace: Some(Marketplace::Us),
        });
    }

    #[test]
    fn units() {
        let metric = with(&[
            ("longest-side", "50.8"),
            ("median-side", "25.4"),
            ("shortest-side", "2.54"),
            ("unit-of-dimension", "centimeters"),
            ("item-package-weight", "500"),
            ("unit-of-weight", "grams"),
        ]);
        let facts = &metric.rows[0].facts;
        assert_eq!(facts.sides, Some(["20", "10", "1"].map(decimal)));
        assert_eq!(facts.weight, Some(decimal("1.1023")));
        for (unit, weight) in [("ounces", "0.25"), ("kg", "8.8185"), ("lb", "4")] {
            let report = with(&[("item-package-weight", "4"), ("unit-of-weight", unit)]);
            assert_eq!(report.rows[0].facts.weight, Some(decimal(weight)), "{unit}");
        }
        let swapped = with(&[("longest-side", "1"), ("shortest-side", "9")]);
        assert_eq!(swapped.rows[0].facts.sides, Some(["9", "7.40", "1"].map(decimal)));
    }

    #[test]
    fn what_amazon_does_not_know() {
        let unknown = with(&[
            ("longest-side", "--"),
            ("unit-of-dimension", "--"),
            ("item-package-weight", "--"),
            ("unit-of-weight", "--"),
            ("product-group", "--"),
            ("product-size-tier", "--"),
            ("currency", "--"),
            ("expected-fulfillment-fee-per-unit", "--"),
        ]);
        let facts = &unknown.rows[0].facts;
        assert_eq!((facts.sides, facts.weight, facts.fulfillment_fee), (None, None, None));
        assert_eq!(
            (&facts.product_group, &facts.size_tier, facts.marketplace),
            (&None, &None, None)
        );
        assert_eq!(with(&[("item-package-weight", "0.00")]).rows[0].facts.weight, None);
    }

    #[test]
    fn size_tiers() {
        for (name, tier) in [
            ("UsSmallStandardSize", "small_standard"),
            ("UsLargeStandardSize", "large_standard"),
            ("UsLargeBulky", "large_bulky"),
            ("CaSmallOversize", "small_oversize"),
            ("Usual", "usual"),
            ("large_standard", "large_standard"),
        ] {
            assert_eq!(size_tier(name), tier);
        }
    }

    #[test]
    fn what_is_set_aside() {
        for (column, value) in [
            ("longest-side", "long"),
            ("longest-side", "1000001"),
            ("unit-of-dimension", "feet"),
            ("unit-of-dimension", "--"),
            ("item-package-weight", "-1"),
            ("unit-of-weight", "stones"),
            ("currency", "EUR"),
            ("asin", "--"),
            ("sku", ""),
            ("expected-fulfillment-fee-per-unit", "free"),
        ] {
            let report = with(&[(column, value)]);
            assert!(report.rows.is_empty(), "{column} {value}");
            assert_eq!(report.rejections[0].column.as_deref(), Some(column));
        }
    }
}
