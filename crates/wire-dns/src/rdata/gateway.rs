//! IPSECKEY and AMTRELAY, where a number says the form of the gateway (RFC 4025, RFC 8777).

use alloc::vec::Vec;
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::codec::{Address, Codec, Number, Printer};
use super::form::example;
use super::record::Layout;
use super::rest::Base64OrNone;
use super::walk::Fields;
use crate::Name;
use crate::error::{Error, ErrorKind, rule};
use crate::field::Field;
use crate::reader::{Reader, Refused};
use crate::sink::{NameRule, Sink};
use crate::text::lexer::Tokens;

/// The gateway of IPSECKEY ([RFC 4025 §2.5](https://www.rfc-editor.org/rfc/rfc4025#section-2.5)) and the relay of AMTRELAY
/// ([RFC 8777 §4.2.4](https://www.rfc-editor.org/rfc/rfc8777#section-4.2.4)).
///
/// ```
/// use wire_dns::rdata::Gateway;
///
/// let gateway = Gateway::Ipv4([192, 0, 2, 38].into());
/// assert_eq!((gateway.gateway_type(), gateway.to_string()), (1, "192.0.2.38".into()));
/// assert_eq!((Gateway::None.gateway_type(), Gateway::None.to_string()), (0, ".".into()));
/// ```
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
            Self::Name(name) => sink.name(*name, NameRule::PLAIN),
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

/// IPSECKEY: keying material for IPsec ([RFC 4025 §2](https://www.rfc-editor.org/rfc/rfc4025#section-2)).
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

/// AMTRELAY: a relay for multicast without native support ([RFC 8777 §4](https://www.rfc-editor.org/rfc/rfc8777#section-4)).
///
/// # Wire format
///
/// Precedence, the discovery bit above seven bits of relay type, the relay in the form of its type. A record whose relay type
/// is not defined is taken as one of an unknown type.
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
        match kind & 0x7F {
            kind @ 0..=3 => Gateway::check(reader, kind),
            // Gateways pass over what is undefined (RFC 8777 §4.2.3), so it may be there; it is shown as unknown.
            _ => {
                reader.rest();
                Ok(())
            }
        }
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
