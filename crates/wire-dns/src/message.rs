//! Message: the checked view of a whole message; MessageBuf: the owned whole (RFC 1035 §4.1).

mod buf;

use core::fmt;
use core::iter::FusedIterator;

pub use buf::MessageBuf;

use crate::edns::Edns;
use crate::error::{Error, ErrorKind};
use crate::field::Field;
use crate::header::{Flags, Header};
use crate::limits::{HEADER_OCTETS, MESSAGE_OCTETS_MAX};
use crate::name::{NameMemo, name_end};
use crate::question::Question;
use crate::rdata::{Opt, Rdata};
use crate::reader::{Reader, Refused};
use crate::record::ResourceRecord;
use crate::{Opcode, Rcode, RecordType, Section};

/// What a decoder tolerates. Strict by default.
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

    /// Whether RDATA of a known type that is not of its form becomes [`Rdata::Unknown`], so that one bad record does
    /// not cost the whole message. The risk: a program that only looks at known types overlooks such a record.
    #[must_use]
    pub const fn malformed_rdata_as_unknown(mut self, on: bool) -> Self {
        self.malformed_rdata_as_unknown = on;
        self
    }
}

/// Four 16-bit numbers in one word, which stays in a register and is copied at once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Four(u64);

impl Four {
    /// The numbers of records of the three sections.
    #[inline]
    const fn counts(header: Header) -> Self {
        let mut counts = Self(0);
        counts.set(0, header.answer_count);
        counts.set(1, header.authority_count);
        counts.set(2, header.additional_count);
        counts
    }

    /// The number in place 0 to 3.
    #[inline]
    const fn get(self, place: u32) -> u16 {
        (self.0.wrapping_shr(place.wrapping_mul(16)) & 0xFFFF) as u16
    }

    /// Sets the number in place 0 to 3, which was 0.
    #[inline]
    const fn set(&mut self, place: u32, number: u16) {
        self.0 |= (number as u64).wrapping_shl(place.wrapping_mul(16));
    }
}

/// Where the sections of a checked message begin.
///
/// The header is not kept: it is at hand in the octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Index {
    /// First octets of the answer, authority and additional section and of the OPT record (0 for none).
    places: Four,
    strict: bool,
}

impl Index {
    /// The place of the additional section; 0 and 1 are those of the sections before it.
    const ADDITIONAL: u32 = 2;

    /// The place of the OPT record.
    const OPT: u32 = 3;

    /// The section of a place.
    const fn section(place: u32) -> Section {
        match place {
            0 => Section::Answer,
            1 => Section::Authority,
            _ => Section::Additional,
        }
    }

    #[inline]
    const fn place(self, number: u32) -> usize {
        self.places.get(number) as usize
    }
}

/// A message whose every octet was checked: names, lengths, RDATA, nothing left over.
///
/// Decoding makes one pass, allocates nothing and keeps no table. After it no reader can fail: sections give records, not
/// results. [`MessageBuf`] is the owned form.
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
    /// # Errors
    ///
    /// The first thing that is not as the RFCs say, with its octet, section and record. Refused are also a second OPT
    /// record, one outside the additional section or with an owner other than the root (RFC 6891 §6.1.1), and a TSIG
    /// record that is not the last (RFC 8945 §5.1).
    #[inline]
    pub fn decode(octets: &'a [u8]) -> Result<Self, Error> {
        Self::decode_with(octets, DecodeOptions::new())
    }

    /// Checks a whole message, tolerating what `options` say.
    ///
    /// # Errors
    ///
    /// As [`Message::decode`].
    pub fn decode_with(octets: &'a [u8], options: DecodeOptions) -> Result<Self, Error> {
        if octets.len() > MESSAGE_OCTETS_MAX {
            return Err(too_long(octets));
        }
        match check(octets, None, options) {
            Ok(index) => Ok(Self { octets, index }),
            Err(Some(error)) => Err(error),
            Err(None) => decode_remembering(octets, options),
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

    /// The response code: the header's four bits and, with EDNS, the eight above (RFC 6891 §6.1.3).
    #[must_use]
    pub fn rcode(&self) -> Rcode {
        let low = self.flags().rcode().0;
        let high = self.edns().map_or(0, |edns| edns.extended_rcode);
        Rcode(u16::from(high) << 4 | low)
    }

    /// The question section.
    #[inline]
    #[must_use]
    pub fn questions(&self) -> Questions<'a> {
        Questions {
            octets: self.octets,
            pos: HEADER_OCTETS,
            end: self.index.place(0),
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
        let (number, left) = match section {
            Section::Question => (0, 0),
            Section::Answer => (0, header.answer_count),
            Section::Authority => (1, header.authority_count),
            Section::Additional => (2, header.additional_count),
        };
        Records {
            octets: self.octets,
            pos: self.index.place(number),
            left,
            strict: self.index.strict,
        }
    }

    /// Where the first record begins.
    pub(crate) fn records_start(&self) -> usize {
        self.index.place(0)
    }

    /// The records of all three sections, each with its section.
    #[inline]
    pub fn all_records(&self) -> impl Iterator<Item = (Section, ResourceRecord<'a>)> + 'a {
        let counts = Four::counts(self.header());
        let mut place = 0;
        // The sections are one behind the other, so only the number of records left changes between them.
        let mut records = self.answers();
        core::iter::from_fn(move || {
            while records.left == 0 {
                place = (place < Index::ADDITIONAL).then_some(place.wrapping_add(1))?;
                records.left = counts.get(place);
            }
            Some((Index::section(place), records.next()?))
        })
    }

    /// The OPT pseudo-record, if there is one.
    #[must_use]
    pub fn edns(&self) -> Option<Edns<'a>> {
        let opt = self.index.place(Index::OPT);
        if opt == 0 {
            return None;
        }
        let (record, _) = ResourceRecord::read(self.octets, opt, self.index.strict)?;
        let Rdata::Opt(Opt { options }) = record.rdata() else {
            return None;
        };
        Some(Edns::from_parts(record.class(), record.ttl(), options))
    }

    /// The TSIG record, which is the last, if there is one.
    #[must_use]
    pub fn tsig(&self) -> Option<ResourceRecord<'a>> {
        self.additionals()
            .last()
            .filter(|record| record.record_type() == RecordType::TSIG)
    }

    /// Shows every field of the message in the order of its octets, with its section and record.
    ///
    /// The place is `None` in the header.
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
                record.walk(&mut |field| visit(Some((section, index)), field));
            }
        }
    }
}

#[cold]
fn too_long(octets: &[u8]) -> Error {
    let count = u32::try_from(octets.len()).unwrap_or(u32::MAX);
    Error::new(
        MESSAGE_OCTETS_MAX,
        ErrorKind::MessageTooLong { octets: count },
    )
}

/// The pass over all octets; an error of `None` asks for [`decode_remembering`].
fn check(
    octets: &[u8],
    memo: Option<&mut NameMemo>,
    options: DecodeOptions,
) -> Result<Index, Option<Error>> {
    let mut reader = Reader::with_memo(octets, 0, memo);
    let Ok(header) = reader.array() else {
        return Err(Some(reader.refusal()));
    };
    let header = Header::from_octets(header);
    for left in (0..header.question_count).rev() {
        if check_question(&mut reader).is_err() {
            let place = (Section::Question, header.question_count, left);
            return Err(refuse(reader.is_exhausted(), reader.refusal(), place));
        }
    }
    let counts = Four::counts(header);
    let mut index = Index {
        places: Four(0),
        strict: true,
    };
    for place in 0..3 {
        index.places.set(place, place_of(reader.pos()));
        for left in (0..counts.get(place)).rev() {
            if check_record(&mut reader, place, left, options, &mut index).is_err() {
                let place = (Index::section(place), counts.get(place), left);
                return Err(refuse(reader.is_exhausted(), reader.refusal(), place));
            }
        }
    }
    match reader.left() {
        0 => Ok(index),
        left => {
            let count = u16::try_from(left).unwrap_or(u16::MAX);
            let kind = ErrorKind::TrailingOctets { count };
            Err(Some(Error::new(reader.pos(), kind)))
        }
    }
}

/// A position of a message, which has at most 65,535 octets.
#[inline]
const fn place_of(pos: usize) -> u16 {
    let [.., high, low] = pos.to_be_bytes();
    u16::from_be_bytes([high, low])
}

/// What the reader refused, with its place: the section, its records and how many of them follow.
#[cold]
#[inline(never)]
fn refuse(is_exhausted: bool, error: Error, place: (Section, u16, u16)) -> Option<Error> {
    let (section, count, left) = place;
    let number = count.wrapping_sub(left).wrapping_sub(1);
    (!is_exhausted).then(|| error.within(section, number))
}

/// The pass again, with a memory of checked names, when names made it too long.
#[cold]
#[inline(never)]
fn decode_remembering(octets: &[u8], options: DecodeOptions) -> Result<Message<'_>, Error> {
    let mut memo = NameMemo::new();
    match check(octets, Some(&mut memo), options) {
        Ok(index) => Ok(Message { octets, index }),
        // With a memory the work is bounded, so there always is an error.
        Err(error) => Err(error.unwrap_or_else(|| Error::new(0, ErrorKind::TooManyPointers))),
    }
}

#[inline]
fn check_question(reader: &mut Reader<'_, '_>) -> Result<(), Refused> {
    reader.check_name()?;
    reader.array::<4>().map(drop)
}

/// Checks one record of the section of this place, in which `left` records follow it.
#[inline]
fn check_record(
    reader: &mut Reader<'_, '_>,
    place: u32,
    left: u16,
    options: DecodeOptions,
    index: &mut Index,
) -> Result<(), Refused> {
    let start = reader.pos();
    reader.check_name()?;
    let [t0, t1, c0, c1, _, _, _, _, r0, r1] = reader.array()?;
    let record_type = RecordType(u16::from_be_bytes([t0, t1]));
    let rdlength = usize::from(u16::from_be_bytes([r0, r1]));
    // Addresses are the most frequent records and need no more than their length.
    if matches!(
        (record_type, rdlength),
        (RecordType::A, 4) | (RecordType::AAAA, 16)
    ) {
        return reader.take(rdlength).map(drop);
    }
    if matches!(record_type, RecordType::OPT | RecordType::TSIG) {
        // Before are the fixed fields of ten octets and the owner, of which only the root is one octet.
        let is_root = reader.pos().wrapping_sub(start) == 11;
        let fault = match record_type {
            RecordType::TSIG if place != Index::ADDITIONAL || left != 0 => {
                Some(ErrorKind::TsigNotLast)
            }
            RecordType::TSIG => None,
            _ if place != Index::ADDITIONAL => Some(ErrorKind::OptMisplaced),
            _ if index.place(Index::OPT) != 0 => Some(ErrorKind::OptTwice),
            _ if !is_root => Some(ErrorKind::OptOwner),
            _ => {
                index.places.set(Index::OPT, place_of(start));
                None
            }
        };
        if let Some(kind) = fault {
            return Err(reader.refuse_at(start, kind));
        }
    }
    let rdata = reader.peek(rdlength)?;
    let class = crate::Class(u16::from_be_bytes([c0, c1]));
    // Sound options, which most messages have, need no jump through the table of types.
    let is_checked = match record_type {
        RecordType::OPT => crate::edns::are_well_formed(rdata),
        _ => rdata.is_empty() && class.may_be_empty(),
    };
    if is_checked {
        reader.seek(reader.pos().wrapping_add(rdlength));
        return Ok(());
    }
    let checked = reader.within(rdlength, |rdata| Rdata::check(record_type, rdata));
    if checked.is_err() {
        if !options.malformed_rdata_as_unknown || reader.is_exhausted() {
            return checked;
        }
        index.strict = false;
    }
    Ok(())
}

/// The questions of a checked message.
#[derive(Debug)]
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

impl FusedIterator for Questions<'_> {}

/// The records of one section of a checked message.
#[derive(Debug)]
pub struct Records<'a> {
    octets: &'a [u8],
    pos: usize,
    left: u16,
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
        (usize::from(self.left), Some(usize::from(self.left)))
    }
}

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
