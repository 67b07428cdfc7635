//! Tests of what Rust and SQL say of the same thing, inside a server.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use super::*;
    use crate::domain::eligibility::{Assessment, OfferStatus, Restriction, Verdict};
    use crate::domain::fees::{Period, Program, ReferralMode, SurchargeBase, WeightUnit};
    use crate::domain::pricing::RuleBasis;
    use crate::domain::{Class, Reason, Reasons};
    use crate::types::numeric::{Numeric, NumericError};
    use rust_decimal::Decimal;

    fn text(sql: &str) -> String {
        Spi::get_one::<String>(sql).unwrap().unwrap()
    }

    fn texts(sql: &str) -> Vec<String> {
        Spi::get_one::<Vec<String>>(sql).unwrap().unwrap()
    }

    /// The status that a class of reasons leads to.
    fn status(class: Option<Class>) -> &'static str {
        match class {
            Some(Class::Off) => "not_enrolled",
            Some(Class::Removed) => "removed",
            Some(Class::Ineligible) => "ineligible",
            Some(Class::Pending) => "pending",
            Some(Class::Action) => "action_required",
            None => "enabled",
        }
    }

    /// The code of a reason: its name in capitals.
    fn code(reason: Reason) -> String {
        let mut code = String::new();
        for letter in format!("{reason:?}").chars() {
            if letter.is_uppercase() && !code.is_empty() {
                code.push('_');
            }
            code.push(letter.to_ascii_uppercase());
        }
        code
    }

    #[pg_test]
    fn reasons_are_the_labels_of_their_enum() {
        let labels = texts("SELECT enum_range(NULL::rfba.reason)::text[]");
        assert_eq!(labels, Reason::ALL.map(code));
    }

    #[pg_test]
    fn bits_mean_the_same_in_sql() {
        // Every single reason, every pair, none and all.
        let single = (0..Reason::ALL.len()).map(|i| 1 << i);
        let pairs = single.clone().flat_map(|a| single.clone().map(move |b| a | b));
        for bits in pairs.chain([0, (1 << Reason::ALL.len()) - 1]) {
            let reasons = Reasons::from_bits(bits);
            let codes: Vec<String> = reasons.iter().map(code).collect();
            assert_eq!(texts(&format!("SELECT rfba.reasons_of({bits})::text[]")), codes);
            let severest = reasons.iter().next().map(Reason::class);
            assert_eq!(text(&format!("SELECT rfba.status_of({bits})::text")), status(severest));
            let eligible = Spi::get_one::<bool>(&format!("SELECT rfba.is_eligible({bits})"));
            assert_eq!(eligible, Ok(Some(reasons.is_eligible())));
        }
    }

    #[pg_test]
    fn names_are_what_the_tables_take() {
        let checks: [(&str, Vec<&str>); 12] = [
            ("product_assessment_assessment_check", names(&Assessment::ALL)),
            ("offer_status_check", names(&OfferStatus::ALL)),
            ("listing_restriction_reason_code_check", names(&Restriction::ALL)),
            ("amazon_status_text_meaning_check", names(&Verdict::ALL)),
            ("fulfillment_fee_program_check", names(&Program::ALL)),
            ("size_tier_program_check", names(&Program::ALL)),
            ("surcharge_program_check", names(&Program::ALL)),
            ("fulfillment_fee_period_check", names(&Period::ALL)),
            ("fulfillment_fee_weight_unit_check", names(&WeightUnit::ALL)),
            ("referral_fee_mode_check", names(&ReferralMode::ALL)),
            ("surcharge_base_check", names(&SurchargeBase::ALL)),
            ("seller_destination_rule_basis_check", names(&RuleBasis::ALL)),
        ];
        for (constraint, names) in checks {
            let taken = texts(&format!(
                "SELECT array_agg(name[1]) \
                 FROM pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''(\\w+)''', 'g') name \
                 WHERE conname = '{constraint}'"
            ));
            assert_eq!(taken, names);
        }
    }

    /// Digits of a number, not random enough for anything else.
    struct Digits(u64);

    impl Digits {
        fn next(&mut self, below: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (self.0 >> 33) % below
        }

        /// A number of this many digits, that many of them after the point.
        fn number(&mut self, digits: u64, scale: u64) -> String {
            let mut text = String::from(if self.next(2) == 0 { "" } else { "-" });
            for i in 0..digits.max(scale) {
                if i + scale == digits.max(scale) {
                    text.push_str(if i == 0 { "0." } else { "." });
                }
                // Zeros in runs, as they are kept in groups of four.
                let digit = if self.next(3) == 0 { 0 } else { self.next(10) };
                text.push(char::from_digit(digit as u32, 10).unwrap());
            }
            text.trim_end_matches('.').to_owned()
        }
    }

    /// What PostgreSQL says of a number: without zeros at its end, how many digits are left after the
    /// point, and whether 96 bits hold all of them.
    fn as_postgresql_has_it(text: &str) -> (String, bool) {
        let sql = "SELECT trim_scale(n)::text, \
                scale(trim_scale(n)) <= 28 \
                AND abs(n) * 10::numeric ^ scale(trim_scale(n)) < 2::numeric ^ 96 \
            FROM (SELECT $1::numeric AS n) n";
        let (text, fits) = Spi::get_two_with_args::<String, bool>(sql, &[text.into()]).unwrap();
        (text.unwrap(), fits.unwrap())
    }

    fn read(text: &str) -> Result<Decimal, NumericError> {
        let sql = "SELECT $1::numeric";
        Spi::get_one_with_args::<Numeric>(sql, &[text.into()]).unwrap().unwrap().0
    }

    fn written(decimal: Decimal) -> String {
        Spi::get_one_with_args::<String>("SELECT $1::text", &[Numeric::from(decimal).into()])
            .unwrap()
            .unwrap()
    }

    #[pg_test]
    fn numerics_are_decimals_over_the_whole_range() {
        let mut digits = Digits(7);
        let random = (0..6000).map(|_| {
            let length = 1 + digits.next(34);
            let scale = digits.next(length + 12);
            digits.number(length, scale)
        });
        let chosen = [
            "0",
            "0.00",
            "-0",
            "1",
            "-1",
            "0.01",
            "199",
            "248.75",
            "10000",
            "100000000",
            "0.0001",
            "0.00001",
            "9999.9999",
            "12345678.87654321",
            "9223372036854775807",
            "-9223372036854775808",
            "9223372036854775808",
            "92233720368547758.08",
            "79228162514264337593543950335",
            "-79228162514264337593543950335",
            "79228162514264337593543950336",
            "7.9228162514264337593543950335",
            "0.0000000000000000000000000001",
            "0.00000000000000000000000000001",
            "1e28",
            "1e29",
            "1e500",
            "1e-500",
            "1e131071",
            "1e-16383",
        ];
        for text in chosen.into_iter().map(str::to_owned).chain(random) {
            let (exact, fits) = as_postgresql_has_it(&text);
            match read(&text) {
                Ok(decimal) => {
                    assert!(fits, "{text}");
                    assert_eq!(decimal.normalize().to_string(), exact, "{text}");
                    let (trimmed, _) = as_postgresql_has_it(&written(decimal));
                    assert_eq!(trimmed, exact, "{text}");
                    assert_eq!(written(decimal), decimal.to_string(), "{text}");
                }
                Err(error) => {
                    assert_eq!(error, NumericError::TooLong);
                    assert!(!fits, "{text}");
                }
            }
        }
        for text in ["NaN", "Infinity", "-Infinity"] {
            assert_eq!(read(text), Err(NumericError::NotFinite), "{text}");
        }
    }

    #[pg_test]
    fn numerics_are_read_however_they_are_stored() {
        Spi::run(
            "CREATE TEMP TABLE stored (short numeric, long numeric, compressed numeric); \
             ALTER TABLE stored ALTER long SET STORAGE EXTERNAL; \
             INSERT INTO stored VALUES (12.5, 1e20000 + 0.5, 1e10000)",
        )
        .unwrap();
        let column = |name: &str| {
            Spi::get_one::<Numeric>(&format!("SELECT {name} FROM stored")).unwrap().unwrap().0
        };
        assert_eq!(column("short"), Ok(Decimal::new(125, 1)));
        assert_eq!(column("long"), Err(NumericError::TooLong));
        assert_eq!(column("compressed"), Err(NumericError::TooLong));
        assert_eq!(Spi::get_one::<Numeric>("SELECT NULL::numeric"), Ok(None));
    }

    fn names<T>(all: &[(T, &'static str)]) -> Vec<&'static str> {
        all.iter().map(|(_, name)| *name).collect()
    }
}
