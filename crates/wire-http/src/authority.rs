//! `host [ ":" port ]`: the value of Host and the authority of a target (RFC 9110 §7.2, RFC 3986 §3.2).

use crate::error::{Error, ErrorKind};
use crate::grammar::{all_reg_name, hex_value, is_reg_name_octet};
use core::fmt;
use core::hash::{Hash, Hasher};
use core::net::Ipv6Addr;

/// `uri-host [ ":" port ]`, without user information.
///
/// The host is a registered name, an IPv4 address, or an IPv6 or later address in brackets; it is never empty.
///
/// ```
/// use wire_http::Authority;
///
/// let authority = Authority::new("[2001:db8::1]:8080")?;
/// assert_eq!(authority.host(), "[2001:db8::1]");
/// assert_eq!(authority.port(), Some(8080));
/// assert!(Authority::new("user@example.net").is_err());
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Authority<'a> {
    /// ASCII; a text only when somebody asks, because looking at each octet once more costs.
    text: &'a [u8],
    host_len: usize,
    port: Option<u16>,
}

impl<'a> Authority<'a> {
    /// The authority `text`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::HostInvalid`] with the first octet that does not fit: an empty host, user information, an octet that
    /// no host has, `%` without two digits, a bracket without an address, a port that is not a number up to 65535.
    pub fn new(text: &'a str) -> Result<Self, Error> {
        Self::parse(text.as_bytes()).map_err(|offset| Error::new(offset, ErrorKind::HostInvalid))
    }

    /// As [`Self::new`], with the offset alone as error.
    pub(crate) fn parse(text: &'a [u8]) -> Result<Self, usize> {
        let host_len = if text.first() == Some(&b'[') {
            literal_len(text)?
        } else {
            name_len(text)?
        };
        let port = match text.get(host_len..) {
            None | Some([] | [b':']) => None,
            Some([b':', digits @ ..]) => {
                Some(port_of(digits).map_err(|at| host_len.saturating_add(1).saturating_add(at))?)
            }
            Some(_) => return Err(host_len),
        };
        Ok(Self {
            text,
            host_len,
            port,
        })
    }

    /// The authority that is a [plain name](is_plain_name) and nothing else.
    #[inline]
    pub(crate) const fn from_plain_name(name: &'a [u8]) -> Self {
        Self {
            text: name,
            host_len: name.len(),
            port: None,
        }
    }

    /// The host, with the brackets of an address literal.
    #[must_use]
    pub fn host(&self) -> &'a str {
        core::str::from_utf8(self.host_octets()).unwrap_or_default()
    }

    fn host_octets(&self) -> &'a [u8] {
        self.text.get(..self.host_len).unwrap_or_default()
    }

    /// The port, if one is given; `a.test:` gives none.
    #[must_use]
    pub const fn port(&self) -> Option<u16> {
        self.port
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        core::str::from_utf8(self.text).unwrap_or_default()
    }

    /// Whether both name the same host and port when `default_port` stands for a missing one; case does not matter.
    ///
    /// ```
    /// use wire_http::Authority;
    ///
    /// let (one, other) = (Authority::new("A.test:80")?, Authority::new("a.test")?);
    /// assert!(one.same_as(&other, 80) && !one.same_as(&other, 443));
    /// assert_ne!(one, other);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn same_as(&self, other: &Authority<'_>, default_port: u16) -> bool {
        self.host_octets().eq_ignore_ascii_case(other.host_octets())
            && self.port.unwrap_or(default_port) == other.port.unwrap_or(default_port)
    }
}

impl Eq for Authority<'_> {}

impl PartialEq for Authority<'_> {
    /// Hosts are compared without regard to case (RFC 3986 §3.2.2).
    fn eq(&self, other: &Self) -> bool {
        self.host_octets().eq_ignore_ascii_case(other.host_octets()) && self.port == other.port
    }
}

impl Hash for Authority<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for octet in self.host_octets() {
            state.write_u8(octet.to_ascii_lowercase());
        }
        state.write_usize(self.host_len);
        self.port.hash(state);
    }
}

impl fmt::Debug for Authority<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authority({})", self.as_str())
    }
}

impl fmt::Display for Authority<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whether `text` is a registered name without percent-encoding and without port, as most are.
#[inline]
pub(crate) fn is_plain_name(text: &[u8]) -> bool {
    !text.is_empty() && all_reg_name(text)
}

/// The length of a `reg-name` (RFC 3986 §3.2.2) that ends at a colon or at the end.
fn name_len(octets: &[u8]) -> Result<usize, usize> {
    let len = octets
        .iter()
        .position(|&octet| !is_reg_name_octet(octet))
        .unwrap_or(octets.len());
    match octets.get(len) {
        // Percent-encoding is legal and hardly ever there, so it stays out of the loop above.
        Some(b'%') => escaped_name_len(octets),
        None | Some(b':') if len > 0 => Ok(len),
        _ => Err(len),
    }
}

/// As [`name_len`], with percent-encoding.
fn escaped_name_len(octets: &[u8]) -> Result<usize, usize> {
    let mut rest = octets;
    loop {
        let position = octets.len().saturating_sub(rest.len());
        rest = match rest {
            [b'%', first, second, after @ ..]
                if hex_value(*first).is_some() && hex_value(*second).is_some() =>
            {
                after
            }
            [octet, after @ ..] if is_reg_name_octet(*octet) => after,
            [] | [b':', ..] => return Ok(position),
            _ => return Err(position),
        };
    }
}

/// The length of an `IP-literal = "[" ( IPv6address / IPvFuture ) "]"` (RFC 3986 §3.2.2), brackets included.
fn literal_len(text: &[u8]) -> Result<usize, usize> {
    let text = core::str::from_utf8(text).map_err(|error| error.valid_up_to())?;
    let (inside, _) = text
        .get(1..)
        .and_then(|rest| rest.split_once(']'))
        .ok_or(0_usize)?;
    let future = inside
        .strip_prefix(['v', 'V'])
        .and_then(|rest| rest.split_once('.'));
    let valid = match future {
        Some((version, address)) => {
            !version.is_empty()
                && version.bytes().all(|octet| octet.is_ascii_hexdigit())
                && !address.is_empty()
                && address
                    .bytes()
                    .all(|octet| is_reg_name_octet(octet) || octet == b':')
        }
        None => inside.parse::<Ipv6Addr>().is_ok(),
    };
    if valid {
        Ok(inside.len().saturating_add(2))
    } else {
        Err(1)
    }
}

/// `port = *DIGIT` (RFC 3986 §3.2.3), here 1*DIGIT up to 65535; `str::parse` would accept a plus sign.
fn port_of(digits: &[u8]) -> Result<u16, usize> {
    let mut port = 0_u16;
    for (position, &octet) in digits.iter().enumerate() {
        if !octet.is_ascii_digit() {
            return Err(position);
        }
        let digit = u16::from(octet.wrapping_sub(b'0'));
        port = port
            .checked_mul(10)
            .and_then(|port| port.checked_add(digit))
            .ok_or(position)?;
    }
    Ok(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_every_form_of_host() {
        for (text, host, port) in [
            ("example.net", "example.net", None),
            ("EXAMPLE.net:80", "EXAMPLE.net", Some(80)),
            ("127.0.0.1:0", "127.0.0.1", Some(0)),
            ("[::1]", "[::1]", None),
            ("[::ffff:192.0.2.1]:8443", "[::ffff:192.0.2.1]", Some(8443)),
            ("[v1.fe:80]", "[v1.fe:80]", None),
            ("example.net:", "example.net", None),
            ("a%20b", "a%20b", None),
            ("a_b~!$&'()*+,;=", "a_b~!$&'()*+,;=", None),
            ("h:00080", "h", Some(80)),
        ] {
            let authority = Authority::parse(text.as_bytes()).unwrap();
            assert_eq!((authority.host(), authority.port()), (host, port), "{text}");
        }
    }

    #[test]
    fn names_the_octet_that_does_not_fit() {
        for (text, offset) in [
            ("", 0),
            (":80", 0),
            ("a b", 1),
            ("user@example.net", 4),
            ("user:pass@example.net", 5),
            ("example.net/", 11),
            ("http://example.net", 5),
            ("example.net:8o", 13),
            ("example.net:+80", 12),
            ("example.net:65536", 16),
            ("example.net:80:80", 14),
            ("a%2", 1),
            ("a%zz", 1),
            ("[::1", 0),
            ("[]", 1),
            ("[::1]x", 5),
            ("[::1%25eth0]", 1),
            ("[1.2.3.4]", 1),
            ("[v.x]", 1),
            ("[v1.]", 1),
            ("::1", 0),
            ("ex\u{e9}", 2),
            ("a,b c", 3),
            ("a\\b", 1),
        ] {
            assert_eq!(
                Authority::parse(text.as_bytes()).map(|_| ()),
                Err(offset),
                "{text}"
            );
        }
    }
}
