//! `Accept-Charset` (RFC 9110 §12.5.2).

use alloc::vec::Vec;

use crate::error::Error;
use crate::negotiate::Quality;
use crate::negotiate::quality::optional_weight;
use crate::productions::{Field, Parsed, list, token};

const ACCEPT_CHARSET: Field = Field {
    name: "Accept-Charset",
    reference: "RFC 9110 section 12.5.2",
};

/// The charsets a user agent wants ([RFC 9110 §12.5.2](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.2)). The field is
/// deprecated: most servers do well to ignore it.
///
/// ```
/// use wire_http::negotiate::AcceptCharset;
///
/// let accept = AcceptCharset::decode([&b"iso-8859-5, unicode-1-1;q=0.8"[..]])?;
/// assert_eq!(accept.best(&["utf-8", "unicode-1-1", "ISO-8859-5"]), Some(2));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AcceptCharset<'a> {
    charsets: Vec<(&'a str, Quality)>,
}

impl<'a> AcceptCharset<'a> {
    /// Reads all lines of the field.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where a member is no token with or without a weight; a server may then go
    /// on as if the field were absent.
    pub fn decode(lines: impl IntoIterator<Item = impl Into<&'a [u8]>>) -> Result<Self, Error> {
        Ok(Self {
            charsets: list(lines, ACCEPT_CHARSET, weighted_token)?,
        })
    }

    /// The charsets and their weights in the order sent; `*` stands for all that are not named.
    ///
    /// ```
    /// use wire_http::negotiate::AcceptCharset;
    ///
    /// let accept = AcceptCharset::decode([&b"utf-8, *;q=0.1"[..]])?;
    /// assert!(accept.charsets().iter().map(|(charset, _)| *charset).eq(["utf-8", "*"]));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn charsets(&self) -> &[(&'a str, Quality)] {
        &self.charsets
    }

    /// How much `charset` is wanted.
    #[must_use]
    pub fn quality(&self, charset: &str) -> Quality {
        if self.charsets.is_empty() {
            return Quality::ONE;
        }
        named_or_any(&self.charsets, |name| name.eq_ignore_ascii_case(charset))
            .unwrap_or(Quality::NOT_ACCEPTABLE)
    }

    /// The place of the best offer.
    #[must_use]
    pub fn best(&self, offers: &[&str]) -> Option<usize> {
        super::best(offers.iter().map(|offer| self.quality(offer)))
    }
}

/// `token [ weight ]`, where `*` is a token.
pub(crate) fn weighted_token(input: &[u8]) -> Parsed<'_, (&str, Quality)> {
    let (rest, name) = token(input)?;
    let (rest, quality) = optional_weight(rest)?;
    Ok((rest, (name, quality)))
}

/// The weight of the first member that `is` the one asked for, else that of `*`.
pub(crate) fn named_or_any(
    members: &[(&str, Quality)],
    is: impl Fn(&str) -> bool,
) -> Option<Quality> {
    let first = |wanted: &dyn Fn(&str) -> bool| {
        members
            .iter()
            .find(|(name, _)| wanted(name))
            .map(|(_, quality)| *quality)
    };
    first(&is).or_else(|| first(&|name| name == "*"))
}

#[cfg(test)]
mod tests {
    use super::AcceptCharset;

    /// RFC 9110 §12.5.2.
    #[test]
    fn a_star_stands_for_the_rest() {
        let accept = AcceptCharset::decode([&b"utf-8;q=0.1, *;q=0.2, koi8-r;q=0"[..]]).unwrap();
        assert_eq!(accept.quality("UTF-8").thousandths(), 100);
        assert_eq!(accept.quality("iso-8859-1").thousandths(), 200);
        assert_eq!(accept.quality("koi8-r").thousandths(), 0);
        assert_eq!(AcceptCharset::default().best(&["x"]), Some(0));
    }

    #[test]
    fn takes_no_parameter_but_the_weight() {
        assert_eq!(
            AcceptCharset::decode([&b"utf-8;level=1"[..]])
                .unwrap_err()
                .offset(),
            6
        );
        assert_eq!(
            AcceptCharset::decode([&b"utf-8;q=0.1;q=0.2"[..]])
                .unwrap_err()
                .offset(),
            11
        );
        assert_eq!(
            AcceptCharset::decode([&b"utf-8;q=1.5"[..]])
                .unwrap_err()
                .offset(),
            8
        );
    }
}
