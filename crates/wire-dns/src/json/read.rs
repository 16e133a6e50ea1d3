//! Messages from JSON.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde_core::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::record::{Fault, RecordParts, members, number_or_name};
use crate::{Builder, Class, Flags, MessageBuf, NameBuf, Opcode, Rcode, RecordBuf, Section};
use alloc::borrow::Cow;

members! {
    /// The members of a message object.
    MessageParts {
        "ID" id: u16,
        "QR" response: Bit,
        "Opcode" opcode: u8,
        "AA" authoritative: Bit,
        "TC" truncated: Bit,
        "RD" recursion_desired: Bit,
        "RA" recursion_available: Bit,
        "Z" zero: Bit,
        "AD" authentic_data: Bit,
        "CD" checking_disabled: Bit,
        "RCODE" rcode: u16,
        "QDCOUNT" question_count: u16,
        "ANCOUNT" answer_count: u16,
        "NSCOUNT" authority_count: u16,
        "ARCOUNT" additional_count: u16,
        "QNAME" qname: NameBuf,
        "QTYPE" qtype: u16,
        "QTYPEname" qtype_name: String,
        "QCLASS" qclass: u16,
        "QCLASSname" qclass_name: String,
        "questionRRs" questions: Vec<RecordParts>,
        "answerRRs" answers: Vec<RecordBuf>,
        "authorityRRs" authorities: Vec<RecordBuf>,
        "additionalRRs" additionals: Vec<RecordBuf>,
    }
}

/// A flag, which some write as a number.
#[derive(Clone, Copy)]
pub(super) struct Bit(bool);

impl<'de> Deserialize<'de> for Bit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BoolOrNumber;

        impl Visitor<'_> for BoolOrNumber {
            type Value = Bit;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a boolean, 0 or 1")
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Bit, E> {
                Ok(Bit(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Bit, E> {
                match value {
                    0 => Ok(Bit(false)),
                    1 => Ok(Bit(true)),
                    _ => Err(E::invalid_value(de::Unexpected::Unsigned(value), &self)),
                }
            }
        }

        deserializer.deserialize_any(BoolOrNumber)
    }
}

impl<'de> Deserialize<'de> for MessageBuf {
    /// From a message object of RFC 8427 §2.1; names are compressed anew.
    ///
    /// Members that are not there are zero, false or empty; a flag may be 0 or 1 too, as kdig writes it. The question comes
    /// from `questionRRs` or, without it, from `QNAME`, `QTYPE` and `QCLASS`. A count that differs from what is there, a number
    /// that its field cannot hold and a member that is there twice are refused; members that are not of the RFC are not looked
    /// at.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = MessageParts::deserialize(deserializer)?;
        if parts.opcode.is_some_and(|opcode| opcode > 15) {
            return Err(de::Error::custom("Opcode is not from 0 to 15"));
        }
        if parts.rcode.is_some_and(|rcode| rcode > 15) {
            return Err(de::Error::custom("RCODE is not from 0 to 15"));
        }
        parts.build().map_err(de::Error::custom)?.finish()
    }
}

/// A built message and the counts that the JSON promised.
struct Built {
    octets: Vec<u8>,
    promised: [(&'static str, Option<u16>, u16); 4],
}

impl Built {
    fn finish<E: de::Error>(self) -> Result<MessageBuf, E> {
        for (member, promised, found) in self.promised {
            if let Some(promised) = promised
                && promised != found
            {
                return Err(E::custom(format_args!(
                    "{member} is {promised}, but there are {found}"
                )));
            }
        }
        MessageBuf::decode_vec(self.octets).map_err(E::custom)
    }
}

impl MessageParts {
    fn flags(&self) -> Flags {
        let is = |member: Option<Bit>| member.is_some_and(|bit| bit.0);
        Flags(0)
            .with_response(is(self.response))
            .with_opcode(Opcode(self.opcode.unwrap_or(0)))
            .with_authoritative(is(self.authoritative))
            .with_truncated(is(self.truncated))
            .with_recursion_desired(is(self.recursion_desired))
            .with_recursion_available(is(self.recursion_available))
            .with_zero(is(self.zero))
            .with_authentic_data(is(self.authentic_data))
            .with_checking_disabled(is(self.checking_disabled))
            .with_rcode(Rcode(self.rcode.unwrap_or(0)))
    }

    fn build(&self) -> Result<Built, Fault> {
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        builder.set_id(self.id.unwrap_or(0));
        builder.set_flags(self.flags());
        match (&self.questions, &self.qname) {
            (Some(questions), _) => {
                for question in questions {
                    let (name, record_type, class) = question.question()?;
                    builder.question(name, record_type, class)?;
                }
            }
            (None, Some(name)) => {
                let record_type = number_or_name(self.qtype, self.qtype_name.as_deref())?;
                let class = number_or_name(self.qclass, self.qclass_name.as_deref())?;
                let record_type = record_type.ok_or(Fault::Missing("QTYPE"))?;
                builder.question(name, record_type, class.unwrap_or(Class::IN))?;
            }
            (None, None) => {}
        }
        let sections = [&self.answers, &self.authorities, &self.additionals];
        for (section, records) in Section::RECORDS.into_iter().zip(sections) {
            for record in records.iter().flatten() {
                builder.record_buf(section, record)?;
            }
        }
        let header = builder.header();
        builder.finish();
        Ok(Built {
            octets,
            promised: [
                ("QDCOUNT", self.question_count, header.question_count),
                ("ANCOUNT", self.answer_count, header.answer_count),
                ("NSCOUNT", self.authority_count, header.authority_count),
                ("ARCOUNT", self.additional_count, header.additional_count),
            ],
        })
    }
}
