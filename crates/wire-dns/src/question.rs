//! Question: what is asked (RFC 1035 §4.1.2).

use core::fmt;

use crate::error::Error;
use crate::field::Field;
use crate::header::Header;
use crate::reader::Reader;
use crate::{Class, Name, RecordType, Section};

/// An entry of the question section.
///
/// # Wire format
///
/// QNAME, then QTYPE and QCLASS of two octets each.
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
    /// For a server that must decide quickly. `None` stands for a message without a question.
    ///
    /// # Errors
    ///
    /// The header or the question is malformed.
    pub fn decode_first(message: &'a [u8]) -> Result<(Header, Option<Self>), Error> {
        let mut reader = Reader::new(message, 0);
        let header = Header::from_octets(reader.array()?);
        if header.question_count == 0 {
            return Ok((header, None));
        }
        let start = reader.pos();
        let question = (|| {
            reader.check_name()?;
            let [a, b, c, d] = reader.array()?;
            let (record_type, class) = (
                u16::from_be_bytes([a, b]).into(),
                u16::from_be_bytes([c, d]).into(),
            );
            Ok(Self {
                name: Name::checked(message, start),
                record_type,
                class,
            })
        })();
        question
            .map(|question| (header, Some(question)))
            .map_err(|error: Error| error.within(Section::Question, 0))
    }

    /// Reads a question that was checked.
    #[inline]
    pub(crate) fn read(reader: &mut Reader<'a, '_>) -> Result<Self, Error> {
        let name = reader.name()?;
        let [a, b, c, d] = reader.array()?;
        let (record_type, class) = (
            u16::from_be_bytes([a, b]).into(),
            u16::from_be_bytes([c, d]).into(),
        );
        Ok(Self {
            name,
            record_type,
            class,
        })
    }

    /// Shows the three fields of a question that was checked.
    pub(crate) fn walk(
        reader: &mut Reader<'a, '_>,
        visit: &mut dyn FnMut(Field<'_>),
    ) -> Result<(), Error> {
        let start = reader.pos();
        let question = Self::read(reader)?;
        let end = reader.pos();
        let type_at = end.saturating_sub(4);
        let class_at = end.saturating_sub(2);
        visit(Field {
            name: "QNAME",
            start,
            end: type_at,
            value: &question.name,
        });
        visit(Field {
            name: "QTYPE",
            start: type_at,
            end: class_at,
            value: &question.record_type,
        });
        visit(Field {
            name: "QCLASS",
            start: class_at,
            end,
            value: &question.class,
        });
        Ok(())
    }
}

impl fmt::Display for Question<'_> {
    /// `name class type`, with tabs between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\t{}\t{}", self.name, self.class, self.record_type)
    }
}
