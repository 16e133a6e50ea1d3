//! Names of addresses: in-addr.arpa (RFC 1035 §3.5) and ip6.arpa (RFC 3596 §2.5).

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Label, Name, NameBuf};

const IN_ADDR_ARPA: &[u8] = b"\x07in-addr\x04arpa\x00";
const IP6_ARPA: &[u8] = b"\x03ip6\x04arpa\x00";

impl NameBuf {
    /// The name under which the PTR record of an address is kept
    /// ([RFC 1035 §3.5](https://www.rfc-editor.org/rfc/rfc1035#section-3.5),
    /// [RFC 3596 §2.5](https://www.rfc-editor.org/rfc/rfc3596#section-2.5)).
    ///
    /// ```
    /// use wire_dns::NameBuf;
    /// let name = NameBuf::reverse([192, 0, 2, 7].into());
    /// assert_eq!(name.to_string(), "7.2.0.192.in-addr.arpa.");
    /// // RFC 3596 §2.5.
    /// let name = NameBuf::reverse("4321:0:1:2:3:4:567:89ab".parse().unwrap());
    /// assert_eq!(name.to_string(), "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa.");
    /// ```
    #[must_use]
    pub fn reverse(address: IpAddr) -> Self {
        let mut octets = Vec::with_capacity(74);
        let suffix = match address {
            IpAddr::V4(address) => {
                for octet in address.octets().iter().rev() {
                    push_decimal(&mut octets, *octet);
                }
                IN_ADDR_ARPA
            }
            IpAddr::V6(address) => {
                for octet in address.octets().iter().rev() {
                    octets.extend_from_slice(&[1, hex_digit(octet & 15), 1, hex_digit(octet >> 4)]);
                }
                IP6_ARPA
            }
        };
        octets.extend_from_slice(suffix);
        // At most 74 octets, far below the limit.
        Self::from_flat(octets).unwrap_or_else(|_| Self::root())
    }
}

impl Name<'_> {
    /// The address whose reverse name this is; `None` for any other name, also for one of a whole network.
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let name: NameBuf = "7.2.0.192.IN-ADDR.ARPA".parse()?;
    /// assert_eq!(name.as_name().reverse_address(), Some([192, 0, 2, 7].into()));
    /// assert_eq!(name.as_name().parent().unwrap().reverse_address(), None);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn reverse_address(self) -> Option<IpAddr> {
        let count = self.label_count();
        let suffix = |from: usize| self.labels().skip(from).map(Label::octets);
        if count == 6 && is_suffix(suffix(4), [b"in-addr", b"arpa"]) {
            let mut octets = [0u8; 4];
            for (slot, label) in octets.iter_mut().rev().zip(self.labels()) {
                *slot = decimal(label.octets())?;
            }
            return Some(IpAddr::V4(Ipv4Addr::from(octets)));
        }
        if count == 34 && is_suffix(suffix(32), [b"ip6", b"arpa"]) {
            let mut address = 0u128;
            for (shift, label) in (0u32..128).step_by(4).zip(self.labels()) {
                let [digit] = label.octets() else { return None };
                let value = char::from(*digit).to_digit(16)?;
                address |= u128::from(value).wrapping_shl(shift);
            }
            return Some(IpAddr::V6(Ipv6Addr::from(address)));
        }
        None
    }
}

fn is_suffix<'l>(labels: impl Iterator<Item = &'l [u8]>, expected: [&[u8]; 2]) -> bool {
    labels
        .zip(expected)
        .all(|(label, expected)| label.eq_ignore_ascii_case(expected))
}

/// A decimal number up to 255 without leading zeros.
fn decimal(text: &[u8]) -> Option<u8> {
    if text.len() > 1 && text.first() == Some(&b'0') || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    core::str::from_utf8(text).ok()?.parse().ok()
}

fn push_decimal(octets: &mut Vec<u8>, number: u8) {
    let digits =
        [number / 100, number / 10 % 10, number % 10].map(|digit| digit.wrapping_add(b'0'));
    let skip = match number {
        0..=9 => 2usize,
        10..=99 => 1,
        100.. => 0,
    };
    let digits = digits.get(skip..).unwrap_or_default();
    octets.push(u8::try_from(digits.len()).unwrap_or(1));
    octets.extend_from_slice(digits);
}

fn hex_digit(value: u8) -> u8 {
    match value {
        0..=9 => value.wrapping_add(b'0'),
        _ => value.wrapping_add(b'a').wrapping_sub(10),
    }
}

#[cfg(test)]
mod tests {
    use crate::NameBuf;
    use alloc::string::ToString;

    /// RFC 1035 §3.5, RFC 3596 §2.5: all octets or nibbles, under the domain that is for them.
    #[test]
    fn names_elsewhere_are_no_addresses() {
        let nibbles = "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2";
        for (name, address) in [
            ("7.2.0.192.in-addr.arpa".to_string(), Some("192.0.2.7")),
            ("7.2.0.192.IN-ADDR.ARPA".to_string(), Some("192.0.2.7")),
            (nibbles.to_string() + ".ip6.arpa", Some("2001:db8::7")),
            ("7.2.0.192.in-addr.example".to_string(), None),
            ("7.2.0.192.example.arpa".to_string(), None),
            ("2.0.192.in-addr.arpa".to_string(), None),
            ("1.7.2.0.192.in-addr.arpa".to_string(), None),
            ("7.2.0.256.in-addr.arpa".to_string(), None),
            ("07.2.0.192.in-addr.arpa".to_string(), None),
            ("+7.2.0.192.in-addr.arpa".to_string(), None),
            ("a.b.c.d.e.f".to_string(), None),
            (nibbles.to_string() + ".ip6.example", None),
            (nibbles.to_string() + ".in-addr.arpa", None),
            (nibbles.replacen('7', "g", 1) + ".ip6.arpa", None),
            (nibbles.replacen('7', "07", 1) + ".ip6.arpa", None),
        ] {
            let found: NameBuf = name.parse().unwrap();
            let found = found.as_name().reverse_address();
            let found = found.map(|address| address.to_string());
            assert_eq!(found.as_deref(), address, "{name}");
        }
    }
}
