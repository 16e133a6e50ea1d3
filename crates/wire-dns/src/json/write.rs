//! Messages to JSON, member after member, without a tree.

use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::{Message, MessageBuf, Question, Section};

impl Serialize for Message<'_> {
    /// The message object of RFC 8427 §2.1.
    ///
    /// `ID`, `QR`, `Opcode`, `AA`, `TC`, `RD`, `RA`, `AD`, `CD`, `RCODE` (the four bits of the header), `QDCOUNT`,
    /// `ANCOUNT`, `NSCOUNT`, `ARCOUNT`; for the first question `QNAME`, `QTYPE`, `QTYPEname`, `QCLASS`, `QCLASSname`;
    /// then `questionRRs`, `answerRRs`, `authorityRRs` and `additionalRRs`, which are there even when empty. A member `Z`
    /// stands behind `RA` when that bit, which the RFC leaves out, is set.
    ///
    /// Nothing is allocated.
    ///
    /// ```
    /// use wire_dns::{Message, MessageBuf};
    /// let octets = b"\x12\x34\x01\x00\0\x01\0\0\0\0\0\0\x07example\0\0\x01\0\x01";
    /// let message = Message::decode(octets)?;
    /// let json = serde_json::to_value(&message).unwrap();
    /// assert_eq!(json["ID"], 0x1234);
    /// assert_eq!(json["QNAME"], "example.");
    /// assert_eq!(json["questionRRs"][0]["TYPEname"], "A");
    /// let back: MessageBuf = serde_json::from_value(json).unwrap();
    /// assert_eq!(back.octets(), octets);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (header, flags) = (self.header(), self.flags());
        let question = self.question();
        let members = 18usize
            .saturating_add(usize::from(flags.zero()))
            .saturating_add(if question.is_some() { 5 } else { 0 });
        let mut map = serializer.serialize_map(Some(members))?;
        map.serialize_entry("ID", &header.id)?;
        map.serialize_entry("QR", &flags.response())?;
        map.serialize_entry("Opcode", &flags.opcode().0)?;
        map.serialize_entry("AA", &flags.authoritative())?;
        map.serialize_entry("TC", &flags.truncated())?;
        map.serialize_entry("RD", &flags.recursion_desired())?;
        map.serialize_entry("RA", &flags.recursion_available())?;
        if flags.zero() {
            map.serialize_entry("Z", &true)?;
        }
        map.serialize_entry("AD", &flags.authentic_data())?;
        map.serialize_entry("CD", &flags.checking_disabled())?;
        map.serialize_entry("RCODE", &flags.rcode().0)?;
        map.serialize_entry("QDCOUNT", &header.question_count)?;
        map.serialize_entry("ANCOUNT", &header.answer_count)?;
        map.serialize_entry("NSCOUNT", &header.authority_count)?;
        map.serialize_entry("ARCOUNT", &header.additional_count)?;
        if let Some(question) = question {
            map.serialize_entry("QNAME", &question.name)?;
            map.serialize_entry("QTYPE", &question.record_type.0)?;
            map.serialize_entry("QTYPEname", &Shown(question.record_type))?;
            map.serialize_entry("QCLASS", &question.class.0)?;
            map.serialize_entry("QCLASSname", &Shown(question.class))?;
        }
        map.serialize_entry("questionRRs", &QuestionRrs(*self))?;
        map.serialize_entry("answerRRs", &SectionRrs(*self, Section::Answer))?;
        map.serialize_entry("authorityRRs", &SectionRrs(*self, Section::Authority))?;
        map.serialize_entry("additionalRRs", &SectionRrs(*self, Section::Additional))?;
        map.end()
    }
}

impl Serialize for MessageBuf {
    /// As [`Message`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_message().serialize(serializer)
    }
}

impl Serialize for Question<'_> {
    /// A record object without TTL and RDATA: `NAME`, `TYPE`, `TYPEname`, `CLASS`, `CLASSname` (RFC 8427 §2.2).
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("NAME", &self.name)?;
        map.serialize_entry("TYPE", &self.record_type.0)?;
        map.serialize_entry("TYPEname", &Shown(self.record_type))?;
        map.serialize_entry("CLASS", &self.class.0)?;
        map.serialize_entry("CLASSname", &Shown(self.class))?;
        map.end()
    }
}

/// A value by its presentation form.
pub(super) struct Shown<T>(pub(super) T);

impl<T: core::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The array of questions.
struct QuestionRrs<'a>(Message<'a>);

impl Serialize for QuestionRrs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let count = usize::from(self.0.header().question_count);
        let mut seq = serializer.serialize_seq(Some(count))?;
        for question in self.0.questions() {
            seq.serialize_element(&question)?;
        }
        seq.end()
    }
}

/// The array of one section's records.
struct SectionRrs<'a>(Message<'a>, Section);

impl Serialize for SectionRrs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let records = self.0.records(self.1);
        let (count, _) = records.size_hint();
        let mut seq = serializer.serialize_seq(Some(count))?;
        for record in records {
            seq.serialize_element(&record)?;
        }
        seq.end()
    }
}
