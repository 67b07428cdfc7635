//! Tests of what Rust and SQL say of the same thing, inside a server.

use pgrx::prelude::*;

#[pg_schema]
mod tests {
    use super::*;
    use crate::domain::eligibility::{Assessment, OfferStatus, Restriction, Verdict};
    use crate::domain::{Class, Reason, Reasons};

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
        let checks: [(&str, Vec<&str>); 4] = [
            ("product_assessment_assessment_check", names(&Assessment::ALL)),
            ("offer_status_check", names(&OfferStatus::ALL)),
            ("listing_restriction_reason_code_check", names(&Restriction::ALL)),
            ("amazon_status_text_meaning_check", names(&Verdict::ALL)),
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

    fn names<T>(all: &[(T, &'static str)]) -> Vec<&'static str> {
        all.iter().map(|(_, name)| *name).collect()
    }
}
