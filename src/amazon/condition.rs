//! The condition of an offer, which every report and API of Amazon's spells in its own way.

/// A condition, by the names of the Listings APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `new_new`
    New,
    /// `new_open_box`
    NewOpenBox,
    /// `new_oem`
    NewOem,
    /// `refurbished_refurbished`
    Refurbished,
    /// `used_like_new`
    UsedLikeNew,
    /// `used_very_good`
    UsedVeryGood,
    /// `used_good`
    UsedGood,
    /// `used_acceptable`
    UsedAcceptable,
    /// `collectible_like_new`
    CollectibleLikeNew,
    /// `collectible_very_good`
    CollectibleVeryGood,
    /// `collectible_good`
    CollectibleGood,
    /// `collectible_acceptable`
    CollectibleAcceptable,
    /// `club_club`
    Club,
}

impl Condition {
    /// All of them.
    const ALL: [Self; 13] = [
        Self::New,
        Self::NewOpenBox,
        Self::NewOem,
        Self::Refurbished,
        Self::UsedLikeNew,
        Self::UsedVeryGood,
        Self::UsedGood,
        Self::UsedAcceptable,
        Self::CollectibleLikeNew,
        Self::CollectibleVeryGood,
        Self::CollectibleGood,
        Self::CollectibleAcceptable,
        Self::Club,
    ];

    /// Its name in the Listings APIs and in feeds, a class and a grade.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new_new",
            Self::NewOpenBox => "new_open_box",
            Self::NewOem => "new_oem",
            Self::Refurbished => "refurbished_refurbished",
            Self::UsedLikeNew => "used_like_new",
            Self::UsedVeryGood => "used_very_good",
            Self::UsedGood => "used_good",
            Self::UsedAcceptable => "used_acceptable",
            Self::CollectibleLikeNew => "collectible_like_new",
            Self::CollectibleVeryGood => "collectible_very_good",
            Self::CollectibleGood => "collectible_good",
            Self::CollectibleAcceptable => "collectible_acceptable",
            Self::Club => "club_club",
        }
    }

    /// The condition of this name, whatever its case and whatever stands between its words:
    /// `new_new`, `New`, `NewItem`, `UsedLikeNew`, `Used - Like New`.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = letters(text);
        let name = letters.strip_suffix("item").unwrap_or(&letters);
        Self::ALL.into_iter().find(|condition| {
            let (class, grade) = condition.as_str().split_once('_').unwrap_or_default();
            // A grade that only repeats its class is mostly left out.
            self::letters(condition.as_str()) == name || (class == grade && class == name)
        })
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_spelling() {
        for (condition, spellings) in [
            (Condition::New, &["new_new", "New", "NewItem", "New Item", "NEW", " new "] as &[_]),
            (Condition::NewOpenBox, &["New - Open Box", "NewOpenBox"]),
            (Condition::NewOem, &["New - OEM", "NewOem"]),
            (Condition::Refurbished, &["Refurbished", "refurbished"]),
            (Condition::UsedLikeNew, &["UsedLikeNew", "Used - Like New", "Used; Like New"]),
            (Condition::UsedVeryGood, &["UsedVeryGood", "Used - Very Good."]),
            (Condition::UsedGood, &["UsedGood"]),
            (Condition::UsedAcceptable, &["UsedAcceptable"]),
            (Condition::CollectibleLikeNew, &["CollectibleLikeNew"]),
            (Condition::CollectibleVeryGood, &["CollectibleVeryGood"]),
            (Condition::CollectibleGood, &["Collectible - Good"]),
            (Condition::CollectibleAcceptable, &["CollectibleAcceptable"]),
            (Condition::Club, &["Club"]),
        ] {
            for text in spellings.iter().chain([&condition.as_str()]) {
                assert_eq!(Condition::parse(text), Some(condition), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_condition() {
        for text in ["", "Used", "Collectible", "11", "Item", "newish", "Like New"] {
            assert_eq!(Condition::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = Condition::parse(&text);
        }
    }
}
