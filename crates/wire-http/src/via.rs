//! `Via` ([RFC 9110 §7.6.3](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.3)): which intermediaries a message came
//! through.
//!
//! ```
//! use wire_http::{RequestHead, via};
//!
//! let input = b"GET / HTTP/1.0\r\nVia: 1.0 fred\r\nVia: 1.1 lab\r\n\r\n";
//! let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
//! let came_through = via::decode(head.fields().get_all("via"))?;
//! assert!(came_through.iter().any(|via| via.received_by() == "lab"), "a loop, if this is lab");
//! # Ok::<(), wire_http::Error>(())
//! ```

use alloc::vec::Vec;
use core::fmt;

use nom::bytes::complete::{take_while_m_n, take_while1};

use crate::error::Error;
use crate::grammar::{is_field_octet, is_tchar};
use crate::productions::{
    Field, Parsed, ascii, check_token, expect, list, skip_ows, token, unexpected,
};

const VIA: Field = Field {
    name: "Via",
    reference: "RFC 9110 section 7.6.3",
};

/// One intermediary: the protocol it received, and its host or pseudonym
/// ([RFC 9110 §7.6.3](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.3)).
///
/// ```
/// use wire_http::via::{Via, decode};
///
/// let line = decode([&b"1.0 fred, 1.1 p.example.net:8080 (Apache/1.1)"[..]])?;
/// assert_eq!(line[1].received_by(), "p.example.net:8080");
/// assert_eq!(Via::new("1.1", "netlab")?.to_string(), "1.1 netlab");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Via<'a> {
    protocol: Option<&'a str>,
    version: &'a str,
    received_by: &'a str,
}

impl<'a> Via<'a> {
    /// An entry for writing, of a message received by HTTP of `version`. [`Forward`](crate::Forward) writes it by itself.
    ///
    /// ```
    /// use wire_http::via::Via;
    ///
    /// assert_eq!(Via::new("1.0", "[2001:db8::1]:3128")?.to_string(), "1.0 [2001:db8::1]:3128");
    /// assert_eq!(Via::new("1.1", "two words").unwrap_err().offset(), 3);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when the version is not a token, or `received_by` is neither a
    /// pseudonym nor a host with an optional port.
    pub fn new(version: &'a str, received_by: &'a str) -> Result<Self, Error> {
        check_token(version, VIA)?;
        match received_by
            .bytes()
            .position(|octet| !is_received_by_octet(octet))
        {
            Some(offset) => Err(VIA.refuse(offset, "a host or a pseudonym")),
            None if received_by.is_empty() => Err(VIA.refuse(0, "a host or a pseudonym")),
            None => Ok(Self {
                protocol: None,
                version,
                received_by,
            }),
        }
    }

    /// The protocol's name; `HTTP` where it is left out.
    ///
    /// ```
    /// let line = wire_http::via::decode([&b"2 a, TLS/1.3 b"[..]])?;
    /// assert_eq!((line[0].protocol(), line[0].version()), ("HTTP", "2"));
    /// assert_eq!((line[1].protocol(), line[1].version()), ("TLS", "1.3"));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn protocol(&self) -> &'a str {
        self.protocol.unwrap_or("HTTP")
    }

    /// The protocol's version.
    #[must_use]
    pub fn version(&self) -> &'a str {
        self.version
    }

    /// The host and port, or a pseudonym. A proxy that finds its own here is in a loop.
    #[must_use]
    pub fn received_by(&self) -> &'a str {
        self.received_by
    }
}

impl fmt::Display for Via<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(protocol) = self.protocol {
            write!(formatter, "{protocol}/")?;
        }
        write!(formatter, "{} {}", self.version, self.received_by)
    }
}

/// Reads all lines of a `Via` field ([RFC 9110 §7.6.3](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.3)), nearest intermediary
/// last. Comments are skipped.
///
/// ```
/// use wire_http::via;
///
/// let line = via::decode([&b"1.0 fred (an old one)"[..], b"HTTP/1.1 p.example.net"])?;
/// let received_by: Vec<_> = line.iter().map(|via| via.received_by()).collect();
/// assert_eq!(received_by, ["fred", "p.example.net"]);
/// assert_eq!(via::decode([&b"1.1"[..]]).unwrap_err().to_string(), "octet 3: Via: expected a space");
/// # Ok::<(), wire_http::Error>(())
/// ```
///
/// # Errors
///
/// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where a member is not
/// `[ protocol-name "/" ] protocol-version RWS received-by [ RWS comment ]`.
pub fn decode<'a>(
    lines: impl IntoIterator<Item = impl Into<&'a [u8]>>,
) -> Result<Vec<Via<'a>>, Error> {
    list(lines, VIA, via)
}

fn via(input: &[u8]) -> Parsed<'_, Via<'_>> {
    let (rest, first) = expect(input, "a protocol version", token)?;
    let (rest, protocol, version) = match rest.strip_prefix(b"/") {
        Some(rest) => {
            let (rest, version) = expect(rest, "a protocol version", token)?;
            (rest, Some(first), version)
        }
        None => (rest, None, first),
    };
    let received_by = skip_ows(rest);
    if received_by.len() == rest.len() {
        return unexpected(rest, "a space");
    }
    let (rest, octets) = expect(
        received_by,
        "a host or a pseudonym",
        take_while1(is_received_by_octet),
    )?;
    let via = Via {
        protocol,
        version,
        received_by: ascii(octets),
    };
    match skip_ows(rest).strip_prefix(b"(") {
        Some(comment) => Ok((comment_end(comment)?.0, via)),
        None => Ok((rest, via)),
    }
}

/// What follows a comment that was opened (§5.6.5): `*( ctext / quoted-pair / comment ) ")"`.
fn comment_end(input: &[u8]) -> Parsed<'_, ()> {
    let mut open = 1_usize;
    let mut rest = input;
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        match octet {
            b'(' => open = open.saturating_add(1),
            b')' => open = open.saturating_sub(1),
            b'\\' => rest = expect(rest, "a quoted octet", take_while_m_n(1, 1, is_field_octet))?.0,
            octet if is_field_octet(*octet) => {}
            _ => break,
        }
        if open == 0 {
            return Ok((rest, ()));
        }
    }
    unexpected(rest, "\")\"")
}

/// `received-by = pseudonym [ ":" port ]`, where a pseudonym is a token; and the brackets of an IP literal.
pub(crate) fn is_received_by_octet(octet: u8) -> bool {
    is_tchar(octet) || matches!(octet, b':' | b'[' | b']')
}

#[cfg(test)]
mod tests {
    use super::{Via, decode};
    use alloc::string::ToString;
    use alloc::vec::Vec;

    /// RFC 9110 §7.6.3, its examples.
    #[test]
    fn reads_the_examples() {
        let read = decode([&b"1.0 fred, 1.1 p.example.net"[..]]).unwrap();
        assert_eq!(
            read.iter().map(Via::received_by).collect::<Vec<_>>(),
            ["fred", "p.example.net"]
        );
        let read = decode([&b"1.0 ricky, 1.1 ethel, 1.1 fred, 1.0 lucy"[..]]).unwrap();
        assert_eq!(read.len(), 4);
        let read = decode([&b"HTTP/1.1 [::1]:80 (a, \\) (b)(\\((c))), SIP/2.0 x"[..]]).unwrap();
        assert_eq!(
            (read[0].protocol(), read[0].version(), read[0].received_by()),
            ("HTTP", "1.1", "[::1]:80")
        );
        assert_eq!(read[1].to_string(), "SIP/2.0 x");
    }

    #[test]
    fn refuses_what_is_none() {
        for (value, offset) in [
            ("1.1", 3),
            ("1.1 a (b", 8),
            ("1.1 a ((b)", 10),
            ("1.1 a (b\\", 9),
            ("1.1 a b", 6),
            ("1.1 ", 4),
            ("/1.1 a", 0),
        ] {
            assert_eq!(
                decode([value.as_bytes()]).unwrap_err().offset(),
                offset,
                "{value}"
            );
        }
        assert!(Via::new("1.1", "a b").is_err());
        assert!(Via::new("1.1", "").is_err());
        assert!(Via::new("1.1\r\n", "a").is_err());
    }
}
