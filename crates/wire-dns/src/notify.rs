//! NOTIFY: a primary tells its secondaries that a zone has changed ([RFC 1996](https://www.rfc-editor.org/rfc/rfc1996)).
//!
//! The other side answers with the same ID and question and QR set
//! ([RFC 1996 §4.7](https://www.rfc-editor.org/rfc/rfc1996#section-4.7)), and may then ask for the zone:
//!
//! ```
//! use wire_dns::{Builder, Message, notify::Notify};
//!
//! let request = Message::decode(b"\x12\x34\x24\0\0\x01\0\0\0\0\0\0\x07example\0\0\x06\0\x01")?;
//! let notify = Notify::of(&request).unwrap();
//! assert_eq!(notify.zone.to_string(), "example.");
//!
//! let mut octets = Vec::new();
//! let mut builder = Builder::new(&mut octets);
//! builder.reply_to(&request)?;
//! let flags = builder.header().flags.with_authoritative(true);
//! builder.set_flags(flags);
//! builder.finish();
//! assert_eq!(octets, b"\x12\x34\xA4\0\0\x01\0\0\0\0\0\0\x07example\0\0\x06\0\x01");
//! # Ok::<(), wire_dns::Error>(())
//! ```

use crate::buffer::Buffer;
use crate::error::Error;
use crate::rdata::{Rdata, Soa};
use crate::{Builder, Class, Message, Name, Opcode, Rcode, RecordType, Section, Ttl};

/// What a NOTIFY message says.
///
/// ```
/// use wire_dns::{Builder, Class, Message, NameBuf, RecordType, notify::Notify};
///
/// let zone: NameBuf = "example.".parse()?;
/// let notify = Notify { zone: zone.as_name(), class: Class::IN, record_type: RecordType::SOA, soa: None };
/// let mut octets = Vec::new();
/// let mut builder = Builder::new(&mut octets);
/// notify.write(&mut builder)?;
/// builder.finish();
/// assert_eq!(Notify::of(&Message::decode(&octets)?), Ok(notify));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Notify<'a> {
    /// The zone that changed; for other types than SOA, the name whose records did
    /// ([RFC 9859](https://www.rfc-editor.org/rfc/rfc9859)).
    pub zone: Name<'a>,
    /// Its class.
    pub class: Class,
    /// The type that changed: SOA, or CDS and CSYNC for a parent
    /// ([RFC 9859 §4](https://www.rfc-editor.org/rfc/rfc9859#section-4)).
    pub record_type: RecordType,
    /// The new SOA, which is a hint only ([RFC 1996 §3.7](https://www.rfc-editor.org/rfc/rfc1996#section-3.7)).
    pub soa: Option<Soa<'a>>,
}

impl<'a> Notify<'a> {
    /// Writes the message: its opcode, AA, the question, and the SOA, if there is one, with a TTL of 0. The ID is the
    /// caller's to set.
    ///
    /// # Errors
    ///
    /// As [`Builder::question`] and [`Builder::record`].
    ///
    /// ```
    /// use wire_dns::{Builder, Class, Name, Rdata, RdataBuf, RecordType, notify::Notify};
    ///
    /// let soa = RdataBuf::parse(RecordType::SOA, "ns.example. h.example. 2 7200 600 86400 60", Name::ROOT)?;
    /// let Rdata::Soa(soa) = soa.as_rdata() else { panic!() };
    /// let zone = Name::decode(b"\x07example\0")?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// Notify { zone, class: Class::IN, record_type: RecordType::SOA, soa: Some(soa) }.write(&mut builder)?;
    /// builder.finish();
    /// // Opcode 4 and AA; a question, and an answer that points to it.
    /// assert_eq!(octets[..12], *b"\0\0\x24\0\0\x01\0\x01\0\0\0\0");
    /// assert_eq!(octets[25..35], *b"\xC0\x0C\0\x06\0\x01\0\0\0\0");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn write<B: Buffer>(&self, builder: &mut Builder<B>) -> Result<(), Error> {
        builder.set_opcode(Opcode::NOTIFY);
        let flags = builder.header().flags;
        builder.set_flags(flags.with_authoritative(true));
        builder.question(self.zone, self.record_type, self.class)?;
        match self.soa {
            // A hint that nobody keeps needs no TTL.
            Some(soa) => {
                let rdata = Rdata::from(soa);
                builder.record(Section::Answer, self.zone, self.class, Ttl(0), &rdata)
            }
            None => Ok(()),
        }
    }

    /// What a NOTIFY message says. A secondary asks the primary before it believes it
    /// ([RFC 1996 §3.11](https://www.rfc-editor.org/rfc/rfc1996#section-3.11)), and takes it from its primaries only
    /// ([RFC 1996 §3.10](https://www.rfc-editor.org/rfc/rfc1996#section-3.10)).
    ///
    /// # Errors
    ///
    /// The response code to answer with: [`Rcode::FORMERR`] when it is no NOTIFY with one question. Whether the message is
    /// a request is not looked at: [`Message::is_query`].
    ///
    /// ```
    /// use wire_dns::{Message, Rcode, notify::Notify};
    ///
    /// let query = Message::decode(b"\x12\x34\0\0\0\x01\0\0\0\0\0\0\x07example\0\0\x06\0\x01")?;
    /// assert_eq!(Notify::of(&query), Err(Rcode::FORMERR));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn of(message: &Message<'a>) -> Result<Self, Rcode> {
        let (1, Some(question)) = (message.header().question_count, message.question()) else {
            return Err(Rcode::FORMERR);
        };
        if message.opcode() != Opcode::NOTIFY {
            return Err(Rcode::FORMERR);
        }
        let soa = message.answers().find_map(|record| match record.rdata() {
            Rdata::Soa(soa) if record.owner() == question.name => Some(soa),
            _ => None,
        });
        Ok(Self {
            zone: question.name,
            class: question.class,
            record_type: question.record_type,
            soa,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Notify;
    use crate::rdata::Rdata;
    use crate::{Builder, Class, Flags, Message, Name, NameBuf, Rcode, RdataBuf, RecordType, Ttl};
    use alloc::vec::Vec;

    #[test]
    fn carries_the_soa() {
        let zone: NameBuf = "example.".parse().unwrap();
        let soa = RdataBuf::parse(RecordType::SOA, "m. r. 7 1 2 3 4", Name::ROOT).unwrap();
        let Rdata::Soa(soa) = soa.as_rdata() else {
            panic!()
        };
        let notify = Notify {
            zone: zone.as_name(),
            class: Class::IN,
            record_type: RecordType::SOA,
            soa: Some(soa),
        };
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        notify.write(&mut builder).unwrap();
        builder.finish();
        // RFC 1996 §3.7: opcode 4 and AA.
        assert_eq!(octets[2], 0x24);
        let message = Message::decode(&octets).unwrap();
        assert_eq!(Notify::of(&message), Ok(notify));
    }

    /// RFC 1996 §3.7: the answer section may have the zone's SOA record, and another one says nothing about the zone.
    #[test]
    fn takes_the_soa_of_the_zone_only() {
        let soa = RdataBuf::parse(RecordType::SOA, "m. r. 7 1 2 3 4", Name::ROOT).unwrap();
        for (owner, is_taken) in [("Example.", true), ("other.", false), ("a.example.", false)] {
            let [zone, owner]: [NameBuf; 2] = ["example.", owner].map(|name| name.parse().unwrap());
            let mut octets = Vec::new();
            let mut builder = Builder::new(&mut octets);
            builder.set_flags(Flags(0x2400));
            builder.question(&zone, RecordType::SOA, Class::IN).unwrap();
            builder
                .answer(&owner, Class::IN, Ttl(1), &soa.as_rdata())
                .unwrap();
            builder.finish();
            let message = Message::decode(&octets).unwrap();
            assert_eq!(
                Notify::of(&message).unwrap().soa.is_some(),
                is_taken,
                "{owner}"
            );
        }
    }

    #[test]
    fn refuses_other_messages() {
        for octets in [
            [0, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ] {
            let message = Message::decode(&octets).unwrap();
            assert_eq!(Notify::of(&message), Err(Rcode::FORMERR));
        }
    }
}
