//! Query pairs and `application/x-www-form-urlencoded` (WHATWG URL standard, section 5), both ways.
//!
//! The same text serves a query ([RFC 3986 §3.4](https://www.rfc-editor.org/rfc/rfc3986#section-3.4) leaves its form open)
//! and a request body. Reading it never fails: what is no percent-encoding stands for itself, what is no UTF-8 becomes
//! U+FFFD, as in every browser.
//!
//! ```
//! use wire_http::{RequestHead, query};
//!
//! let (head, _) = RequestHead::decode(b"GET /search?q=a+b%26c&page=2 HTTP/1.0\r\n\r\n")?.complete().expect("a whole head");
//! let text = head.target().query().unwrap_or_default();
//! let page = query::pairs(text.as_bytes()).find(|(name, _)| name == "page");
//! assert_eq!(page.expect("there").1, "2");
//! # Ok::<(), wire_http::Error>(())
//! ```

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::iter::FusedIterator;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// What is written as it is besides letters and digits; a space becomes `+`.
const FORM: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'*')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b' ');

/// Reads the pairs one after the other, empty ones (`&&`) left out. Work and memory are linear in the text.
///
/// ```
/// let pairs: Vec<_> = wire_http::query::pairs(b"name=R%C3%A9my+Oudompheng&x&&y=1=2").collect();
/// assert_eq!(pairs, [("name".into(), "R\u{e9}my Oudompheng".into()), ("x".into(), "".into()), ("y".into(), "1=2".into())]);
/// ```
#[must_use]
pub fn pairs(text: &[u8]) -> Pairs<'_> {
    Pairs { rest: Some(text) }
}

/// The pairs of a query or form, as [`pairs`] gives them.
///
/// ```
/// let mut pairs = wire_http::query::pairs(b"100%&=&%ff");
/// assert_eq!(pairs.next(), Some(("100%".into(), "".into())));
/// assert_eq!(pairs.next(), Some(("".into(), "".into())));
/// assert_eq!(pairs.next(), Some(("\u{fffd}".into(), "".into())));
/// assert_eq!(pairs.next(), None);
/// ```
#[derive(Clone, Debug)]
pub struct Pairs<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Pairs<'a> {
    /// Name and value.
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (pair, rest) = split_once(self.rest?, b'&');
            self.rest = rest;
            if !pair.is_empty() {
                let (name, value) = split_once(pair, b'=');
                return Some((decode(name), decode(value.unwrap_or_default())));
            }
        }
    }
}

impl FusedIterator for Pairs<'_> {}

/// Writes pairs so that [`pairs`] reads them again.
///
/// ```
/// let text = wire_http::query::encode_pairs([("q", "a b&c"), ("caf\u{e9}", "1+1")]);
/// assert_eq!(text, "q=a+b%26c&caf%C3%A9=1%2B1");
/// ```
#[must_use]
pub fn encode_pairs(pairs: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        encode(name.as_ref(), &mut text);
        text.push('=');
        encode(value.as_ref(), &mut text);
    }
    text
}

fn split_once(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    let mut parts = text.splitn(2, |octet| *octet == at);
    (parts.next().unwrap_or_default(), parts.next())
}

fn decode(text: &[u8]) -> Cow<'_, str> {
    if !text.contains(&b'+') {
        return percent_decode(text).decode_utf8_lossy();
    }
    let spaced: Vec<u8> = text
        .iter()
        .map(|octet| if *octet == b'+' { b' ' } else { *octet })
        .collect();
    Cow::Owned(percent_decode(&spaced).decode_utf8_lossy().into_owned())
}

fn encode(text: &str, out: &mut String) {
    for part in utf8_percent_encode(text, FORM) {
        out.extend(
            part.chars()
                .map(|character| if character == ' ' { '+' } else { character }),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{encode_pairs, pairs};
    use alloc::string::String;
    use alloc::vec::Vec;

    fn read(text: &str) -> Vec<(String, String)> {
        pairs(text.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    }

    /// The steps of the URL standard's section 5.1.
    #[test]
    fn reads_as_browsers_do() {
        let pair = |name: &str, value: &str| (String::from(name), String::from(value));
        assert_eq!(read(""), []);
        assert_eq!(read("&&"), []);
        assert_eq!(read("="), [pair("", "")]);
        assert_eq!(
            read("a&b=&=c"),
            [pair("a", ""), pair("b", ""), pair("", "c")]
        );
        assert_eq!(read("a=1&a=2"), [pair("a", "1"), pair("a", "2")]);
        assert_eq!(read("a+b=%2B+%20"), [pair("a b", "+  ")]);
        assert_eq!(read("%zz=%"), [pair("%zz", "%")]);
        assert_eq!(read("%26=%3D"), [pair("&", "=")]);
        assert_eq!(read("a=%ff"), [pair("a", "\u{fffd}")]);
        assert_eq!(read("a;b=c"), [pair("a;b", "c")]);
    }

    #[test]
    fn writes_only_what_is_safe() {
        let all: String = (0..=127_u8).map(char::from).collect();
        let text = encode_pairs([(all.as_str(), "")]);
        assert!(
            text.bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || b"*-._+%=".contains(&octet))
        );
        assert_eq!(read(&text)[0].0, all);
    }
}
