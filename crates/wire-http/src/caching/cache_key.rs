//! The URI part of a cache key (RFC 9111 §2 and §4).

use alloc::string::String;
use core::fmt;

/// Scheme, authority, path and query of a target URI, in one spelling
/// ([RFC 9110 §4.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-4.2.3)).
///
/// The authority is part of it: a key without one mixes the sites of a proxy.
///
/// ```
/// use wire_http::caching::CacheKey;
///
/// let key = CacheKey::new("HTTP", "Example.COM:80", "");
/// assert_eq!(key.to_string(), "http://example.com/");
/// assert_eq!(key, CacheKey::new("http", "example.com", "/"));
/// assert_ne!(key, CacheKey::new("http", "example.com:8080", "/"));
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CacheKey {
    origin: String,
    path_and_query: String,
}

impl CacheKey {
    /// The key of a URI in parts, which are not checked: take them from a decoded target. Scheme and host are put in lower case,
    /// a default port is dropped, an empty path is `/`.
    ///
    /// ```
    /// use wire_http::{RequestHead, caching::CacheKey};
    ///
    /// let (head, _) = RequestHead::decode(b"GET /a?b HTTP/1.1\r\nHost: A.test\r\n\r\n")?.complete().expect("a whole head");
    /// let host = head.host().expect("HTTP/1.1");
    /// assert_eq!(CacheKey::new("https", host.as_str(), head.target_text()).to_string(), "https://a.test/a?b");
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn new(scheme: &str, authority: &str, path_and_query: &str) -> Self {
        let scheme = scheme.to_ascii_lowercase();
        let authority = authority.to_ascii_lowercase();
        let default_port = match scheme.as_str() {
            "http" => ":80",
            "https" => ":443",
            _ => ":",
        };
        let authority = authority
            .strip_suffix(default_port)
            .or_else(|| authority.strip_suffix(':'))
            .unwrap_or(&authority);
        let slash = if path_and_query.starts_with('/') {
            ""
        } else {
            "/"
        };
        Self {
            origin: alloc::format!("{scheme}://{authority}"),
            path_and_query: alloc::format!("{slash}{path_and_query}"),
        }
    }

    /// The key of what a `Location` or `Content-Location` of this URI's response names, if it has the same origin and is an
    /// absolute URI or an absolute path: only such a reference may be invalidated
    /// ([RFC 9111 §4.4](https://www.rfc-editor.org/rfc/rfc9111#section-4.4)).
    ///
    /// ```
    /// use wire_http::caching::CacheKey;
    ///
    /// let key = CacheKey::new("http", "example.com", "/a");
    /// assert_eq!(key.of_reference("/b"), Some(CacheKey::new("http", "example.com", "/b")));
    /// assert_eq!(key.of_reference("http://EXAMPLE.com:80/c#d"), Some(CacheKey::new("http", "example.com", "/c")));
    /// assert_eq!(key.of_reference("http://other.example/"), None);
    /// assert_eq!(key.of_reference("//other.example/"), None);
    /// ```
    #[must_use]
    pub fn of_reference(&self, reference: &str) -> Option<Self> {
        let reference = reference
            .split_once('#')
            .map_or(reference, |(before, _)| before);
        if reference.starts_with('/') && !reference.starts_with("//") {
            return Some(Self {
                origin: self.origin.clone(),
                path_and_query: reference.into(),
            });
        }
        let (scheme, rest) = reference.split_once("://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path_and_query) = rest.split_at_checked(end)?;
        let key = Self::new(scheme, authority, path_and_query);
        (key.origin == self.origin).then_some(key)
    }
}

/// The URI.
impl fmt::Display for CacheKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.origin, self.path_and_query)
    }
}

#[cfg(test)]
mod tests {
    use super::CacheKey;
    use alloc::string::ToString;

    /// RFC 9110 §4.2.3: the three equivalent URIs, as far as no octet is percent-encoded.
    #[test]
    fn equal_uris_have_one_key() {
        let reference = CacheKey::new("http", "example.com:80", "/~smith/home.html");
        assert_eq!(
            reference,
            CacheKey::new("http", "EXAMPLE.com", "/~smith/home.html")
        );
        assert_eq!(
            reference,
            CacheKey::new("http", "EXAMPLE.com:", "/~smith/home.html")
        );
        assert_ne!(
            reference,
            CacheKey::new("https", "example.com", "/~smith/home.html")
        );
        assert_ne!(
            reference,
            CacheKey::new("http", "example.com", "/~Smith/home.html")
        );
        assert_eq!(
            CacheKey::new("http", "[::1]:80", "?q").to_string(),
            "http://[::1]/?q"
        );
        assert_ne!(
            CacheKey::new("http", "a:443", "/"),
            CacheKey::new("http", "a", "/")
        );
    }
}
