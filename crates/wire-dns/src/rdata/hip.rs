//! HIP: host identities and the servers that find them (RFC 8005).

use alloc::vec::Vec;
use core::fmt;

use super::codec::{PlainName, Printer};
use super::form::example;
use super::record::Layout;
use super::walk::{Base64Text, Fields, HexText};
use crate::Name;
use crate::error::{Error, ErrorKind, rule};
use crate::field::Field;
use crate::items::{Items, take_items, walk_list};
use crate::reader::{Reader, Refused};
use crate::sink::{NameRule, Sink};
use crate::text::encoding;
use crate::text::lexer::Tokens;

/// HIP: a host identity ([RFC 8005 §5](https://www.rfc-editor.org/rfc/rfc8005#section-5)).
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
            sink.name(name, NameRule::PLAIN)?;
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
///
/// ```
/// use wire_dns::rdata::NameList;
///
/// let servers = NameList::from_wire(b"\x03rvs\x07example\0\0")?;
/// let text: Vec<_> = servers.iter().map(|name| name.to_string()).collect();
/// assert_eq!(text, ["rvs.example.", "."]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct NameList<'a>(&'a [u8]);

impl<'a> NameList<'a> {
    /// From the octets on the wire.
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

    /// The octets on the wire.
    #[must_use]
    pub const fn wire(self) -> &'a [u8] {
        self.0
    }

    /// The names in order.
    #[must_use]
    pub const fn iter(self) -> Items<'a, Name<'a>> {
        Items::new(self.0)
    }
}

take_items!(Name<'a>, take_name);
walk_list!(NameList, Items<'a, Name<'a>>);

/// Takes the first name.
fn take_name<'a>(rest: &mut &'a [u8]) -> Option<Name<'a>> {
    let (name, len) = Name::decode_prefix(rest).ok()?;
    *rest = rest.get(len..)?;
    Some(name)
}
