//! Question: what is asked (RFC 1035 §4.1.2).

use core::fmt;

use crate::error::Error;
use crate::field::Field;
use crate::header::Header;
use crate::reader::Reader;
use crate::{Class, Name, RecordType, Section};

/// An entry of the question section.
///
/// A query has at most one ([RFC 9619 §4](https://www.rfc-editor.org/rfc/rfc9619#section-4)); decoders take any number, and
/// the rule is for those who answer. [`Display`](fmt::Display) writes name, class and type with tabs between.
///
/// # Wire format
///
/// QNAME, then QTYPE and QCLASS of two octets each.
///
/// ```
/// use wire_dns::{Class, Message, RecordType};
///
/// let message = Message::decode(b"\0\x07\x01\0\0\x01\0\0\0\0\0\0\x03www\x07example\0\0\x1C\0\x01")?;
/// let question = message.question().unwrap();
/// assert_eq!((question.record_type, question.class), (RecordType::AAAA, Class::IN));
/// assert_eq!(question.to_string(), "www.example.\tIN\tAAAA");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Question<'a> {
    /// QNAME.
    pub name: Name<'a>,
    /// QTYPE.
    pub record_type: RecordType,
    /// QCLASS.
    pub class: Class,
}

impl<'a> Question<'a> {
    /// Header and first question of a message; what follows is not looked at.
    ///
    /// For a server that must decide quickly; for one whose [`Message::decode`](crate::Message::decode) failed there is
    /// [`Builder::reply_to_malformed`](crate::Builder::reply_to_malformed). `None` stands for a message without a question.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnexpectedEnd`](crate::ErrorKind::UnexpectedEnd) for fewer octets than header and question have, and
    /// what makes QNAME no name.
    ///
    /// ```
    /// use wire_dns::{Message, Question};
    ///
    /// let cut = b"\0\x07\x01\0\0\x01\0\0\0\0\0\x01\x03www\x07example\0\0\x1C\0\x01\0\0\x29";
    /// assert!(Message::decode(cut).is_err());
    /// let (header, question) = Question::decode_first(cut)?;
    /// assert_eq!((header.id, question.unwrap().to_string().as_str()), (7, "www.example.\tIN\tAAAA"));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn decode_first(message: &'a [u8]) -> Result<(Header, Option<Self>), Error> {
        let mut reader = Reader::new(message, 0);
        let header = Header::from_octets(reader.array().map_err(|_| reader.refusal())?);
        if header.question_count == 0 {
            return Ok((header, None));
        }
        let start = reader.pos();
        match reader.check_name().and_then(|()| reader.array()) {
            Ok([a, b, c, d]) => {
                let question = Self {
                    name: Name::checked(message, start),
                    record_type: RecordType(u16::from_be_bytes([a, b])),
                    class: Class(u16::from_be_bytes([c, d])),
                };
                Ok((header, Some(question)))
            }
            Err(_) => Err(reader.refusal().within(Section::Question, 0)),
        }
    }

    /// The question of a checked message between two octets.
    #[inline]
    pub(crate) fn between(message: &'a [u8], start: usize, end: usize) -> Option<Self> {
        let [a, b, c, d] = *message.get(..end)?.last_chunk()?;
        Some(Self {
            name: Name::checked(message, start),
            record_type: RecordType(u16::from_be_bytes([a, b])),
            class: Class(u16::from_be_bytes([c, d])),
        })
    }

    /// Shows the three fields of the question, which ends in the message at octet `end`.
    pub(crate) fn walk(&self, end: usize, visit: &mut dyn FnMut(Field<'_>)) {
        let type_at = end.saturating_sub(4);
        let class_at = end.saturating_sub(2);
        visit(Field {
            name: "QNAME",
            start: self.name.offset(),
            end: type_at,
            value: &self.name,
        });
        visit(Field {
            name: "QTYPE",
            start: type_at,
            end: class_at,
            value: &self.record_type,
        });
        visit(Field {
            name: "QCLASS",
            start: class_at,
            end,
            value: &self.class,
        });
    }
}

impl fmt::Display for Question<'_> {
    /// `name class type`, with tabs between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\t{}\t{}", self.name, self.class, self.record_type)
    }
}
