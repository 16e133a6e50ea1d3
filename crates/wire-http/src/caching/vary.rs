//! `Vary` (RFC 9110 §12.5.5) and the part of a cache key it stands for (RFC 9111 §4.1).

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Error;
use crate::grammar::trim_ows;
use crate::productions::{Field, list, token};

const VARY: Field = Field {
    name: "Vary",
    reference: "RFC 9110 section 12.5.5",
};

/// The request fields that a response depends on ([RFC 9110 §12.5.5](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5)).
///
/// ```
/// use wire_http::caching::Vary;
///
/// let vary = Vary::decode([&b"accept-encoding, Accept-Language"[..]])?;
/// let one = vary.key([("Accept-Encoding", &b"gzip, br"[..]), ("Host", b"a.example")]);
/// let same = vary.key([("host", &b"b.example"[..]), ("accept-encoding", b"gzip"), ("accept-encoding", b" br")]);
/// let other = vary.key([("Accept-Encoding", &b"gzip"[..])]);
/// assert_eq!(one, same);
/// assert_ne!(one, other);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9110 section 12.5.5 has these two"
)]
pub enum Vary<'a> {
    /// `*`: something other than fields had a part in it. Such a response answers no other request.
    Any,
    /// These fields; none of them when the response varies by nothing.
    Fields(Vec<&'a str>),
}

impl<'a> Vary<'a> {
    /// Reads all lines of the field. A `*` anywhere makes it [`Any`](Self::Any).
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when a member is no field name: do not store the response.
    pub fn decode(lines: impl IntoIterator<Item = impl Into<&'a [u8]>>) -> Result<Self, Error> {
        let names = list(lines, VARY, token)?;
        Ok(if names.contains(&"*") {
            Self::Any
        } else {
            Self::Fields(names)
        })
    }

    /// What two requests must have in common to share the response: the named fields, their lines joined
    /// by a comma and a space, as §4.1 allows. `None` when no other request can share it.
    ///
    /// The octets are for comparing only. An absent field differs from an empty one. One that `Connection` names counts as absent:
    /// it goes no further than the cache ([RFC 9110 §7.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1)), so the
    /// response was chosen without it.
    ///
    /// ```
    /// use wire_http::{RequestHead, caching::Vary};
    ///
    /// let (head, _) = RequestHead::decode(b"GET / HTTP/1.0\r\nAccept: */*\r\n\r\n")?.complete().expect("a whole head");
    /// let vary = Vary::decode([&b"Accept"[..]])?;
    /// assert_eq!(vary.key(head.fields()), vary.key([("accept", &b"*/*"[..])]));
    /// assert_eq!(Vary::decode([&b"*"[..]])?.key(head.fields()), None);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn key<'f>(
        &self,
        request_fields: impl IntoIterator<Item = impl Into<(&'f str, &'f [u8])>>,
    ) -> Option<Vec<u8>> {
        let Self::Fields(names) = self else {
            return None;
        };
        let mut names: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        names.sort_unstable();
        names.dedup();
        let mut values: Vec<Vec<&[u8]>> = names.iter().map(|_| Vec::new()).collect();
        let mut ends_here: Vec<usize> = Vec::new();
        if !names.is_empty() {
            for (name, value) in request_fields.into_iter().map(Into::into) {
                let name = name.to_ascii_lowercase();
                if name == "connection" {
                    let options = value.split(|octet| *octet == b',');
                    let options = options.map(|option| trim_ows(option).to_ascii_lowercase());
                    ends_here.extend(options.filter_map(|option| {
                        names
                            .binary_search_by(|known| known.as_bytes().cmp(&option))
                            .ok()
                    }));
                }
                if let Ok(place) = names.binary_search(&name)
                    && let Some(lines) = values.get_mut(place)
                {
                    lines.push(value);
                }
            }
        }
        for place in ends_here {
            if let Some(lines) = values.get_mut(place) {
                lines.clear();
            }
        }
        // No value holds CR or LF, so these cannot be imitated.
        let mut key = Vec::new();
        for (name, lines) in names.iter().zip(values) {
            key.extend_from_slice(name.as_bytes());
            for (place, line) in lines.iter().enumerate() {
                key.extend_from_slice(if place == 0 { b"\r" } else { b", " });
                key.extend_from_slice(trim_ows(line));
            }
            key.push(b'\n');
        }
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::Vary;

    /// RFC 9110 §12.5.5 and RFC 9111 §4.1.
    #[test]
    fn star_matches_nothing() {
        assert_eq!(
            Vary::decode([&b"*"[..]]).unwrap().key([("a", &b"x"[..])]),
            None
        );
        assert_eq!(Vary::decode([&b"accept"[..], b"*"]).unwrap(), Vary::Any);
    }

    /// RFC 9110 §7.6.1: who asks with `Connection: x` asks without X, and must not choose for those who ask with it.
    #[test]
    fn what_connection_names_had_no_part_in_the_choice() {
        let vary = Vary::decode([&b"x, y"[..]]).unwrap();
        let without = vary.key([("Y", &b"2"[..])]);
        for fields in [
            [("X", &b"1"[..]), ("Y", b"2"), ("Connection", b"close, X")],
            [("Connection", &b" ,x"[..]), ("x", b"1"), ("y", b"2")],
        ] {
            assert_eq!(vary.key(fields), without);
        }
        let with = [("X", &b"1"[..]), ("Y", b"2"), ("Connection", b"x-y")];
        assert_ne!(vary.key(with), without);
    }

    #[test]
    fn only_the_named_fields_count() {
        let vary = Vary::decode([&b"Accept, accept"[..]]).unwrap();
        let key =
            |fields: &[(&'static str, &'static [u8])]| vary.key(fields.iter().copied()).unwrap();
        assert_eq!(
            key(&[("Accept", b"a"), ("X", b"1")]),
            key(&[("ACCEPT", b" a\t"), ("X", b"2")])
        );
        assert_ne!(key(&[("Accept", b"a")]), key(&[("Accept", b"A")]));
        assert_ne!(key(&[("Accept", b"")]), key(&[]));
        assert_ne!(
            key(&[("Accept", b"a"), ("Accept", b"b")]),
            key(&[("Accept", b"b"), ("Accept", b"a")])
        );
        assert_eq!(
            Vary::decode([&b""[..]])
                .unwrap()
                .key([("Accept", &b"a"[..])])
                .unwrap(),
            b""
        );
    }

    #[test]
    fn two_fields_cannot_imitate_one_another() {
        let vary = Vary::decode([&b"a, b"[..]]).unwrap();
        assert_ne!(vary.key([("a", &b"x"[..])]), vary.key([("b", &b"x"[..])]));
        assert_ne!(
            vary.key([("a", &b"b"[..])]),
            vary.key([("a", &b""[..]), ("b", b"")])
        );
        assert_eq!(Vary::decode([&b"a b"[..]]).unwrap_err().offset(), 2);
    }
}
