//! `Set-Cookie` (RFC 6265 §4.1 and §5.2).

use alloc::vec::Vec;
use core::fmt;

use crate::cookie::cookie_date::decode_cookie_date;
use crate::date::HttpDate;
use crate::error::Error;
use crate::grammar::trim_ows;
use crate::productions::{Field, check_token};

const SET_COOKIE: Field = Field {
    name: "Set-Cookie",
    reference: "RFC 6265 section 5.2",
};
const WRITTEN: Field = Field {
    name: "Set-Cookie",
    reference: "RFC 6265 section 4.1.1",
};

/// What browsers keep of name and value together; a longer cookie is refused.
const PAIR_OCTETS_MAX: usize = 4096;
/// What browsers read of an attribute's value; a longer attribute is ignored.
const ATTRIBUTE_OCTETS_MAX: usize = 1024;

/// With which requests from other sites a cookie goes (`SameSite`).
///
/// ```
/// use wire_http::cookie::{SameSite, SetCookie};
///
/// let same_site = |value| SetCookie::decode(value).map(|cookie| cookie.same_site);
/// assert_eq!(same_site(b"a=b; samesite=lax")?, Some(SameSite::Lax));
/// assert_eq!(same_site(b"a=b; SameSite=Whatever")?, None);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SameSite {
    /// With none.
    Strict,
    /// Only when the user follows a link.
    Lax,
    /// With all; user agents want `Secure` too.
    None,
}

impl fmt::Display for SameSite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        })
    }
}

/// A cookie as a server sets it ([RFC 6265 §4.1](https://www.rfc-editor.org/rfc/rfc6265#section-4.1)). `Debug` does not show its value.
///
/// ```
/// use wire_http::{ResponseWriter, StatusCode, cookie::{SameSite, SetCookie}};
///
/// let mut cookie = SetCookie::new("SID", "31d4d96e407aad42")?.with_path("/")?;
/// (cookie.secure, cookie.http_only) = (true, true);
/// (cookie.max_age, cookie.same_site) = (Some(3600), Some(SameSite::Lax));
/// let (mut value, mut out) = (Vec::new(), Vec::new());
/// cookie.encode(&mut value);
/// assert_eq!(value, b"SID=31d4d96e407aad42; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax");
/// ResponseWriter::new(StatusCode::NO_CONTENT).field("Set-Cookie", &value)?.send(b"", &mut out)?;
/// assert_eq!(SetCookie::decode(&value)?, cookie);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
#[non_exhaustive]
pub struct SetCookie<'a> {
    name: &'a [u8],
    value: &'a [u8],
    domain: Option<&'a [u8]>,
    path: Option<&'a [u8]>,
    /// `Expires`: when it ends, unless `Max-Age` says otherwise.
    pub expires: Option<HttpDate>,
    /// `Max-Age`: in how many seconds it ends; not above zero means at once.
    pub max_age: Option<i64>,
    /// `Secure`: only over secure connections.
    pub secure: bool,
    /// `HttpOnly`: not for scripts.
    pub http_only: bool,
    /// `SameSite`; `None` where it is absent or unknown.
    pub same_site: Option<SameSite>,
}

impl<'a> SetCookie<'a> {
    /// A cookie for writing, without attributes.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when the name is not a token, or the value not `*cookie-octet`,
    /// with or without quotes around it (RFC 6265 §4.1.1): no space, comma, semicolon, backslash, control or non-ASCII octet.
    pub fn new(name: &'a str, value: &'a str) -> Result<Self, Error> {
        check_token(name, WRITTEN)?;
        let (start, octets) = match value.as_bytes() {
            [b'"', inner @ .., b'"'] => (1_usize, inner),
            octets => (0, octets),
        };
        if let Some(offset) = octets.iter().position(|octet| !is_cookie_octet(*octet)) {
            return Err(WRITTEN.refuse(start.saturating_add(offset), "a cookie-octet"));
        }
        Ok(Self::bare(name.as_bytes(), value.as_bytes()))
    }

    /// Without attributes.
    const fn bare(name: &'a [u8], value: &'a [u8]) -> Self {
        Self {
            name,
            value,
            domain: None,
            path: None,
            expires: None,
            max_age: None,
            secure: false,
            http_only: false,
            same_site: None,
        }
    }

    /// The same for `domain` and all names below it.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when it is empty, starts with a dot, or has an octet that no domain
    /// name has.
    pub fn with_domain(self, domain: &'a str) -> Result<Self, Error> {
        let is_domain_octet = |octet: u8| {
            octet.is_ascii_alphanumeric()
                || matches!(octet, b'-' | b'.' | b'_' | b':' | b'[' | b']')
        };
        match domain.bytes().position(|octet| !is_domain_octet(octet)) {
            Some(offset) => Err(WRITTEN.refuse(offset, "a domain name")),
            None if domain.is_empty() || domain.starts_with('.') => {
                Err(WRITTEN.refuse(0, "a domain name"))
            }
            None => Ok(Self {
                domain: Some(domain.as_bytes()),
                ..self
            }),
        }
    }

    /// The same for `path` and what is below it.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when it does not start with `/`, ends with a blank, or has a
    /// control, a semicolon or a non-ASCII octet.
    pub fn with_path(self, path: &'a str) -> Result<Self, Error> {
        if !path.starts_with('/') {
            return Err(WRITTEN.refuse(0, "\"/\""));
        }
        match path
            .bytes()
            .position(|octet| !matches!(octet, b' '..=b'~') || octet == b';')
        {
            Some(offset) => Err(WRITTEN.refuse(offset, "a path")),
            None if path.ends_with(' ') => {
                Err(WRITTEN.refuse(path.len().saturating_sub(1), "a path"))
            }
            None => Ok(Self {
                path: Some(path.as_bytes()),
                ..self
            }),
        }
    }

    /// Reads the value of one `Set-Cookie` field line by the algorithm of §5.2. Lines are never joined.
    ///
    /// Unknown attributes and broken ones are ignored, and the last of several counts, as user agents do. An attribute value of
    /// more than 1024 octets counts as broken.
    ///
    /// ```
    /// use wire_http::cookie::SetCookie;
    ///
    /// let cookie = SetCookie::decode(b"lang=en-US; Domain=.example.com; Max-Age=soon; max-age=5; Fancy")?;
    /// assert_eq!((cookie.domain(), cookie.path(), cookie.max_age), (Some(&b"example.com"[..]), None, Some(5)));
    /// assert_eq!(SetCookie::decode(b"lang; Path=/").unwrap_err().offset(), 4);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where a user agent ignores the whole line: no `=`, no name, a
    /// control character, or more than 4096 octets of name and value.
    pub fn decode(value: &'a [u8]) -> Result<Self, Error> {
        // Blanks at the ends were never part of a field's value.
        if let Some(offset) = value
            .iter()
            .position(|octet| octet.is_ascii_control() && *octet != b'\t')
        {
            return Err(SET_COOKIE.refuse(offset, "no control character"));
        }
        let mut parts = value.split(|octet| *octet == b';');
        let pair = parts.next().unwrap_or_default();
        let (name, content) = split_pair(pair);
        let Some(content) = content else {
            return Err(SET_COOKIE.refuse(pair.len(), "\"=\""));
        };
        if name.is_empty() {
            return Err(SET_COOKIE.refuse(0, "a name"));
        }
        if name.len().saturating_add(content.len()) > PAIR_OCTETS_MAX {
            return Err(SET_COOKIE.refuse(PAIR_OCTETS_MAX, "at most 4096 octets of name and value"));
        }
        let mut cookie = Self::bare(name, content);
        for part in parts {
            let (name, value) = split_pair(part);
            let value = value.unwrap_or_default();
            if value.len() <= ATTRIBUTE_OCTETS_MAX {
                cookie.set_attribute(name, value);
            }
        }
        Ok(cookie)
    }

    /// §5.2.1 to §5.2.6.
    fn set_attribute(&mut self, name: &[u8], value: &'a [u8]) {
        if name.eq_ignore_ascii_case(b"expires") {
            self.expires = decode_cookie_date(value).or(self.expires);
        } else if name.eq_ignore_ascii_case(b"max-age") {
            self.max_age = max_age(value).or(self.max_age);
        } else if name.eq_ignore_ascii_case(b"domain") {
            if !value.is_empty() {
                let domain = value.strip_prefix(b".").unwrap_or(value);
                // A lone dot leaves an empty domain, which §5.3 treats as if there were none.
                self.domain = Some(domain).filter(|domain| !domain.is_empty());
            }
        } else if name.eq_ignore_ascii_case(b"path") {
            self.path = value.starts_with(b"/").then_some(value);
        } else if name.eq_ignore_ascii_case(b"secure") {
            self.secure = true;
        } else if name.eq_ignore_ascii_case(b"httponly") {
            self.http_only = true;
        } else if name.eq_ignore_ascii_case(b"samesite") {
            self.same_site = [SameSite::Strict, SameSite::Lax, SameSite::None]
                .into_iter()
                .zip([&b"strict"[..], b"lax", b"none"])
                .find_map(|(known, text)| value.eq_ignore_ascii_case(text).then_some(known));
        }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The value; quotes around it are part of it.
    #[must_use]
    pub fn value(&self) -> &'a [u8] {
        self.value
    }

    /// `Domain` without a leading dot, as it was sent, never empty; `None` means the host that sent it and no other. Compare with
    /// [`domain_matches`](crate::cookie::domain_matches).
    #[must_use]
    pub fn domain(&self) -> Option<&'a [u8]> {
        self.domain
    }

    /// `Path`; `None` means [`default_path`](crate::cookie::default_path).
    #[must_use]
    pub fn path(&self) -> Option<&'a [u8]> {
        self.path
    }

    /// When the cookie ends if it arrived at `now`: by `Max-Age`, else `Expires` (RFC 6265 §5.3). `None` is the end of the session,
    /// [`HttpDate::MIN`] a cookie to be removed at once.
    ///
    /// ```
    /// use wire_http::{cookie::SetCookie, date::HttpDate};
    ///
    /// let now = HttpDate::from_unix(784_111_777).expect("before the year 10000");
    /// let ends = |value| SetCookie::decode(value).map(|cookie| cookie.expires_at(now));
    /// assert_eq!(ends(b"a=b; Max-Age=60; Expires=Wed, 09 Jun 2021 10:18:14 GMT")?, Some(now.saturating_add(60)));
    /// assert_eq!(ends(b"a=b; Max-Age=0")?, Some(HttpDate::MIN));
    /// assert_eq!(ends(b"a=b")?, None);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn expires_at(&self, now: HttpDate) -> Option<HttpDate> {
        match self.max_age {
            Some(seconds) => Some(
                u64::try_from(seconds)
                    .ok()
                    .filter(|seconds| *seconds > 0)
                    .map_or(HttpDate::MIN, |seconds| now.saturating_add(seconds)),
            ),
            None => self.expires,
        }
    }

    /// Appends the value of a `Set-Cookie` field. Each cookie needs a line of its own (RFC 6265 §3).
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.name);
        out.push(b'=');
        out.extend_from_slice(self.value);
        if let Some(expires) = self.expires {
            out.extend_from_slice(alloc::format!("; Expires={expires}").as_bytes());
        }
        if let Some(seconds) = self.max_age {
            out.extend_from_slice(alloc::format!("; Max-Age={seconds}").as_bytes());
        }
        for (name, value) in [("Domain", self.domain), ("Path", self.path)] {
            let Some(value) = value else { continue };
            out.extend_from_slice(b"; ");
            out.extend_from_slice(name.as_bytes());
            out.push(b'=');
            out.extend_from_slice(value);
        }
        if self.secure {
            out.extend_from_slice(b"; Secure");
        }
        if self.http_only {
            out.extend_from_slice(b"; HttpOnly");
        }
        if let Some(same_site) = self.same_site {
            out.extend_from_slice(alloc::format!("; SameSite={same_site}").as_bytes());
        }
    }
}

impl fmt::Debug for SetCookie<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "SetCookie {{ name: \"{}\", .. }}",
            self.name.escape_ascii()
        )
    }
}

/// `name [ "=" value ]`, both without blanks around them.
fn split_pair(part: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut sides = part.splitn(2, |octet| *octet == b'=');
    (
        trim_ows(sides.next().unwrap_or_default()),
        sides.next().map(trim_ows),
    )
}

/// §5.2.2: a number with or without minus; what is too great is the greatest.
fn max_age(value: &[u8]) -> Option<i64> {
    let (negative, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let seconds = i64::try_from(crate::productions::saturating_number(digits)).unwrap_or(i64::MAX);
    Some(if negative {
        0_i64.saturating_sub(seconds)
    } else {
        seconds
    })
}

/// `cookie-octet = %x21 / %x23-2B / %x2D-3A / %x3C-5B / %x5D-7E` (RFC 6265 §4.1.1).
fn is_cookie_octet(octet: u8) -> bool {
    matches!(octet, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}

/// Checks a pair that a client sends back: what was read must be read the same again.
pub(crate) fn check_pair(name: &[u8], value: &[u8]) -> Result<(), Error> {
    let cookie = Field {
        name: "Cookie",
        reference: "RFC 6265 section 4.2.1",
    };
    for (text, more) in [(name, b'='), (value, b';')] {
        let breaks = |octet: u8| octet == b';' || octet == more || octet.is_ascii_control();
        let blank = |place: usize| matches!(text.get(place), Some(b' ' | b'\t'));
        if let Some(offset) = text.iter().position(|octet| breaks(*octet)) {
            return Err(cookie.refuse(offset, "an octet that does not end it"));
        }
        let last = text.len().saturating_sub(1);
        if blank(0) || blank(last) {
            return Err(cookie.refuse(if blank(0) { 0 } else { last }, "no blank at its ends"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
