//! A question as people type it: `@SERVER`, NAME and TYPE in any order, as dig takes them.

use std::net::{IpAddr, SocketAddr};

use wire_dns::RecordType;

use crate::exit::Failure;

/// What the words say.
#[derive(Debug, Default)]
pub(super) struct Words<'w> {
    pub(super) name: Option<&'w str>,
    /// What is behind the `@`.
    pub(super) server: Option<&'w str>,
    pub(super) types: Vec<RecordType>,
    /// Of `IXFR=SERIAL`.
    pub(super) serial: Option<u32>,
}

impl<'w> Words<'w> {
    /// Tells them apart; `has_name` says that the name is known without them.
    pub(super) fn parse(words: &'w [String], has_name: bool) -> Result<Self, Failure> {
        let mut said = Self::default();
        for word in words {
            if let Some(at) = word.strip_prefix('@') {
                said.server = Some(at);
            } else if word.starts_with('+') {
                return Err(Failure::usage(dig_option(word)));
            } else if let Some((name, server)) = glued(word) {
                return Err(Failure::usage(format!(
                    "'{word}' is written {name} @{server}, in two words"
                )));
            } else if said.name.is_none() && !has_name {
                said.name = Some(word);
            } else if let Ok(record_type) = word.parse() {
                said.types.push(record_type);
            } else if let Some(serial) = version(word) {
                said.types.push(RecordType::IXFR);
                said.serial = Some(serial);
            } else if let Some(record_type) = said.name.and_then(|first| first.parse().ok()) {
                // dig takes the type first as well.
                said.types.push(record_type);
                said.name = Some(word);
            } else {
                let server = [said.name, Some(word)];
                let server = server.into_iter().flatten().find(|word| is_address(word));
                let hint = match server {
                    Some(server) => format!("a server is written @{server}"),
                    None if word.contains('.') => "one name is asked for at a time".to_owned(),
                    None => "one without a name is written TYPE and its number".to_owned(),
                };
                return Err(Failure::usage(format!(
                    "'{word}' is no record type; {hint}"
                )));
            }
        }
        Ok(said)
    }
}

/// The name and the server of a word that has both, which would be asked for as a name, of whoever the system asks.
fn glued(word: &str) -> Option<(&str, &str)> {
    let (name, server) = word.split_once('@')?;
    let is_escaped = name.ends_with('\\');
    (!is_escaped && is_address(server)).then_some((name, server))
}

/// The serial of `IXFR=SERIAL`, as dig takes it.
fn version(word: &str) -> Option<u32> {
    let (name, serial) = word.split_once('=')?;
    let is_ixfr = name.eq_ignore_ascii_case("ixfr");
    serial.parse().ok().filter(|_| is_ixfr)
}

/// What to write instead of an option of dig.
fn dig_option(word: &str) -> String {
    let name = word.split('=').next().unwrap_or_default();
    let flag = match name {
        "+short" => "--short",
        "+tcp" | "+vc" => "--tcp",
        "+norec" | "+norecurse" => "--no-recurse",
        "+dnssec" | "+do" => "--dnssec",
        "+bufsize" => "--bufsize N",
        "+noedns" => "--bufsize 0",
        "+time" | "+timeout" => "--timeout SECONDS",
        "+tries" | "+retry" => "--retries N",
        "+trace" => return "dig's '+trace' is netlab dns trace NAME".to_owned(),
        _ => return format!("'{word}' is an option of dig; the flags here are those of --help"),
    };
    format!("dig's '{word}' is {flag} of netlab dns query")
}

/// Whether it is an address, with a port or without.
fn is_address(word: &str) -> bool {
    word.parse::<IpAddr>().is_ok() || word.parse::<SocketAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn who_types_it_another_way_is_told() {
        for (words, reason) in [
            (
                ["127.0.0.1", "a.test"],
                "'a.test' is no record type; a server is written @127.0.0.1",
            ),
            (
                ["a.test", "[::1]:5300"],
                "'[::1]:5300' is no record type; a server is written @[::1]:5300",
            ),
            (
                ["a.test", "+time=1"],
                "dig's '+time=1' is --timeout SECONDS of netlab dns query",
            ),
            (
                ["+nsid", "a.test"],
                "'+nsid' is an option of dig; the flags here are those of --help",
            ),
            (
                ["a.test@127.0.0.1", "A"],
                "'a.test@127.0.0.1' is written a.test @127.0.0.1, in two words",
            ),
            (
                ["A", "a.test@[::1]:5300"],
                "'a.test@[::1]:5300' is written a.test @[::1]:5300, in two words",
            ),
            (
                ["a.test", "b.test"],
                "'b.test' is no record type; one name is asked for at a time",
            ),
        ] {
            let failure = Words::parse(&words.map(str::to_owned), false).unwrap_err();
            assert_eq!(failure.to_string(), reason);
        }
    }

    #[test]
    fn a_name_may_have_an_at_sign() {
        for name in ["who@a.test", r"who\@192.0.2.1"] {
            let words = [name.to_owned()];
            assert_eq!(Words::parse(&words, false).unwrap().name, Some(name));
        }
    }
}
