//! Addresses other than A and AAAA: EUI (RFC 7043), ILNP (RFC 6742), NSAP (RFC 1706), nodes of the Bundle Protocol.

use alloc::vec::Vec;
use core::fmt;
use core::net::Ipv4Addr;

use super::codec::{Address, Codec, Number, PlainName, Printer};
use super::record::records;
use crate::Name;
use crate::error::{Error, ErrorKind};
use crate::reader::{Reader, Refused};
use crate::sink::Sink;
use crate::text::encoding;
use crate::text::lexer::{Token, Tokens, decimal};

records! {
    /// EUI48: a 48-bit hardware address ([RFC 7043 §3](https://www.rfc-editor.org/rfc/rfc7043#section-3)).
    struct Eui48 {
        /// The address.
        address "EUI-48 Address": [u8; 6] as Eui,
    }
    example EUI48 "00-00-5e-00-53-2a" b"\0\0\x5E\0\x53\x2A";

    /// EUI64: a 64-bit hardware address ([RFC 7043 §4](https://www.rfc-editor.org/rfc/rfc7043#section-4)).
    struct Eui64 {
        /// The address.
        address "EUI-64 Address": [u8; 8] as Eui,
    }
    example EUI64 "00-00-5e-ef-10-00-00-2a" b"\0\0\x5E\xEF\x10\0\0\x2A";

    /// NID: a node identifier of ILNP ([RFC 6742 §2.1](https://www.rfc-editor.org/rfc/rfc6742#section-2.1)).
    struct Nid {
        /// Preference: lower first.
        preference "Preference": u16 as Number,
        /// NodeID.
        node_id "NodeID": [u8; 8] as Quads,
    }
    example NID "10 0014:4fff:ff20:ee64" b"\0\x0A\0\x14\x4F\xFF\xFF\x20\xEE\x64";

    /// L32: a 32-bit locator of ILNP ([RFC 6742 §2.2](https://www.rfc-editor.org/rfc/rfc6742#section-2.2)).
    struct L32 {
        /// Preference: lower first.
        preference "Preference": u16 as Number,
        /// Locator32.
        locator32 "Locator32": Ipv4Addr as Address,
    }
    example L32 "10 10.1.2.0" b"\0\x0A\x0A\x01\x02\0";

    /// L64: a 64-bit locator of ILNP ([RFC 6742 §2.3](https://www.rfc-editor.org/rfc/rfc6742#section-2.3)).
    struct L64 {
        /// Preference: lower first.
        preference "Preference": u16 as Number,
        /// Locator64.
        locator64 "Locator64": [u8; 8] as Quads,
    }
    example L64 "10 2001:0db8:1140:1000" b"\0\x0A\x20\x01\x0D\xB8\x11\x40\x10\0";

    /// LP: a pointer to locators of ILNP ([RFC 6742 §2.4](https://www.rfc-editor.org/rfc/rfc6742#section-2.4)).
    struct Lp<'a> {
        /// Preference: lower first.
        preference "Preference": u16 as Number,
        /// FQDN: where the locators are.
        fqdn "FQDN": Name<'a> as PlainName,
    }
    example LP "10 l64-subnet1.example.com." b"\0\x0A\x0Bl64-subnet1\x07example\x03com\0";

    /// NSAP: an OSI network address ([RFC 1706 §5](https://www.rfc-editor.org/rfc/rfc1706#section-5)).
    struct Nsap<'a> {
        /// The address.
        address "NSAP": &'a [u8] as NsapAddress,
    }
    example NSAP
        "0x47000580005A0000000001E133FFFFFF00016100"
        b"\x47\0\x05\x80\0\x5A\0\0\0\0\x01\xE1\x33\xFF\xFF\xFF\0\x01a\0";

    /// NSAP-PTR: the name of an OSI network address ([RFC 1348](https://www.rfc-editor.org/rfc/rfc1348)), obsolete.
    struct NsapPtr<'a> {
        /// The name.
        owner "owner": Name<'a> as PlainName,
    }
    example NSAP_PTR "foo.example." b"\x03foo\x07example\0";

    /// IPN: the number of a Bundle Protocol node (draft-johnson-dns-ipn-cla §3.1).
    struct Ipn {
        /// The number: the allocator in the upper 32 bits, its node in the lower ones
        /// ([RFC 9758 §3](https://www.rfc-editor.org/rfc/rfc9758#section-3)).
        node_number "Node Number": u64 as NodeNumber,
    }
    example IPN "4196183048192100" b"\0\x0E\xE8\x68\0\0\0\x64";
}

/// A number of 64 bits, which text may write as its two halves with a dot between.
pub(crate) struct NodeNumber;

/// Octets in hexadecimal with dashes between.
pub(crate) struct Eui;

/// Eight octets as four groups of four hexadecimal digits.
pub(crate) struct Quads;

/// Octets behind 0x, with dots where one likes them.
pub(crate) struct NsapAddress;

impl<'a, const N: usize> Codec<'a, [u8; N]> for Eui {
    fn read(reader: &mut Reader<'a, '_>) -> Result<[u8; N], Refused> {
        reader.array()
    }
    fn write<S: Sink>(value: &[u8; N], sink: &mut S) -> Result<(), Error> {
        sink.put(value)
    }
    fn print(value: &[u8; N], printer: &mut Printer<'_>) -> fmt::Result {
        let out = printer.begin()?;
        for (index, octet) in value.iter().enumerate() {
            write!(out, "{}{octet:02x}", if index == 0 { "" } else { "-" })?;
        }
        Ok(())
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        let groups = token.octets.split(|octet| *octet == b'-');
        parse_groups::<N>(&token, groups, 2, 1, out)
    }
}

impl<'a> Codec<'a, [u8; 8]> for Quads {
    fn read(reader: &mut Reader<'a, '_>) -> Result<[u8; 8], Refused> {
        reader.array()
    }
    fn write<S: Sink>(value: &[u8; 8], sink: &mut S) -> Result<(), Error> {
        sink.put(value)
    }
    fn print(value: &[u8; 8], printer: &mut Printer<'_>) -> fmt::Result {
        let [a, b, c, d, e, f, g, h] = value;
        printer.piece(format_args!(
            "{a:02x}{b:02x}:{c:02x}{d:02x}:{e:02x}{f:02x}:{g:02x}{h:02x}"
        ))
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        let groups = token.octets.split(|octet| *octet == b':');
        parse_groups::<8>(&token, groups, 4, 2, out)
    }
}

impl<'a> Codec<'a, u64> for NodeNumber {
    const FIXED: usize = 8;
    fn read(reader: &mut Reader<'a, '_>) -> Result<u64, Refused> {
        reader.array().map(u64::from_be_bytes)
    }
    fn write<S: Sink>(value: &u64, sink: &mut S) -> Result<(), Error> {
        sink.put(&value.to_be_bytes())
    }
    fn print(value: &u64, printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(value)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        let mut halves = token.octets.splitn(2, |octet| *octet == b'.');
        let (first, second) = (halves.next().unwrap_or_default(), halves.next());
        let half = |text| {
            decimal(text)
                .and_then(|number| u32::try_from(number).ok())
                .ok_or_else(|| {
                    token.error(ErrorKind::BadNumber {
                        max: u32::MAX.into(),
                    })
                })
        };
        if let Some(second) = second {
            out.u32(half(first)?)?;
            return out.u32(half(second)?);
        }
        let number =
            decimal(first).ok_or_else(|| token.error(ErrorKind::BadNumber { max: u64::MAX }))?;
        out.put(&number.to_be_bytes())
    }
}

/// Appends `N` octets from groups of up to `digits` hexadecimal digits, each group `octets` octets.
fn parse_groups<'t, const N: usize>(
    token: &Token<'_>,
    groups: impl Iterator<Item = &'t [u8]>,
    digits: usize,
    octets: usize,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let start = out.len();
    let bad = || token.error(ErrorKind::BadHex);
    for group in groups {
        // EUI groups have two digits always (RFC 7043 §3.2), ILNP groups one to four (RFC 6742 §2.1.2).
        if group.is_empty() || group.len() > digits || (digits == 2 && group.len() != 2) {
            return Err(bad());
        }
        let text = core::str::from_utf8(group).map_err(|_| bad())?;
        if !group.iter().all(u8::is_ascii_hexdigit) {
            return Err(bad());
        }
        let value = u16::from_str_radix(text, 16)
            .map_err(|_| bad())?
            .to_be_bytes();
        out.extend_from_slice(
            value
                .get(2usize.saturating_sub(octets)..)
                .unwrap_or_default(),
        );
    }
    if out.len().saturating_sub(start) == N {
        Ok(())
    } else {
        Err(bad())
    }
}

impl<'a> Codec<'a, &'a [u8]> for NsapAddress {
    fn read(reader: &mut Reader<'a, '_>) -> Result<&'a [u8], Refused> {
        Ok(reader.rest())
    }
    fn write<S: Sink>(value: &&'a [u8], sink: &mut S) -> Result<(), Error> {
        sink.put(value)
    }
    fn print(value: &&'a [u8], printer: &mut Printer<'_>) -> fmt::Result {
        let out = printer.begin()?;
        out.write_str("0x")?;
        encoding::write_hex(value, out)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        let digits = token
            .octets
            .strip_prefix(b"0x")
            .or_else(|| token.octets.strip_prefix(b"0X"))
            .ok_or_else(|| token.error(ErrorKind::BadHex))?;
        let groups = digits.split(|octet| *octet == b'.');
        let pieces: Vec<Token<'_>> = groups.map(|octets| Token { octets, ..token }).collect();
        encoding::parse_hex(&pieces, out)
    }
}
