//! `Cache-Control` (RFC 9111 §5.2, RFC 5861, RFC 8246).

use alloc::string::String;
use alloc::vec::Vec;

use crate::caching::DeltaSeconds;
use crate::error::Error;
use crate::grammar::{is_tchar, trim_ows};
use crate::parameter::ParameterValue;
use crate::productions::{Field, Parsed, check_token, expect, list, optional_argument, token};

const CACHE_CONTROL: Field = Field {
    name: "Cache-Control",
    reference: "RFC 9111 section 5.2",
};

/// One directive: a case-insensitive name and perhaps an argument, a token or a quoted string alike
/// ([RFC 9111 §5.2](https://www.rfc-editor.org/rfc/rfc9111#section-5.2)).
///
/// ```
/// use wire_http::caching::{CacheControl, Directive};
///
/// let directives = vec![Directive::new("max-age", Some(b"60"))?, Directive::new("private", None)?];
/// let mut out = Vec::new();
/// CacheControl::new(directives).encode(&mut out);
/// assert_eq!(out, b"max-age=60, private");
/// assert_eq!(Directive::new("Max-Age", Some(b"60"))?, Directive::new("max-age", Some(b"60"))?);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Directive<'a> {
    name: &'a str,
    argument: Option<ParameterValue<'a>>,
}

impl<'a> Directive<'a> {
    /// A directive for writing.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when the name is not a token, or the argument holds a control.
    pub fn new(name: &'a str, argument: Option<&'a [u8]>) -> Result<Self, Error> {
        check_token(name, CACHE_CONTROL)?;
        Ok(Self {
            name,
            argument: argument.map(ParameterValue::new).transpose()?,
        })
    }

    /// The name as it was sent.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The argument, if there is one.
    #[must_use]
    pub fn argument(&self) -> Option<ParameterValue<'a>> {
        self.argument
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

impl PartialEq for Directive<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is(other.name) && self.argument == other.argument
    }
}

impl Eq for Directive<'_> {}

/// The fields that `no-cache` or `private` is about.
///
/// ```
/// use wire_http::caching::{CacheControl, FieldNames};
///
/// let control = CacheControl::decode([&b"no-cache=\"Set-Cookie, Set-Cookie2\", max-age=5"[..]])?;
/// assert_eq!(control.no_cache(), FieldNames::Some(vec!["set-cookie".into(), "set-cookie2".into()]));
/// assert_eq!(control.private(), FieldNames::Absent);
/// assert_eq!(CacheControl::decode([&b"no-cache"[..]])?.no_cache(), FieldNames::All);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "absent, bare or with a list: there is no other form"
)]
pub enum FieldNames {
    /// The directive is absent.
    Absent,
    /// The directive stands alone, or its list cannot be read: it is about the whole response.
    All,
    /// The directive is about these fields only; their names are in lower case.
    Some(Vec<String>),
}

/// How stale a response a client takes (`max-stale`).
///
/// ```
/// use wire_http::caching::{CacheControl, DeltaSeconds, MaxStale};
///
/// let max_stale = |value| CacheControl::decode([value]).map(|control| control.max_stale());
/// assert_eq!(max_stale(&b"max-stale"[..])?, Some(MaxStale::Any));
/// assert_eq!(max_stale(&b"max-stale=30"[..])?, Some(MaxStale::AtMost(DeltaSeconds::new(30))));
/// assert_eq!(max_stale(&b"max-stale=much"[..])?, Some(MaxStale::AtMost(DeltaSeconds::ZERO)));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9111 section 5.2.1.2 has these two"
)]
pub enum MaxStale {
    /// Of any age.
    Any,
    /// Stale for at most so long.
    AtMost(DeltaSeconds),
}

/// The directives of a message, known and unknown.
///
/// Where a directive comes twice the first counts (RFC 9111 §4.2.1). A freshness argument that is no number is zero: such
/// a response is stale. A directive that takes no argument but has one still forbids what it forbids, and no
/// longer allows what it allows.
///
/// ```
/// use wire_http::caching::CacheControl;
///
/// let control = CacheControl::decode([&b"private, Community=\"UCI\", max-age=\"60\""[..]])?;
/// assert_eq!(control.max_age().map(|age| age.get()), Some(60));
/// assert_eq!(control.directives().len(), 3);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CacheControl<'a> {
    directives: Vec<Directive<'a>>,
}

impl<'a> CacheControl<'a> {
    /// Directives for writing.
    #[must_use]
    pub fn new(directives: Vec<Directive<'a>>) -> Self {
        Self { directives }
    }

    /// Reads all lines of the field.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where it is not a list of `token [ "=" ( token / quoted-string ) ]`.
    /// A cache then neither stores the response nor answers the request from its store.
    pub fn decode(lines: impl IntoIterator<Item = impl Into<&'a [u8]>>) -> Result<Self, Error> {
        Ok(Self {
            directives: list(lines, CACHE_CONTROL, directive)?,
        })
    }

    /// Appends the field's value.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for (place, directive) in self.directives.iter().enumerate() {
            if place > 0 {
                out.extend_from_slice(b", ");
            }
            out.extend_from_slice(directive.name.as_bytes());
            if let Some(argument) = directive.argument {
                out.push(b'=');
                argument.encode(out);
            }
        }
    }

    /// All directives in the order sent.
    #[must_use]
    pub fn directives(&self) -> &[Directive<'a>] {
        &self.directives
    }

    /// Whether there is a directive `name`, with an argument or without.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.directives.iter().any(|directive| directive.is(name))
    }

    /// `max-age` (RFC 9111 §5.2.1.1, §5.2.2.1): for how many seconds a response is fresh, or how old a client takes it.
    #[must_use]
    pub fn max_age(&self) -> Option<DeltaSeconds> {
        self.seconds("max-age", DeltaSeconds::ZERO)
    }

    /// `s-maxage` (RFC 9111 §5.2.2.10): `max-age` for shared caches, in seconds.
    #[must_use]
    pub fn s_maxage(&self) -> Option<DeltaSeconds> {
        self.seconds("s-maxage", DeltaSeconds::ZERO)
    }

    /// `max-stale` (RFC 9111 §5.2.1.2). What is no number is zero.
    #[must_use]
    pub fn max_stale(&self) -> Option<MaxStale> {
        let directive = self
            .directives
            .iter()
            .find(|directive| directive.is("max-stale"))?;
        Some(match directive.argument {
            None => MaxStale::Any,
            Some(argument) => {
                MaxStale::AtMost(DeltaSeconds::decode(&argument.octets()).unwrap_or_default())
            }
        })
    }

    /// `min-fresh` (RFC 9111 §5.2.1.3): for how many seconds more the client wants it fresh. What is no number asks for the most.
    #[must_use]
    pub fn min_fresh(&self) -> Option<DeltaSeconds> {
        self.seconds("min-fresh", DeltaSeconds::MAX)
    }

    /// `no-cache` (RFC 9111 §5.2.1.4, §5.2.2.4).
    #[must_use]
    pub fn no_cache(&self) -> FieldNames {
        self.field_names("no-cache")
    }

    /// `no-store` (RFC 9111 §5.2.1.5, §5.2.2.5).
    #[must_use]
    pub fn no_store(&self) -> bool {
        self.has("no-store")
    }

    /// `no-transform` (RFC 9111 §5.2.1.6, §5.2.2.6).
    #[must_use]
    pub fn no_transform(&self) -> bool {
        self.has("no-transform")
    }

    /// `only-if-cached` (RFC 9111 §5.2.1.7).
    #[must_use]
    pub fn only_if_cached(&self) -> bool {
        self.has("only-if-cached")
    }

    /// `must-revalidate` (RFC 9111 §5.2.2.2).
    #[must_use]
    pub fn must_revalidate(&self) -> bool {
        self.has("must-revalidate")
    }

    /// `must-understand` (RFC 9111 §5.2.2.3), which lifts `no-store`.
    #[must_use]
    pub fn must_understand(&self) -> bool {
        self.has_bare("must-understand")
    }

    /// `private` (RFC 9111 §5.2.2.7).
    #[must_use]
    pub fn private(&self) -> FieldNames {
        self.field_names("private")
    }

    /// `proxy-revalidate` (RFC 9111 §5.2.2.8).
    #[must_use]
    pub fn proxy_revalidate(&self) -> bool {
        self.has("proxy-revalidate")
    }

    /// `public` (RFC 9111 §5.2.2.9).
    #[must_use]
    pub fn public(&self) -> bool {
        self.has_bare("public")
    }

    /// `immutable` ([RFC 8246](https://www.rfc-editor.org/rfc/rfc8246)): no need to validate while fresh.
    #[must_use]
    pub fn immutable(&self) -> bool {
        self.has("immutable")
    }

    /// `stale-while-revalidate` ([RFC 5861 §3](https://www.rfc-editor.org/rfc/rfc5861#section-3)): for how many seconds
    /// after it became stale.
    #[must_use]
    pub fn stale_while_revalidate(&self) -> Option<DeltaSeconds> {
        self.seconds("stale-while-revalidate", DeltaSeconds::ZERO)
    }

    /// `stale-if-error` ([RFC 5861 §4](https://www.rfc-editor.org/rfc/rfc5861#section-4)): for how many seconds after it
    /// became stale.
    #[must_use]
    pub fn stale_if_error(&self) -> Option<DeltaSeconds> {
        self.seconds("stale-if-error", DeltaSeconds::ZERO)
    }

    fn has_bare(&self, name: &str) -> bool {
        self.directives
            .iter()
            .any(|directive| directive.is(name) && directive.argument.is_none())
    }

    /// The argument of the first `name`; `invalid` when that is no number.
    fn seconds(&self, name: &str, invalid: DeltaSeconds) -> Option<DeltaSeconds> {
        let directive = self
            .directives
            .iter()
            .find(|directive| directive.is(name))?;
        let seconds = directive
            .argument
            .and_then(|argument| DeltaSeconds::decode(&argument.octets()));
        Some(seconds.unwrap_or(invalid))
    }

    /// The union of all directives `name`; one that stands alone is about everything.
    fn field_names(&self, name: &str) -> FieldNames {
        let mut found = FieldNames::Absent;
        for directive in self
            .directives
            .iter()
            .filter(|directive| directive.is(name))
        {
            let names = directive
                .argument
                .map(|argument| field_names(&argument.octets()))
                .unwrap_or_default();
            if names.is_empty() {
                return FieldNames::All;
            }
            match &mut found {
                FieldNames::Some(all) => all.extend(names),
                _ => found = FieldNames::Some(names),
            }
        }
        found
    }
}

/// `#field-name` in lower case; none at all when one of them is no name.
fn field_names(text: &[u8]) -> Vec<String> {
    let names: Option<Vec<String>> = text
        .split(|octet| *octet == b',')
        .map(trim_ows)
        .filter(|name| !name.is_empty())
        .map(|name| {
            let name = core::str::from_utf8(name).ok()?;
            name.bytes()
                .all(is_tchar)
                .then(|| name.to_ascii_lowercase())
        })
        .collect();
    names.unwrap_or_default()
}

/// `cache-directive = token [ "=" ( token / quoted-string ) ]`.
fn directive(input: &[u8]) -> Parsed<'_, Directive<'_>> {
    let (rest, name) = expect(input, "a directive", token)?;
    let (rest, argument) = optional_argument(rest)?;
    Ok((rest, Directive { name, argument }))
}

#[cfg(test)]
mod tests;
