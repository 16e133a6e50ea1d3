//! URLs as people type them, and what a request needs of them.

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;
use wire_http::grammar::{hex_value, is_path_octet};

use crate::net::{HostPort, without_brackets};

/// An `http` URL with a host.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct WebUrl(Url);

impl WebUrl {
    /// Parses `text`; without a scheme it is `http`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        // As an address it would be 0.0.31.144, which nobody means.
        if text.parse::<u16>().is_ok() {
            return Err(format!(
                "'{text}' is a port without its host, as in http://127.0.0.1:{text}/"
            ));
        }
        let whole = if has_scheme(text) {
            Url::parse(text)
        } else {
            Url::parse(&format!("http://{text}"))
        };
        whole
            .map_err(|error| {
                let hint = if lacks_brackets(text) {
                    "; an IPv6 address stands in brackets, as in http://[::1]:80/"
                } else {
                    ""
                };
                format!("{error} in '{text}'{hint}")
            })
            .and_then(Self::new)
    }

    /// The URL that `reference` means on this page (RFC 3986 §5).
    pub(crate) fn join(&self, reference: &str) -> Result<Self, String> {
        self.0
            .join(reference)
            .map_err(|error| format!("{error} in '{reference}'"))
            .and_then(Self::new)
    }

    fn new(url: Url) -> Result<Self, String> {
        match url.scheme() {
            "http" => Ok(Self(url)),
            "https" => Err(format!(
                "netlab speaks no TLS, so it cannot fetch {url}; use the http address, or curl"
            )),
            other => Err(format!(
                "'{other}' is not a scheme netlab fetches; it has http"
            )),
        }
    }

    /// The URL without user, password and fragment, as the cookie store wants it.
    pub(crate) const fn as_url(&self) -> &Url {
        &self.0
    }

    /// Where to connect.
    pub(crate) fn server(&self) -> HostPort {
        let host = self.0.host_str().unwrap_or_default();
        HostPort {
            host: without_brackets(host).to_owned(),
            port: self.0.port_or_known_default().unwrap_or(80),
        }
    }

    /// What Host says: the port only where it is not 80.
    pub(crate) fn authority(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Path and query as a server gets them.
    pub(crate) fn origin_form(&self) -> String {
        let mut target = encoded(self.0.path());
        if let Some(query) = self.0.query() {
            target.push('?');
            target.push_str(&encoded(query));
        }
        target
    }

    /// The whole as a proxy gets it.
    pub(crate) fn absolute_form(&self) -> String {
        format!("http://{}{}", self.authority(), self.origin_form())
    }

    /// User and password, percent-decoded, if the URL has them.
    pub(crate) fn credentials(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        if self.0.username().is_empty() && self.0.password().is_none() {
            return None;
        }
        let password = self.0.password().unwrap_or_default();
        let decode = |text| percent_decode_str(text).collect();
        Some((decode(self.0.username()), decode(password)))
    }

    /// Whether both are served by the same origin (RFC 6454), so that credentials for one may go to the other.
    pub(crate) fn same_origin(&self, other: &Self) -> bool {
        self.0.origin() == other.0.origin()
    }
}

impl fmt::Display for WebUrl {
    /// Without user and password: they are not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.absolute_form())
    }
}

/// Whether `text` starts with a scheme. What is before a colon is one if `//` follows, or if it is `http` or `https`: those
/// are browsers' URLs with any number of slashes. Otherwise it is a host, and a port follows.
fn has_scheme(text: &str) -> bool {
    let text = text.trim_start_matches(|character: char| character <= ' ');
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_scheme_octet =
        |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.');
    let is_ours = ["http", "https"]
        .iter()
        .any(|ours| scheme.eq_ignore_ascii_case(ours));
    is_ours || (rest.starts_with("//") && scheme.bytes().all(is_scheme_octet))
}

/// Whether what is no URL has an IPv6 address as people write it elsewhere.
fn lacks_brackets(text: &str) -> bool {
    let authority = text.split_once("//").map_or(text, |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    authority.matches(':').count() > 1 && !authority.contains(['[', '@'])
}

/// `text` with every octet percent-encoded that a request-target must not have: browsers' URLs allow more than RFC 3986.
fn encoded(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&octet, after)) = rest.split_first() {
        let is_escape = octet == b'%'
            && matches!(after, [high, low, ..] if hex_value(*high).is_some() && hex_value(*low).is_some());
        if is_escape || is_path_octet(octet) {
            result.push(char::from(octet));
        } else {
            result.push_str(&format!("%{octet:02X}"));
        }
        rest = after;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::WebUrl;

    fn url(text: &str) -> WebUrl {
        WebUrl::parse(text).unwrap()
    }

    #[test]
    fn gives_what_a_request_needs() {
        let page = url("Example.TEST:8080/a b?q=[1]|%zz#part");
        assert_eq!(page.authority(), "example.test:8080");
        assert_eq!(page.origin_form(), "/a%20b?q=%5B1%5D%7C%25zz");
        assert_eq!(page.server().to_string(), "example.test:8080");
        assert_eq!(url("http://[::1]/").server().host, "::1");
        assert_eq!(url("http://a.test:80").absolute_form(), "http://a.test/");
        assert_eq!(
            url("http://me:a%20b+c@a.test/").credentials(),
            Some((b"me".to_vec(), b"a b+c".to_vec()))
        );
        assert_eq!(
            url("http://a&b:c=d%FF@a.test/").credentials(),
            Some((b"a&b".to_vec(), b"c=d\xff".to_vec()))
        );
    }

    /// RFC 3986 §5.4.1, a few of its examples.
    #[test]
    fn references_are_resolved() {
        let base = url("http://a/b/c/d;p?q");
        for (reference, target) in [
            ("g", "http://a/b/c/g"),
            ("/g", "http://a/g"),
            ("//g", "http://g/"),
            ("?y", "http://a/b/c/d;p?y"),
            ("../../g", "http://a/g"),
        ] {
            assert_eq!(base.join(reference).unwrap().to_string(), target);
        }
        assert!(base.join("https://a/").unwrap_err().contains("no TLS"));
    }

    #[test]
    fn other_schemes_are_refused_in_a_sentence() {
        assert!(
            WebUrl::parse("https://a.test/")
                .unwrap_err()
                .contains("TLS")
        );
        assert!(
            WebUrl::parse("ftp://a.test/")
                .unwrap_err()
                .contains("'ftp'")
        );
        assert!(WebUrl::parse("http://").is_err());
        for (text, reason) in [
            (
                "http://::1:80/",
                "empty host in 'http://::1:80/'; an IPv6 address stands in brackets, as in http://[::1]:80/",
            ),
            (
                "fe80::1",
                "invalid port number in 'fe80::1'; an IPv6 address stands in brackets, as in http://[::1]:80/",
            ),
            ("a.test:x/::", "invalid port number in 'a.test:x/::'"),
            (
                "8080",
                "'8080' is a port without its host, as in http://127.0.0.1:8080/",
            ),
        ] {
            assert_eq!(WebUrl::parse(text).unwrap_err(), reason);
        }
    }

    /// WHATWG URL §4.4 for `http:` with other than two slashes; curl, as the contract has it, for what has no scheme.
    #[test]
    fn a_scheme_is_at_the_start_or_nowhere() {
        for (text, whole) in [
            ("a.test/?to=http://b/", "http://a.test/?to=http://b/"),
            ("a.test:81/x://y", "http://a.test:81/x://y"),
            ("localhost:81", "http://localhost:81/"),
            ("HTTP:/a.test", "http://a.test/"),
            ("http:a.test/b", "http://a.test/b"),
            ("http:///a.test", "http://a.test/"),
            ("me:pass@a.test/", "http://a.test/"),
            (" http://a.test/", "http://a.test/"),
        ] {
            assert_eq!(url(text).to_string(), whole, "{text}");
        }
    }
}
