//! What the proxy does not fetch: `--block` and `--block-file`.

use core::fmt;
use core::str::FromStr;
use std::net::Ipv6Addr;
use std::path::Path;

use url::Host;
use wire_http::path::SafePath;

use crate::exit::Failure;
use crate::net::{system_text, without_brackets};

/// One rule: `host`, `*.host` (every name below it), or either with a path prefix, `host/path`.
///
/// Hosts are compared without regard to case or a final dot, on every port; paths after percent-decoding. A tunnel hides
/// its paths, so rules with a path do not act on CONNECT.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Pattern {
    text: String,
    host: String,
    below: bool,
    /// Segments of the path; the last is a prefix of its segment unless the rule ended with a slash.
    path: Option<Vec<String>>,
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, path) = match text.split_once('/') {
            Some((host, path)) => (host, Some(format!("/{path}"))),
            None => (text, None),
        };
        let (below, host) = match host.strip_prefix("*.") {
            Some(host) => (true, host),
            None => (false, host),
        };
        let host = plain_host(host);
        let is_name = |octet: u8| octet.is_ascii_alphanumeric() || b"-_.".contains(&octet);
        let is_address = host.parse::<Ipv6Addr>().is_ok();
        if host.is_empty() || !(is_address || host.bytes().all(is_name)) {
            if host.contains(':') {
                return Err(format!(
                    "'{text}' is not a pattern; a host is blocked on every port, so write it without one"
                ));
            }
            return Err(format!(
                "'{text}' is not a pattern; write host, *.host or host/path"
            ));
        }
        let path = match path {
            Some(path) => {
                let safe = SafePath::decode(path.as_bytes())
                    .map_err(|error| format!("the path of '{text}' is refused: {error}"))?;
                Some(segments(&safe))
            }
            None => None,
        };
        Ok(Self {
            text: text.to_owned(),
            host,
            below,
            path,
        })
    }
}

impl Pattern {
    fn names(&self, host: &str) -> bool {
        if self.below {
            host.strip_suffix(self.host.as_str())
                .is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
        } else {
            host == self.host
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Every rule.
#[derive(Clone, Debug, Default)]
pub(super) struct BlockList {
    patterns: Vec<Pattern>,
}

impl BlockList {
    /// The rules given on the command line and in files: one a line, `#` starts a comment.
    pub(super) fn new<'p>(
        patterns: &[Pattern],
        files: impl IntoIterator<Item = &'p Path>,
    ) -> Result<Self, Failure> {
        let mut list = Self {
            patterns: patterns.to_vec(),
        };
        for file in files {
            let text = std::fs::read_to_string(file).map_err(|error| {
                Failure::cannot_start(format!(
                    "cannot read {}: {}",
                    file.display(),
                    system_text(&error)
                ))
            })?;
            for (index, line) in text.lines().enumerate() {
                let rule = line.split('#').next().unwrap_or_default().trim();
                if !rule.is_empty() {
                    let pattern = rule.parse().map_err(|reason: String| {
                        Failure::cannot_start(format!(
                            "{}:{}: {reason}",
                            file.display(),
                            index.saturating_add(1)
                        ))
                    })?;
                    list.patterns.push(pattern);
                }
            }
        }
        Ok(list)
    }

    /// Why a tunnel to `host` is not opened, if it is not.
    pub(super) fn refuses_host(&self, host: &str) -> Option<String> {
        let host = plain_host(host);
        self.patterns
            .iter()
            .find(|pattern| pattern.path.is_none() && pattern.names(&host))
            .map(|pattern| format!("{host} is blocked by the rule '{pattern}'"))
    }

    /// Why `path` on `host` is not fetched, if it is not.
    pub(super) fn refuses(&self, host: &str, path: &str) -> Option<String> {
        if self.patterns.is_empty() {
            return None;
        }
        if let Some(reason) = self.refuses_host(host) {
            return Some(reason);
        }
        let host = plain_host(host);
        let mut with_path = self
            .patterns
            .iter()
            .filter(|pattern| pattern.path.is_some() && pattern.names(&host))
            .peekable();
        with_path.peek()?;
        let path = if path.is_empty() { "/" } else { path };
        let Ok(safe) = SafePath::decode(path.as_bytes()) else {
            // It may be another way to write a blocked one.
            return Some(format!(
                "{host} has blocked paths, and this one can be read in several ways"
            ));
        };
        let asked = segments(&safe);
        with_path
            .find(|pattern| {
                pattern
                    .path
                    .as_ref()
                    .is_some_and(|rule| is_prefix(rule, &asked))
            })
            .map(|pattern| format!("{host}{path} is blocked by the rule '{pattern}'"))
    }
}

/// The segments of a path, with an empty one at the end of a directory's.
fn segments(path: &SafePath<'_>) -> Vec<String> {
    let mut segments: Vec<String> = path
        .segments()
        .iter()
        .map(|segment| segment.to_string())
        .collect();
    if path.is_directory() {
        segments.push(String::new());
    }
    segments
}

fn is_prefix(rule: &[String], asked: &[String]) -> bool {
    let Some((last, before)) = rule.split_last() else {
        return true;
    };
    asked.starts_with(before)
        && asked
            .get(before.len())
            .is_some_and(|segment| segment.starts_with(last.as_str()))
}

/// A host in the one spelling that rules are compared in. An address has many: 127.0.0.1 is 127.1, 0x7f000001 and
/// ::ffff:127.0.0.1 too, and the system connects to all of them.
fn plain_host(host: &str) -> String {
    let host = without_brackets(host);
    let host = host.strip_suffix('.').unwrap_or(host);
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        return address.to_canonical().to_string();
    }
    match Host::parse(host) {
        Ok(Host::Ipv4(address)) => address.to_string(),
        _ => host.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::{BlockList, Pattern};

    fn list(patterns: &[&str]) -> BlockList {
        let patterns: Vec<Pattern> = patterns.iter().map(|text| text.parse().unwrap()).collect();
        BlockList::new(&patterns, []).unwrap()
    }

    #[test]
    fn a_host_is_that_host_only() {
        let list = list(&["Ads.test"]);
        assert!(list.refuses_host("ADS.TEST.").is_some());
        assert!(list.refuses("ads.test", "/any").is_some());
        for other in ["x.ads.test", "badads.test", "ads.test.example"] {
            assert_eq!(list.refuses(other, "/"), None, "{other}");
        }
    }

    #[test]
    fn a_star_is_every_name_below() {
        let list = list(&["*.ads.test"]);
        assert!(list.refuses_host("a.b.ads.test").is_some());
        for other in ["ads.test", "badads.test", ".ads.test"] {
            assert_eq!(list.refuses_host(other), None, "{other}");
        }
    }

    #[test]
    fn a_path_is_a_prefix_however_it_is_written() {
        let list = list(&["a.test/ads/banner", "b.test/private/"]);
        for path in [
            "/ads/banner",
            "/ads/banner.png",
            "/%61ds/%62anner/x",
            "/x/../ads/banner",
        ] {
            assert!(list.refuses("a.test", path).is_some(), "{path}");
        }
        for path in ["/", "/ads", "/ads/other", "/adsx/banner"] {
            assert_eq!(list.refuses("a.test", path), None, "{path}");
        }
        assert_eq!(list.refuses_host("a.test"), None);
        assert!(list.refuses("b.test", "/private/x").is_some());
        assert_eq!(list.refuses("b.test", "/privateer"), None);
    }

    #[test]
    fn an_address_is_blocked_in_every_spelling() {
        let list = list(&["127.0.0.1", "[::1]", "2001:DB8::0:1/x"]);
        for host in [
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "[::ffff:127.0.0.1]",
            "[0:0:0:0:0:0:0:1]",
        ] {
            assert!(list.refuses_host(host).is_some(), "{host}");
        }
        assert!(list.refuses("[2001:db8::1]", "/x").is_some());
        assert_eq!(list.refuses_host("127.0.0.2"), None);
    }

    #[test]
    fn what_is_no_pattern_is_said() {
        for text in [
            "a.test:80",
            "*.a.test:80",
            "[::1]:80",
            "",
            "*",
            "a b",
            "*.",
            "/path",
            "a.test/../x",
            "http://a.test",
        ] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
    }
}
