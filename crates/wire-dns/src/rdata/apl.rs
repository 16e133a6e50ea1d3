//! APL: lists of address prefixes (RFC 3123).

use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use super::codec::{Codec, Printer};
use super::record::records;
use super::view::checked_view;
use crate::error::{Error, ErrorKind, rule};
use crate::items::{Items, take_items, walk_list};
use crate::reader::{Reader, Refused};
use crate::sink::Sink;
use crate::text::lexer::{Tokens, decimal};

records! {
    /// APL: a list of address prefixes ([RFC 3123 §4](https://www.rfc-editor.org/rfc/rfc3123#section-4)).
    struct Apl<'a> {
        /// The items, maybe none.
        items "apitem": AplItems<'a> as Prefixes,
    }
    example APL
        "1:192.168.32.0/21 !1:192.168.38.0/28"
        b"\0\x01\x15\x03\xC0\xA8\x20\0\x01\x1C\x83\xC0\xA8\x26";
}

/// The items of an APL record ([RFC 3123 §4](https://www.rfc-editor.org/rfc/rfc3123#section-4)).
///
/// ```
/// use wire_dns::rdata::AplItems;
///
/// let items = AplItems::from_wire(b"\0\x01\x15\x03\xC0\xA8\x20\0\x02\x10\x82\x20\x01")?;
/// let text: Vec<_> = items.iter().map(|item| item.to_string()).collect();
/// assert_eq!(text, ["1:192.168.32.0/21", "!2:2001::/16"]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct AplItems<'a>(&'a [u8]);

/// One address prefix of an APL record ([RFC 3123 §4](https://www.rfc-editor.org/rfc/rfc3123#section-4)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct AplItem<'a> {
    /// ADDRESSFAMILY: 1 for IPv4, 2 for IPv6.
    pub family: u16,
    /// PREFIX, in bits.
    pub prefix: u8,
    /// N: the prefix is taken out of the list.
    pub negated: bool,
    /// AFDPART: the address without trailing zero octets.
    pub afdpart: &'a [u8],
}

impl AplItem<'_> {
    /// The address, for the two families that have one.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        prefix_address(self.family, self.afdpart)
    }
}

/// The first octets of an address of `family` (1 for IPv4, 2 for IPv6) as an address, with zeros for the others.
pub(crate) fn prefix_address(family: u16, prefix: &[u8]) -> Option<IpAddr> {
    fn filled_up<const N: usize>(prefix: &[u8]) -> Option<[u8; N]> {
        let mut octets = [0; N];
        octets.get_mut(..prefix.len())?.copy_from_slice(prefix);
        Some(octets)
    }
    match family {
        1 => filled_up::<4>(prefix).map(IpAddr::from),
        2 => filled_up::<16>(prefix).map(IpAddr::from),
        _ => None,
    }
}

impl fmt::Display for AplItem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negated { "!" } else { "" };
        match self.address() {
            Some(address) => write!(f, "{sign}{}:{address}/{}", self.family, self.prefix),
            None => {
                write!(f, "{sign}{}:", self.family)?;
                crate::text::encoding::write_hex(self.afdpart, f)?;
                write!(f, "/{}", self.prefix)
            }
        }
    }
}

checked_view!(
    AplItems,
    Prefixes,
    "A prefix longer than its family allows, or with trailing zero octets."
);

impl<'a> AplItems<'a> {
    /// The items in order.
    #[must_use]
    pub const fn iter(self) -> Items<'a, AplItem<'a>> {
        Items::new(self.0)
    }
}

take_items!(AplItem<'a>, take_item);
walk_list!(AplItems, Items<'a, AplItem<'a>>);

/// Takes the first item.
fn take_item<'a>(rest: &mut &'a [u8]) -> Option<AplItem<'a>> {
    let (head, tail) = rest.split_first_chunk::<4>()?;
    let [high, low, prefix, len] = *head;
    let (afdpart, tail) = tail.split_at_checked(usize::from(len & 0x7F))?;
    *rest = tail;
    Some(AplItem {
        family: u16::from_be_bytes([high, low]),
        prefix,
        negated: len & 0x80 != 0,
        afdpart,
    })
}

pub(crate) struct Prefixes;

impl<'a> Codec<'a, AplItems<'a>> for Prefixes {
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        while reader.left() > 0 {
            let family = reader.u16()?;
            let prefix = reader.u8()?;
            let len = usize::from(reader.u8()? & 0x7F);
            let afdpart = reader.take(len)?;
            let (octets_max, prefix_max) = match family {
                1 => (4, 32),
                2 => (16, 128),
                _ => (127, 255),
            };
            if len > octets_max || prefix > prefix_max {
                return Err(reader.refuse(rule!(
                    "an address prefix longer than its family allows",
                    "RFC 3123 section 4"
                )));
            }
            if afdpart.last() == Some(&0) {
                return Err(reader.refuse(rule!(
                    "an address prefix with trailing zero octets",
                    "RFC 3123 section 4"
                )));
            }
        }
        Ok(())
    }
    fn read(reader: &mut Reader<'a, '_>) -> Result<AplItems<'a>, Refused> {
        Ok(AplItems(reader.rest()))
    }
    fn write<S: Sink>(value: &AplItems<'a>, sink: &mut S) -> Result<(), Error> {
        sink.put(value.0)
    }
    fn has_text(value: &AplItems<'a>) -> bool {
        value.iter().all(|item| item.address().is_some())
    }
    fn print(value: &AplItems<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        value.iter().try_for_each(|item| printer.piece(item))
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        for token in tokens.rest()? {
            let item = parse_item(token.text());
            let (family, negated, address, prefix) = item.ok_or_else(|| {
                token.error(rule!(
                    "not an item of the form [!]family:address/prefix",
                    "RFC 3123 section 5"
                ))
            })?;
            let (v4, v6);
            let octets: &[u8] = match address {
                IpAddr::V4(address) => {
                    v4 = address.octets();
                    &v4
                }
                IpAddr::V6(address) => {
                    v6 = address.octets();
                    &v6
                }
            };
            let len = octets
                .iter()
                .rposition(|octet| *octet != 0)
                .map_or(0, |last| last.saturating_add(1));
            let bits = u8::try_from(octets.len().saturating_mul(8)).unwrap_or(128);
            if prefix > bits {
                return Err(token.error(ErrorKind::BadNumber {
                    max: u64::from(bits),
                }));
            }
            out.u16(family)?;
            let flag = if negated { 0x80 } else { 0 };
            out.extend_from_slice(&[prefix, flag | u8::try_from(len).unwrap_or(0)]);
            out.put(octets.get(..len).unwrap_or_default())?;
        }
        Ok(())
    }
}

/// Family, negation, address and prefix of `[!]family:address/prefix`.
fn parse_item(text: &str) -> Option<(u16, bool, IpAddr, u8)> {
    let (negated, text) = text
        .strip_prefix('!')
        .map_or((false, text), |text| (true, text));
    let (family, text) = text.split_once(':')?;
    let (address, prefix) = text.rsplit_once('/')?;
    let prefix = u8::try_from(decimal(prefix.as_bytes())?).ok()?;
    match family {
        "1" => Some((1, negated, IpAddr::V4(address.parse().ok()?), prefix)),
        "2" => Some((2, negated, IpAddr::V6(address.parse().ok()?), prefix)),
        _ => None,
    }
}
