//! UPDATE: changes to a zone by message ([RFC 2136](https://www.rfc-editor.org/rfc/rfc2136)).
//!
//! An UPDATE message has one question, the zone; in its answer section what must hold before ([`Prerequisite`]); in its
//! authority section what is to change ([`Change`]).
//!
//! ```
//! use wire_dns::{Builder, Class, Message, NameBuf, Rdata, RecordType, Ttl, rdata::A};
//! use wire_dns::update::{self, Change, Prerequisite, Update};
//!
//! let zone: NameBuf = "example.".parse()?;
//! let name: NameBuf = "new.example.".parse()?;
//! let name = name.as_name();
//! let address = Rdata::from(A { address: [192, 0, 2, 7].into() });
//!
//! let mut octets = Vec::new();
//! let mut builder = Builder::new(&mut octets);
//! update::begin(&mut builder, zone.as_name(), Class::IN)?;
//! Prerequisite::NameNotInUse { name }.write(&mut builder, Class::IN)?;
//! Change::Add { name, ttl: Ttl(300), rdata: address }.write(&mut builder, Class::IN)?;
//! builder.finish();
//!
//! let message = Message::decode(&octets)?;
//! let update = Update::of(&message).unwrap();
//! assert_eq!(update.zone(), zone.as_name());
//! assert_eq!(update.prerequisites().next(), Some(Prerequisite::NameNotInUse { name }));
//! assert_eq!(update.changes().count(), 1);
//! # Ok::<(), wire_dns::Error>(())
//! ```

use crate::buffer::Buffer;
use crate::error::Error;
use crate::rdata::{Rdata, Unknown};
use crate::{
    Builder, Class, Message, Name, Opcode, Rcode, RecordType, ResourceRecord, Section, Ttl,
};

/// Begins an UPDATE message ([RFC 2136 §2.3](https://www.rfc-editor.org/rfc/rfc2136#section-2.3)): its opcode and
/// the zone. Prerequisites come next, then changes.
///
/// # Errors
///
/// As [`Builder::question`].
///
/// ```
/// use wire_dns::{Builder, Class, NameBuf, update};
///
/// let zone: NameBuf = "example.".parse()?;
/// let mut octets = Vec::new();
/// let mut builder = Builder::new(&mut octets);
/// update::begin(&mut builder, zone.as_name(), Class::IN)?;
/// builder.finish();
/// // Opcode 5; the zone as a question for SOA.
/// assert_eq!(octets, b"\0\0\x28\0\0\x01\0\0\0\0\0\0\x07example\0\0\x06\0\x01");
/// # Ok::<(), wire_dns::Error>(())
/// ```
pub fn begin<'n, B: Buffer>(
    builder: &mut Builder<B>,
    zone: impl Into<Name<'n>>,
    class: Class,
) -> Result<(), Error> {
    builder.set_opcode(Opcode::UPDATE);
    builder.question(zone, RecordType::SOA, class)
}

/// What must hold for an UPDATE to be carried out ([RFC 2136 §2.4](https://www.rfc-editor.org/rfc/rfc2136#section-2.4)).
///
/// On the wire it is a record of the answer section with a TTL of 0, whose class says what is meant.
///
/// ```
/// use wire_dns::{Builder, Class, NameBuf, RecordType, update::{self, Prerequisite}};
///
/// let zone: NameBuf = "example.".parse()?;
/// let no_address = Prerequisite::SetIsAbsent { name: zone.as_name(), record_type: RecordType::A };
/// let mut octets = Vec::new();
/// let mut builder = Builder::new(&mut octets);
/// update::begin(&mut builder, zone.as_name(), Class::IN)?;
/// no_address.write(&mut builder, Class::IN)?;
/// builder.finish();
/// // Class NONE, TTL and RDLENGTH 0 (RFC 2136 §2.4.3).
/// assert_eq!(octets[25..], *b"\xC0\x0C\0\x01\0\xFE\0\0\0\0\0\0");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 2136 section 2.4 has these five"
)]
pub enum Prerequisite<'a> {
    /// There are records of this type (RFC 2136 §2.4.1).
    SetExists {
        /// The owner.
        name: Name<'a>,
        /// The type.
        record_type: RecordType,
    },
    /// The set is exactly these records; one prerequisite for each of them (RFC 2136 §2.4.2).
    SetIs {
        /// The owner.
        name: Name<'a>,
        /// One record's data.
        rdata: Rdata<'a>,
    },
    /// There are no records of this type (RFC 2136 §2.4.3).
    SetIsAbsent {
        /// The owner.
        name: Name<'a>,
        /// The type.
        record_type: RecordType,
    },
    /// The name has records (RFC 2136 §2.4.4).
    NameInUse {
        /// The owner.
        name: Name<'a>,
    },
    /// The name has no records (RFC 2136 §2.4.5).
    NameNotInUse {
        /// The owner.
        name: Name<'a>,
    },
}

/// What is to change ([RFC 2136 §2.5](https://www.rfc-editor.org/rfc/rfc2136#section-2.5)).
///
/// On the wire it is a record of the authority section: with the zone's class it is added, with ANY or NONE deleted.
///
/// ```
/// use wire_dns::{Builder, Class, Message, NameBuf, Rdata, Ttl, rdata::A, update::{self, Change}};
///
/// let zone: NameBuf = "example.".parse()?;
/// let name = zone.as_name();
/// let rdata = Rdata::from(A { address: [192, 0, 2, 7].into() });
/// let mut octets = Vec::new();
/// let mut builder = Builder::new(&mut octets);
/// update::begin(&mut builder, name, Class::IN)?;
/// // In this order: the name has the one address afterwards.
/// Change::DeleteSet { name, record_type: rdata.record_type() }.write(&mut builder, Class::IN)?;
/// Change::Add { name, ttl: Ttl(300), rdata }.write(&mut builder, Class::IN)?;
/// builder.finish();
/// let message = Message::decode(&octets)?;
/// let records: Vec<_> = message.authorities().map(|record| (record.class(), record.ttl())).collect();
/// assert_eq!(records, [(Class::ANY, Ttl(0)), (Class::IN, Ttl(300))]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 2136 section 2.5 has these four"
)]
pub enum Change<'a> {
    /// Add a record (RFC 2136 §2.5.1).
    Add {
        /// The owner.
        name: Name<'a>,
        /// The record's TTL.
        ttl: Ttl,
        /// The record's data.
        rdata: Rdata<'a>,
    },
    /// Delete all records of a type (RFC 2136 §2.5.2).
    DeleteSet {
        /// The owner.
        name: Name<'a>,
        /// The type.
        record_type: RecordType,
    },
    /// Delete all records of a name (RFC 2136 §2.5.3).
    DeleteName {
        /// The owner.
        name: Name<'a>,
    },
    /// Delete one record (RFC 2136 §2.5.4).
    DeleteRecord {
        /// The owner.
        name: Name<'a>,
        /// The record's data.
        rdata: Rdata<'a>,
    },
}

/// RDATA of no octets.
const fn empty(record_type: RecordType) -> Rdata<'static> {
    Rdata::Unknown(Unknown {
        record_type,
        octets: &[],
    })
}

impl<'a> Prerequisite<'a> {
    /// Appends the prerequisite to the answer section; `zone_class` is that of the zone.
    ///
    /// # Errors
    ///
    /// As [`Builder::record`].
    pub fn write<B: Buffer>(
        &self,
        builder: &mut Builder<B>,
        zone_class: Class,
    ) -> Result<(), Error> {
        let (name, class, rdata) = match *self {
            Self::SetExists { name, record_type } => (name, Class::ANY, empty(record_type)),
            Self::SetIs { name, rdata } => (name, zone_class, rdata),
            Self::SetIsAbsent { name, record_type } => (name, Class::NONE, empty(record_type)),
            Self::NameInUse { name } => (name, Class::ANY, empty(RecordType::ANY)),
            Self::NameNotInUse { name } => (name, Class::NONE, empty(RecordType::ANY)),
        };
        builder.record(Section::Answer, name, class, Ttl(0), &rdata)
    }

    /// The owner.
    #[must_use]
    pub const fn name(&self) -> Name<'a> {
        match *self {
            Self::SetExists { name, .. }
            | Self::SetIs { name, .. }
            | Self::SetIsAbsent { name, .. }
            | Self::NameInUse { name }
            | Self::NameNotInUse { name } => name,
        }
    }

    /// RFC 2136 §3.2.
    fn read(record: &ResourceRecord<'a>, zone_class: Class) -> Result<Self, Rcode> {
        let (name, record_type) = (record.owner(), record.record_type());
        let is_empty = record.rdata_octets().is_empty();
        if record.ttl() != Ttl(0) {
            return Err(Rcode::FORMERR);
        }
        match record.class() {
            Class::ANY | Class::NONE if !is_empty => Err(Rcode::FORMERR),
            Class::ANY if record_type == RecordType::ANY => Ok(Self::NameInUse { name }),
            Class::ANY => Ok(Self::SetExists { name, record_type }),
            Class::NONE if record_type == RecordType::ANY => Ok(Self::NameNotInUse { name }),
            Class::NONE => Ok(Self::SetIsAbsent { name, record_type }),
            class if class == zone_class => Ok(Self::SetIs {
                name,
                rdata: record.rdata(),
            }),
            _ => Err(Rcode::FORMERR),
        }
    }
}

impl<'a> Change<'a> {
    /// Appends the change to the authority section; `zone_class` is that of the zone.
    ///
    /// # Errors
    ///
    /// As [`Builder::record`].
    pub fn write<B: Buffer>(
        &self,
        builder: &mut Builder<B>,
        zone_class: Class,
    ) -> Result<(), Error> {
        let (name, class, ttl, rdata) = match *self {
            Self::Add { name, ttl, rdata } => (name, zone_class, ttl, rdata),
            Self::DeleteSet { name, record_type } => (name, Class::ANY, Ttl(0), empty(record_type)),
            Self::DeleteName { name } => (name, Class::ANY, Ttl(0), empty(RecordType::ANY)),
            Self::DeleteRecord { name, rdata } => (name, Class::NONE, Ttl(0), rdata),
        };
        builder.record(Section::Authority, name, class, ttl, &rdata)
    }

    /// The owner.
    #[must_use]
    pub const fn name(&self) -> Name<'a> {
        match *self {
            Self::Add { name, .. }
            | Self::DeleteSet { name, .. }
            | Self::DeleteName { name }
            | Self::DeleteRecord { name, .. } => name,
        }
    }

    /// RFC 2136 §3.4.1.
    fn read(record: &ResourceRecord<'a>, zone_class: Class) -> Result<Self, Rcode> {
        let (name, record_type) = (record.owner(), record.record_type());
        let is_empty = record.rdata_octets().is_empty();
        // ANY deletes; no other type of questions, nor of messages, is one of zones.
        let is_any = record_type == RecordType::ANY;
        if record_type.is_pseudo() || (record_type.is_question_only() && !is_any) {
            return Err(Rcode::FORMERR);
        }
        match record.class() {
            class if class == zone_class && !is_any => Ok(Self::Add {
                name,
                ttl: record.ttl(),
                rdata: record.rdata(),
            }),
            Class::ANY | Class::NONE if record.ttl() != Ttl(0) => Err(Rcode::FORMERR),
            Class::ANY if !is_empty => Err(Rcode::FORMERR),
            Class::ANY if is_any => Ok(Self::DeleteName { name }),
            Class::ANY => Ok(Self::DeleteSet { name, record_type }),
            Class::NONE if !is_any => Ok(Self::DeleteRecord {
                name,
                rdata: record.rdata(),
            }),
            _ => Err(Rcode::FORMERR),
        }
    }
}

/// An UPDATE message that a server can carry out: every entry was checked.
///
/// What it asks for is still to be decided: who may, whether the zone is served here, whether the prerequisites hold.
///
/// ```
/// use wire_dns::{Message, Rcode, RecordType, update::{Change, Update}};
///
/// // Delete the addresses of a.example. in the zone example.
/// let mut octets = b"\0\0\x28\0\0\x01\0\0\0\x01\0\0\x07example\0\0\x06\0\x01\
///     \x01a\xC0\x0C\0\x01\0\xFF\0\0\0\0\0\0".to_vec();
/// let message = Message::decode(&octets)?;
/// let update = Update::of(&message).unwrap();
/// let Some(Change::DeleteSet { name, record_type }) = update.changes().next() else { panic!() };
/// assert_eq!((name.to_string().as_str(), record_type), ("a.example.", RecordType::A));
///
/// // The same for the name `a.`, which is not in the zone.
/// octets.splice(25..29, *b"\x01a\0");
/// assert_eq!(Update::of(&Message::decode(&octets)?).unwrap_err(), Rcode::NOTZONE);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    message: Message<'a>,
    zone: Name<'a>,
    class: Class,
}

impl<'a> Update<'a> {
    /// Checks the zone, prerequisite and update sections
    /// ([RFC 2136 §3.1.1](https://www.rfc-editor.org/rfc/rfc2136#section-3.1.1), §3.2, §3.4.1).
    ///
    /// # Errors
    ///
    /// The response code to answer with: [`Rcode::FORMERR`] for what cannot be, [`Rcode::NOTZONE`] for names outside the
    /// zone.
    pub fn of(message: &Message<'a>) -> Result<Self, Rcode> {
        let (1, Some(question)) = (message.header().question_count, message.question()) else {
            return Err(Rcode::FORMERR);
        };
        if message.opcode() != Opcode::UPDATE || question.record_type != RecordType::SOA {
            return Err(Rcode::FORMERR);
        }
        let (zone, class) = (question.name, question.class);
        let in_zone = |name: Name<'_>| match name.is_subdomain_of(zone) {
            true => Ok(()),
            false => Err(Rcode::NOTZONE),
        };
        for record in message.answers() {
            in_zone(Prerequisite::read(&record, class)?.name())?;
        }
        for record in message.authorities() {
            in_zone(Change::read(&record, class)?.name())?;
        }
        Ok(Self {
            message: *message,
            zone,
            class,
        })
    }

    /// The zone.
    #[must_use]
    pub const fn zone(&self) -> Name<'a> {
        self.zone
    }

    /// The zone's class.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// What must hold before, in the order of the message.
    pub fn prerequisites(&self) -> impl Iterator<Item = Prerequisite<'a>> + use<'a> {
        let class = self.class;
        self.message
            .answers()
            .filter_map(move |record| Prerequisite::read(&record, class).ok())
    }

    /// What is to change, in this order.
    pub fn changes(&self) -> impl Iterator<Item = Change<'a>> + use<'a> {
        let class = self.class;
        self.message
            .authorities()
            .filter_map(move |record| Change::read(&record, class).ok())
    }
}

#[cfg(test)]
mod tests;
