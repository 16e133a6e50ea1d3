//! Where a request may lead: ports, and which addresses for which clients.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use wire_http::StatusCode;

use crate::exit::ExitCode;
use crate::net::{HostPort, connect_each, system_text};

/// A refusal to fetch: the status, the kind of error as `Proxy-Status` names it (RFC 9209 §2.3), and a sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Denial {
    pub(super) status: StatusCode,
    pub(super) error: &'static str,
    pub(super) reason: String,
}

impl Denial {
    pub(super) fn new(status: StatusCode, error: &'static str, reason: impl Into<String>) -> Self {
        Self {
            status,
            error,
            reason: reason.into(),
        }
    }
}

/// Which ports tunnels may reach; requests may reach all, for they can only carry HTTP.
#[derive(Clone, Debug)]
pub(super) struct Ports {
    also: Vec<u16>,
}

impl Ports {
    /// 443 and those of `--allow-port`.
    pub(super) const fn new(also: Vec<u16>) -> Self {
        Self { also }
    }

    /// Tunnels lead to 443: a proxy that opens any port carries mail and worse for strangers (RFC 9110 §9.3.6).
    pub(super) fn allow_tunnel(&self, port: u16) -> Result<(), Denial> {
        if port == 443 || self.also.contains(&port) {
            return Ok(());
        }
        Err(denied_port(format!(
            "tunnels lead to port 443 only; --allow-port {port} would open this one"
        )))
    }
}

fn denied_port(reason: String) -> Denial {
    Denial::new(StatusCode::FORBIDDEN, "http_request_denied", reason)
}

/// Connects to `target` for a client at `client`, within `timeout`.
///
/// A client on another machine does not get to what only this one can reach: the addresses are looked at after the name
/// was resolved, and those that were looked at are connected to.
pub(super) fn reach(
    target: &HostPort,
    client: IpAddr,
    timeout: Duration,
) -> Result<TcpStream, Denial> {
    let addresses = target.resolve_within(timeout).map_err(|error| {
        let (status, word) = match error.code() {
            ExitCode::NoReply => (StatusCode::GATEWAY_TIMEOUT, "dns_timeout"),
            _ => (StatusCode::BAD_GATEWAY, "dns_error"),
        };
        Denial::new(status, word, error.to_string())
    })?;
    let addresses: Vec<SocketAddr> = addresses
        .into_iter()
        .filter(|address| may_reach(client, address.ip()))
        .collect();
    if addresses.is_empty() {
        return Err(Denial::new(
            StatusCode::FORBIDDEN,
            "destination_ip_prohibited",
            format!("{target} is an inner address, and you are not on this machine"),
        ));
    }
    let (winner, failed) = connect_each(&addresses, timeout);
    if let Some(winner) = winner {
        return Ok(winner.stream);
    }
    use std::io::ErrorKind as Kind;
    Err(match failed.last().map(|attempt| &attempt.error) {
        Some(error) if !matches!(error.kind(), Kind::TimedOut | Kind::WouldBlock) => {
            let kind = match error.kind() {
                Kind::ConnectionRefused => "connection_refused",
                _ => "destination_ip_unroutable",
            };
            Denial::new(
                StatusCode::BAD_GATEWAY,
                kind,
                format!("cannot connect to {target}: {}", system_text(error)),
            )
        }
        _ => Denial::new(
            StatusCode::GATEWAY_TIMEOUT,
            "connection_timeout",
            format!("cannot connect to {target}: no answer in time"),
        ),
    })
}

/// Whether a client gets to an address: from this machine to all, from elsewhere to the public ones.
fn may_reach(client: IpAddr, address: IpAddr) -> bool {
    client.to_canonical().is_loopback() || !is_inner(address)
}

/// Whether an address means this machine or its surroundings (IANA special-purpose registries, RFC 6890).
fn is_inner(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_inner_v4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, e, f, g, h] = v6.segments();
            let v4_of =
                |high: u16, low: u16| Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low));
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
                // Site-local, deprecated (RFC 3879).
                || a & 0xffc0 == 0xfec0
                // An IPv4 address in another dress: compatible, NAT64, 6to4.
                || ([a, b, c, d, e, f] == [0; 6] && is_inner_v4(v4_of(g, h)))
                || ([a, b, c, d, e, f] == [0x64, 0xff9b, 0, 0, 0, 0] && is_inner_v4(v4_of(g, h)))
                || ([a, b, c] == [0x64, 0xff9b, 1])
                || (a == 0x2002 && is_inner_v4(v4_of(b, c)))
        }
    }
}

fn is_inner_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && b & 0xc0 == 64)
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && b & 0xfe == 18)
}

#[cfg(test)]
mod tests {
    use super::{Ports, is_inner, may_reach};

    #[test]
    fn inner_addresses_in_every_dress() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "ff02::1",
        ] {
            assert!(is_inner(text.parse().unwrap()), "{text}");
        }
        for text in [
            "192.0.2.1",
            "8.8.8.8",
            "172.32.0.1",
            "2001:db8::1",
            "64:ff9b::808:808",
        ] {
            assert!(!is_inner(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn only_this_machine_reaches_inner_addresses() {
        let [local, far] = ["127.0.0.1", "192.168.1.9"].map(|text| text.parse().unwrap());
        let [inner, public] = ["10.0.0.1", "192.0.2.1"].map(|text| text.parse().unwrap());
        assert!(may_reach(local, inner) && may_reach(local, public));
        assert!(!may_reach(far, inner) && may_reach(far, public));
    }

    #[test]
    fn ports() {
        let ports = Ports::new(vec![25]);
        assert!(ports.allow_tunnel(443).is_ok() && ports.allow_tunnel(25).is_ok());
        assert!(ports.allow_tunnel(80).is_err() && ports.allow_tunnel(8443).is_err());
    }
}
