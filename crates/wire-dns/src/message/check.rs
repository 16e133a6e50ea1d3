//! The one pass over all octets of a message.

use super::DecodeOptions;
use super::index::{Counts, Index};
use crate::edns::sound_octets;
use crate::error::{Error, ErrorKind};
use crate::header::Header;
use crate::limits::{HEADER_OCTETS, MESSAGE_OCTETS_MAX};
use crate::name::{NameMemo, sound_name};
use crate::rdata::Rdata;
use crate::reader::{Reader, Refused};
use crate::{Class, RecordType, Section};

/// Checks a whole message.
#[inline]
pub(super) fn check(octets: &[u8], options: DecodeOptions) -> Result<Index, Error> {
    if octets.len() > MESSAGE_OCTETS_MAX {
        return Err(too_long(octets));
    }
    if let Some([_, _, _, _, counts @ ..]) = octets.first_chunk::<HEADER_OCTETS>()
        && u64::from_be_bytes(*counts) == QUERY_COUNTS
        && let Some(index) = plain_query(octets)
    {
        return Ok(index);
    }
    let mut stop = None;
    pass(octets, &Progress::NONE, None, options, &mut stop)
        .or_else(|Refused| stopped(octets, options, stop))
}

#[cold]
fn too_long(octets: &[u8]) -> Error {
    let count = u32::try_from(octets.len()).unwrap_or(u32::MAX);
    Error::new(
        MESSAGE_OCTETS_MAX,
        ErrorKind::MessageTooLong { octets: count },
    )
}

/// QDCOUNT 1, ANCOUNT 0, NSCOUNT 0, ARCOUNT 1, as in nearly all queries.
const QUERY_COUNTS: u64 = 0x0001_0000_0000_0001;

/// The index of a sound query that has one question and an OPT record.
///
/// A server decodes more of these than of all others. Nothing is said of any other message: those take the pass.
#[inline(never)]
fn plain_query(octets: &[u8]) -> Option<Index> {
    let (name_end, _) = sound_name(octets, HEADER_OCTETS, false)?;
    let opt = name_end.wrapping_add(4);
    let (record, options) = octets.get(opt..)?.split_first_chunk()?;
    let [0, 0, 41, .., high, low]: [u8; 11] = *record else {
        return None;
    };
    let rdlength = usize::from(u16::from_be_bytes([high, low]));
    if options.len() != rdlength || sound_octets(options) != rdlength {
        return None;
    }
    let mut index = Index::of(opt);
    index.set_opt(opt);
    Some(index)
}

/// How far a pass has come.
#[derive(Clone, Copy, Debug)]
struct Progress {
    /// Where the next question or record begins.
    pos: usize,
    /// Questions checked.
    questions: u16,
    /// Once records are checked: how many are left, with how many the next section begins, and what was found.
    records: Option<(u32, u32, Index)>,
}

impl Progress {
    const NONE: Self = Self {
        pos: HEADER_OCTETS,
        questions: 0,
        records: None,
    };
}

/// Why a pass ended early.
#[derive(Clone, Copy, Debug)]
enum Stop {
    /// The message is refused.
    Refusal(Error),
    /// Names made so much work that a memory of them is needed to go on.
    Exhaustion(Progress),
}

/// The reason for the refusal, or the rest of the pass, with a memory of checked names.
#[cold]
#[inline(never)]
fn stopped(octets: &[u8], options: DecodeOptions, stop: Option<Stop>) -> Result<Index, Error> {
    let (mut memo, mut last) = (NameMemo::new(), None);
    if let Some(Stop::Exhaustion(progress)) = &stop
        && let Ok(index) = pass(octets, progress, Some(&mut memo), options, &mut last)
    {
        return Ok(index);
    }
    match last.or(stop) {
        Some(Stop::Refusal(error)) => Err(error),
        // With a memory the work is bounded, so there always is an error.
        _ => Err(Error::new(0, ErrorKind::TooManyPointers)),
    }
}

/// The pass from where an earlier one stopped; what ends it early goes to `stop`.
fn pass(
    octets: &[u8],
    from: &Progress,
    memo: Option<&mut NameMemo>,
    options: DecodeOptions,
    stop: &mut Option<Stop>,
) -> Result<Index, Refused> {
    let mut reader = Reader::with_memo(octets, 0, memo);
    let Ok(header) = reader.chunk() else {
        *stop = Some(Stop::Refusal(reader.refusal()));
        return Err(Refused);
    };
    reader.seek(from.pos);
    for questions in from.questions..Header::from_octets(*header).question_count {
        let pos = reader.pos();
        if check_question(&mut reader).is_err() {
            *stop = Some(if reader.is_exhausted() {
                exhausted(pos, questions, None)
            } else {
                refused(reader.refusal(), (Section::Question, questions))
            });
            return Err(Refused);
        }
    }
    let header = Header::from_octets(*header);
    let counts = Counts::of(header);
    let (mut left, mut begins, mut index) = from.records.unwrap_or_else(|| {
        let (left, first) = (counts.all, reader.pos());
        (left, counts.next_section(left), Index::of(first))
    });
    while left > 0 {
        let pos = reader.pos();
        if left == begins {
            begins = index.begin_section(counts, left, pos);
        }
        if check_record(&mut reader, counts, left, options, &mut index).is_err() {
            *stop = Some(if reader.is_exhausted() {
                exhausted(pos, header.question_count, Some((left, begins, index)))
            } else {
                refused(reader.refusal(), counts.place(left))
            });
            return Err(Refused);
        }
        left = left.wrapping_sub(1);
    }
    match reader.left() {
        0 => Ok(index),
        left => {
            let count = u16::try_from(left).unwrap_or(u16::MAX);
            let error = Error::new(reader.pos(), ErrorKind::TrailingOctets { count });
            *stop = Some(Stop::Refusal(error));
            Err(Refused)
        }
    }
}

/// The reader refused something of a question or record. It is not given itself, so that it stays in registers.
#[cold]
#[inline(never)]
fn refused(error: Error, (section, number): (Section, u16)) -> Stop {
    Stop::Refusal(error.within(section, number))
}

/// The names up to the question or record at `pos` made too much work.
#[cold]
#[inline(never)]
fn exhausted(pos: usize, questions: u16, records: Option<(u32, u32, Index)>) -> Stop {
    Stop::Exhaustion(Progress {
        pos,
        questions,
        records,
    })
}

#[inline]
fn check_question(reader: &mut Reader<'_, '_>) -> Result<(), Refused> {
    reader.check_name()?;
    reader.array::<4>().map(drop)
}

/// Checks the record with which `left` records are left.
#[inline]
fn check_record(
    reader: &mut Reader<'_, '_>,
    counts: Counts,
    left: u32,
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
    let rdata = reader.peek(rdlength)?;
    let class = Class(u16::from_be_bytes([c0, c1]));
    // Before are the fixed fields of ten octets and the owner, of which only the root is one octet.
    let is_root = reader.pos().wrapping_sub(start) == 11;
    let is_additional = left <= counts.additional;
    let is_checked = match record_type {
        RecordType::OPT if is_additional && is_root && index.opt().is_none() => {
            index.set_opt(start);
            rdata.is_empty()
        }
        RecordType::TSIG if is_additional && left == 1 => false,
        RecordType::OPT | RecordType::TSIG => {
            let kind = misplaced(record_type, is_additional, *index);
            return Err(reader.refuse_at(start, kind));
        }
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

/// Why an OPT or TSIG record must not be where it is (RFC 6891 §6.1.1, RFC 8945 §5.1).
#[cold]
#[inline(never)]
fn misplaced(record_type: RecordType, is_additional: bool, index: Index) -> ErrorKind {
    match record_type {
        RecordType::TSIG => ErrorKind::TsigNotLast,
        _ if !is_additional => ErrorKind::OptMisplaced,
        _ if index.opt().is_some() => ErrorKind::OptTwice,
        _ => ErrorKind::OptOwner,
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// A query for `www.example. A` with an OPT record that has a cookie (RFC 7873 §4).
    const QUERY: &[u8] = b"\x12\x34\x01\x20\0\x01\0\0\0\0\0\x01\x03www\x07example\0\0\x01\0\x01\
        \0\0\x29\x04\xD0\0\0\x80\0\0\x0C\0\x0A\0\x08\x01\x02\x03\x04\x05\x06\x07\x08";

    fn by_pass(octets: &[u8]) -> Option<Index> {
        pass(
            octets,
            &Progress::NONE,
            None,
            DecodeOptions::new(),
            &mut None,
        )
        .ok()
    }

    #[test]
    fn plain_queries_are_what_the_pass_finds() {
        assert!(plain_query(QUERY).is_some());
        assert_eq!(plain_query(QUERY), by_pass(QUERY));
        for len in 0..QUERY.len() {
            assert_eq!(plain_query(&QUERY[..len]), None, "{len}");
        }
        assert_eq!(plain_query(&[QUERY, b"\0"].concat()), None);
        for at in HEADER_OCTETS..QUERY.len() {
            for octet in 0..=255 {
                let mut other = QUERY.to_vec();
                other[at] = octet;
                if let Some(index) = plain_query(&other) {
                    assert_eq!(Some(index), by_pass(&other), "{octet} at {at}");
                }
            }
        }
    }

    /// A name of 127 labels, which 60 records in each section point to, and an OPT record before the last 60.
    fn exhausting() -> Vec<u8> {
        let mut octets = b"\0\0\0\0\0\x02\0\x3C\0\x3C\0\x3D".to_vec();
        octets.extend_from_slice(&b"\x01a".repeat(127));
        octets.extend_from_slice(b"\0\0\x01\0\x01\xC0\x0C\0\x01\0\x01");
        let record = b"\xC0\x0C\0\x01\0\x01\0\0\0\0\0\x04\xC0\0\x02\x07";
        octets.extend_from_slice(&record.repeat(120));
        octets.extend_from_slice(b"\0\0\x29\x04\xD0\0\0\0\0\0\0");
        octets.extend_from_slice(&record.repeat(60));
        octets
    }

    #[test]
    fn a_pass_goes_on_where_it_was_exhausted() {
        let strict = DecodeOptions::new();
        let (octets, mut stop) = (exhausting(), None);
        let first = pass(&octets, &Progress::NONE, None, strict, &mut stop);
        assert_eq!(first, Err(Refused));
        assert!(matches!(
            stop,
            Some(Stop::Exhaustion(Progress { pos: 1000.., .. }))
        ));
        let mut memo = NameMemo::new();
        let whole = pass(&octets, &Progress::NONE, Some(&mut memo), strict, &mut None);
        let index = check(&octets, strict).unwrap();
        assert_eq!(Ok(index), whole);
        assert_eq!(index.opt(), Some(octets.len() - 60 * 16 - 11));
        assert_eq!(index.additional(), octets.len() - 60 * 16 - 11);
        // What is refused behind has its own place.
        let error = check(&octets[..octets.len() - 1], strict).unwrap_err();
        assert_eq!(error.place(), Some((Section::Additional, 60)));
    }
}
