//! `HOST:PORT` as people type it.

use core::fmt;
use core::str::FromStr;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc::channel;
use std::thread::Builder;
use std::time::Duration;

use super::about_to_wait;
use crate::exit::{ExitCode, Failure};

/// A host name or address literal with a port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct HostPort {
    /// The name or address, an IPv6 literal without its brackets.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
}

impl HostPort {
    /// Parses `HOST[:PORT]`, taking `default` where no port is given.
    pub(crate) fn with_default_port(text: &str, default: u16) -> Result<Self, String> {
        let (host, port) = split(text)?;
        let port = port.map_or(Ok(default), |digits| parse_port(text, digits))?;
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }

    /// Every address of the host, in the system's order.
    pub(crate) fn resolve(&self) -> Result<Vec<SocketAddr>, Failure> {
        if let Ok(ip) = self.host.parse::<IpAddr>() {
            let address = SocketAddr::new(ip, self.port);
            check_zone(address)?;
            return Ok(vec![address]);
        }
        let not_resolved = |reason: &str| {
            let way_out = if reason.starts_with("temporary failure") {
                "does this machine's name server answer?"
            } else {
                "is the name spelled correctly?"
            };
            Failure::new(
                ExitCode::NotResolved,
                format!("cannot resolve {}: {reason}; {way_out}", self.host),
            )
        };
        match (self.host.as_str(), self.port).to_socket_addrs() {
            Ok(addresses) => {
                let addresses = distinct(addresses);
                if addresses.is_empty() {
                    return Err(not_resolved("it has no address"));
                }
                Ok(addresses)
            }
            Err(error) => {
                let text = error.to_string();
                // std puts its own words before the system's: "failed to lookup address information: …".
                let reason = text.rsplit(": ").next().unwrap_or(&text);
                Err(not_resolved(&reason.to_lowercase()))
            }
        }
    }

    /// The same, if the system has them in time: it may ask silent name servers for much longer than anybody waits.
    pub(crate) fn resolve_within(&self, wait: Duration) -> Result<Vec<SocketAddr>, Failure> {
        if self.host.parse::<IpAddr>().is_ok() {
            return self.resolve();
        }
        // Where there is no other thread, others wait, too: not for long.
        let _ = about_to_wait();
        let (sender, resolved) = channel();
        let target = self.clone();
        // Nothing can call the system's search off; it ends by itself, or with the process.
        let thread = Builder::new().name("resolver".to_owned());
        if thread.spawn(move || sender.send(target.resolve())).is_err() {
            return self.resolve();
        }
        resolved.recv_timeout(wait).unwrap_or_else(|_| {
            Err(Failure::new(
                ExitCode::NoReply,
                format!(
                    "cannot resolve {} in time; does this machine's name server answer?",
                    self.host
                ),
            ))
        })
    }
}

/// Each address once, in the order given: a hosts file may name one several times.
fn distinct(addresses: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    let mut once = Vec::new();
    for address in addresses {
        if !once.contains(&address) {
            once.push(address);
        }
    }
    once
}

impl FromStr for HostPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = split(text)?;
        let digits = port.ok_or_else(|| match text {
            ip if ip.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6()) => {
                format!("'{ip}' needs brackets, and a port behind them: [{ip}]:PORT")
            }
            many if !many.starts_with('[') && many.contains(':') => {
                format!("'{many}' has too many colons; an IPv6 address stands in brackets, as in [::1]:80")
            }
            host => format!("'{host}' has no port; write it as {host}:PORT"),
        })?;
        Ok(Self {
            host: host.to_owned(),
            port: parse_port(text, digits)?,
        })
    }
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Refuses a link-local address that does not say on which link (RFC 4007 §6): the system would, in fewer words.
pub(crate) fn check_zone(address: SocketAddr) -> Result<(), Failure> {
    match address {
        SocketAddr::V6(address)
            if address.ip().is_unicast_link_local() && address.scope_id() == 0 =>
        {
            let ip = address.ip();
            Err(Failure::usage(format!(
                "{ip} is on a link of its own for each interface; name it, as in {ip}%eth0"
            )))
        }
        _ => Ok(()),
    }
}

/// A host as URLs have it, an IPv6 literal without its brackets.
pub(crate) fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

/// Splits off the port; an IPv6 literal with a port needs brackets.
fn split(text: &str) -> Result<(&str, Option<&str>), String> {
    if text.contains("://") {
        return Err(format!("'{text}' is a URL; give its HOST:PORT alone"));
    }
    // As dig prints it.
    if let Some((host, port)) = text.split_once('#') {
        let (open, close) = if host.contains(':') {
            ("[", "]")
        } else {
            ("", "")
        };
        return Err(format!(
            "'{text}' is written {open}{host}{close}:{port} here"
        ));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest
            .split_once(']')
            .ok_or_else(|| format!("'{text}' has no closing bracket"))?;
        if rest.is_empty() {
            return Ok((host, None));
        }
        let port = rest
            .strip_prefix(':')
            .ok_or_else(|| format!("'{text}' has '{rest}' where :PORT belongs"))?;
        return Ok((host, Some(port)));
    }
    let (host, port) = match text.split_once(':') {
        Some((_, rest)) if rest.contains(':') => (text, None),
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    if host.is_empty() {
        return Err(format!("'{text}' has no host"));
    }
    Ok((host, port))
}

fn parse_port(text: &str, digits: &str) -> Result<u16, String> {
    // `u16::from_str` takes a leading plus.
    if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(format!("'{digits}' in '{text}' is not a port number"));
    }
    digits
        .parse()
        .map_err(|_| format!("port {digits} in '{text}' is over 65535"))
}

/// Whether `address` is this machine's, or in a private or link-local range.
pub(crate) fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(ip) => {
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified()
        }
        IpAddr::V6(ip) => {
            ip.is_loopback()
                || ip.is_unique_local()
                || ip.is_unicast_link_local()
                || ip.is_unspecified()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{HostPort, distinct, is_near};

    fn host_port(host: &str, port: u16) -> HostPort {
        HostPort {
            host: host.to_owned(),
            port,
        }
    }

    #[test]
    fn parses_names_and_addresses() {
        assert_eq!("localhost:80".parse(), Ok(host_port("localhost", 80)));
        assert_eq!("127.0.0.1:0".parse(), Ok(host_port("127.0.0.1", 0)));
        assert_eq!("[::1]:53".parse(), Ok(host_port("::1", 53)));
        assert_eq!(
            HostPort::with_default_port("::1", 53),
            Ok(host_port("::1", 53))
        );
        assert_eq!(
            HostPort::with_default_port("[::1]", 53),
            Ok(host_port("::1", 53))
        );
    }

    #[test]
    fn refuses_with_a_reason() {
        for (text, reason) in [
            (
                "localhost",
                "'localhost' has no port; write it as localhost:PORT",
            ),
            (":80", "':80' has no host"),
            (
                "http://127.0.0.1:80/",
                "'http://127.0.0.1:80/' is a URL; give its HOST:PORT alone",
            ),
            (
                "http://127.0.0.1/",
                "'http://127.0.0.1/' is a URL; give its HOST:PORT alone",
            ),
            (
                "127.0.0.1#53",
                "'127.0.0.1#53' is written 127.0.0.1:53 here",
            ),
            ("::1#53", "'::1#53' is written [::1]:53 here"),
            (
                "::1",
                "'::1' needs brackets, and a port behind them: [::1]:PORT",
            ),
            (
                "localhost:80:x",
                "'localhost:80:x' has too many colons; an IPv6 address stands in brackets, as in [::1]:80",
            ),
            ("[::1]", "'[::1]' has no port; write it as [::1]:PORT"),
            ("a:", "'' in 'a:' is not a port number"),
            ("a:+5", "'+5' in 'a:+5' is not a port number"),
            ("a:65536", "port 65536 in 'a:65536' is over 65535"),
            ("[::1", "'[::1' has no closing bracket"),
            ("[::1]80", "'[::1]80' has '80' where :PORT belongs"),
        ] {
            assert_eq!(text.parse::<HostPort>(), Err(reason.to_owned()));
        }
    }

    #[test]
    fn a_link_local_address_needs_its_link() {
        let error = host_port("fe80::1", 80).resolve().unwrap_err();
        assert_eq!(
            error.to_string(),
            "fe80::1 is on a link of its own for each interface; name it, as in fe80::1%eth0"
        );
        // With a name or number behind the address it is for the system to resolve.
        let addresses = host_port("fe80::1%1", 80).resolve().unwrap();
        assert_eq!(addresses[0].to_string(), "[fe80::1%1]:80");
    }

    #[test]
    fn an_address_that_a_name_has_twice_is_tried_once() {
        let list = |text: &str| -> Vec<SocketAddr> {
            text.split(' ').map(|one| one.parse().unwrap()).collect()
        };
        assert_eq!(
            distinct(list("127.0.0.2:1 [::1]:1 127.0.0.2:1 127.0.0.1:1 [::1]:1").into_iter()),
            list("127.0.0.2:1 [::1]:1 127.0.0.1:1")
        );
    }

    #[test]
    fn prints_brackets_around_ipv6() {
        assert_eq!(host_port("::1", 80).to_string(), "[::1]:80");
    }

    #[test]
    fn loopback_private_and_link_local_addresses_are_near() {
        for near in [
            "127.0.0.1",
            "127.255.255.254",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.1.1",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_near(near.parse().unwrap()), "{near}");
        }
        for far in [
            "8.8.8.8",
            "172.32.0.1",
            "100.64.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "2001:db8::1",
            "ff02::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(!is_near(far.parse().unwrap()), "{far}");
        }
    }
}
