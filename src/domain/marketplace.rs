//! The marketplaces of the North America region that Remote Fulfillment knows.
//!
//! Ids, domains, currencies: Amazon's Selling Partner API documentation, "Marketplace IDs".
//! Delivery promises: Amazon's Remote Fulfillment help page, 2022 US edition.

use std::fmt;

/// A marketplace. Ordered by country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Marketplace {
    /// amazon.com.br
    Br,
    /// amazon.ca
    Ca,
    /// amazon.com.mx
    Mx,
    /// amazon.com: always the source of the stock, never a destination
    Us,
}

/// What Amazon publishes of a marketplace.
pub struct MarketplaceInfo {
    /// ISO 3166 country code.
    pub code: &'static str,
    /// Amazon's marketplace id.
    pub id: &'static str,
    /// Domain without `www.`
    pub domain: &'static str,
    /// ISO 4217 code of its currency; all of them have 2 minor digits.
    pub currency: &'static str,
    /// English name of the country.
    pub country: &'static str,
    /// Locale of its listings.
    pub language: &'static str,
    /// Days from order to delivery that Amazon promises for Remote Fulfillment, where published.
    pub delivery_days: Option<(u8, u8)>,
}

/// A text that names no marketplace of the program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no marketplace of Remote Fulfillment with FBA is called that")]
pub struct MarketplaceError;

impl Marketplace {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Br, Self::Ca, Self::Mx, Self::Us];

    /// Where US stock can be sold remotely, in order.
    pub const DESTINATIONS: [Self; 3] = [Self::Br, Self::Ca, Self::Mx];

    /// Reads a country code, marketplace id, domain (with or without `www.`) or English country
    /// name, in any case, with blanks around it trimmed.
    pub fn parse(text: &str) -> Result<Self, MarketplaceError> {
        let text = text.trim();
        let domain = match text.get(..4) {
            Some(www) if www.eq_ignore_ascii_case("www.") => &text[4..],
            _ => text,
        };
        Self::ALL
            .into_iter()
            .find(|marketplace| {
                let info = marketplace.info();
                [info.code, info.id, info.country]
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(text))
                    || info.domain.eq_ignore_ascii_case(domain)
            })
            .ok_or(MarketplaceError)
    }

    /// The marketplace with this two-letter code, packed.
    pub fn from_packed(packed: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|marketplace| marketplace.packed() == packed)
    }

    /// Its country code as a number in base 26: in order, and room for every country to come.
    pub fn packed(self) -> i16 {
        let code = self.info().code.as_bytes();
        i16::from(code[0] - b'A') * 26 + i16::from(code[1] - b'A')
    }

    /// Country code.
    pub fn code(self) -> &'static str {
        self.info().code
    }

    /// What Amazon publishes of it.
    pub const fn info(self) -> &'static MarketplaceInfo {
        match self {
            Self::Br => &MarketplaceInfo {
                code: "BR",
                id: "A2Q3Y263D00KWC",
                domain: "amazon.com.br",
                currency: "BRL",
                country: "Brazil",
                language: "pt_BR",
                delivery_days: None,
            },
            Self::Ca => &MarketplaceInfo {
                code: "CA",
                id: "A2EUQ1WTGCTBG2",
                domain: "amazon.ca",
                currency: "CAD",
                country: "Canada",
                language: "en_CA",
                delivery_days: Some((7, 12)),
            },
            Self::Mx => &MarketplaceInfo {
                code: "MX",
                id: "A1AM78C64UM0Y8",
                domain: "amazon.com.mx",
                currency: "MXN",
                country: "Mexico",
                language: "es_MX",
                delivery_days: Some((5, 9)),
            },
            Self::Us => &MarketplaceInfo {
                code: "US",
                id: "ATVPDKIKX0DER",
                domain: "amazon.com",
                currency: "USD",
                country: "United States",
                language: "en_US",
                delivery_days: None,
            },
        }
    }
}

impl fmt::Display for Marketplace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A set of marketplaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarketplaceSet(u8);

impl MarketplaceSet {
    /// Whether it holds this one.
    pub fn contains(self, marketplace: Marketplace) -> bool {
        self.0 & 1 << marketplace as u8 != 0
    }

    /// The set with this one too.
    #[must_use]
    pub fn with(self, marketplace: Marketplace) -> Self {
        Self(self.0 | 1 << marketplace as u8)
    }

    /// The set without this one.
    #[must_use]
    pub fn without(self, marketplace: Marketplace) -> Self {
        Self(self.0 & !(1 << marketplace as u8))
    }

    /// Whether every one of `other` is in here.
    pub fn contains_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Its members, in order.
    pub fn iter(self) -> impl Iterator<Item = Marketplace> {
        Marketplace::ALL.into_iter().filter(move |&marketplace| self.contains(marketplace))
    }
}

impl FromIterator<Marketplace> for MarketplaceSet {
    fn from_iter<I: IntoIterator<Item = Marketplace>>(marketplaces: I) -> Self {
        marketplaces.into_iter().fold(Self::default(), Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read() {
        for text in [
            "MX",
            "mx",
            "A1AM78C64UM0Y8",
            "a1am78c64um0y8",
            "amazon.com.mx",
            "WWW.Amazon.com.MX",
            " Mexico ",
        ] {
            assert_eq!(Marketplace::parse(text), Ok(Marketplace::Mx), "{text}");
        }
        assert_eq!(Marketplace::parse("united states"), Ok(Marketplace::Us));
        for marketplace in Marketplace::ALL {
            let info = marketplace.info();
            for text in [info.code, info.id, info.domain, info.country] {
                assert_eq!(Marketplace::parse(text), Ok(marketplace));
            }
            assert_eq!(Marketplace::from_packed(marketplace.packed()), Some(marketplace));
        }
    }

    #[test]
    fn what_is_no_marketplace() {
        for text in ["", "UK", "amazon", "www.", "www.CA", "ÄÖÜß", "C A"] {
            assert_eq!(Marketplace::parse(text), Err(MarketplaceError), "{text}");
        }
        assert_eq!(Marketplace::from_packed(0), None);
    }

    #[test]
    fn ordered_by_code() {
        assert!(Marketplace::ALL.is_sorted_by_key(|m| m.code()));
        assert!(Marketplace::ALL.is_sorted_by_key(|m| m.packed()));
    }

    #[test]
    fn sets() {
        let set: MarketplaceSet = [Marketplace::Us, Marketplace::Ca].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Marketplace::Ca, Marketplace::Us]);
        assert_eq!(set.without(Marketplace::Us).iter().collect::<Vec<_>>(), [Marketplace::Ca]);
        assert!(set.contains_all(set) && !set.contains_all(set.with(Marketplace::Br)));
    }
}
