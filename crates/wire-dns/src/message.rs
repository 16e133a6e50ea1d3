//! Message: the checked view of a whole message; MessageBuf: the owned whole (RFC 1035 §4.1).

mod buf;
mod check;
mod index;
mod outcome;

use core::fmt;
use core::iter::FusedIterator;

pub use buf::MessageBuf;
pub use outcome::Outcome;

use crate::edns::Edns;
use crate::error::Error;
use crate::field::Field;
use crate::header::{Flags, Header};
use crate::limits::{HEADER_OCTETS, MESSAGE_OCTETS_MAX, UDP_PAYLOAD_MAX};
use crate::name::name_end;
use crate::question::Question;
use crate::rdata::{Opt, Rdata};
use crate::record::ResourceRecord;
use crate::{Opcode, Rcode, RecordType, Section, Ttl};
use index::{Counts, Index};

/// What a decoder tolerates. Strict by default.
///
/// ```
/// use wire_dns::{DecodeOptions, Message, Rdata};
///
/// // An A record with three octets.
/// let octets = b"\0\0\x80\0\0\0\0\x01\0\0\0\0\0\0\x01\0\x01\0\0\0\x3C\0\x03\xC0\0\x02";
/// assert!(Message::decode(octets).is_err());
/// let options = DecodeOptions::new().malformed_rdata_as_unknown(true);
/// let record = Message::decode_with(octets, options)?.answers().next().unwrap();
/// assert!(matches!(record.rdata(), Rdata::Unknown(_)));
/// assert_eq!(record.to_string(), ".\t60\tIN\tA\t\\# 3 C00002");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct DecodeOptions {
    malformed_rdata_as_unknown: bool,
}

impl DecodeOptions {
    /// Strict: everything that an RFC forbids is an error.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            malformed_rdata_as_unknown: false,
        }
    }

    /// Whether RDATA of a known type that is not of its form becomes [`Rdata::Unknown`], and such an EDNS option
    /// [`EdnsOption::Unknown`](crate::edns::EdnsOption::Unknown), so that one bad record does not cost the whole message. The
    /// risk: a program that only looks at known types overlooks such a record.
    #[must_use]
    pub const fn malformed_rdata_as_unknown(mut self, on: bool) -> Self {
        self.malformed_rdata_as_unknown = on;
        self
    }
}

/// A message whose every octet was checked: names, lengths, RDATA, nothing left over.
///
/// Decoding makes one pass, allocates nothing and keeps no table. After it no reader can fail: sections give records, not
/// results. [`MessageBuf`] is the owned form.
///
/// [`Display`](fmt::Display) writes the message as dig does. Messages are equal when their octets are.
///
/// ```
/// use wire_dns::{Message, Rdata, RecordType};
/// let octets = b"\x12\x34\x81\x80\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x07";
/// let message = Message::decode(octets)?;
/// assert_eq!(message.header().id, 0x1234);
/// for record in message.answers() {
///     assert_eq!(record.owner().to_string(), "a.");
///     let Rdata::A(a) = record.rdata() else { panic!() };
///     assert_eq!(a.address.octets(), [192, 0, 2, 7]);
/// }
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Message<'a> {
    octets: &'a [u8],
    index: Index,
}

impl<'a> Message<'a> {
    /// Checks a whole message.
    ///
    /// Of the header everything is taken as it is: what flags, opcode and counts mean together, more than one question
    /// included, is for the reader of the message to judge.
    ///
    /// # Errors
    ///
    /// The first thing that is not as the RFCs say, with its octet, section and record:
    /// [`UnexpectedEnd`](crate::ErrorKind::UnexpectedEnd), [`TrailingOctets`](crate::ErrorKind::TrailingOctets),
    /// [`MessageTooLong`](crate::ErrorKind::MessageTooLong); in names [`LabelType`](crate::ErrorKind::LabelType),
    /// [`NameTooLong`](crate::ErrorKind::NameTooLong), [`PointerNotBackwards`](crate::ErrorKind::PointerNotBackwards),
    /// [`PointerIntoHeader`](crate::ErrorKind::PointerIntoHeader), [`TooManyPointers`](crate::ErrorKind::TooManyPointers);
    /// in RDATA [`TrailingRdata`](crate::ErrorKind::TrailingRdata),
    /// [`PointerNotAllowed`](crate::ErrorKind::PointerNotAllowed), [`Rule`](crate::ErrorKind::Rule). Refused are also a
    /// second OPT record, one outside the additional section or with an owner other than the root
    /// ([RFC 6891 §6.1.1](https://www.rfc-editor.org/rfc/rfc6891#section-6.1.1)), and a TSIG record that is not the last
    /// ([RFC 8945 §5.1](https://www.rfc-editor.org/rfc/rfc8945#section-5.1)).
    #[inline]
    #[doc(alias = "parse")]
    #[doc(alias = "from_octets")]
    #[doc(alias = "from_vec")]
    pub fn decode(octets: &'a [u8]) -> Result<Self, Error> {
        Self::decode_with(octets, DecodeOptions::new())
    }

    /// Checks a whole message, tolerating what `options` say.
    ///
    /// # Errors
    ///
    /// As [`Message::decode`], less what is tolerated.
    #[inline]
    pub fn decode_with(octets: &'a [u8], options: DecodeOptions) -> Result<Self, Error> {
        match check::check(octets, options) {
            Ok(index) => Ok(Self { octets, index }),
            Err(error) => Err(error),
        }
    }

    /// The octets of the message.
    #[inline]
    #[must_use]
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The header.
    #[inline]
    #[must_use]
    pub const fn header(&self) -> Header {
        match self.octets.first_chunk() {
            Some(octets) => Header::from_octets(*octets),
            // A checked message has a header.
            None => Header::from_octets([0; HEADER_OCTETS]),
        }
    }

    /// The flags of the header.
    #[inline]
    #[must_use]
    pub const fn flags(&self) -> Flags {
        self.header().flags
    }

    /// The opcode of the header.
    #[inline]
    #[must_use]
    pub const fn opcode(&self) -> Opcode {
        self.flags().opcode()
    }

    /// True for a message that is not a response: a server must answer no other.
    #[must_use]
    pub const fn is_query(&self) -> bool {
        !self.flags().response()
    }

    /// True for a response that belongs to `query`: its ID, its opcode and its questions, whose names are compared without case
    /// ([RFC 5452 §9.1](https://www.rfc-editor.org/rfc/rfc5452#section-9.1)). One without a question counts when it says an
    /// error, for a server that could not read the query has none to repeat.
    ///
    /// That it came from the address and to the port that the query had is for the socket to know. Who sends names in random
    /// case compares them with [`Name::eq_with_case`](crate::Name::eq_with_case) too.
    ///
    /// ```
    /// use wire_dns::{Builder, Message};
    ///
    /// let query = Message::decode(b"\0\x07\x01\0\0\x01\0\0\0\0\0\0\x01a\0\0\x1C\0\x01")?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.reply_to(&query)?;
    /// builder.finish();
    /// assert!(Message::decode(&octets)?.is_response_to(&query));
    /// assert!(!query.is_response_to(&query));
    /// octets[1] = 8; // another ID
    /// assert!(!Message::decode(&octets)?.is_response_to(&query));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn is_response_to(&self, query: &Message<'_>) -> bool {
        let (ours, theirs) = (self.header(), query.header());
        let unread = ours.question_count == 0 && self.flags().rcode() != Rcode::NOERROR;
        ours.flags.response()
            && ours.id == theirs.id
            && self.opcode() == query.opcode()
            && (unread || self.questions().eq(query.questions()))
    }

    /// The response code: the header's four bits and, with EDNS, the eight above
    /// ([RFC 6891 §6.1.3](https://www.rfc-editor.org/rfc/rfc6891#section-6.1.3)).
    ///
    /// ```
    /// # use wire_dns::{Message, Rcode};
    /// // Code 0 in the header, 1 in the OPT record.
    /// let message = Message::decode(b"\0\0\x80\0\0\0\0\0\0\0\0\x01\0\0\x29\x04\xD0\x01\0\0\0\0\0")?;
    /// assert_eq!(message.flags().rcode(), Rcode::NOERROR);
    /// assert_eq!(message.rcode(), Rcode::BADVERS);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn rcode(&self) -> Rcode {
        let low = self.flags().rcode().0;
        // The highest octet of the OPT record's TTL, whatever its options are.
        let [high, ..] = self.opt().map_or([0; 4], |opt| opt.ttl().0.to_be_bytes());
        Rcode(u16::from(high) << 4 | low)
    }

    /// The question section.
    #[inline]
    #[must_use]
    pub fn questions(&self) -> Questions<'a> {
        Questions {
            octets: self.octets,
            pos: HEADER_OCTETS,
            end: self.records_start(),
            left: self.header().question_count,
        }
    }

    /// The first question, mostly the only one.
    #[inline]
    #[must_use]
    pub fn question(&self) -> Option<Question<'a>> {
        self.questions().next()
    }

    /// The answer section.
    #[inline]
    #[must_use]
    pub fn answers(&self) -> Records<'a> {
        self.records(Section::Answer)
    }

    /// The authority section.
    #[inline]
    #[must_use]
    #[doc(alias = "name_servers")]
    pub fn authorities(&self) -> Records<'a> {
        self.records(Section::Authority)
    }

    /// The additional section, OPT and TSIG included.
    #[inline]
    #[must_use]
    pub fn additionals(&self) -> Records<'a> {
        self.records(Section::Additional)
    }

    /// The records of a section; none for the question section.
    #[inline]
    #[must_use]
    pub fn records(&self, section: Section) -> Records<'a> {
        let header = self.header();
        let (place, left) = match section {
            Section::Question => (0, 0),
            Section::Answer => (self.index.answer(), header.answer_count),
            Section::Authority => (self.index.authority(), header.authority_count),
            Section::Additional => (self.index.additional(), header.additional_count),
        };
        Records {
            octets: self.octets,
            pos: place,
            left: u32::from(left),
            strict: self.index.strict,
        }
    }

    /// Where the first record begins.
    #[inline]
    pub(crate) const fn records_start(&self) -> usize {
        self.index.answer()
    }

    /// The records of all three sections, each with its section.
    ///
    /// ```
    /// # use wire_dns::{Message, Section};
    /// let message = Message::decode(b"\0\0\x80\0\0\0\0\0\0\0\0\x01\0\0\x29\x04\xD0\0\0\0\0\0\0")?;
    /// let types: Vec<_> = message.all_records().map(|(section, record)| (section, record.record_type().code())).collect();
    /// assert_eq!(types, [(Section::Additional, 41)]);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[inline]
    pub fn all_records(&self) -> impl Iterator<Item = (Section, ResourceRecord<'a>)> + use<'a> {
        let counts = Counts::of(self.header());
        // The sections are one behind the other.
        let mut records = Records {
            octets: self.octets,
            pos: self.records_start(),
            left: counts.all,
            strict: self.index.strict,
        };
        core::iter::from_fn(move || {
            let left = records.left;
            records.next().map(|record| (counts.section(left), record))
        })
    }

    /// How long the message as a whole may be kept: the least TTL in it, for the SOA record that comes with a negative answer no
    /// more than its MINIMUM ([RFC 2308 §5](https://www.rfc-editor.org/rfc/rfc2308#section-5)). `None` where no record says.
    ///
    /// The field of OPT, TSIG and SIG records in the place of a TTL means something else and does not count. What is kept is
    /// given out again by [`patch::reply_to`](crate::patch::reply_to) and [`patch::age_ttls`](crate::patch::age_ttls).
    ///
    /// ```
    /// use wire_dns::{Builder, Message, Section, Ttl, edns::Edns};
    ///
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.record_buf(Section::Answer, &"a.example. 300 A 192.0.2.1".parse()?)?;
    /// builder.record_buf(Section::Authority, &"example. 200 NS a.example.".parse()?)?;
    /// builder.edns(&Edns::default())?; // flags, not 0 seconds
    /// builder.finish();
    /// assert_eq!(Message::decode(&octets)?.ttl_min(), Some(Ttl(200)));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn ttl_min(&self) -> Option<Ttl> {
        self.all_records()
            .filter_map(|(section, record)| {
                let ttl = record.ttl().as_secs();
                match record.record_type() {
                    RecordType::OPT | RecordType::TSIG | RecordType::SIG => None,
                    RecordType::SOA if section == Section::Authority => match record.rdata() {
                        Rdata::Soa(soa) => Some(ttl.min(soa.minimum.as_secs())),
                        _ => Some(ttl),
                    },
                    _ => Some(ttl),
                }
            })
            .min()
            .map(Ttl)
    }

    /// The OPT pseudo-record, if there is one. `None` also where its options are cut short and that was tolerated.
    ///
    /// ```
    /// # use wire_dns::Message;
    /// let message = Message::decode(b"\0\0\x01\0\0\0\0\0\0\0\0\x01\0\0\x29\x04\xD0\0\0\x80\0\0\0")?;
    /// let edns = message.edns().unwrap();
    /// assert_eq!((edns.udp_payload_size, edns.dnssec_ok()), (1232, true));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn edns(&self) -> Option<Edns<'a>> {
        let record = self.opt()?;
        let Rdata::Opt(Opt { options }) = record.rdata() else {
            return None;
        };
        Some(Edns::from_parts(record.class(), record.ttl(), options))
    }

    /// The most octets that a response to this query may have: over UDP what the requester takes, which without EDNS is
    /// 512, and no more than `udp_payload_size`, the server's own maximum
    /// ([RFC 6891 §6.2.3](https://www.rfc-editor.org/rfc/rfc6891#section-6.2.3)); 65,535 where that is `None`, for TCP.
    ///
    /// ```
    /// # use wire_dns::Message;
    /// let query = Message::decode(b"\0\0\x01\0\0\0\0\0\0\0\0\x01\0\0\x29\x04\xD0\0\0\x80\0\0\0")?;
    /// assert_eq!(query.response_octets_max(Some(4096)), 1232);
    /// assert_eq!(query.response_octets_max(None), 65_535);
    /// let query = Message::decode(b"\0\0\x01\0\0\0\0\0\0\0\0\0")?;
    /// assert_eq!(query.response_octets_max(Some(4096)), 512);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn response_octets_max(&self, udp_payload_size: Option<u16>) -> usize {
        match (udp_payload_size, self.edns()) {
            (None, _) => MESSAGE_OCTETS_MAX,
            (Some(_), None) => UDP_PAYLOAD_MAX,
            (Some(ours), Some(edns)) => {
                usize::from(edns.udp_payload_size.min(ours)).max(UDP_PAYLOAD_MAX)
            }
        }
    }

    fn opt(&self) -> Option<ResourceRecord<'a>> {
        let start = self.index.opt()?;
        let (record, _) = ResourceRecord::read(self.octets, start, self.index.strict)?;
        Some(record)
    }

    /// The TSIG record, which is the last, if there is one.
    #[must_use]
    pub fn tsig(&self) -> Option<ResourceRecord<'a>> {
        self.additionals()
            .last()
            .filter(|record| record.record_type() == RecordType::TSIG)
    }

    /// Shows every field of the message in the order of its octets, with its section and the number of the question or
    /// record in it, from 0. The place is `None` in the header. [`Field`] has an example.
    pub fn walk(&self, mut visit: impl FnMut(Option<(Section, u16)>, Field<'_>)) {
        self.header().walk(&mut |field| visit(None, field));
        let mut questions = self.questions();
        for index in 0..self.header().question_count {
            if let Some(question) = questions.next() {
                let place = Some((Section::Question, index));
                question.walk(questions.pos, &mut |field| visit(place, field));
            }
        }
        for section in Section::RECORDS {
            for (index, record) in (0u16..=u16::MAX).zip(self.records(section)) {
                record.walk(|field| visit(Some((section, index)), field));
            }
        }
    }
}

/// The questions of a checked message, from [`Message::questions`].
///
/// ```
/// use wire_dns::Message;
///
/// let message = Message::decode(b"\0\0\0\0\0\x02\0\0\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x1C\0\x01")?;
/// let questions: Vec<String> = message.questions().map(|question| question.to_string()).collect();
/// assert_eq!(questions, ["a.\tIN\tA", "a.\tIN\tAAAA"]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Questions<'a> {
    octets: &'a [u8],
    pos: usize,
    /// Where the section ends.
    end: usize,
    left: u16,
}

impl<'a> Iterator for Questions<'a> {
    type Item = Question<'a>;

    #[inline]
    fn next(&mut self) -> Option<Question<'a>> {
        self.left = self.left.checked_sub(1)?;
        let end = match self.left {
            // The last question, mostly the only one, ends with the section.
            0 => self.end,
            _ => name_end(self.octets, self.pos)?.wrapping_add(4),
        };
        let question = Question::between(self.octets, self.pos, end)?;
        self.pos = end;
        Some(question)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::from(self.left), Some(usize::from(self.left)))
    }
}

impl ExactSizeIterator for Questions<'_> {}

impl FusedIterator for Questions<'_> {}

/// The records of one section of a checked message, from [`Message::answers`] and its like.
///
/// ```
/// use wire_dns::{Message, RecordType};
///
/// let octets = b"\0\0\x80\0\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x07";
/// let mut answers = Message::decode(octets)?.answers();
/// assert_eq!(answers.size_hint(), (1, Some(1)));
/// assert!(answers.any(|record| record.record_type() == RecordType::A));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Records<'a> {
    octets: &'a [u8],
    pos: usize,
    left: u32,
    strict: bool,
}

impl<'a> Iterator for Records<'a> {
    type Item = ResourceRecord<'a>;

    #[inline]
    fn next(&mut self) -> Option<ResourceRecord<'a>> {
        self.left = self.left.checked_sub(1)?;
        let (record, next) = ResourceRecord::read(self.octets, self.pos, self.strict)?;
        self.pos = next;
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // At most three counts of 16 bits.
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Records<'_> {}

impl FusedIterator for Records<'_> {}

impl PartialEq for Message<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.octets == other.octets
    }
}

impl Eq for Message<'_> {}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} octets)\n{self}", self.octets.len())
    }
}

#[cfg(test)]
mod tests;
