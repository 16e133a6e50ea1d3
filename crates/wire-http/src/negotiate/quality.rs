//! Weights: `;q=0.5` (RFC 9110 §12.4.2).

use core::fmt;

use crate::productions::{Parsed, expect, skip_ows, unexpected};
use nom::Parser;
use nom::bytes::complete::{tag_no_case, take_while};

/// How much something is wanted ([RFC 9110 §12.4.2](https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2)), in thousandths: 0 is
/// "not acceptable", 1000 is the default.
///
/// ```
/// use wire_http::negotiate::Quality;
///
/// let half = Quality::from_thousandths(500).expect("at most 1000");
/// assert!(half > Quality::NOT_ACCEPTABLE && half < Quality::ONE);
/// assert_eq!(half.to_string(), "0.5");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Quality(u16);

impl Quality {
    /// `q=0`: not acceptable (RFC 9110 §12.4.2).
    pub const NOT_ACCEPTABLE: Self = Self(0);
    /// `q=0.001`: the least that is still acceptable.
    pub const LEAST: Self = Self(1);
    /// `q=1`, and what the absence of a weight means.
    pub const ONE: Self = Self(1000);

    /// The weight of so many thousandths; `None` above 1000.
    #[must_use]
    pub const fn from_thousandths(thousandths: u16) -> Option<Self> {
        if thousandths <= 1000 {
            Some(Self(thousandths))
        } else {
            None
        }
    }

    /// The weight in thousandths, 0 to 1000.
    #[must_use]
    pub const fn thousandths(self) -> u16 {
        self.0
    }

    /// Whether the weight is above 0.
    #[must_use]
    pub const fn is_acceptable(self) -> bool {
        self.0 > 0
    }
}

impl Default for Quality {
    fn default() -> Self {
        Self::ONE
    }
}

/// The shortest `qvalue`.
impl fmt::Display for Quality {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1000.. => formatter.write_str("1"),
            0 => formatter.write_str("0"),
            part if part % 100 == 0 => write!(formatter, "0.{}", part / 100),
            part if part % 10 == 0 => write!(formatter, "0.{:02}", part / 10),
            part => write!(formatter, "0.{part:03}"),
        }
    }
}

/// `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`, whole.
pub(crate) fn quality_value(text: &[u8]) -> Option<Quality> {
    let (first, rest) = text.split_first()?;
    let fraction = match rest {
        [] => rest,
        [b'.', fraction @ ..] if fraction.len() <= 3 => fraction,
        _ => return None,
    };
    if !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |place: usize| {
        u16::from(
            fraction
                .get(place)
                .map_or(0, |octet| octet.wrapping_sub(b'0')),
        )
    };
    let thousandths = [(0, 100), (1, 10), (2, 1)]
        .into_iter()
        .fold(0_u16, |sum, (place, worth)| {
            sum.saturating_add(digit(place).saturating_mul(worth))
        });
    match (first, thousandths) {
        (b'0', part) => Some(Quality(part)),
        (b'1', 0) => Some(Quality::ONE),
        _ => None,
    }
}

/// `[ OWS ";" OWS "q=" qvalue ]`, where nothing else can follow a semicolon.
pub(crate) fn optional_weight(input: &[u8]) -> Parsed<'_, Quality> {
    let Some(rest) = skip_ows(input).strip_prefix(b";") else {
        return Ok((input, Quality::ONE));
    };
    let (rest, _) = expect(skip_ows(rest), "\"q=\"", tag_no_case(&b"q="[..]))?;
    let (after, text) =
        take_while(|octet: u8| octet == b'.' || octet.is_ascii_digit()).parse(rest)?;
    match quality_value(text) {
        Some(quality) => Ok((after, quality)),
        None => unexpected(rest, "a weight from 0 to 1 with at most three decimals"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Quality, quality_value};
    use alloc::string::ToString;

    #[test]
    fn reads_every_weight_it_writes() {
        for thousandths in 0..=1000 {
            let quality = Quality::from_thousandths(thousandths).unwrap();
            assert_eq!(quality_value(quality.to_string().as_bytes()), Some(quality));
        }
        assert_eq!(Quality::from_thousandths(1001), None);
    }

    #[test]
    fn writes_no_zeros_at_the_end() {
        for (thousandths, text) in [
            (0, "0"),
            (1000, "1"),
            (500, "0.5"),
            (750, "0.75"),
            (50, "0.05"),
            (755, "0.755"),
            (5, "0.005"),
        ] {
            let quality = Quality::from_thousandths(thousandths).unwrap();
            assert_eq!(quality.to_string(), text);
        }
    }

    #[test]
    fn reads_the_longer_forms() {
        for (text, thousandths) in [
            ("0.", 0),
            ("1.", 1000),
            ("1.000", 1000),
            ("0.50", 500),
            ("0.500", 500),
            ("0.8", 800),
        ] {
            assert_eq!(
                quality_value(text.as_bytes()).map(Quality::thousandths),
                Some(thousandths),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_weight() {
        for text in [
            "", ".5", "1.001", "2", "0.1234", "-0", "+1", "0,5", "01", "1e0", "0.x", "00.5", "0..5",
        ] {
            assert_eq!(quality_value(text.as_bytes()), None, "{text}");
        }
    }
}
