//! ASIN: ten characters of `[0-9A-Z]`, kept as one number in base 36.
//!
//! Amazon publishes no grammar. Real ASINs start with `B` or are an ISBN-10, and the sandbox of its
//! Selling Partner API uses `A00551Q3CA`, so any ten digits and letters are accepted.

use std::fmt;

const LENGTH: usize = 10;
const RADIX: i64 = 36;
/// 36^10: one more than the largest value.
const END: i64 = 3_656_158_440_062_976;

/// An Amazon Standard Identification Number. Ordered as its text is in byte order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Asin(i64);

/// Why a text is no ASIN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AsinError {
    /// Not ten characters long after trimming.
    #[error("an ASIN has 10 characters, and this has {0}")]
    Length(usize),
    /// A character other than a digit or a letter from A to Z.
    #[error("an ASIN has only digits and letters from A to Z, and this has {0:?}")]
    Character(char),
}

impl Asin {
    /// Reads an ASIN: blanks around it are trimmed, letters folded to upper case.
    pub fn parse(text: &str) -> Result<Self, AsinError> {
        let text = text.trim();
        let mut value = 0;
        for character in text.chars() {
            let digit = match character {
                '0'..='9' => character as u8 - b'0',
                'A'..='Z' => character as u8 - b'A' + 10,
                'a'..='z' => character as u8 - b'a' + 10,
                _ => return Err(AsinError::Character(character)),
            };
            value = (value * RADIX + i64::from(digit)) % END;
        }
        // Every character is ASCII here, so bytes are characters.
        if text.len() == LENGTH { Ok(Self(value)) } else { Err(AsinError::Length(text.len())) }
    }

    /// The ASIN with this value, if there is one.
    pub fn from_value(value: i64) -> Option<Self> {
        (0..END).contains(&value).then_some(Self(value))
    }

    /// The number that stands for this ASIN: its text read in base 36.
    pub fn value(self) -> i64 {
        self.0
    }

    /// Its ten characters.
    pub fn text(self) -> [u8; LENGTH] {
        let mut text = [b'0'; LENGTH];
        let mut rest = self.0;
        for place in text.iter_mut().rev() {
            let digit = (rest % RADIX) as u8;
            *place = if digit < 10 { b'0' + digit } else { b'A' + digit - 10 };
            rest /= RADIX;
        }
        text
    }
}

impl fmt::Display for Asin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().iter().try_for_each(|&c| fmt::Write::write_char(f, c.into()))
    }
}

impl fmt::Debug for Asin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn real_ones_survive() {
        for text in
            ["B07XJ8C8F5", "BT00LLINKI", "030640615X", "A00551Q3CA", "0000000000", "ZZZZZZZZZZ"]
        {
            assert_eq!(Asin::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Asin::parse(" b07xj8c8f5\t").unwrap(), Asin::parse("B07XJ8C8F5").unwrap());
        assert_eq!(Asin::parse("ZZZZZZZZZZ").unwrap().value(), END - 1);
    }

    #[test]
    fn what_is_no_asin() {
        assert_eq!(Asin::parse(""), Err(AsinError::Length(0)));
        assert_eq!(Asin::parse("B07XJ8C8F"), Err(AsinError::Length(9)));
        assert_eq!(Asin::parse(&"Z".repeat(5000)), Err(AsinError::Length(5000)));
        assert_eq!(Asin::parse("B07XJ-8C8F"), Err(AsinError::Character('-')));
        assert_eq!(Asin::parse("B07XJ8C8FÉ"), Err(AsinError::Character('É')));
        assert_eq!(Asin::from_value(-1), None);
        assert_eq!(Asin::from_value(END), None);
    }

    proptest! {
        #[test]
        fn text_round_trips(text in "[0-9A-Z]{10}") {
            let asin = Asin::parse(&text).unwrap();
            prop_assert_eq!(asin.to_string(), text);
            prop_assert_eq!(Asin::from_value(asin.value()), Some(asin));
        }

        #[test]
        fn ordered_as_text(a in "[0-9A-Z]{10}", b in "[0-9A-Z]{10}") {
            prop_assert_eq!(Asin::parse(&a).unwrap().cmp(&Asin::parse(&b).unwrap()), a.cmp(&b));
        }

        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = Asin::parse(&text);
        }
    }
}
