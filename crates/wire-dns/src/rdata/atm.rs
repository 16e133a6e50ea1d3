//! ATMA: addresses of ATM networks (ATM Forum af-dans-0152.000 §5).

use alloc::vec::Vec;
use core::fmt;

use super::codec::{Codec, Printer};
use super::record::records;
use crate::error::{Error, rule};
use crate::reader::{Reader, Refused};
use crate::sink::Sink;
use crate::text::encoding;
use crate::text::lexer::{Token, Tokens};

records! {
    /// ATMA: the address of a host in an ATM network (af-dans-0152.000 §5).
    ///
    /// Text may have dots between the digits; they say nothing.
    struct Atma<'a> {
        /// FORMAT and ADDRESS.
        address "ADDRESS": AtmAddress<'a> as FormatAndAddress,
    }
    example ATMA "+19085551212" b"\x0119085551212";
}

/// An address of an ATM network in one of its formats.
///
/// ```
/// use wire_dns::{Rdata, rdata::{AtmAddress, Atma}};
///
/// let rdata = Rdata::from(Atma { address: AtmAddress::E164(b"19085551212") });
/// assert_eq!(rdata.to_string(), "+19085551212");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum AtmAddress<'a> {
    /// Format 0: an ATM end system address, 20 octets as a rule.
    Aesa(&'a [u8]),
    /// Format 1: a number of E.164, as its decimal digits in ASCII.
    E164(&'a [u8]),
    /// Any other format, and its octets.
    Other(u8, &'a [u8]),
}

/// The format in one octet and the address behind it.
pub(crate) struct FormatAndAddress;

impl<'a> Codec<'a, AtmAddress<'a>> for FormatAndAddress {
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        if let AtmAddress::E164(digits) = Self::read(reader)?
            && !digits.iter().all(u8::is_ascii_digit)
        {
            return Err(reader.refuse(rule!(
                "an ATM address of E.164 that is not of digits only",
                "af-dans-0152.000 section 5"
            )));
        }
        Ok(())
    }
    fn read(reader: &mut Reader<'a, '_>) -> Result<AtmAddress<'a>, Refused> {
        let format = reader.u8()?;
        let address = reader.rest();
        Ok(match format {
            0 => AtmAddress::Aesa(address),
            1 => AtmAddress::E164(address),
            _ => AtmAddress::Other(format, address),
        })
    }
    fn write<S: Sink>(value: &AtmAddress<'a>, sink: &mut S) -> Result<(), Error> {
        let (format, address) = match *value {
            AtmAddress::Aesa(address) => (0, address),
            AtmAddress::E164(digits) => (1, digits),
            AtmAddress::Other(format, address) => (format, address),
        };
        sink.u8(format)?;
        sink.put(address)
    }
    fn has_text(value: &AtmAddress<'a>) -> bool {
        matches!(value, AtmAddress::Aesa([_, ..]) | AtmAddress::E164([_, ..]))
    }
    fn print(value: &AtmAddress<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        let out = printer.begin()?;
        match *value {
            AtmAddress::Aesa(address) | AtmAddress::Other(_, address) => {
                encoding::write_hex(address, out)
            }
            AtmAddress::E164(digits) => {
                out.write_char('+')?;
                digits
                    .iter()
                    .try_for_each(|digit| out.write_char(char::from(*digit)))
            }
        }
    }
    /// Dots may stand between the digits of both formats.
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let token = tokens.next()?;
        let e164 = token.octets.strip_prefix(b"+");
        let start = out.len();
        out.push(u8::from(e164.is_some()));
        let pieces = e164.unwrap_or(token.octets).split(|octet| *octet == b'.');
        if e164.is_some() {
            pieces.for_each(|digits| out.extend_from_slice(digits));
        } else {
            let pieces: Vec<Token<'_>> = pieces.map(|octets| Token { octets, ..token }).collect();
            encoding::parse_hex(&pieces, out)?;
        }
        let is_address = match out.get(start..) {
            Some([1, digits @ ..]) => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
            Some(octets) => octets.len() > 1,
            None => false,
        };
        if is_address {
            Ok(())
        } else {
            Err(token.error(rule!(
                "not an ATM address of hexadecimal digits, or of a plus sign and digits",
                "af-dans-0152.000 section 5"
            )))
        }
    }
}
