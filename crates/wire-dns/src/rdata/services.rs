//! WKS, CAA, URI, ISDN, GPOS, NULL: types with rules of their own.

use alloc::vec::Vec;
use core::fmt;
use core::iter::FusedIterator;
use core::net::Ipv4Addr;

use super::bitmap::SetBits;
use super::codec::{
    Address, Codec, Number, Printer, Text, counted_string, parse_string, write_counted8,
};
use super::record::records;
use super::rest::QuotedRest;
use super::view::checked_view;
use crate::CharacterString;
use crate::error::{Error, ErrorKind, rule};
use crate::items::walk_list;
use crate::reader::{Reader, Refused};
use crate::sink::Sink;
use crate::text::encoding;
use crate::text::lexer::{Tokens, decimal};

records! {
    /// WKS: the well-known services of a host ([RFC 1035 §3.4.2](https://www.rfc-editor.org/rfc/rfc1035#section-3.4.2)).
    struct Wks<'a> {
        /// ADDRESS of the host.
        address "ADDRESS": Ipv4Addr as Address,
        /// PROTOCOL: 6 for TCP, 17 for UDP.
        protocol "PROTOCOL": u8 as Protocol,
        /// BIT MAP: the ports that are served.
        ports "BIT MAP": PortBitmap<'a> as PortMap,
    }
    example WKS "192.0.2.1 6 25 80" b"\xC0\0\x02\x01\x06\0\0\0\x40\0\0\0\0\0\0\x80";

    /// CAA: which authorities may issue certificates ([RFC 8659 §4](https://www.rfc-editor.org/rfc/rfc8659#section-4)).
    struct Caa<'a> {
        /// Flags: 128 for issuer critical.
        flags "Flags": u8 as Number,
        /// Tag: letters and digits, at least one.
        tag "Tag": CharacterString<'a> as Tag,
        /// Value.
        value "Value": &'a [u8] as QuotedRest,
    }
    example CAA
        "0 issue \"ca1.example.net; account=230123\""
        b"\0\x05issueca1.example.net; account=230123";

    /// URI: where a service is ([RFC 7553 §4](https://www.rfc-editor.org/rfc/rfc7553#section-4)).
    struct Uri<'a> {
        /// Priority: lower is tried first.
        priority "Priority": u16 as Number,
        /// Weight among the same priority.
        weight "Weight": u16 as Number,
        /// Target: the URI, at least one octet.
        target "Target": &'a [u8] as Target,
    }
    example URI
        "10 1 \"ftp://ftp1.example.com/public\""
        b"\0\x0A\0\x01ftp://ftp1.example.com/public";

    /// ISDN: an ISDN address ([RFC 1183 §3.2](https://www.rfc-editor.org/rfc/rfc1183#section-3.2)).
    struct Isdn<'a> {
        /// The number and direct dial-in.
        isdn_address "ISDN-address": CharacterString<'a> as Text,
        /// The subaddress, if there is one.
        subaddress "sa": Option<CharacterString<'a>> as OptionalText,
    }
    example ISDN "\"150862028003217\" \"004\"" b"\x0F150862028003217\x03004";

    /// GPOS: a geographical position ([RFC 1712 §3](https://www.rfc-editor.org/rfc/rfc1712#section-3)).
    struct Gpos<'a> {
        /// LONGITUDE in degrees.
        longitude "LONGITUDE": CharacterString<'a> as Coordinate,
        /// LATITUDE in degrees.
        latitude "LATITUDE": CharacterString<'a> as Coordinate,
        /// ALTITUDE in metres.
        altitude "ALTITUDE": CharacterString<'a> as Coordinate,
    }
    example GPOS "\"-22.6882\" \"116.8652\" \"250.0\"" b"\x08-22.6882\x08116.8652\x05250.0";

    /// NULL: any octets ([RFC 1035 §3.3.10](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.10)). Master files cannot
    /// have it, so its text is the generic form.
    struct Null<'a> {
        /// The octets.
        anything "anything": &'a [u8] as Generic,
    }
    example NULL "\\# 3 010203" b"\x01\x02\x03";
}

/// The ports of a WKS record, port 0 in the highest bit of the first octet
/// ([RFC 1035 §3.4.2](https://www.rfc-editor.org/rfc/rfc1035#section-3.4.2)).
///
/// ```
/// use wire_dns::rdata::PortBitmap;
///
/// let ports = PortBitmap::from_wire(&[0, 0, 0, 0b0100_0000])?;
/// assert!(ports.iter().eq([25]));
/// let mut all = [0; 8192];
/// (all[0], all[8191]) = (0x80, 1);
/// assert!(PortBitmap::from_wire(&all)?.iter().eq([0, 65_535]));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct PortBitmap<'a>(&'a [u8]);

checked_view!(
    PortBitmap,
    PortMap,
    "More than the 8,192 octets of all ports."
);

impl<'a> PortBitmap<'a> {
    /// The ports in ascending order.
    #[must_use]
    pub fn iter(self) -> Ports<'a> {
        Ports(SetBits::new(0, self.0))
    }
}

walk_list!(PortBitmap, Ports<'a>);

/// The ports of a [`PortBitmap`] in ascending order, from [`PortBitmap::iter`].
#[derive(Clone, Debug)]
pub struct Ports<'a>(SetBits<'a>);

impl Iterator for Ports<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        self.0.next()
    }
}

impl FusedIterator for Ports<'_> {}

/// Octets of a bit map of all ports.
const PORT_OCTETS_MAX: usize = 8192;

/// Services that master files name; others are written by their port.
const SERVICES: &[(&str, u16)] = &[
    ("tcpmux", 1),
    ("rje", 5),
    ("echo", 7),
    ("discard", 9),
    ("users", 11),
    ("systat", 11),
    ("daytime", 13),
    ("qotd", 17),
    ("quote", 17),
    ("chargen", 19),
    ("ftp-data", 20),
    ("ftp", 21),
    ("ssh", 22),
    ("telnet", 23),
    ("smtp", 25),
    ("nsw-fe", 27),
    ("time", 37),
    ("rlp", 39),
    ("nameserver", 42),
    ("nicname", 43),
    ("whois", 43),
    ("domain", 53),
    ("bootps", 67),
    ("bootpc", 68),
    ("tftp", 69),
    ("gopher", 70),
    ("finger", 79),
    ("http", 80),
    ("kerberos", 88),
    ("hostname", 101),
    ("hostnames", 101),
    ("x400", 103),
    ("rtelnet", 107),
    ("pop2", 109),
    ("pop3", 110),
    ("sunrpc", 111),
    ("auth", 113),
    ("sftp", 115),
    ("nntp", 119),
    ("ntp", 123),
    ("netbios-ns", 137),
    ("imap", 143),
    ("imap2", 143),
    ("snmp", 161),
    ("snmptrap", 162),
    ("bgp", 179),
    ("irc", 194),
    ("https", 443),
];

pub(crate) struct Protocol;

impl<'a> Codec<'a, u8> for Protocol {
    fn read(reader: &mut Reader<'a, '_>) -> Result<u8, Refused> {
        reader.u8()
    }
    fn write<S: Sink>(value: &u8, sink: &mut S) -> Result<(), Error> {
        sink.u8(*value)
    }
    fn print(value: &u8, printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(value)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        let text = token.text();
        let named = [
            ("icmp", 1u8),
            ("igmp", 2),
            ("ggp", 3),
            ("tcp", 6),
            ("egp", 8),
            ("igp", 9),
            ("udp", 17),
        ]
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text))
        .map(|(_, number)| *number);
        let number =
            named.or_else(|| decimal(token.octets).and_then(|number| u8::try_from(number).ok()));
        out.u8(number.ok_or_else(|| {
            token.error(ErrorKind::UnknownMnemonic {
                expected: "protocol",
            })
        })?)
    }
}

pub(crate) struct PortMap;

impl<'a> Codec<'a, PortBitmap<'a>> for PortMap {
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        match reader.rest().len() {
            0..=PORT_OCTETS_MAX => Ok(()),
            _ => Err(reader.refuse(rule!(
                "a bit map of more than 65536 ports",
                "RFC 1035 section 3.4.2"
            ))),
        }
    }
    fn read(reader: &mut Reader<'a, '_>) -> Result<PortBitmap<'a>, Refused> {
        Ok(PortBitmap(reader.rest()))
    }
    fn write<S: Sink>(value: &PortBitmap<'a>, sink: &mut S) -> Result<(), Error> {
        sink.put(value.0)
    }
    fn has_text(value: &PortBitmap<'a>) -> bool {
        value.wire().last() != Some(&0)
    }
    fn print(value: &PortBitmap<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        value.iter().try_for_each(|port| printer.piece(port))
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let start = out.len();
        for token in tokens.rest()? {
            let text = token.text();
            let named = SERVICES
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(text))
                .map(|(_, port)| *port);
            let port = named
                .or_else(|| decimal(token.octets).and_then(|number| u16::try_from(number).ok()))
                .ok_or_else(|| {
                    token.error(ErrorKind::UnknownMnemonic {
                        expected: "service or port",
                    })
                })?;
            let at = start.saturating_add(usize::from(port >> 3));
            if at >= out.len() {
                out.resize(at.saturating_add(1), 0);
            }
            if let Some(octet) = out.get_mut(at) {
                *octet |= 0x80u8.wrapping_shr(u32::from(port & 7));
            }
        }
        Ok(())
    }
}

pub(crate) struct Tag;

impl<'a> Codec<'a, CharacterString<'a>> for Tag {
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        let start = reader.pos();
        let tag = reader.counted8()?;
        if tag.is_empty() || !tag.iter().all(u8::is_ascii_alphanumeric) {
            let rule = rule!(
                "a CAA tag that is empty or not of letters and digits",
                "RFC 8659 section 4.1"
            );
            Err(reader.refuse_at(start, rule))
        } else {
            Ok(())
        }
    }
    counted_string!();
    fn print(value: &CharacterString<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        crate::character_string::write_escaped(value.octets(), printer.begin()?)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        parse_string(&tokens.string()?, out)
    }
}

pub(crate) struct Target;

impl<'a> Codec<'a, &'a [u8]> for Target {
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        match reader.rest() {
            [] => Err(reader.refuse(rule!(
                "a URI record without a target",
                "RFC 7553 section 4.4"
            ))),
            _ => Ok(()),
        }
    }
    fn read(reader: &mut Reader<'a, '_>) -> Result<&'a [u8], Refused> {
        Ok(reader.rest())
    }
    fn write<S: Sink>(value: &&'a [u8], sink: &mut S) -> Result<(), Error> {
        sink.put(value)
    }
    fn print(value: &&'a [u8], printer: &mut Printer<'_>) -> fmt::Result {
        crate::character_string::write_quoted(value, printer.begin()?)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        tokens.string()?.unescape_into(out)
    }
}

pub(crate) struct OptionalText;

impl<'a> Codec<'a, Option<CharacterString<'a>>> for OptionalText {
    fn read(reader: &mut Reader<'a, '_>) -> Result<Option<CharacterString<'a>>, Refused> {
        if reader.left() == 0 {
            return Ok(None);
        }
        reader.counted8().map(CharacterString::counted).map(Some)
    }
    fn write<S: Sink>(value: &Option<CharacterString<'a>>, sink: &mut S) -> Result<(), Error> {
        value.map_or(Ok(()), |string| write_counted8(string.octets(), sink))
    }
    fn print(value: &Option<CharacterString<'a>>, printer: &mut Printer<'_>) -> fmt::Result {
        value.map_or(Ok(()), |string| printer.piece(string))
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        if tokens.peek().is_none() {
            return Ok(());
        }
        parse_string(&tokens.string()?, out)
    }
}

/// A decimal number as text. No range is checked: RFC 1712 states them for the wrong axes, and its own example has a
/// "latitude" of 116 degrees.
pub(crate) struct Coordinate;

impl<'a> Codec<'a, CharacterString<'a>> for Coordinate {
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        let start = reader.pos();
        let text = reader.counted8()?;
        let digits = text
            .strip_prefix(b"-")
            .or_else(|| text.strip_prefix(b"+"))
            .unwrap_or(text);
        let mut parts = digits.splitn(2, |octet| *octet == b'.');
        let whole = parts.next().unwrap_or_default();
        let fraction = parts.next();
        let some_digits = !whole.is_empty() || fraction.is_some_and(|digits| !digits.is_empty());
        let only_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        if some_digits && only_digits(whole) && fraction.is_none_or(only_digits) {
            Ok(())
        } else {
            let rule = rule!("not a coordinate in decimal digits", "RFC 1712 section 3");
            Err(reader.refuse_at(start, rule))
        }
    }
    counted_string!();
    fn print(value: &CharacterString<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(value)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        parse_string(&tokens.string()?, out)
    }
}

/// Octets whose only text is the generic form (RFC 3597 §5).
pub(crate) struct Generic;

impl<'a> Codec<'a, &'a [u8]> for Generic {
    fn read(reader: &mut Reader<'a, '_>) -> Result<&'a [u8], Refused> {
        Ok(reader.rest())
    }
    fn write<S: Sink>(value: &&'a [u8], sink: &mut S) -> Result<(), Error> {
        sink.put(value)
    }
    fn print(value: &&'a [u8], printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(format_args!("\\# {}", value.len()))?;
        if value.is_empty() {
            Ok(())
        } else {
            printer.digits(value, encoding::write_hex)
        }
    }
    fn parse(tokens: &mut Tokens<'_, '_>, _out: &mut Vec<u8>) -> Result<(), Error> {
        // The generic form itself is read before a type's own form is tried.
        Err(Error::new(tokens.offset(), ErrorKind::NoTextForm))
    }
}
