//! Which hosts: names, addresses and CIDR blocks, and whether they may be scanned without more words.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};

use ipnet::{IpAddrRange, IpNet, Ipv4AddrRange, Ipv6AddrRange};

use crate::exit::Failure;
use crate::net::{HostPort, check_zone, without_brackets};

/// Hosts in one scan.
const HOSTS_MAX: usize = 65_536;

/// One host of a scan.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Target {
    /// The host as the user wrote it, or the address within a block.
    pub(crate) host: String,
    /// Where it is reached; the port is 0.
    pub(crate) address: SocketAddr,
}

impl Target {
    /// A host known by its address.
    pub(crate) fn at(address: IpAddr) -> Self {
        Self {
            host: address.to_string(),
            address: SocketAddr::new(address, 0),
        }
    }

    /// Whether the user wrote a name, not an address.
    pub(crate) fn is_named(&self) -> bool {
        self.host.parse::<IpAddr>().is_err()
    }
}

/// What became of the hosts on the command line.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// Every host once, in the order given.
    pub(super) targets: Vec<Target>,
    /// What the user should know about names with several addresses.
    pub(super) remarks: Vec<String>,
}

/// Resolves names and unfolds blocks. Of a name's addresses the first is scanned, IPv4 before IPv6 unless `prefer_ipv6`.
pub(super) fn resolve(hosts: &[String], prefer_ipv6: bool) -> Result<Resolved, Failure> {
    let mut resolved = Resolved::default();
    let mut seen = HashSet::new();
    for host in hosts {
        let mut add = |target: Target| {
            check_zone(target.address)?;
            if seen.insert(target.address) {
                resolved.targets.push(target);
            }
            if resolved.targets.len() > HOSTS_MAX {
                return Err(Failure::usage(format!(
                    "more than {HOSTS_MAX} hosts; scan them in several runs"
                )));
            }
            Ok(())
        };
        if host.contains('/') {
            for address in block(host)? {
                add(Target::at(address))?;
            }
            continue;
        }
        let literal = without_brackets(host);
        if let Ok(address) = literal.parse::<IpAddr>() {
            add(Target::at(address))?;
            continue;
        }
        // A number alone would be an address (inet_aton), and of a host that nobody meant.
        let is_ports = literal
            .bytes()
            .all(|octet| octet.is_ascii_digit() || matches!(octet, b',' | b'-'));
        let has_port = literal.contains('#') || (literal.contains(':') && !literal.contains('%'));
        if is_ports || has_port {
            return Err(Failure::usage(format!(
                "'{host}' is not a host; name ports with -p, as in -p 22,80"
            )));
        }
        let mut addresses = HostPort {
            host: literal.to_owned(),
            port: 0,
        }
        .resolve()?;
        addresses.sort_by_key(|address| address.is_ipv6() != prefer_ipv6);
        addresses.dedup();
        let mut addresses = addresses.into_iter();
        if let Some(address) = addresses.next() {
            add(Target {
                host: host.clone(),
                address,
            })?;
        }
        let others: Vec<String> = addresses.map(|address| address.ip().to_string()).collect();
        if !others.is_empty() {
            resolved.remarks.push(format!(
                "{host} has other addresses that are not scanned: {}",
                others.join(", ")
            ));
        }
    }
    Ok(resolved)
}

/// Every address of a CIDR block: whether the first and the last of an IPv4 block are hosts is known to their network alone, and
/// on loopback they are.
fn block(text: &str) -> Result<impl Iterator<Item = IpAddr>, Failure> {
    let block: IpNet = text.parse().map_err(|_| {
        Failure::usage(format!(
            "'{text}' is not an address block such as 192.168.1.0/24"
        ))
    })?;
    let host_bits = block.max_prefix_len().saturating_sub(block.prefix_len());
    if host_bits > 16 {
        return Err(Failure::usage(format!(
            "{text} has more than {HOSTS_MAX} addresses; the largest block is /{}",
            block.max_prefix_len().saturating_sub(16)
        )));
    }
    Ok(match block {
        IpNet::V4(block) => {
            IpAddrRange::from(Ipv4AddrRange::new(block.network(), block.broadcast()))
        }
        IpNet::V6(block) => {
            IpAddrRange::from(Ipv6AddrRange::new(block.network(), block.broadcast()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::resolve;

    fn hosts(list: &[&str]) -> Vec<String> {
        let list: Vec<String> = list.iter().map(|host| (*host).to_owned()).collect();
        resolve(&list, false)
            .unwrap()
            .targets
            .into_iter()
            .map(|target| target.host)
            .collect()
    }

    fn refusal(host: &str) -> String {
        resolve(&[host.to_owned()], false).unwrap_err().to_string()
    }

    #[test]
    fn blocks_are_unfolded_and_hosts_scanned_once() {
        assert_eq!(
            hosts(&["127.0.0.2", "127.0.0.9/30", "127.0.0.2", "[::1]", "::1"]),
            [
                "127.0.0.2",
                "127.0.0.8",
                "127.0.0.9",
                "127.0.0.10",
                "127.0.0.11",
                "::1"
            ]
        );
        assert_eq!(hosts(&["10.0.0.1/32"]), ["10.0.0.1"]);
        assert_eq!(hosts(&["10.0.0.0/31"]), ["10.0.0.0", "10.0.0.1"]);
        assert_eq!(hosts(&["10.0.0.0/16"]).len(), 65_536);
        assert_eq!(hosts(&["fd00::/127"]), ["fd00::", "fd00::1"]);
    }

    #[test]
    fn blocks_are_bounded() {
        assert_eq!(
            refusal("10.0.0.0/8"),
            "10.0.0.0/8 has more than 65536 addresses; the largest block is /16"
        );
        assert_eq!(
            refusal("fd00::/64"),
            "fd00::/64 has more than 65536 addresses; the largest block is /112"
        );
        assert_eq!(
            refusal("10.0.0.0/33"),
            "'10.0.0.0/33' is not an address block such as 192.168.1.0/24"
        );
        assert_eq!(
            refusal("fe80::1"),
            "fe80::1 is on a link of its own for each interface; name it, as in fe80::1%eth0"
        );
        let two = ["10.0.0.0/16".to_owned(), "10.1.0.0/24".to_owned()];
        assert!(resolve(&two, false).is_err());
    }

    #[test]
    fn a_port_in_the_host_is_wrong_usage() {
        for host in ["127.0.0.1:80", "127.0.0.1#53", "80", "22,80", "1-100", ""] {
            assert_eq!(
                refusal(host),
                format!("'{host}' is not a host; name ports with -p, as in -p 22,80")
            );
        }
    }
}
