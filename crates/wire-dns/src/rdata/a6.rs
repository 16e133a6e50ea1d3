//! A6: IPv6 addresses in pieces (RFC 2874).

use alloc::vec::Vec;
use core::fmt;
use core::net::Ipv6Addr;

use super::codec::{FoldedName, Printer};
use super::form::example;
use super::record::Layout;
use super::walk::Fields;
use crate::Name;
use crate::error::{Error, ErrorKind, rule};
use crate::field::Field;
use crate::reader::{Reader, Refused};
use crate::sink::{NameRule, Sink};
use crate::text::lexer::Tokens;

/// A6: an IPv6 address in pieces ([RFC 2874 §3.1](https://www.rfc-editor.org/rfc/rfc2874#section-3.1)), historic.
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
            Some(name) if self.prefix_length > 0 => sink.name(name, NameRule::FOLDED),
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

#[cfg(test)]
mod tests {
    use crate::{Name, RdataBuf, RecordType};
    use alloc::string::ToString;

    /// RFC 2874 §3.1: no name where the prefix is of no bits, no suffix where it is the whole address.
    #[test]
    fn a_prefix_of_all_or_nothing_leaves_a_field_out() {
        let parse = |text| RdataBuf::parse(RecordType::A6, text, Name::ROOT);
        let address = b"\0\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01";
        for (text, octets) in [
            ("0 2001:db8::1", &address[..]),
            ("128 a.", b"\x80\x01a\0"),
            (
                "64 ::ffff:ffff:ffff:ffff a.",
                b"\x40\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01a\0",
            ),
        ] {
            let rdata = parse(text).unwrap();
            assert_eq!(rdata.octets(), octets, "{text}");
            assert_eq!(
                RdataBuf::decode(RecordType::A6, octets)
                    .unwrap()
                    .to_string(),
                text
            );
        }
        // Bits of the prefix are of no meaning in text.
        assert_eq!(parse("64 1::1 a.").unwrap().to_string(), "64 ::1 a.");
        for text in ["0 2001:db8::1 a.", "128 ::1 a.", "64 ::1", "129 a."] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
