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
use crate::name::NameMemo;
use crate::question::Question;
use crate::rdata::{Opt, Rdata};
use crate::reader::Reader;
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

/// Where the sections of a checked message begin.
///
/// The header is not kept: it is at hand in the octets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Index {
    /// First octets of the answer, authority and additional section and of the OPT record (0 for none), 16 bits each from
    /// the lowest on. One word, because a message is copied as soon as it is checked, and a copy of small fields just
    /// written waits for each of them.
    places: u64,
    strict: bool,
}

impl Index {
    fn new([answers, authorities, additionals]: [usize; 3], opt: usize, strict: bool) -> Self {
        let places =
            [opt, additionals, authorities, answers]
                .into_iter()
                .fold(0u64, |places, at| {
                    // A message has at most 65,535 octets, so every position fits.
                    places << 16 | u64::from(u16::try_from(at).unwrap_or(u16::MAX))
                });
        Self { places, strict }
    }

    /// The place with this number: 0 answer, 1 authority, 2 additional section, 3 OPT.
    #[inline]
    const fn place(self, number: u32) -> usize {
        (self.places.wrapping_shr(number.wrapping_mul(16)) & 0xFFFF) as usize
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
        let mut reader = Reader::new(octets, 0);
        match check(&mut reader, options) {
            Ok(index) => Ok(Self { octets, index }),
            Err(_) if reader.is_exhausted() => decode_remembering(octets, options),
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
            reader: Reader::new(self.octets, HEADER_OCTETS),
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
    pub fn all_records(&self) -> impl Iterator<Item = (Section, ResourceRecord<'a>)> + 'a {
        let message = *self;
        Section::RECORDS.into_iter().flat_map(move |section| {
            message
                .records(section)
                .map(move |record| (section, record))
        })
    }

    /// The OPT pseudo-record, if there is one.
    #[must_use]
    pub fn edns(&self) -> Option<Edns<'a>> {
        let opt = self.index.place(3);
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
        let mut reader = Reader::new(self.octets, HEADER_OCTETS);
        for index in 0..self.header().question_count {
            // What was checked can be walked.
            let _ = Question::walk(&mut reader, &mut |field| {
                visit(Some((Section::Question, index)), field)
            });
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

/// The pass over all octets.
#[inline]
fn check(reader: &mut Reader<'_, '_>, options: DecodeOptions) -> Result<Index, Error> {
    let header = Header::from_octets(reader.array()?);
    let (mut opt, mut strict) = (0usize, true);
    for number in 0..header.question_count {
        check_question(reader).map_err(|error| error.within(Section::Question, number))?;
    }
    let counts = [
        (Section::Answer, header.answer_count),
        (Section::Authority, header.authority_count),
        (Section::Additional, header.additional_count),
    ];
    let mut starts = [0usize; 3];
    for ((section, count), start) in counts.into_iter().zip(&mut starts) {
        *start = reader.pos();
        // Most messages have an empty section.
        if count > 0 {
            check_section(reader, section, count, options, &mut opt, &mut strict)?;
        }
    }
    match reader.left() {
        0 => Ok(Index::new(starts, opt, strict)),
        left => Err(reader.error(ErrorKind::TrailingOctets {
            count: u16::try_from(left).unwrap_or(u16::MAX),
        })),
    }
}

/// Checks the `count` records of a section.
#[inline(never)]
fn check_section(
    reader: &mut Reader<'_, '_>,
    section: Section,
    count: u16,
    options: DecodeOptions,
    opt: &mut usize,
    strict: &mut bool,
) -> Result<(), Error> {
    for number in 0..count {
        let left = count.wrapping_sub(number);
        check_record(reader, section, left, options, opt, strict)
            .map_err(|error| error.within(section, number))?;
    }
    Ok(())
}

/// The pass again, with a memory of checked names, when names made it too long.
#[cold]
#[inline(never)]
fn decode_remembering(octets: &[u8], options: DecodeOptions) -> Result<Message<'_>, Error> {
    let mut memo = NameMemo::new();
    let index = check(&mut Reader::with_memo(octets, 0, &mut memo), options)?;
    Ok(Message { octets, index })
}

#[inline]
fn check_question(reader: &mut Reader<'_, '_>) -> Result<(), Error> {
    reader.check_name()?;
    reader.array::<4>().map(drop)
}

/// Checks one record; `left` records of the section are not checked yet, this one included.
#[inline]
fn check_record(
    reader: &mut Reader<'_, '_>,
    section: Section,
    left: u16,
    options: DecodeOptions,
    opt: &mut usize,
    strict: &mut bool,
) -> Result<(), Error> {
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
        check_pseudo(reader, record_type, start, section, left, opt)?;
    }
    let rdata_start = reader.pos();
    let whole = reader.narrow(rdlength)?;
    let class = crate::Class(u16::from_be_bytes([c0, c1]));
    if rdlength == 0 && class.may_be_empty() {
        reader.widen(whole);
        return Ok(());
    }
    // What every EDNS message has needs no jump through the table of types.
    let checked = match record_type {
        RecordType::OPT => crate::edns::check(reader),
        _ => Rdata::check(record_type, reader),
    };
    if let Err(error) = checked {
        if !options.malformed_rdata_as_unknown || reader.is_exhausted() {
            return Err(error);
        }
        *strict = false;
    }
    reader.widen(whole);
    reader.seek(rdata_start.wrapping_add(rdlength));
    Ok(())
}

/// The rules of the two records that a message has once and in its place.
#[cold]
fn check_pseudo(
    reader: &Reader<'_, '_>,
    record_type: RecordType,
    start: usize,
    section: Section,
    left: u16,
    opt: &mut usize,
) -> Result<(), Error> {
    let refuse = |kind| Err(Error::new(start, kind));
    if record_type == RecordType::TSIG {
        return if section == Section::Additional && left == 1 {
            Ok(())
        } else {
            refuse(ErrorKind::TsigNotLast)
        };
    }
    if section != Section::Additional {
        return refuse(ErrorKind::OptMisplaced);
    }
    if *opt != 0 {
        return refuse(ErrorKind::OptTwice);
    }
    // The fixed fields of ten octets are read; a root owner is one octet before them.
    if reader.pos().wrapping_sub(start) != 11 {
        return refuse(ErrorKind::OptOwner);
    }
    *opt = start;
    Ok(())
}

/// The questions of a checked message.
#[derive(Debug)]
pub struct Questions<'a> {
    reader: Reader<'a, 'static>,
    left: u16,
}

impl<'a> Iterator for Questions<'a> {
    type Item = Question<'a>;

    #[inline]
    fn next(&mut self) -> Option<Question<'a>> {
        self.left = self.left.checked_sub(1)?;
        Question::read(&mut self.reader).ok()
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
