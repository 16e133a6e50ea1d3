//! Which requests a cookie goes with (RFC 6265 §5.1.3 and §5.1.4).

use core::net::{Ipv4Addr, Ipv6Addr};

/// Whether `host` domain-matches `domain` (RFC 6265 §5.1.3): equal, or a name below it. Case does not count.
///
/// `host` is a request's host without port, `domain` the one that [`SetCookie::domain`](crate::cookie::SetCookie::domain) gives,
/// without a leading dot. An IP address matches only itself. That `domain` is no public suffix (`com`, `co.uk`) is for the
/// store to see to (RFC 6265 §5.3).
///
/// ```
/// use wire_http::cookie::domain_matches;
///
/// assert!(domain_matches("www.example.com", "Example.com"));
/// assert!(!domain_matches("badexample.com", "example.com"));
/// assert!(!domain_matches("1.2.3.4", "3.4"));
/// ```
#[must_use]
pub fn domain_matches(host: &str, domain: &str) -> bool {
    if host.eq_ignore_ascii_case(domain) {
        return true;
    }
    let (host, domain) = (host.as_bytes(), domain.as_bytes());
    let Some((below, end)) = host
        .len()
        .checked_sub(domain.len())
        .and_then(|start| host.split_at_checked(start))
    else {
        return false;
    };
    !domain.is_empty()
        && end.eq_ignore_ascii_case(domain)
        && below.last() == Some(&b'.')
        && !is_address(host)
}

fn is_address(host: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(host) else {
        return false;
    };
    text.starts_with('[') || text.parse::<Ipv4Addr>().is_ok() || text.parse::<Ipv6Addr>().is_ok()
}

/// Whether a request's path path-matches a cookie's (RFC 6265 §5.1.4): equal, or a path below it. Case counts, and nothing is decoded.
///
/// ```
/// use wire_http::cookie::path_matches;
///
/// assert!(path_matches(b"/docs/web", b"/docs"));
/// assert!(path_matches(b"/docs/web", b"/docs/"));
/// assert!(!path_matches(b"/docsets", b"/docs"));
/// ```
#[must_use]
pub fn path_matches(request_path: &[u8], cookie_path: &[u8]) -> bool {
    match request_path.strip_prefix(cookie_path) {
        Some(rest) => rest.is_empty() || cookie_path.ends_with(b"/") || rest.starts_with(b"/"),
        None => false,
    }
}

/// The path of a cookie that has none of its own (RFC 6265 §5.1.4): the directory of the request's path.
///
/// ```
/// use wire_http::cookie::default_path;
///
/// assert_eq!(default_path(b"/a/b"), b"/a");
/// assert_eq!(default_path(b"/a"), b"/");
/// assert_eq!(default_path(b"*"), b"/");
/// ```
#[must_use]
pub fn default_path(request_path: &[u8]) -> &[u8] {
    if !request_path.starts_with(b"/") {
        return b"/";
    }
    match request_path.iter().rposition(|octet| *octet == b'/') {
        None | Some(0) => b"/",
        Some(end) => request_path.get(..end).unwrap_or(b"/"),
    }
}

#[cfg(test)]
mod tests {
    use super::{default_path, domain_matches, path_matches};

    /// RFC 6265 §5.1.3.
    #[test]
    fn domains() {
        for (host, domain, matches) in [
            ("example.com", "example.com", true),
            ("a.b.EXAMPLE.com", "example.COM", true),
            ("example.com", "www.example.com", false),
            ("xexample.com", "example.com", false),
            ("192.168.0.1", "192.168.0.1", true),
            ("192.168.0.1", "168.0.1", false),
            ("a.com", "", false),
            ("", "", true),
            ("\u{e9}.com", "com", true),
        ] {
            assert_eq!(domain_matches(host, domain), matches, "{host} {domain}");
        }
    }

    /// RFC 6265 §5.1.4.
    #[test]
    fn paths() {
        for (request, cookie, matches) in [
            (&b"/"[..], &b"/"[..], true),
            (b"/a", b"/", true),
            (b"/a/", b"/a", true),
            (b"/a", b"/a/", false),
            (b"/ab", b"/a", false),
            (b"/A", b"/a", false),
        ] {
            assert_eq!(
                path_matches(request, cookie),
                matches,
                "{request:?} {cookie:?}"
            );
        }
        assert_eq!(default_path(b""), b"/");
        assert_eq!(default_path(b"/a/b/"), b"/a/b");
        assert_eq!(default_path(b"/"), b"/");
    }
}
