//! Zone transfers, as a client takes them: whole, AXFR ([RFC 5936](https://www.rfc-editor.org/rfc/rfc5936)), or what has
//! changed, IXFR ([RFC 1995](https://www.rfc-editor.org/rfc/rfc1995)).
//!
//! The answer is a row of records in as many messages as it takes. Nothing in it says what a record is there for but its
//! place between the SOA records, which [`Transfer`] counts:
//!
//! ```
//! use wire_dns::{Builder, Class, Message, NameBuf, Section};
//! use wire_dns::transfer::{self, Role, Transfer};
//!
//! let zone: NameBuf = "x.test.".parse()?;
//! let mut query = Vec::new();
//! let mut builder = Builder::new(&mut query);
//! builder.set_id(7);
//! // What has changed since version 1.
//! transfer::ask(&mut builder, &zone, Class::IN, Some(1))?;
//! builder.finish();
//!
//! # let reply = |records: &[&str]| -> Result<Vec<u8>, wire_dns::Error> {
//! #     let mut octets = Vec::new();
//! #     let mut builder = Builder::new(&mut octets);
//! #     builder.reply_to(&Message::decode(&query)?)?;
//! #     for record in records { builder.record_buf(Section::Answer, &record.parse()?)?; }
//! #     builder.finish();
//! #     Ok(octets)
//! # };
//! # let messages = [
//! #     reply(&["x.test. 9 SOA a. b. 2 1 1 1 1", "x.test. 9 SOA a. b. 1 1 1 1 1", "old.x.test. 9 A 192.0.2.1"])?,
//! #     reply(&["x.test. 9 SOA a. b. 2 1 1 1 1", "new.x.test. 9 A 192.0.2.2", "x.test. 9 SOA a. b. 2 1 1 1 1"])?,
//! # ];
//! let mut transfer = Transfer::of(&Message::decode(&query)?).unwrap();
//! let mut changes = Vec::new();
//! for octets in &messages {
//!     for step in transfer.take(&Message::decode(octets)?).unwrap() {
//!         match step.role {
//!             Role::Deleted => changes.push(format!("- {}", step.record.owner())),
//!             Role::Added => changes.push(format!("+ {}", step.record.owner())),
//!             _ => {}
//!         }
//!     }
//! }
//! assert!(transfer.is_done());
//! assert_eq!(changes, ["- x.test.", "- old.x.test.", "+ x.test.", "+ new.x.test."]);
//! # Ok::<(), wire_dns::Error>(())
//! ```

use crate::buffer::Buffer;
use crate::error::Error;
use crate::rdata::{Rdata, Soa};
use crate::{
    Builder, Class, Message, Name, NameBuf, Question, Rcode, RecordType, Records, ResourceRecord,
    Ttl,
};

/// Asks for a zone: all of it, or, where the version with serial `have` is there already, for what has changed since
/// ([RFC 1995 §3](https://www.rfc-editor.org/rfc/rfc1995#section-3)). The ID is the caller's to set.
///
/// # Errors
///
/// As [`Builder::question`] and [`Builder::authority`].
///
/// ```
/// use wire_dns::{Builder, Class, Name, transfer};
///
/// let mut octets = Vec::new();
/// let mut builder = Builder::new(&mut octets);
/// transfer::ask(&mut builder, Name::ROOT, Class::IN, None)?;
/// builder.finish();
/// assert_eq!(octets, b"\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\xFC\0\x01");
/// # Ok::<(), wire_dns::Error>(())
/// ```
pub fn ask<'n, B: Buffer>(
    builder: &mut Builder<B>,
    zone: impl Into<Name<'n>>,
    class: Class,
    have: Option<u32>,
) -> Result<(), Error> {
    let zone = zone.into();
    let Some(serial) = have else {
        return builder.question(zone, RecordType::AXFR, class);
    };
    builder.question(zone, RecordType::IXFR, class)?;
    // Only the serial is looked at.
    let soa = Soa {
        mname: Name::ROOT,
        rname: Name::ROOT,
        serial,
        refresh: Ttl(0),
        retry: Ttl(0),
        expire: Ttl(0),
        minimum: Ttl(0),
    };
    builder.authority(zone, class, Ttl(0), &Rdata::from(soa))
}

/// A zone transfer under way: how far the answer has come, and what the next record is there for.
///
/// A server that does not do IXFR, or no longer knows the version asked from, answers with the whole zone, and where nothing
/// is newer, with its SOA record alone ([RFC 1995 §4](https://www.rfc-editor.org/rfc/rfc1995#section-4)). Over UDP the SOA
/// record of a newer version alone says that the rest does not fit: then nothing is done yet, and it is for TCP.
///
/// ```
/// use wire_dns::{Message, Rcode, transfer::{Transfer, TransferError}};
///
/// let query = Message::decode(b"\0\x07\0\0\0\x01\0\0\0\0\0\0\x01x\0\0\xFC\0\x01")?;
/// let mut transfer = Transfer::of(&query).unwrap();
/// // REFUSED.
/// let answer = Message::decode(b"\0\x07\x80\x05\0\x01\0\0\0\0\0\0\x01x\0\0\xFC\0\x01")?;
/// assert_eq!(transfer.take(&answer).unwrap_err(), TransferError::Rcode(Rcode::REFUSED));
/// assert!(!transfer.is_done());
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Transfer {
    id: u16,
    zone: NameBuf,
    class: Class,
    /// The version asked from; `None` for AXFR.
    have: Option<u32>,
    place: Place,
}

/// Where in the answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    /// Nothing has come.
    Start,
    /// The SOA record of the server's version has.
    Version { newest: u32 },
    /// In the whole zone.
    Zone { newest: u32 },
    /// Behind the SOA record of an older version.
    Deletions { newest: u32 },
    /// Behind the SOA record of the version that followed on it.
    Additions { newest: u32, reached: u32 },
    /// Nothing more may come.
    End,
}

/// A record of the answer and what it is there for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Step<'m> {
    /// What it is there for.
    pub role: Role,
    /// The record.
    pub record: ResourceRecord<'m>,
}

/// What a record of the answer is there for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 1995 section 4 has these places"
)]
pub enum Role {
    /// The SOA record of the server's version, first of all; in an answer with the whole zone it is that zone's.
    Version,
    /// Another record of the whole zone.
    Zone,
    /// No longer in the next version. The first of them is the SOA record of the version before.
    Deleted,
    /// New in the next version. The first of them is its SOA record.
    Added,
    /// The SOA record of the server's version again, last of all.
    End,
}

/// Why what came is not the transfer that was asked for. What came before is not to be used either.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TransferError {
    /// The message is no response, or has another ID, opcode or question
    /// ([RFC 5936 §2.2.1](https://www.rfc-editor.org/rfc/rfc5936#section-2.2.1)).
    #[error("a message that is no answer to the question")]
    OtherMessage,
    /// The message was cut short and has TC.
    #[error("a message that was cut short")]
    Truncated,
    /// The server refuses, or breaks off.
    #[error("the response code {0}")]
    Rcode(Rcode),
    /// The first record is not the zone's SOA ([RFC 5936 §2.2](https://www.rfc-editor.org/rfc/rfc5936#section-2.2)).
    #[error("a zone that does not begin with its SOA record")]
    NoVersion,
    /// An SOA record has the serial of another version than is due at its place: the zone changed meanwhile, or there is
    /// a gap between its versions.
    #[error("the SOA record of version {serial} where version {due} is due")]
    OtherVersion {
        /// Its serial.
        serial: u32,
        /// The serial that is due.
        due: u32,
    },
    /// There are records behind the last.
    #[error("records behind the end of the zone")]
    BehindEnd,
}

/// The records of one message, each with its role; from [`Transfer::take`].
#[derive(Clone, Debug)]
pub struct Steps<'m> {
    transfer: Transfer,
    records: Records<'m>,
}

impl Transfer {
    /// The transfer that a query asks for; `None` unless it has one question, for AXFR, or for IXFR with the SOA record of
    /// the version that is there already.
    #[must_use]
    pub fn of(query: &Message<'_>) -> Option<Self> {
        let (1, Some(question)) = (query.header().question_count, query.question()) else {
            return None;
        };
        let mut transfer = Self {
            id: query.header().id,
            zone: question.name.into(),
            class: question.class,
            have: None,
            place: Place::Start,
        };
        match question.record_type {
            RecordType::AXFR => Some(transfer),
            RecordType::IXFR => {
                let soa = query
                    .authorities()
                    .find_map(|record| transfer.serial(&record));
                transfer.have = Some(soa?);
                Some(transfer)
            }
            _ => None,
        }
    }

    /// Takes the next message of the answer. Each record of its answer section is looked at, whether or not the steps are
    /// walked through; TSIG is the caller's to check.
    ///
    /// # Errors
    ///
    /// When the message does not go on with the answer. The transfer stays where it was, and cannot be gone on with.
    pub fn take<'m>(&mut self, message: &Message<'m>) -> Result<Steps<'m>, TransferError> {
        self.check(message)?;
        let steps = Steps {
            transfer: self.clone(),
            records: message.answers(),
        };
        let mut place = self.place;
        for record in message.answers() {
            (place, _) = self.step(place, &record)?;
        }
        match (place, self.have) {
            (Place::Start, _) => return Err(TransferError::NoVersion),
            // Alone in the first message.
            (Place::Version { newest }, Some(have)) if !is_newer(newest, have) => {
                place = Place::End;
            }
            _ => {}
        }
        self.place = place;
        Ok(steps)
    }

    /// Whether all has come. The server closes the connection after it, or waits for the next query.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        matches!(self.place, Place::End)
    }

    /// The header and the question ([RFC 5936 §2.2.1](https://www.rfc-editor.org/rfc/rfc5936#section-2.2.1) and
    /// [§2.2.2](https://www.rfc-editor.org/rfc/rfc5936#section-2.2.2)): messages behind the first need not repeat it.
    fn check(&self, message: &Message<'_>) -> Result<(), TransferError> {
        let (flags, rcode) = (message.flags(), message.rcode());
        let is_answer = flags.response() && message.header().id == self.id;
        let asked = Question {
            name: self.zone.as_name(),
            record_type: if self.have.is_some() {
                RecordType::IXFR
            } else {
                RecordType::AXFR
            },
            class: self.class,
        };
        let needs_question = self.place == Place::Start && rcode == Rcode::NOERROR;
        let is_same = match message.question() {
            Some(question) => question == asked && message.header().question_count == 1,
            None => !needs_question,
        };
        if !is_answer || !is_same || message.opcode() != crate::Opcode::QUERY {
            return Err(TransferError::OtherMessage);
        }
        if rcode != Rcode::NOERROR {
            return Err(TransferError::Rcode(rcode));
        }
        if flags.truncated() {
            return Err(TransferError::Truncated);
        }
        Ok(())
    }

    /// What the record behind `place` is there for, and what place it leads to.
    fn step(
        &self,
        place: Place,
        record: &ResourceRecord<'_>,
    ) -> Result<(Place, Role), TransferError> {
        let soa = self.serial(record);
        let due = |due: u32, serial: u32, next: (Place, Role)| {
            if serial == due {
                Ok(next)
            } else {
                Err(TransferError::OtherVersion { serial, due })
            }
        };
        match (place, soa) {
            (Place::Start, Some(newest)) => Ok((Place::Version { newest }, Role::Version)),
            (Place::Start, None) => Err(TransferError::NoVersion),
            (Place::Version { newest }, Some(serial)) if serial != newest => {
                let deletions = (Place::Deletions { newest }, Role::Deleted);
                due(self.have.unwrap_or(newest), serial, deletions)
            }
            (Place::Version { newest } | Place::Zone { newest }, Some(serial)) => {
                due(newest, serial, (Place::End, Role::End))
            }
            (Place::Version { newest } | Place::Zone { newest }, None) => {
                Ok((Place::Zone { newest }, Role::Zone))
            }
            (Place::Deletions { newest }, Some(reached)) => {
                Ok((Place::Additions { newest, reached }, Role::Added))
            }
            (Place::Deletions { .. }, None) => Ok((place, Role::Deleted)),
            (Place::Additions { newest, reached }, Some(serial)) => {
                let next = if reached == newest {
                    (Place::End, Role::End)
                } else {
                    (Place::Deletions { newest }, Role::Deleted)
                };
                due(reached, serial, next)
            }
            (Place::Additions { .. }, None) => Ok((place, Role::Added)),
            (Place::End, _) => Err(TransferError::BehindEnd),
        }
    }

    /// The serial of the zone's SOA record, if it is that.
    fn serial(&self, record: &ResourceRecord<'_>) -> Option<u32> {
        // Most records are not, and their data need not be looked at.
        if record.record_type() != RecordType::SOA
            || record.class() != self.class
            || record.owner() != self.zone
        {
            return None;
        }
        match record.rdata() {
            Rdata::Soa(soa) => Some(soa.serial),
            _ => None,
        }
    }
}

impl<'m> Iterator for Steps<'m> {
    type Item = Step<'m>;

    fn next(&mut self) -> Option<Step<'m>> {
        let record = self.records.next()?;
        // Every record was looked at before.
        let (place, role) = self.transfer.step(self.transfer.place, &record).ok()?;
        self.transfer.place = place;
        Some(Step { role, record })
    }
}

/// Whether a serial is of a later version ([RFC 1982 §3.2](https://www.rfc-editor.org/rfc/rfc1982#section-3.2)).
const fn is_newer(serial: u32, than: u32) -> bool {
    serial != than && serial.wrapping_sub(than) < 1 << 31
}

#[cfg(test)]
mod tests;
