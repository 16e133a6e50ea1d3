//! `-p`: ports as nmap's users write them.

use core::ops::RangeInclusive;
use core::str::FromStr;

use super::services;

/// A set of ports, kept ascending and without duplicates.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct PortSet {
    ports: Vec<u16>,
}

impl PortSet {
    /// What is scanned when no port is named: 1 to 1023 and every higher port whose service has a name.
    pub(crate) fn usual() -> Self {
        const WELL_KNOWN_MAX: u16 = 1023;
        let ports = (1..=WELL_KNOWN_MAX)
            .chain(services::named_ports().filter(|port| *port > WELL_KNOWN_MAX))
            .collect();
        Self { ports }
    }

    /// The ports of several sets.
    pub(crate) fn union(sets: &[Self]) -> Self {
        Self::new(
            sets.iter()
                .flat_map(|set| set.ports.iter().copied())
                .collect(),
        )
    }

    /// The ports, ascending.
    pub(crate) fn into_ports(self) -> Vec<u16> {
        self.ports
    }

    fn new(mut ports: Vec<u16>) -> Self {
        ports.sort_unstable();
        ports.dedup();
        Self { ports }
    }
}

impl FromStr for PortSet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(char::is_whitespace) {
            return Err("ports are written without spaces, as in 22,80,1000-2000".to_owned());
        }
        let mut ports = Vec::new();
        for item in text.split(',') {
            let item = item.strip_prefix("T:").unwrap_or(item);
            if item.is_empty() {
                return Err("a port is missing; write them as 22,80,1000-2000".to_owned());
            }
            if item.starts_with("U:") || item.starts_with("S:") || item.starts_with("P:") {
                return Err(format!("'{item}': only TCP ports are scanned"));
            }
            if item.starts_with(|first: char| first.is_ascii_alphabetic()) {
                let before = ports.len();
                ports.extend(services::ports_of(item));
                if ports.len() == before {
                    return Err(format!("'{item}' is not a known service"));
                }
            } else {
                ports.extend(range(item)?);
            }
        }
        Ok(Self::new(ports))
    }
}

/// `N`, `N-M`, `-M` (from 1), `N-` (to 65535) or `-` (all but 0).
fn range(item: &str) -> Result<RangeInclusive<u16>, String> {
    let Some((first, last)) = item.split_once('-') else {
        let port = number(item)?;
        return Ok(port..=port);
    };
    let first_port = if first.is_empty() { 1 } else { number(first)? };
    let last_port = if last.is_empty() {
        u16::MAX
    } else {
        number(last)?
    };
    if first_port > last_port {
        return Err(format!(
            "the range {item} runs backwards; did you mean {last}-{first}?"
        ));
    }
    Ok(first_port..=last_port)
}

fn number(digits: &str) -> Result<u16, String> {
    // `u16::from_str` takes a leading plus.
    if !digits.bytes().all(|octet| octet.is_ascii_digit()) || digits.is_empty() {
        return Err(format!("'{digits}' is not a port number"));
    }
    digits
        .parse()
        .map_err(|_| format!("port {digits} is over 65535"))
}

#[cfg(test)]
mod tests {
    use super::PortSet;

    fn ports(text: &str) -> Vec<u16> {
        text.parse::<PortSet>().unwrap().into_ports()
    }

    #[test]
    fn lists_and_ranges_are_merged_and_ascending() {
        assert_eq!(ports("80"), [80]);
        assert_eq!(ports("80,22,80,20-23"), [20, 21, 22, 23, 80]);
        assert_eq!(ports("T:5,7"), [5, 7]);
        assert_eq!(ports("0"), [0]);
        assert_eq!(ports("0-2"), [0, 1, 2]);
        assert_eq!(ports("22400-22499,80").len(), 101);
    }

    #[test]
    fn open_ranges_end_where_the_ports_do() {
        assert_eq!(ports("-3"), [1, 2, 3]);
        assert_eq!(ports("65534-"), [65_534, 65_535]);
        assert_eq!(ports("-").len(), 65_535);
        assert_eq!(ports("-").first(), Some(&1));
        assert_eq!(ports("-,0").len(), 65_536);
    }

    #[test]
    fn services_have_names() {
        assert_eq!(ports("https,ssh"), [22, 443]);
    }

    #[test]
    fn refuses_with_a_reason() {
        for (text, reason) in [
            ("", "a port is missing; write them as 22,80,1000-2000"),
            ("22,", "a port is missing; write them as 22,80,1000-2000"),
            (
                "22, 80",
                "ports are written without spaces, as in 22,80,1000-2000",
            ),
            ("65536", "port 65536 is over 65535"),
            (
                "1-99999999999999999999",
                "port 99999999999999999999 is over 65535",
            ),
            ("5-1", "the range 5-1 runs backwards; did you mean 1-5?"),
            ("+5", "'+5' is not a port number"),
            ("1-2-3", "'2-3' is not a port number"),
            ("0x16", "'0x16' is not a port number"),
            ("nothing", "'nothing' is not a known service"),
            ("U:53", "'U:53': only TCP ports are scanned"),
        ] {
            assert_eq!(text.parse::<PortSet>(), Err(reason.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_usual_ports_hold_the_lab_servers() {
        let usual = PortSet::usual().into_ports();
        assert!(usual.is_sorted_by(|a, b| a < b));
        for port in [1, 22, 1023, 1234, 5300, 6789, 8000, 9000, 12_000, 12_345] {
            assert!(usual.contains(&port), "{port}");
        }
    }

    #[test]
    fn a_union_has_each_port_once() {
        let sets = ["5,1", "1,2"].map(|text| text.parse().unwrap());
        assert_eq!(PortSet::union(&sets).into_ports(), [1, 2, 5]);
    }
}
