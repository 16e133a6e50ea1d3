//! `caesar:N`: ASCII letters turned by N places.

use alloc::boxed::Box;

use crate::blocks::transform_in_place;
use crate::{Entry, InPlace, alphabet, registry::Make};

/// ASCII letters turned by N places, backwards when N is negative; every other octet stays, so UTF-8 stays valid.
///
/// Law: `caesar:N` and then `caesar:-N` is the identity.
///
/// ```
/// use textxform::{Caesar, Transform};
///
/// assert_eq!(Caesar::new(3).apply(b"Veni, vidi, vici")?, b"Yhql, ylgl, ylfl");
/// assert_eq!(Caesar::new(-3).apply(b"Yhql")?, b"Veni");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Caesar {
    /// 0 to 25.
    places: u8,
}

impl Caesar {
    pub(crate) const ENTRY: Entry = Entry {
        name: "caesar",
        description: "ASCII letters turned by N places, backwards when N is negative",
        make: Make::From {
            syntax: "N",
            expected: "a whole number of places, such as 3 or -3",
            parse: |text| Self::parse(text).map(|caesar| Box::new(caesar) as _),
        },
    };

    /// Turns by that many places; 26 are a full turn.
    #[must_use]
    pub const fn new(places: i32) -> Self {
        // The remainder is 0 to 25, so the low octet is all of it.
        let [places, ..] = places.rem_euclid(26).to_le_bytes();
        Self { places }
    }

    /// From a whole number of any length, since full turns do not count.
    fn parse(text: &str) -> Option<Self> {
        let backwards = text.strip_prefix('-');
        let digits = backwards.or(text.strip_prefix('+')).unwrap_or(text);
        if digits.is_empty() {
            return None;
        }
        let places = digits.chars().try_fold(0_i32, |places, digit| {
            let digit = i32::try_from(digit.to_digit(10)?).ok()?;
            Some(places.wrapping_mul(10).wrapping_add(digit).rem_euclid(26))
        })?;
        Some(Self::new(if backwards.is_some() {
            places.wrapping_neg()
        } else {
            places
        }))
    }
}

impl InPlace for Caesar {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        alphabet::turn(chunk, self.places);
    }
}

transform_in_place!(Caesar);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_name;

    #[test]
    fn takes_every_whole_number() {
        for (text, places) in [
            ("0", 0),
            ("-0", 0),
            ("+3", 3),
            ("007", 7),
            ("-3", 23),
            ("2147483648", 24),
            ("-2147483649", 1),
            ("999999999999", 13),
            ("100000000000000000000000000000000000000000", 4),
        ] {
            assert_eq!(Caesar::parse(text), Some(Caesar { places }), "{text}");
        }
        for text in ["", "-", "+", "--3", "+-3", "3.", " 3", "0x3", "\u{663}"] {
            assert!(
                by_name("caesar").unwrap().build(Some(text)).is_err(),
                "{text}"
            );
        }
    }
}
