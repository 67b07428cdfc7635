//! Seller SKU: 1 to 40 printable characters, case-sensitive, unique in the seller's account.
//!
//! A Global SKU has no format of its own: it is a seller SKU with one ASIN, one condition and one
//! stock pool per channel, offered in several marketplaces.

/// The longest SKU that Amazon takes, in characters.
pub const MAX_CHARACTERS: usize = 40;

/// A validated seller SKU. Ordered by bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlobalSku<'a>(&'a str);

/// Why a text is no SKU.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlobalSkuError {
    /// Nothing there.
    #[error("a SKU has at least one character")]
    Empty,
    /// Over 40 characters.
    #[error("a SKU has at most 40 characters, and this has {0}")]
    Length(usize),
    /// A blank at either end.
    #[error("a SKU has no leading or trailing blank")]
    Blank,
    /// A control character.
    #[error("a SKU has no control character, and this has {0:?}")]
    Control(char),
}

impl<'a> GlobalSku<'a> {
    /// Validates a SKU as it stands; readers of files trim before.
    pub fn parse(text: &'a str) -> Result<Self, GlobalSkuError> {
        if text.is_empty() {
            return Err(GlobalSkuError::Empty);
        }
        if let Some(control) = text.chars().find(|c| c.is_control()) {
            return Err(GlobalSkuError::Control(control));
        }
        if text.trim() != text {
            return Err(GlobalSkuError::Blank);
        }
        match text.chars().count() {
            1..=MAX_CHARACTERS => Ok(Self(text)),
            length => Err(GlobalSkuError::Length(length)),
        }
    }

    /// The SKU's text.
    pub fn as_str(self) -> &'a str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn any_printable_text_of_up_to_forty_characters() {
        for text in ["A", "ab 12/34-\"x\"", "größe-44", "日本", &"x".repeat(40), &"é".repeat(40)]
        {
            assert_eq!(GlobalSku::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_is_no_sku() {
        assert_eq!(GlobalSku::parse(""), Err(GlobalSkuError::Empty));
        assert_eq!(GlobalSku::parse(" A"), Err(GlobalSkuError::Blank));
        assert_eq!(GlobalSku::parse("A\u{a0}"), Err(GlobalSkuError::Blank));
        assert_eq!(GlobalSku::parse("A\tB"), Err(GlobalSkuError::Control('\t')));
        assert_eq!(GlobalSku::parse(&"é".repeat(41)), Err(GlobalSkuError::Length(41)));
    }

    proptest! {
        #[test]
        fn accepted_means_as_specified(text in "\\PC{0,45}") {
            let fits = (1..=40).contains(&text.chars().count()) && text.trim() == text;
            prop_assert_eq!(GlobalSku::parse(&text).is_ok(), fits);
        }
    }
}
