//! Changes in a message in place, without taking it apart: ID, flags, question, TTLs, OPT.
//!
//! For caches and forwarders. The MAC of a TSIG record covers what is changed here, but for the ID: sign afterwards.
//!
//! ```
//! use wire_dns::{Message, patch};
//!
//! // A kept response, which is given out 100 seconds later to who asks with another ID and in other letters.
//! let mut octets = *b"\0\0\x80\0\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x01\0\x01\0\0\x01\x2C\0\x04\xC0\0\x02\x07";
//! let query = Message::decode(b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x01A\0\0\x01\0\x01")?;
//! assert!(patch::reply_to(&mut octets, &query));
//! patch::age_ttls(&mut octets, 100)?;
//! let message = Message::decode(&octets)?;
//! assert_eq!((message.header().id, message.flags().to_string().as_str()), (0x1234, "qr rd"));
//! assert_eq!(message.answers().next().unwrap().to_string(), "A.\t200\tIN\tA\t192.0.2.7");
//! # Ok::<(), wire_dns::Error>(())
//! ```

use alloc::vec::Vec;

use crate::edns::Edns;
use crate::error::{Error, ErrorKind};
use crate::header::Flags;
use crate::limits::{HEADER_OCTETS, MESSAGE_OCTETS_MAX};
use crate::message::{DecodeOptions, Message};
use crate::{Builder, Question, RecordType, ResourceRecord};

/// Sets the ID of the message in `octets`, which are not looked at otherwise; fewer than two stay as they are.
///
/// ```
/// let mut octets = [0; 12];
/// wire_dns::patch::set_id(&mut octets, 0x1234);
/// assert_eq!(octets[..3], [0x12, 0x34, 0]);
/// ```
pub fn set_id(octets: &mut [u8], id: u16) {
    set(octets, 0, &id.to_be_bytes());
}

/// Sets the flags of the message in `octets`, opcode and response code included; fewer than four octets stay as they are.
///
/// ```
/// use wire_dns::{Flags, patch};
/// let mut octets = [0; 12];
/// patch::set_flags(&mut octets, Flags::default().with_response(true).with_truncated(true));
/// assert_eq!(octets[..4], [0, 0, 0x82, 0]);
/// ```
pub fn set_flags(octets: &mut [u8], flags: Flags) {
    set(octets, 2, &flags.0.to_be_bytes());
}

/// Makes a kept response the reply to `query`: its ID, RD and CD, and its question letter by letter, as
/// [`Builder::reply_to`] has them for a new one. Requesters compare all of these
/// ([RFC 5452 §9.1](https://www.rfc-editor.org/rfc/rfc5452#section-9.1)), some the case of the name too.
///
/// False, and nothing is changed, when the octets are no response to the one question of `query`. TTLs and OPT are left to
/// [`age_ttls`], [`set_opt`] and [`strip_opt`]. A response that is longer than this requester takes
/// ([`Message::response_octets_max`]) is not sent: one without records, made by [`Builder::set_truncated`], sends it to TCP.
///
/// ```
/// use wire_dns::{Message, patch};
/// let mut octets = *b"\0\0\x80\0\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01";
/// let query = Message::decode(b"\x12\x34\x01\x10\0\x01\0\0\0\0\0\0\x01A\0\0\x01\0\x01")?;
/// assert!(patch::reply_to(&mut octets, &query));
/// assert_eq!(octets, *b"\x12\x34\x81\x10\0\x01\0\0\0\0\0\0\x01A\0\0\x01\0\x01");
/// let other = Message::decode(b"\x12\x34\x01\x10\0\x01\0\0\0\0\0\0\x01b\0\0\x01\0\x01")?;
/// assert!(!patch::reply_to(&mut octets, &other));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[must_use = "nothing was changed when this is false"]
pub fn reply_to(octets: &mut [u8], query: &Message<'_>) -> bool {
    let Ok((header, kept)) = Question::decode_first(octets) else {
        return false;
    };
    let asked = query.question();
    let one = (header.question_count, query.header().question_count) == (1, 1);
    let is_response = header.flags.response() && header.flags.opcode() == query.opcode();
    // Nothing stands before a first question that its name could point to, so it is in one piece, and as long as its equal.
    let name = asked.and_then(|question| question.name.contiguous());
    let (true, true, true, Some(name)) = (one, is_response, kept == asked, name) else {
        return false;
    };
    let flags = header
        .flags
        .with_recursion_desired(query.flags().recursion_desired())
        .with_checking_disabled(query.flags().checking_disabled());
    set_id(octets, query.header().id);
    set_flags(octets, flags);
    set(octets, HEADER_OCTETS, name);
    true
}

/// Takes `seconds` from every TTL, as a cache does that has kept the message so long; none falls below zero
/// ([RFC 1035 §3.2.1](https://www.rfc-editor.org/rfc/rfc1035#section-3.2.1)).
///
/// The TTL fields of OPT and TSIG records mean something else and stay, as do those of SIG, which may be SIG(0). Only
/// TTLs change, so the message stays as valid as it was; malformed RDATA does not matter.
///
/// # Errors
///
/// The octets are no message: as [`Message::decode_with`] that tolerates malformed RDATA. Nothing is changed then.
///
/// ```
/// use wire_dns::{Message, Ttl, patch};
/// let mut octets = *b"\0\0\x80\0\0\0\0\x01\0\0\0\0\0\0\x01\0\x01\0\0\x01\x2C\0\x04\xC0\0\x02\x07";
/// patch::age_ttls(&mut octets, 100)?;
/// assert_eq!(Message::decode(&octets)?.answers().next().unwrap().ttl(), Ttl(200));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[doc(alias = "decrement")]
pub fn age_ttls(octets: &mut [u8], seconds: u32) -> Result<(), Error> {
    let tolerant = DecodeOptions::new().malformed_rdata_as_unknown(true);
    let message = Message::decode_with(octets, tolerant)?;
    let header = message.header();
    let counts = [
        header.answer_count,
        header.authority_count,
        header.additional_count,
    ];
    let records: u32 = counts.into_iter().map(u32::from).sum();
    // One record at a time: reading borrows what is then written.
    let mut position = message.records_start();
    for _ in 0..records {
        let Some((record, next)) = ResourceRecord::read(octets, position, true) else {
            break;
        };
        let layout = record.layout();
        let aged = record.ttl().aged(seconds);
        position = next;
        if !matches!(
            record.record_type(),
            RecordType::OPT | RecordType::TSIG | RecordType::SIG
        ) {
            set(octets, layout.ttl.start, &aged.0.to_be_bytes());
        }
    }
    Ok(())
}

/// Takes the OPT record out of a message, for a client that did not send one
/// ([RFC 6891 §7](https://www.rfc-editor.org/rfc/rfc6891#section-7)).
///
/// Where it is the last record the message is cut; else the message is written anew, and its names may then be compressed
/// otherwise. A message without an OPT record stays as it is.
///
/// # Errors
///
/// The octets are no message: as [`Message::decode`]. Nothing is changed then.
///
/// ```
/// use wire_dns::patch;
/// let mut octets = b"\0\0\x80\0\0\0\0\0\0\0\0\x01\0\0\x29\x04\xD0\0\0\0\0\0\0".to_vec();
/// patch::strip_opt(&mut octets)?;
/// assert_eq!(octets, b"\0\0\x80\0\0\0\0\0\0\0\0\0");
/// # Ok::<(), wire_dns::Error>(())
/// ```
pub fn strip_opt(octets: &mut Vec<u8>) -> Result<(), Error> {
    let message = Message::decode(octets)?;
    let count = message.header().additional_count;
    match Stripped::of(&message)? {
        Stripped::Same => {}
        Stripped::Cut(len) => {
            octets.truncate(len);
            set(octets, 10, &count.saturating_sub(1).to_be_bytes());
        }
        Stripped::Anew(stripped) => *octets = stripped,
    }
    Ok(())
}

/// A message without its OPT record.
enum Stripped {
    /// It has none.
    Same,
    /// The first so many octets, with one additional record less.
    Cut(usize),
    Anew(Vec<u8>),
}

impl Stripped {
    fn of(message: &Message<'_>) -> Result<Self, Error> {
        let mut additionals = message.additionals();
        let Some(record) = additionals.find(|record| record.record_type() == RecordType::OPT)
        else {
            return Ok(Self::Same);
        };
        let layout = record.layout();
        if layout.rdata.end == message.octets().len() {
            return Ok(Self::Cut(layout.owner.start));
        }
        // Names behind the OPT record may point to each other, so what follows cannot just move up.
        rebuild_without_opt(message).map(Self::Anew)
    }

    fn len(&self, whole: usize) -> usize {
        match self {
            Self::Same => whole,
            Self::Cut(len) => *len,
            Self::Anew(octets) => octets.len(),
        }
    }
}

/// Puts an OPT record at the end of a message, in place of the one that it has
/// ([RFC 6891 §6.1.1](https://www.rfc-editor.org/rfc/rfc6891#section-6.1.1)).
///
/// # Errors
///
/// As [`Message::decode`] where the octets are no message; [`ErrorKind::TsigNotLast`] for one with a TSIG record, which
/// nothing may follow and whose signature would break; [`ErrorKind::BufferFull`] when there is no room in 65,535 octets.
/// Nothing is changed then.
///
/// ```
/// use wire_dns::{Message, edns::Edns, patch};
/// let mut octets = vec![0; 12];
/// patch::set_opt(&mut octets, &Edns { udp_payload_size: 4096, ..Edns::default() })?;
/// patch::set_opt(&mut octets, &Edns { udp_payload_size: 1232, ..Edns::default() })?;
/// assert_eq!(octets, b"\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\x29\x04\xD0\0\0\0\0\0\0");
/// # Ok::<(), wire_dns::Error>(())
/// ```
pub fn set_opt(octets: &mut Vec<u8>, edns: &Edns<'_>) -> Result<(), Error> {
    let message = Message::decode(octets)?;
    if let Some(tsig) = message.tsig() {
        return Err(Error::new(
            tsig.layout().owner.start,
            ErrorKind::TsigNotLast,
        ));
    }
    let stripped = Stripped::of(&message)?;
    let left = stripped.len(octets.len());
    let too_long = || Error::new(left, ErrorKind::BufferFull { limit: 65_535 });
    let rdlength = u16::try_from(edns.options.wire().len()).map_err(|_| too_long())?;
    let total = left
        .saturating_add(11)
        .saturating_add(usize::from(rdlength));
    // As many records as before, or one more.
    let before = message.header().additional_count;
    let more = u16::from(matches!(stripped, Stripped::Same));
    let count = before
        .checked_add(more)
        .filter(|_| total <= MESSAGE_OCTETS_MAX)
        .ok_or_else(too_long)?;
    match stripped {
        Stripped::Anew(stripped) => *octets = stripped,
        _ => octets.truncate(left),
    }
    octets.push(0);
    octets.extend_from_slice(&RecordType::OPT.0.to_be_bytes());
    octets.extend_from_slice(&edns.udp_payload_size.to_be_bytes());
    octets.extend_from_slice(&edns.to_ttl().0.to_be_bytes());
    octets.extend_from_slice(&rdlength.to_be_bytes());
    octets.extend_from_slice(edns.options.wire());
    set(octets, 10, &count.to_be_bytes());
    Ok(())
}

fn rebuild_without_opt(message: &Message<'_>) -> Result<Vec<u8>, Error> {
    let mut octets = Vec::with_capacity(message.octets().len());
    let mut builder = Builder::new(&mut octets);
    builder.set_id(message.header().id);
    builder.set_flags(message.flags());
    for question in message.questions() {
        builder.question(question.name, question.record_type, question.class)?;
    }
    for (section, record) in message.all_records() {
        if record.record_type() != RecordType::OPT {
            builder.copy_record(section, &record)?;
        }
    }
    builder.finish();
    Ok(octets)
}

fn set(octets: &mut [u8], at: usize, value: &[u8]) {
    if let Some(slot) = octets.get_mut(at..at.saturating_add(value.len())) {
        slot.copy_from_slice(value);
    }
}

#[cfg(test)]
mod tests;
