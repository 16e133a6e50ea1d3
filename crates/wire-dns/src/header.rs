//! Header and Flags (RFC 1035 §4.1.1, RFC 2535 §6.1 for AD and CD).

use core::fmt;

use crate::error::Error;
use crate::field::Field;
use crate::limits::HEADER_OCTETS;
use crate::reader::Reader;
use crate::{Opcode, Rcode, Section};

/// The fixed front of every message ([RFC 1035 §4.1.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1)).
///
/// # Wire format
///
/// Six 16-bit numbers: ID, flags, QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT.
///
/// ```
/// use wire_dns::{Header, Opcode};
/// let header = Header::decode(&[0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0])?;
/// assert_eq!(header.id, 0x1234);
/// assert!(header.flags.response() && header.flags.recursion_desired() && header.flags.recursion_available());
/// assert_eq!((header.flags.opcode(), header.answer_count), (Opcode::QUERY, 2));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Header {
    /// ID: chosen by the requester, copied into the reply.
    pub id: u16,
    /// The 16 bits between ID and counts.
    pub flags: Flags,
    /// QDCOUNT: entries of the question section (ZOCOUNT in UPDATE).
    pub question_count: u16,
    /// ANCOUNT: records of the answer section (PRCOUNT in UPDATE).
    pub answer_count: u16,
    /// NSCOUNT: records of the authority section (UPCOUNT in UPDATE).
    pub authority_count: u16,
    /// ARCOUNT: records of the additional section.
    pub additional_count: u16,
}

impl Header {
    /// The header at the front of a message; what follows is not looked at.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnexpectedEnd`](crate::ErrorKind::UnexpectedEnd) for fewer than 12 octets.
    pub fn decode(message: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(message, 0);
        let octets = reader.array().map_err(|_| reader.refusal())?;
        Ok(Self::from_octets(octets))
    }

    /// The header of these octets. Every twelve octets are a header.
    #[inline]
    #[must_use]
    pub const fn from_octets(octets: [u8; HEADER_OCTETS]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = octets;
        Self {
            id: u16::from_be_bytes([a, b]),
            flags: Flags(u16::from_be_bytes([c, d])),
            question_count: u16::from_be_bytes([e, f]),
            answer_count: u16::from_be_bytes([g, h]),
            authority_count: u16::from_be_bytes([i, j]),
            additional_count: u16::from_be_bytes([k, l]),
        }
    }

    /// The octets on the wire.
    ///
    /// ```
    /// use wire_dns::{Flags, Header};
    /// let header = Header { id: 7, flags: Flags(0x0100), question_count: 1, ..Header::default() };
    /// assert_eq!(header.to_octets(), *b"\0\x07\x01\0\0\x01\0\0\0\0\0\0");
    /// assert_eq!(Header::from_octets(header.to_octets()), header);
    /// ```
    #[inline]
    #[must_use]
    pub const fn to_octets(self) -> [u8; HEADER_OCTETS] {
        let [a, b] = self.id.to_be_bytes();
        let [c, d] = self.flags.0.to_be_bytes();
        let [e, f] = self.question_count.to_be_bytes();
        let [g, h] = self.answer_count.to_be_bytes();
        let [i, j] = self.authority_count.to_be_bytes();
        let [k, l] = self.additional_count.to_be_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l]
    }

    /// The number of entries in a section.
    #[inline]
    pub(crate) fn count_mut(&mut self, section: Section) -> &mut u16 {
        match section {
            Section::Question => &mut self.question_count,
            Section::Answer => &mut self.answer_count,
            Section::Authority => &mut self.authority_count,
            Section::Additional => &mut self.additional_count,
        }
    }

    /// Shows the fields of the header in the order of the octets; flags one by one, all within octets 2 and 3.
    pub(crate) fn walk(&self, visit: &mut dyn FnMut(Field<'_>)) {
        let mut show = |name, start: usize, end, value: &dyn fmt::Display| {
            visit(Field {
                name,
                start,
                end,
                value,
            })
        };
        let flags = self.flags;
        show("ID", 0, 2, &self.id);
        show("QR", 2, 3, &u8::from(flags.response()));
        show("Opcode", 2, 3, &flags.opcode());
        show("AA", 2, 3, &u8::from(flags.authoritative()));
        show("TC", 2, 3, &u8::from(flags.truncated()));
        show("RD", 2, 3, &u8::from(flags.recursion_desired()));
        show("RA", 3, 4, &u8::from(flags.recursion_available()));
        show("Z", 3, 4, &u8::from(flags.zero()));
        show("AD", 3, 4, &u8::from(flags.authentic_data()));
        show("CD", 3, 4, &u8::from(flags.checking_disabled()));
        show("RCODE", 3, 4, &flags.rcode());
        show("QDCOUNT", 4, 6, &self.question_count);
        show("ANCOUNT", 6, 8, &self.answer_count);
        show("NSCOUNT", 8, 10, &self.authority_count);
        show("ARCOUNT", 10, 12, &self.additional_count);
    }
}

/// The 16 bits between ID and counts: who speaks, what is asked, how it went.
///
/// Any 16 bits are flags. The `with_` methods give changed copies; [`Display`](fmt::Display) names the set bits as dig
/// does, without opcode and response code.
///
/// # Wire format
///
/// From the highest bit on: QR, Opcode (four bits), AA, TC, RD, RA, Z, AD, CD, RCODE (four bits).
///
/// ```
/// use wire_dns::{Flags, Opcode, Rcode};
/// let flags = Flags(0b1_0000_1_0_1_1_0_0_0_0011);
/// assert_eq!(flags.to_string(), "qr aa rd ra");
/// assert_eq!((flags.opcode(), flags.rcode()), (Opcode::QUERY, Rcode::NXDOMAIN));
/// let update = Flags::default().with_opcode(Opcode::UPDATE).with_response(true);
/// assert_eq!(update, Flags(0b1_0101_0_0_0_0_0_0_0_0000));
/// ```
#[derive(Clone, Copy, Default, Eq, Hash, PartialEq)]
pub struct Flags(pub u16);

/// Declares a getter and a setter per bit.
macro_rules! bits {
    ($( $(#[doc = $doc:literal])* $get:ident, $set:ident = $bit:literal $short:literal; )*) => {
        impl Flags {
            $(
                $(#[doc = $doc])*
                #[must_use]
                pub const fn $get(self) -> bool {
                    self.0 & $bit != 0
                }

                /// The same flags with this bit set or cleared.
                #[must_use]
                pub const fn $set(self, on: bool) -> Self {
                    Self(if on { self.0 | $bit } else { self.0 & !$bit })
                }
            )*

            /// The bits with their names in dig's order.
            pub(crate) const BITS: &'static [(u16, &'static str)] = &[$( ($bit, $short) ),*];
        }
    };
}

bits! {
    /// QR: a response, not a query.
    response, with_response = 0x8000 "qr";
    /// AA: the responder is an authority for the first owner.
    authoritative, with_authoritative = 0x0400 "aa";
    /// TC: the message was cut to fit.
    truncated, with_truncated = 0x0200 "tc";
    /// RD: the requester wants recursion.
    recursion_desired, with_recursion_desired = 0x0100 "rd";
    /// RA: the responder offers recursion.
    recursion_available, with_recursion_available = 0x0080 "ra";
    /// Z: reserved, zero.
    zero, with_zero = 0x0040 "z";
    /// AD: all data is authentic (RFC 4035 §3.2.3).
    authentic_data, with_authentic_data = 0x0020 "ad";
    /// CD: the requester checks itself (RFC 4035 §3.2.2).
    checking_disabled, with_checking_disabled = 0x0010 "cd";
}

impl Flags {
    /// The kind of query.
    #[must_use]
    pub const fn opcode(self) -> Opcode {
        Opcode((self.0 >> 11 & 0xF) as u8)
    }

    /// The same flags with this opcode, of which four bits are kept.
    #[must_use]
    pub const fn with_opcode(self, opcode: Opcode) -> Self {
        Self(self.0 & !0x7800 | ((opcode.0 as u16 & 0xF) << 11))
    }

    /// The four bits of the response code in the header; [`Message::rcode`](crate::Message::rcode) adds those of EDNS.
    #[must_use]
    pub const fn rcode(self) -> Rcode {
        Rcode(self.0 & 0xF)
    }

    /// The same flags with the low four bits of this response code; those above are
    /// [`Edns::extended_rcode`](crate::edns::Edns::extended_rcode).
    #[must_use]
    pub const fn with_rcode(self, rcode: Rcode) -> Self {
        Self(self.0 & !0xF | (rcode.0 & 0xF))
    }
}

impl fmt::Display for Flags {
    /// The set bits by their names, as dig prints them: `qr aa rd`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (bit, name) in Self::BITS {
            if self.0 & bit != 0 {
                write!(f, "{separator}{name}")?;
                separator = " ";
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Flags({self}; {}, {})", self.opcode(), self.rcode())
    }
}

#[cfg(test)]
mod tests {
    use super::{Flags, Header};
    use crate::{Opcode, Rcode};

    #[test]
    fn decodes_and_encodes() {
        let octets = [0x12, 0x34, 0x81, 0x83, 0, 1, 0, 2, 0, 3, 0, 4];
        let header = Header::decode(&octets).unwrap();
        assert_eq!(header.to_octets(), octets);
        assert_eq!(header.flags.rcode(), Rcode::NXDOMAIN);
        assert_eq!(header.flags.to_string(), "qr rd ra");
        assert_eq!(header.additional_count, 4);
    }

    #[test]
    fn refuses_truncation() {
        for len in 0..12 {
            assert!(Header::decode(&[0; 12][..len]).is_err());
        }
    }

    #[test]
    fn bits_do_not_touch_each_other() {
        let flags = Flags(0xFFFF)
            .with_opcode(Opcode::NOTIFY)
            .with_rcode(Rcode::REFUSED)
            .with_truncated(false);
        assert_eq!(flags.0, 0b1010_0101_1111_0101);
        assert_eq!(
            (flags.opcode(), flags.rcode()),
            (Opcode::NOTIFY, Rcode::REFUSED)
        );
    }

    use alloc::string::ToString;
}
