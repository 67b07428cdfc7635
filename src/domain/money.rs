//! Exact arithmetic on money: decimals of up to 28 digits, and an error instead of an overflow.

use rust_decimal::{Decimal, RoundingStrategy};

/// A number that money cannot be reckoned with: too large for 28 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the amounts are too large to reckon with")]
pub struct Overflow;

/// Arithmetic that cannot panic. Products and quotients keep 28 digits.
pub trait Exact: Sized {
    /// Sum.
    fn plus(self, other: Self) -> Result<Self, Overflow>;
    /// Difference.
    fn minus(self, other: Self) -> Result<Self, Overflow>;
    /// Product.
    fn times(self, other: Self) -> Result<Self, Overflow>;
    /// Quotient.
    fn over(self, other: Self) -> Result<Self, Overflow>;
}

impl Exact for Decimal {
    fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.checked_add(other).ok_or(Overflow)
    }

    fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.checked_sub(other).ok_or(Overflow)
    }

    fn times(self, other: Self) -> Result<Self, Overflow> {
        self.checked_mul(other).ok_or(Overflow)
    }

    fn over(self, other: Self) -> Result<Self, Overflow> {
        self.checked_div(other).ok_or(Overflow)
    }
}

/// An amount and a fraction of it. Mostly the fraction is none.
pub fn with_share(amount: Decimal, share: Decimal) -> Result<Decimal, Overflow> {
    if share.is_zero() { Ok(amount) } else { amount.plus(amount.times(share)?) }
}

/// Minor digits of every currency of the program.
const MINOR_DIGITS: u32 = 2;

/// Rounds to the minor unit, half up: two exact ties in Amazon's examples, 12.285 to 12.29 and
/// 0.045 to 0.05, rule half-even out.
pub fn round(amount: Decimal) -> Decimal {
    let Some(dropped @ 1..) = amount.scale().checked_sub(MINOR_DIGITS) else { return amount };
    let unit = 10_u128.pow(dropped);
    let mantissa = amount.mantissa().unsigned_abs();
    // A mantissa has 96 bits, so nothing overflows.
    let (rounded, rest) = (mantissa / unit, mantissa % unit);
    let rounded = rounded + u128::from(rest >= unit - rest);
    let [low, middle, high] = [0, 32, 64].map(|shift| (rounded >> shift) as u32);
    Decimal::from_parts(low, middle, high, amount.is_sign_negative(), MINOR_DIGITS)
}

/// The first amount above this one that can be paid.
pub fn next_above(amount: Decimal) -> Result<Decimal, Overflow> {
    let floor = amount.round_dp_with_strategy(MINOR_DIGITS, RoundingStrategy::ToNegativeInfinity);
    floor.plus(Decimal::new(1, MINOR_DIGITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn half_is_rounded_up() {
        for (amount, rounded) in [
            ("12.285", "12.29"),
            ("0.045", "0.05"),
            ("12.2849999", "12.28"),
            ("199", "199"),
            ("0.005", "0.01"),
            ("-0.005", "-0.01"),
            ("0.0049999999999999999999999999", "0.00"),
            ("7.9228162514264337593543950335", "7.92"),
            ("-79228162514264337593543950.335", "-79228162514264337593543950.34"),
        ] {
            assert_eq!(round(decimal(amount)), decimal(rounded), "{amount}");
        }
    }

    #[test]
    fn the_next_amount_above() {
        for (amount, next) in [("0", "0.01"), ("10", "10.01"), ("9.999", "10"), ("9.99", "10")] {
            assert_eq!(next_above(decimal(amount)), Ok(decimal(next)), "{amount}");
        }
    }

    #[test]
    fn too_large_is_an_error() {
        assert_eq!(Decimal::MAX.plus(Decimal::ONE), Err(Overflow));
        assert_eq!(Decimal::MIN.minus(Decimal::ONE), Err(Overflow));
        assert_eq!(Decimal::MAX.times(Decimal::TEN), Err(Overflow));
        assert_eq!(Decimal::ONE.over(Decimal::ZERO), Err(Overflow));
    }
}
