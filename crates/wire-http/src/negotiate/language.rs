//! `Accept-Language` (RFC 9110 §12.5.4).

use alloc::vec::Vec;

use crate::error::Error;
use crate::negotiate::Quality;
use crate::negotiate::quality::optional_weight;
use crate::productions::{Field, Parsed, ascii, expect, list, unexpected};
use nom::bytes::complete::take_while1;

const ACCEPT_LANGUAGE: Field = Field {
    name: "Accept-Language",
    reference: "RFC 9110 section 12.5.4",
};

/// The languages a user prefers.
///
/// ```
/// use wire_http::negotiate::AcceptLanguage;
///
/// let accept = AcceptLanguage::decode([&b"da, en-gb;q=0.8, en;q=0.7"[..]])?;
/// assert_eq!(accept.best(&["en-US", "en-GB"]), Some(1));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AcceptLanguage<'a> {
    ranges: Vec<(&'a str, Quality)>,
}

impl<'a> AcceptLanguage<'a> {
    /// Reads all lines of the field.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where a member is no language range
    /// ([RFC 4647 §2.1](https://www.rfc-editor.org/rfc/rfc4647#section-2.1)) with or without a weight; a server may then go
    /// on as if the field were absent.
    pub fn decode(lines: impl IntoIterator<Item = impl Into<&'a [u8]>>) -> Result<Self, Error> {
        Ok(Self {
            ranges: list(lines, ACCEPT_LANGUAGE, language_range)?,
        })
    }

    /// The language ranges and their weights in the order sent.
    ///
    /// ```
    /// use wire_http::negotiate::AcceptLanguage;
    ///
    /// let accept = AcceptLanguage::decode([&b"de-CH, en;q=0.7"[..]])?;
    /// assert!(accept.ranges().iter().map(|(range, _)| *range).eq(["de-CH", "en"]));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn ranges(&self) -> &[(&'a str, Quality)] {
        &self.ranges
    }

    /// How much the language `tag` is wanted: the weight of the longest range that is the tag or a prefix of it that ends at
    /// a hyphen (basic filtering, [RFC 4647 §3.3.1](https://www.rfc-editor.org/rfc/rfc4647#section-3.3.1)), else that of
    /// `*`.
    ///
    /// ```
    /// use wire_http::negotiate::AcceptLanguage;
    ///
    /// let accept = AcceptLanguage::decode([&b"de, de-CH;q=0.5, *;q=0.1"[..]])?;
    /// let quality = |tag| accept.quality(tag).thousandths();
    /// assert_eq!((quality("de-AT"), quality("de-CH-1996"), quality("den")), (1000, 500, 100));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn quality(&self, tag: &str) -> Quality {
        if self.ranges.is_empty() {
            return Quality::ONE;
        }
        let mut best: Option<(usize, Quality)> = None;
        for (range, quality) in &self.ranges {
            let length = if *range == "*" { 0 } else { range.len() };
            if (length == 0 || covers(range, tag)) && best.is_none_or(|(so_far, _)| length > so_far)
            {
                best = Some((length, *quality));
            }
        }
        best.map_or(Quality::NOT_ACCEPTABLE, |(_, quality)| quality)
    }

    /// The place of the best offer by [`quality`](Self::quality).
    #[must_use]
    pub fn best(&self, offers: &[&str]) -> Option<usize> {
        super::best(offers.iter().map(|offer| self.quality(offer)))
    }

    /// The place of the offer that fits best when there has to be one answer (lookup,
    /// [RFC 4647 §3.4](https://www.rfc-editor.org/rfc/rfc4647#section-3.4)): ranges by falling weight, each shortened from
    /// its end until an offer is equal to it. So `en-gb` finds `en`. `*` finds nothing: where this is `None`, send the
    /// default.
    ///
    /// ```
    /// use wire_http::negotiate::AcceptLanguage;
    ///
    /// let accept = AcceptLanguage::decode([&b"zh-Hant-CN-x-private1-private2, fr;q=0.5"[..]])?;
    /// assert_eq!(accept.lookup(&["fr", "zh-Hant"]), Some(1));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn lookup(&self, offers: &[&str]) -> Option<usize> {
        let mut ranges: Vec<&(&str, Quality)> = self
            .ranges
            .iter()
            .filter(|(range, quality)| *range != "*" && quality.is_acceptable())
            .collect();
        // A stable sort: of equal weights the earlier stays first.
        ranges.sort_by(|(_, left), (_, right)| right.cmp(left));
        ranges.into_iter().find_map(|(range, _)| {
            core::iter::successors(Some(*range), |range| shorten(range)).find_map(|range| {
                offers
                    .iter()
                    .position(|offer| offer.eq_ignore_ascii_case(range))
            })
        })
    }
}

/// Whether `range` is `tag`, or a prefix of it followed by a hyphen.
fn covers(range: &str, tag: &str) -> bool {
    match tag.as_bytes().split_at_checked(range.len()) {
        Some((start, rest)) => {
            start.eq_ignore_ascii_case(range.as_bytes())
                && (rest.is_empty() || rest.first() == Some(&b'-'))
        }
        None => false,
    }
}

/// Drops the last subtag, and a single-letter one before it (RFC 4647 §3.4).
fn shorten(range: &str) -> Option<&str> {
    let (shorter, _) = range.rsplit_once('-')?;
    match shorter.rsplit_once('-') {
        Some((rest, singleton)) if singleton.len() == 1 => Some(rest),
        _ => Some(shorter),
    }
}

/// `( 1*8ALPHA *( "-" 1*8alphanum ) ) / "*"` (RFC 4647 §2.1) and a weight.
fn language_range(input: &[u8]) -> Parsed<'_, (&str, Quality)> {
    let octets =
        take_while1(|octet: u8| octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'*');
    let (rest, octets) = expect(input, "a language range", octets)?;
    let range = ascii(octets);
    let valid = range == "*"
        || range.split('-').enumerate().all(|(place, subtag)| {
            matches!(subtag.len(), 1..=8)
                && subtag.bytes().all(|octet| {
                    octet.is_ascii_alphabetic() || (place > 0 && octet.is_ascii_digit())
                })
        });
    if !valid {
        return unexpected(input, "a language range");
    }
    let (rest, quality) = optional_weight(rest)?;
    Ok((rest, (range, quality)))
}

#[cfg(test)]
mod tests {
    use super::AcceptLanguage;

    /// RFC 9110 §12.5.4: "I prefer Danish, but will accept British English and other types of English."
    #[test]
    fn agrees_with_the_example() {
        let accept = AcceptLanguage::decode([&b"da, en-gb;q=0.8, en;q=0.7"[..]]).unwrap();
        for (tag, thousandths) in [
            ("da", 1000),
            ("da-DK", 1000),
            ("en-GB", 800),
            ("en-US", 700),
            ("en", 700),
            ("dab", 0),
            ("fr", 0),
        ] {
            assert_eq!(accept.quality(tag).thousandths(), thousandths, "{tag}");
        }
    }

    /// RFC 4647 §3.3.1 and §3.4.
    #[test]
    fn filters_and_looks_up() {
        let accept = AcceptLanguage::decode([&b"de-de, *;q=0.1, en;q=0"[..]]).unwrap();
        assert_eq!(accept.quality("de-DE-1996").thousandths(), 1000);
        assert_eq!(accept.quality("de-Deva").thousandths(), 100);
        assert_eq!(accept.quality("en-US").thousandths(), 0);
        assert_eq!(accept.lookup(&["en", "de"]), Some(1));
        assert_eq!(accept.lookup(&["en"]), None);
        assert_eq!(AcceptLanguage::default().best(&["x"]), Some(0));
    }

    /// RFC 4647 §3.4, its example: a single-letter subtag goes with the one after it.
    #[test]
    fn looks_up_shorter_and_shorter() {
        let accept = AcceptLanguage::decode([&b"zh-Hant-CN-x-private1-private2"[..]]).unwrap();
        for tag in [
            "zh-Hant-CN-x-private1-private2",
            "zh-Hant-CN-x-private1",
            "zh-Hant-CN",
            "zh-Hant",
            "zh",
        ] {
            assert_eq!(accept.lookup(&[tag]), Some(0), "{tag}");
        }
        assert_eq!(accept.lookup(&["zh-Hant-CN-x", "de", ""]), None);
    }

    #[test]
    fn refuses_what_is_no_language_range() {
        for value in ["en_US", "abcdefghi", "en-", "-en", "1n", "e*", "*-DE"] {
            assert!(
                AcceptLanguage::decode([value.as_bytes()]).is_err(),
                "{value}"
            );
        }
        assert_eq!(
            AcceptLanguage::decode([&b"en, en--us"[..]])
                .unwrap_err()
                .offset(),
            4
        );
    }
}
