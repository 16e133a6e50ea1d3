//! Types whose fields depend on an earlier one: IPSECKEY, AMTRELAY, HIP, A6.

use alloc::vec::Vec;
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::codec::{Address, Codec, FoldedName, Number, PlainName, Printer, Shown};
use super::form::example;
use super::record::Layout;
use super::rest::Base64OrNone;
use crate::Name;
use crate::error::{Error, ErrorKind, rule};
use crate::field::Field;
use crate::reader::{Reader, Refused};
use crate::sink::{NameRule, Sink};
use crate::text::encoding;
use crate::text::lexer::Tokens;

/// The gateway of IPSECKEY and the relay of AMTRELAY.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Gateway<'a> {
    /// Type 0: none.
    None,
    /// Type 1: an IPv4 address.
    Ipv4(Ipv4Addr),
    /// Type 2: an IPv6 address.
    Ipv6(Ipv6Addr),
    /// Type 3: an uncompressed name.
    Name(Name<'a>),
}

impl<'a> Gateway<'a> {
    /// The number of the kind.
    #[must_use]
    pub const fn gateway_type(&self) -> u8 {
        match self {
            Self::None => 0,
            Self::Ipv4(_) => 1,
            Self::Ipv6(_) => 2,
            Self::Name(_) => 3,
        }
    }

    fn check(reader: &mut Reader<'a, '_>, kind: u8) -> Result<(), Refused> {
        match kind {
            3 => reader.check_name(),
            _ => Self::read(reader, kind).map(drop),
        }
    }

    fn read(reader: &mut Reader<'a, '_>, kind: u8) -> Result<Self, Refused> {
        match kind {
            0 => Ok(Self::None),
            1 => reader.array::<4>().map(|octets| Self::Ipv4(octets.into())),
            2 => reader.array::<16>().map(|octets| Self::Ipv6(octets.into())),
            3 => reader.name().map(Self::Name),
            _ => Err(reader.refuse(rule!("a gateway type over 3", "RFC 4025 section 2.3"))),
        }
    }

    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), Error> {
        match self {
            Self::None => Ok(()),
            Self::Ipv4(address) => sink.put(&address.octets()),
            Self::Ipv6(address) => sink.put(&address.octets()),
            Self::Name(name) => sink.name(
                *name,
                NameRule {
                    compress: false,
                    fold: false,
                },
            ),
        }
    }

    fn parse(kind: u8, tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        match kind {
            0 => {
                let token = tokens.next()?;
                if token.octets == b"." {
                    Ok(())
                } else {
                    Err(token.error(rule!(
                        "no gateway is written as a dot",
                        "RFC 4025 section 3.1"
                    )))
                }
            }
            1 => <Address as Codec<'_, Ipv4Addr>>::parse(tokens, out),
            2 => <Address as Codec<'_, Ipv6Addr>>::parse(tokens, out),
            3 => tokens.name(out),
            _ => Err(Error::new(tokens.offset(), ErrorKind::BadNumber { max: 3 })),
        }
    }
}

impl fmt::Display for Gateway<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("."),
            Self::Ipv4(address) => address.fmt(f),
            Self::Ipv6(address) => address.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

/// IPSECKEY: keying material for IPsec (RFC 4025 §2).
///
/// # Wire format
///
/// Precedence, gateway type and algorithm of one octet each, the gateway in the form of its type, the public key.
///
#[doc = example!(IPSECKEY
    "10 1 2 192.0.2.38 AQID"
    b"\x0A\x01\x02\xC0\0\x02\x26\x01\x02\x03"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Ipseckey<'a> {
    /// precedence: lower is tried first.
    pub precedence: u8,
    /// algorithm type: 0 no key, 1 DSA, 2 RSA, 3 ECDSA.
    pub algorithm: u8,
    /// gateway, with its type.
    pub gateway: Gateway<'a>,
    /// public key.
    pub public_key: &'a [u8],
}

impl<'a> Layout<'a> for Ipseckey<'a> {
    #[cfg(test)]
    const EXAMPLE: (&'static str, &'static [u8]) = (
        "10 1 2 192.0.2.38 AQID",
        b"\x0A\x01\x02\xC0\0\x02\x26\x01\x02\x03",
    );

    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        let [_precedence, kind, algorithm] = reader.array()?;
        Gateway::check(reader, kind)?;
        let key = reader.rest();
        // The key may be left out with any algorithm (RFC 4025 §3.1).
        if algorithm != 0 || key.is_empty() {
            return Ok(());
        }
        Err(reader.refuse(rule!(
            "a public key beside algorithm 0, which says that there is none",
            "RFC 4025 section 2.4"
        )))
    }

    fn read(reader: &mut Reader<'a, '_>) -> Result<Self, Refused> {
        let [precedence, kind, algorithm] = reader.array()?;
        let gateway = Gateway::read(reader, kind)?;
        Ok(Self {
            precedence,
            algorithm,
            gateway,
            public_key: reader.rest(),
        })
    }

    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), Error> {
        sink.put(&[self.precedence, self.gateway.gateway_type(), self.algorithm])?;
        self.gateway.write(sink)?;
        sink.put(self.public_key)
    }

    fn print(&self, printer: &mut Printer<'_>) -> fmt::Result {
        let kind = self.gateway.gateway_type();
        printer.piece(format_args!(
            "{} {kind} {} {}",
            self.precedence, self.algorithm, self.gateway
        ))?;
        Base64OrNone::print(&self.public_key, printer)
    }

    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        <Number as Codec<'_, u8>>::parse(tokens, out)?;
        <Number as Codec<'_, u8>>::parse(tokens, out)?;
        let kind = out.last().copied().unwrap_or(0);
        <Number as Codec<'_, u8>>::parse(tokens, out)?;
        Gateway::parse(kind, tokens, out)?;
        Base64OrNone::parse(tokens, out)
    }

    fn walk(reader: &mut Reader<'a, '_>, visit: &mut dyn FnMut(Field<'_>)) -> Result<(), Refused> {
        let mut fields = Fields { reader, visit };
        fields.number::<u8>("precedence")?;
        let kind: u8 = fields.number("gateway type")?;
        fields.number::<u8>("algorithm type")?;
        fields.show("gateway", |reader| Gateway::read(reader, kind))?;
        fields.coded::<&[u8], Base64OrNone>("public key")
    }
}

/// AMTRELAY: a relay for multicast without native support (RFC 8777 §4).
///
/// # Wire format
///
/// Precedence, the discovery bit above seven bits of relay type, the relay in the form of its type.
///
#[doc = example!(AMTRELAY
    "10 0 3 amtrelays.example.com."
    b"\x0A\x03\x09amtrelays\x07example\x03com\0"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Amtrelay<'a> {
    /// precedence: lower is tried first.
    pub precedence: u8,
    /// D-bit: the relay may be used without further discovery.
    pub discovery_optional: bool,
    /// relay, with its type.
    pub relay: Gateway<'a>,
}

impl<'a> Layout<'a> for Amtrelay<'a> {
    #[cfg(test)]
    const EXAMPLE: (&'static str, &'static [u8]) = (
        "10 0 3 amtrelays.example.com.",
        b"\x0A\x03\x09amtrelays\x07example\x03com\0",
    );

    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        let [_precedence, kind] = reader.array()?;
        Gateway::check(reader, kind & 0x7F)
    }

    fn read(reader: &mut Reader<'a, '_>) -> Result<Self, Refused> {
        let [precedence, kind] = reader.array()?;
        let relay = Gateway::read(reader, kind & 0x7F)?;
        Ok(Self {
            precedence,
            discovery_optional: kind & 0x80 != 0,
            relay,
        })
    }

    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), Error> {
        let discovery = if self.discovery_optional { 0x80 } else { 0 };
        sink.put(&[self.precedence, discovery | self.relay.gateway_type()])?;
        self.relay.write(sink)
    }

    fn print(&self, printer: &mut Printer<'_>) -> fmt::Result {
        let discovery = u8::from(self.discovery_optional);
        printer.piece(format_args!(
            "{} {discovery} {} {}",
            self.precedence,
            self.relay.gateway_type(),
            self.relay
        ))
    }

    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        <Number as Codec<'_, u8>>::parse(tokens, out)?;
        let discovery = if tokens.number(1)? == 1 { 0x80 } else { 0 };
        let kind = u8::try_from(tokens.number(3)?).unwrap_or(0);
        out.push(discovery | kind);
        Gateway::parse(kind, tokens, out)
    }

    fn walk(reader: &mut Reader<'a, '_>, visit: &mut dyn FnMut(Field<'_>)) -> Result<(), Refused> {
        let mut fields = Fields { reader, visit };
        fields.number::<u8>("precedence")?;
        let kind: u8 = fields.number("D-bit and type")?;
        fields.show("relay", |reader| Gateway::read(reader, kind & 0x7F))
    }
}

/// HIP: a host identity (RFC 8005 §5).
///
/// # Wire format
///
/// HIT length, public key algorithm, public key length (two octets), HIT, public key, names of rendezvous servers.
///
#[doc = example!(HIP
    "2 20010010 AQID rvs.example."
    b"\x04\x02\0\x03\x20\x01\0\x10\x01\x02\x03\x03rvs\x07example\0"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Hip<'a> {
    /// PK algorithm, numbered as for IPSECKEY.
    pub pk_algorithm: u8,
    /// HIT: the host identity tag, at most 255 octets.
    pub hit: &'a [u8],
    /// Public Key, at most 65,535 octets.
    pub public_key: &'a [u8],
    /// Rendezvous Servers.
    pub rendezvous_servers: NameList<'a>,
}

impl<'a> Layout<'a> for Hip<'a> {
    #[cfg(test)]
    const EXAMPLE: (&'static str, &'static [u8]) = (
        "2 20010010 AQID rvs.example.",
        b"\x04\x02\0\x03\x20\x01\0\x10\x01\x02\x03\x03rvs\x07example\0",
    );

    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        let [hit, _algorithm, high, low] = reader.array()?;
        if hit == 0 || high == 0 && low == 0 {
            return Err(reader.refuse(rule!(
                "a HIT or public key of no octets",
                "RFC 8005 section 5"
            )));
        }
        reader.take(usize::from(hit))?;
        reader.take(usize::from(u16::from_be_bytes([high, low])))?;
        // A list of compressed names would cost far more to read than its octets (and RFC 8005 §5 forbids it).
        let servers = reader.pos();
        let mut names = Reader::alone(reader.rest());
        while names.left() > 0 {
            if names.check_name().is_err() {
                let error = names.refusal().shifted(servers);
                return Err(reader.refuse_at(error.offset(), *error.kind()));
            }
        }
        Ok(())
    }

    fn read(reader: &mut Reader<'a, '_>) -> Result<Self, Refused> {
        let [hit, pk_algorithm, high, low] = reader.array()?;
        let hit = reader.take(usize::from(hit))?;
        let public_key = reader.take(usize::from(u16::from_be_bytes([high, low])))?;
        Ok(Self {
            pk_algorithm,
            hit,
            public_key,
            rendezvous_servers: NameList(reader.rest()),
        })
    }

    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), Error> {
        let too_long = |max| Error::new(0, ErrorKind::FieldTooLong { max });
        sink.u8(u8::try_from(self.hit.len()).map_err(|_| too_long(255))?)?;
        sink.u8(self.pk_algorithm)?;
        sink.u16(u16::try_from(self.public_key.len()).map_err(|_| too_long(65_535))?)?;
        sink.put(self.hit)?;
        sink.put(self.public_key)?;
        for name in self.rendezvous_servers.iter() {
            sink.name(
                name,
                NameRule {
                    compress: false,
                    fold: false,
                },
            )?;
        }
        Ok(())
    }

    fn print(&self, printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(self.pk_algorithm)?;
        encoding::write_hex(self.hit, printer.begin()?)?;
        encoding::write_base64(self.public_key, printer.begin()?)?;
        self.rendezvous_servers
            .iter()
            .try_for_each(|name| printer.piece(name))
    }

    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let algorithm = u8::try_from(tokens.number(255)?).unwrap_or(0);
        let (mut hit, mut key) = (Vec::new(), Vec::new());
        let hit_token = tokens.next()?;
        encoding::parse_hex(&[hit_token], &mut hit)?;
        let key_token = tokens.next()?;
        encoding::parse_base64(&[key_token], &mut key)?;
        let too_long = |max| hit_token.error(ErrorKind::FieldTooLong { max });
        out.push(u8::try_from(hit.len()).map_err(|_| too_long(255))?);
        out.push(algorithm);
        out.u16(u16::try_from(key.len()).map_err(|_| too_long(65_535))?)?;
        out.put(&hit)?;
        out.put(&key)?;
        while tokens.peek().is_some() {
            tokens.name(out)?;
        }
        Ok(())
    }

    fn walk(reader: &mut Reader<'a, '_>, visit: &mut dyn FnMut(Field<'_>)) -> Result<(), Refused> {
        let mut fields = Fields { reader, visit };
        let hit: u8 = fields.number("HIT length")?;
        fields.number::<u8>("PK algorithm")?;
        let key: u16 = fields.number("PK length")?;
        fields.show("HIT", |reader| reader.take(usize::from(hit)).map(HexText))?;
        fields.show("Public Key", |reader| {
            reader.take(usize::from(key)).map(Base64Text)
        })?;
        while fields.reader.left() > 0 {
            fields.coded::<Name<'_>, PlainName>("Rendezvous Server")?;
        }
        Ok(())
    }
}

/// Uncompressed names, one behind the other.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct NameList<'a>(&'a [u8]);

impl<'a> NameList<'a> {
    /// A list from its wire octets.
    ///
    /// # Errors
    ///
    /// What [`Name::decode`] says of any of them.
    pub fn from_wire(octets: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::alone(octets);
        while reader.left() > 0 {
            reader.check_name().map_err(|_| reader.refusal())?;
        }
        Ok(Self(octets))
    }

    /// The names in order.
    pub fn iter(self) -> impl Iterator<Item = Name<'a>> {
        let mut reader = Reader::alone(self.0);
        core::iter::from_fn(move || {
            if reader.left() > 0 {
                reader.name().ok()
            } else {
                None
            }
        })
    }
}

/// A6: an IPv6 address in pieces (RFC 2874 §3.1), historic.
///
/// # Wire format
///
/// Prefix length, the octets of the address behind the prefix, and the name of the rest unless the length is 0.
///
#[doc = example!(A6
    "64 ::1234:5678:9abc:def0 subnet.example."
    b"\x40\x12\x34\x56\x78\x9A\xBC\xDE\xF0\x06subnet\x07example\0"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct A6<'a> {
    /// Prefix length, 0 to 128 bits.
    pub prefix_length: u8,
    /// Address suffix; bits of the prefix are zero.
    pub address_suffix: Ipv6Addr,
    /// Prefix name; none when the prefix length is 0.
    pub prefix_name: Option<Name<'a>>,
}

impl<'a> A6<'a> {
    /// Octets of the suffix on the wire.
    fn suffix_octets(prefix_length: u8) -> usize {
        usize::from(128u8.saturating_sub(prefix_length)).div_ceil(8)
    }

    fn suffix(reader: &mut Reader<'a, '_>, prefix_length: u8) -> Result<Ipv6Addr, Refused> {
        let octets = reader.take(Self::suffix_octets(prefix_length))?;
        let mut address = [0u8; 16];
        if let Some(tail) = address.get_mut(16usize.saturating_sub(octets.len())..) {
            tail.copy_from_slice(octets);
        }
        Ok(address.into())
    }
}

impl<'a> Layout<'a> for A6<'a> {
    #[cfg(test)]
    const EXAMPLE: (&'static str, &'static [u8]) = (
        "64 ::1234:5678:9abc:def0 subnet.example.",
        b"\x40\x12\x34\x56\x78\x9A\xBC\xDE\xF0\x06subnet\x07example\0",
    );

    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        let prefix_length = reader.u8()?;
        if prefix_length > 128 {
            return Err(reader.refuse(rule!("a prefix length over 128", "RFC 2874 section 3.1.1")));
        }
        let suffix = Self::suffix(reader, prefix_length)?;
        if u128::from(suffix).leading_zeros() < u32::from(prefix_length) {
            return Err(reader.refuse(rule!(
                "an address suffix with bits of the prefix set",
                "RFC 2874 section 3.1.1"
            )));
        }
        if prefix_length > 0 {
            reader.check_name()
        } else {
            Ok(())
        }
    }

    fn read(reader: &mut Reader<'a, '_>) -> Result<Self, Refused> {
        let prefix_length = reader.u8()?;
        let address_suffix = Self::suffix(reader, prefix_length)?;
        let prefix_name = if prefix_length > 0 {
            Some(reader.name()?)
        } else {
            None
        };
        Ok(Self {
            prefix_length,
            address_suffix,
            prefix_name,
        })
    }

    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), Error> {
        sink.u8(self.prefix_length)?;
        let octets = self.address_suffix.octets();
        let from = 16usize.saturating_sub(Self::suffix_octets(self.prefix_length));
        sink.put(octets.get(from..).unwrap_or_default())?;
        match self.prefix_name {
            Some(name) if self.prefix_length > 0 => sink.name(
                name,
                NameRule {
                    compress: false,
                    fold: true,
                },
            ),
            _ => Ok(()),
        }
    }

    fn print(&self, printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(self.prefix_length)?;
        if self.prefix_length < 128 {
            printer.piece(self.address_suffix)?;
        }
        self.prefix_name.map_or(Ok(()), |name| printer.piece(name))
    }

    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let prefix_length = u8::try_from(tokens.number(128)?).unwrap_or(0);
        out.push(prefix_length);
        if prefix_length < 128 {
            let token = tokens.next()?;
            let address: Ipv6Addr = token
                .text()
                .parse()
                .map_err(|_| token.error(ErrorKind::BadIpv6Address))?;
            // Bits of the prefix are of no meaning in text.
            let kept =
                u128::from(address) & u128::MAX.checked_shr(u32::from(prefix_length)).unwrap_or(0);
            let from = 16usize.saturating_sub(Self::suffix_octets(prefix_length));
            out.put(kept.to_be_bytes().get(from..).unwrap_or_default())?;
        }
        if prefix_length > 0 {
            tokens.name(out)
        } else {
            Ok(())
        }
    }

    fn walk(reader: &mut Reader<'a, '_>, visit: &mut dyn FnMut(Field<'_>)) -> Result<(), Refused> {
        let mut fields = Fields { reader, visit };
        let prefix_length: u8 = fields.number("Prefix length")?;
        fields.show("Address suffix", |reader| {
            Self::suffix(reader, prefix_length)
        })?;
        if prefix_length > 0 {
            fields.coded::<Name<'_>, FoldedName>("Prefix name")?;
        }
        Ok(())
    }
}

/// Helps hand-written walks: reads a field and shows it.
pub(super) struct Fields<'w, 'a, 'm> {
    pub(super) reader: &'w mut Reader<'a, 'm>,
    pub(super) visit: &'w mut dyn FnMut(Field<'_>),
}

impl<'a> Fields<'_, 'a, '_> {
    fn show<V: fmt::Display>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'a, '_>) -> Result<V, Refused>,
    ) -> Result<(), Refused> {
        let start = self.reader.pos();
        let value = read(self.reader)?;
        (self.visit)(Field {
            name,
            start,
            end: self.reader.pos(),
            value: &value,
        });
        Ok(())
    }

    fn number<V: Copy + fmt::Display>(&mut self, name: &'static str) -> Result<V, Refused>
    where
        Number: Codec<'a, V>,
    {
        let start = self.reader.pos();
        let value = <Number as Codec<'a, V>>::read(self.reader)?;
        (self.visit)(Field {
            name,
            start,
            end: self.reader.pos(),
            value: &value,
        });
        Ok(value)
    }

    fn coded<V, C: Codec<'a, V>>(&mut self, name: &'static str) -> Result<(), Refused> {
        let start = self.reader.pos();
        let value = C::read(self.reader)?;
        let shown = Shown::<V, C>::new(&value);
        (self.visit)(Field {
            name,
            start,
            end: self.reader.pos(),
            value: &shown,
        });
        Ok(())
    }
}

struct HexText<'a>(&'a [u8]);

impl fmt::Display for HexText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encoding::write_hex(self.0, f)
    }
}

struct Base64Text<'a>(&'a [u8]);

impl fmt::Display for Base64Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encoding::write_base64(self.0, f)
    }
}
