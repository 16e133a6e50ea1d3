//! Request-targets (RFC 9112 §3.2).

use crate::authority::Authority;
use crate::error::{Error, ErrorKind};
use crate::grammar::{all_path, hex_value, is_path_octet};
use crate::limits::Limits;
use crate::method::Method;
use core::fmt;

/// A request-target in one of its four forms ([RFC 9112 §3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2)).
///
/// Path and query are as received, percent-encoding and all; each has only octets that
/// [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986) allows, and with [`Limits::lenient_target`] those that browsers send
/// too. [`SafePath`](crate::path::SafePath) decodes the path, [`query::pairs`](crate::query::pairs) the query. `Display`
/// writes the target as it stood in the request line.
///
/// ```
/// use wire_http::{RequestHead, RequestTarget};
///
/// let input = b"GET http://a.test:8080/search?q=http HTTP/1.1\r\nHost: a.test:8080\r\n\r\n";
/// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
/// let target = head.target();
/// assert!(matches!(target, RequestTarget::Absolute { scheme: "http", .. }));
/// assert_eq!((target.path(), target.query()), (Some("/search"), Some("q=http")));
/// assert_eq!(target.authority().expect("absolute-form").port(), Some(8080));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9112 §3.2 has these four forms"
)]
pub enum RequestTarget<'a> {
    /// `/path?query`: to an origin server.
    Origin {
        /// The path, starting with `/`.
        path: &'a str,
        /// What follows the first `?`.
        query: Option<&'a str>,
    },
    /// `http://host/path?query`: to a proxy, and servers must take it too.
    Absolute {
        /// The scheme without colon, as received.
        scheme: &'a str,
        /// Host and port; they win over the Host field.
        authority: Authority<'a>,
        /// The path: empty, or starting with `/`.
        path: &'a str,
        /// What follows the first `?`.
        query: Option<&'a str>,
    },
    /// `host:port`: where CONNECT leads; the port is there, and not 0.
    Authority(Authority<'a>),
    /// `*`: the server as a whole, with OPTIONS.
    Asterisk,
}

impl<'a> RequestTarget<'a> {
    /// The request-target `text` of a request with `method`.
    ///
    /// ```
    /// use wire_http::{Method, RequestTarget};
    ///
    /// let target = RequestTarget::new("/search?q=http", Method::GET)?;
    /// assert_eq!(target, RequestTarget::Origin { path: "/search", query: Some("q=http") });
    /// assert!(RequestTarget::new("/search#top", Method::GET).is_err());
    /// assert!(RequestTarget::new("*", Method::GET).is_err());
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// With the offset in `text`:
    ///
    /// - [`ErrorKind::TargetMissing`]: `text` is empty.
    /// - [`ErrorKind::Target`], [`ErrorKind::PercentEncoding`]: an octet that no URI has there, `%` without two digits.
    /// - [`ErrorKind::TargetForm`]: no form at all, `*` without OPTIONS, CONNECT with anything but `host:port`.
    /// - [`ErrorKind::TargetAuthority`]: no valid host and port where the form has them.
    pub fn new(text: &'a str, method: Method<'_>) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::new(0, ErrorKind::TargetMissing));
        }
        check_octets(text.as_bytes(), false)?;
        Form::of(text, method).map(|form| form.of_text(text))
    }

    /// The path, still percent-encoded; `*` and authority-form have none. In absolute-form it may be empty, which means `/`.
    #[must_use]
    pub const fn path(&self) -> Option<&'a str> {
        match *self {
            Self::Origin { path, .. } | Self::Absolute { path, .. } => Some(path),
            Self::Authority(_) | Self::Asterisk => None,
        }
    }

    /// What follows the first `?`, if there is one.
    #[must_use]
    pub const fn query(&self) -> Option<&'a str> {
        match *self {
            Self::Origin { query, .. } | Self::Absolute { query, .. } => query,
            Self::Authority(_) | Self::Asterisk => None,
        }
    }

    /// The authority that the target itself names; [`RequestHead::host`](crate::RequestHead::host) knows about Host too.
    ///
    /// ```
    /// use wire_http::{Method, RequestTarget};
    ///
    /// let tunnel = RequestTarget::new("a.test:443", Method::CONNECT)?;
    /// assert_eq!(tunnel.authority().expect("authority-form").host(), "a.test");
    /// assert_eq!(RequestTarget::new("/", Method::GET)?.authority(), None);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub const fn authority(&self) -> Option<Authority<'a>> {
        match *self {
            Self::Absolute { authority, .. } | Self::Authority(authority) => Some(authority),
            Self::Origin { .. } | Self::Asterisk => None,
        }
    }
}

impl fmt::Display for RequestTarget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin { .. } => {}
            Self::Absolute {
                scheme, authority, ..
            } => write!(f, "{scheme}://{authority}")?,
            Self::Authority(authority) => return fmt::Display::fmt(authority, f),
            Self::Asterisk => return f.write_str("*"),
        }
        f.write_str(self.path().unwrap_or_default())?;
        match self.query() {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

/// The form of a target that was checked. One octet, which passes in a register; the parts are found again when somebody asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    Origin,
    Absolute,
    Authority,
    Asterisk,
}

impl Form {
    /// The form of `text`, which has passed [`check_octets`] and is not empty; refused where it does not go with `method`.
    #[inline]
    pub(crate) fn of(text: &str, method: Method<'_>) -> Result<Self, Error> {
        if text.as_bytes().first() == Some(&b'/') && method.as_str().len() != 7 {
            return Ok(Self::Origin);
        }
        Self::of_rare(text, method)
    }

    fn of_rare(text: &str, method: Method<'_>) -> Result<Self, Error> {
        let wrong_form = Error::new(0, ErrorKind::TargetForm);
        let wrong_authority = |offset| Error::new(offset, ErrorKind::TargetAuthority);
        if method == Method::CONNECT {
            // RFC 9110 §9.3.6: host and port, both there; port 0 leads nowhere.
            if text == "*" || text.contains(['/', '?']) {
                return Err(wrong_form);
            }
            let authority = Authority::parse(text.as_bytes()).map_err(wrong_authority)?;
            return match authority.port() {
                Some(1..) => Ok(Self::Authority),
                _ => Err(wrong_authority(authority.host().len())),
            };
        }
        if text.starts_with('/') {
            return Ok(Self::Origin);
        }
        if text == "*" {
            return if method == Method::OPTIONS {
                Ok(Self::Asterisk)
            } else {
                Err(wrong_form)
            };
        }
        // absolute-URI with an authority: without "//" it would be authority-form (`example.net:80`), or a URI that
        // names no server.
        let (scheme, authority, _) = split_absolute(text).ok_or(wrong_form)?;
        let mut octets = scheme.bytes();
        let valid = octets
            .next()
            .is_some_and(|octet| octet.is_ascii_alphabetic())
            && octets.all(is_scheme_octet);
        if !valid {
            return Err(wrong_form);
        }
        let start = scheme.len().saturating_add(3);
        Authority::parse(authority.as_bytes())
            .map_err(|offset| wrong_authority(start.saturating_add(offset)))?;
        Ok(Self::Absolute)
    }

    /// The authority in the `text` that this form was found for, if it is of the two that have one.
    #[inline]
    pub(crate) fn of_text_authority(self, text: &str) -> Option<Authority<'_>> {
        match self {
            Self::Origin | Self::Asterisk => None,
            Self::Absolute | Self::Authority => self.of_text(text).authority(),
        }
    }

    /// The parts of the `text` that this form was found for.
    pub(crate) fn of_text(self, text: &str) -> RequestTarget<'_> {
        let split = |text| match str::split_once(text, '?') {
            Some((path, query)) => (path, Some(query)),
            None => (text, None),
        };
        match self {
            Self::Origin => {
                let (path, query) = split(text);
                RequestTarget::Origin { path, query }
            }
            Self::Absolute => {
                let (scheme, authority, rest) = split_absolute(text).unwrap_or_default();
                let (path, query) = split(rest);
                match Authority::parse(authority.as_bytes()) {
                    Ok(authority) => RequestTarget::Absolute {
                        scheme,
                        authority,
                        path,
                        query,
                    },
                    Err(_) => RequestTarget::Asterisk,
                }
            }
            Self::Authority => match Authority::parse(text.as_bytes()) {
                Ok(authority) => RequestTarget::Authority(authority),
                Err(_) => RequestTarget::Asterisk,
            },
            Self::Asterisk => RequestTarget::Asterisk,
        }
    }
}

/// Scheme, authority and what follows it of an absolute-URI that has an authority (RFC 3986 §3).
fn split_absolute(text: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end)?;
    Some((scheme, authority, rest))
}

/// Whether every octet of `text` may stand in a URI and every `%` has its two digits.
#[inline]
pub(crate) fn octets_are_valid(text: &[u8], limits: &Limits) -> bool {
    // The commonest target of all is not worth a call.
    matches!(text, [b'/']) || all_path(text) || check_octets(text, limits.lenient_target).is_ok()
}

/// As [`octets_are_valid`], naming the octet. Brackets belong to an address literal in the authority only.
pub(crate) fn check_octets(text: &[u8], lenient: bool) -> Result<(), Error> {
    let authority = authority_range(text);
    let mut rest = text;
    loop {
        let position = text.len().saturating_sub(rest.len());
        rest = match rest {
            [] => return Ok(()),
            [b'%', first, second, after @ ..]
                if hex_value(*first).is_some() && hex_value(*second).is_some() =>
            {
                after
            }
            [b'%', after @ ..] if lenient => after,
            [b'%', ..] => return Err(Error::new(position, ErrorKind::PercentEncoding)),
            [octet, after @ ..] if is_path_octet(*octet) => after,
            [b'[' | b']', after @ ..] if authority.contains(&position) => after,
            [
                b'[' | b']' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}',
                after @ ..,
            ] if lenient && !authority.contains(&position) => after,
            [octet, ..] => return Err(Error::new(position, ErrorKind::Target { octet: *octet })),
        };
    }
}

/// What may follow the first letter of a scheme (RFC 3986 §3.1).
const fn is_scheme_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.')
}

/// Where the authority is, judged only by octets before its end, so that the answer does not change as more arrive.
fn authority_range(text: &[u8]) -> core::ops::Range<usize> {
    if text.first() == Some(&b'/') {
        return 0..0;
    }
    let ends = |octet: &u8| matches!(octet, b'/' | b'?');
    // What a scheme has not ends it, whether or not a "://" comes later.
    let scheme = text
        .iter()
        .position(|octet| !is_scheme_octet(*octet))
        .unwrap_or(text.len());
    let start = match text.get(scheme..) {
        Some([b':', b'/', b'/', ..]) => scheme.saturating_add(3),
        _ => 0,
    };
    let len = text
        .get(start..)
        .and_then(|rest| rest.iter().position(ends));
    start..len.map_or(text.len(), |len| start.saturating_add(len))
}
