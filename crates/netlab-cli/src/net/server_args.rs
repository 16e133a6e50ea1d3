//! What every server takes on its command line: limits, and who may come in.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use clap::builder::RangedI64ValueParser;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::output::Output;

/// Limits and access, the same for every server.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Server limits")]
pub(crate) struct ServerArgs {
    /// Connections served at once; more are turned away
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 4096, value_parser = RangedI64ValueParser::<usize>::new().range(1..=100_000))]
    pub(crate) max_connections: usize,
    /// A connection silent for so long is closed, and one whose HTTP head or DNS message takes longer to come
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value = "60", value_parser = parse_seconds)]
    pub(crate) idle_timeout: Duration,
    /// Only clients in this block are served (repeatable); the default is everyone who can reach the address
    #[arg(long, value_name = "CIDR", value_parser = parse_block)]
    pub(crate) allow: Vec<IpNet>,
}

impl ServerArgs {
    /// Whether a client at `peer` is served; that one is not is remarked on.
    pub(crate) fn lets_in(&self, peer: SocketAddr, out: &Output) -> bool {
        let is_let_in = self.allow.is_empty() || self.allows(peer.ip());
        if !is_let_in {
            out.remark(|| format!("{peer} turned away: not in --allow"));
        }
        is_let_in
    }

    fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.allow.iter().any(|block| block.contains(&address))
    }
}

/// Those of a command line that names none.
#[cfg(test)]
impl Default for ServerArgs {
    fn default() -> Self {
        use clap::{Args as _, FromArgMatches as _};
        let command = Self::augment_args(clap::Command::new("server"));
        Self::from_arg_matches(&command.get_matches_from(["server"])).unwrap()
    }
}

/// Seconds with an optional fraction, as `--timeout 0.5`.
pub(crate) fn parse_seconds(text: &str) -> Result<Duration, String> {
    const SECONDS_MAX: f64 = 86_400.0 * 365.0;
    let seconds: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    let duration = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    // The clock's grain makes nothing of a number that is small enough.
    if duration.is_zero() || seconds > SECONDS_MAX {
        return Err("must be more than 0 and at most a year".to_owned());
    }
    Ok(duration)
}

/// A CIDR block, or a single address as the block that holds it alone. One of IPv4 in IPv6's form, as a socket for both tells of its
/// clients (RFC 4291 §2.5.5.2), is one of IPv4.
fn parse_block(text: &str) -> Result<IpNet, String> {
    let block = text
        .parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "not an address block such as 192.168.1.0/24 or ::1/128".to_owned())?;
    let mapped = |block: Ipv6Net| {
        let prefix = block.prefix_len().checked_sub(96)?;
        Ipv4Net::new(block.addr().to_ipv4_mapped()?, prefix).ok()
    };
    Ok(match block {
        IpNet::V6(of_six) => mapped(of_six).map_or(block, IpNet::V4),
        IpNet::V4(_) => block,
    })
}

#[cfg(test)]
mod tests {
    use super::{ServerArgs, parse_block, parse_seconds};
    use crate::output::Output;

    #[test]
    fn an_empty_list_allows_everyone() {
        let (out, _) = Output::captured();
        assert!(ServerArgs::default().lets_in(([192, 0, 2, 1], 80).into(), &out));
    }

    #[test]
    fn a_list_turns_others_away() {
        let args = ServerArgs {
            allow: vec![
                parse_block("127.0.0.0/8").unwrap(),
                parse_block("::1").unwrap(),
            ],
            ..ServerArgs::default()
        };
        assert!(args.allows("127.0.0.9".parse().unwrap()));
        assert!(args.allows("::ffff:127.0.0.9".parse().unwrap()));
        assert!(args.allows("::1".parse().unwrap()));
        assert!(!args.allows("192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn an_address_of_ipv4_may_be_written_as_one_of_ipv6() {
        for (block, text) in [
            ("::ffff:192.0.2.1", "192.0.2.1/32"),
            ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(parse_block(block).unwrap().to_string(), text);
        }
    }

    #[test]
    fn seconds_are_positive_numbers() {
        assert_eq!(parse_seconds("0.5").unwrap().as_millis(), 500);
        for text in ["0", "-1", "nan", "inf", "1e30", "1e-12", "x"] {
            assert!(parse_seconds(text).is_err(), "{text}");
        }
    }
}
