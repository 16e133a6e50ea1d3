//! Builder: writes a message forward into the caller's buffer (RFC 1035 §4.1).

mod reply;
mod writer;

use self::writer::Writer;
use crate::buffer::{Buffer, IntoBuffer};
use crate::edns::{Edns, EdnsOption};
use crate::error::{Error, ErrorKind};
use crate::header::{Flags, Header};
use crate::limits::{HEADER_OCTETS, MESSAGE_OCTETS_MAX};
use crate::name::{Compressor, Name};
use crate::rdata::Rdata;
use crate::record::{RecordBuf, ResourceRecord};
use crate::sink::Sink;
use crate::{Class, Opcode, Rcode, RecordType, Section, Ttl};

/// Writes a message section by section, compressing names, without allocating (but for what a growing buffer needs).
///
/// A record that does not fit leaves nothing behind: the message stays as it was, and [`Builder::set_truncated`] can say so.
/// Names are compressed in owners and in the RDATA of [RFC 1035](https://www.rfc-editor.org/rfc/rfc1035)'s types only
/// ([RFC 3597 §4](https://www.rfc-editor.org/rfc/rfc3597#section-4)), with their case kept.
///
/// ```
/// use wire_dns::{Builder, Class, NameBuf, Rdata, RecordType, Ttl, rdata::A};
/// let name: NameBuf = "www.example.".parse()?;
/// let mut octets = [0; 512];
/// let mut builder = Builder::new(&mut octets);
/// builder.set_id(7);
/// builder.question(&name, RecordType::A, Class::IN)?;
/// let address = Rdata::from(A { address: [192, 0, 2, 7].into() });
/// builder.answer(&name, Class::IN, Ttl(300), &address)?;
/// let len = builder.finish();
/// assert_eq!(octets[..len], *b"\0\x07\0\0\0\x01\0\x01\0\0\0\0\
///     \x03www\x07example\0\0\x01\0\x01\
///     \xC0\x0C\0\x01\0\x01\0\0\x01\x2C\0\x04\xC0\0\x02\x07");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Debug)]
#[doc(alias = "MessageBuilder")]
#[doc(alias = "encoder")]
pub struct Builder<B> {
    buffer: B,
    /// Octets written, header included.
    len: usize,
    /// Most octets of the message.
    limit: usize,
    header: Header,
    section: Section,
    /// The OPT record is written.
    has_opt: bool,
    names: Compressor,
    compress: bool,
}

/// A state of a [`Builder`] to go back to, from [`Builder::checkpoint`].
///
/// ```
/// use wire_dns::{Builder, Class, Name, Rdata, Section, Ttl, rdata::A};
///
/// // Two addresses are not enough; the third has no room.
/// let mut octets = [0; 50];
/// let mut builder = Builder::new(&mut octets);
/// let before = builder.checkpoint();
/// let whole_set = (1..=3).try_for_each(|host| {
///     let address = Rdata::from(A { address: [192, 0, 2, host].into() });
///     builder.answer(Name::ROOT, Class::IN, Ttl(60), &address)
/// });
/// if whole_set.is_err() {
///     builder.roll_back(before);
///     builder.set_truncated();
/// }
/// assert_eq!(builder.header().answer_count, 0);
/// assert_eq!(builder.finish(), 12);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Checkpoint {
    len: usize,
    header: Header,
    section: Section,
    has_opt: bool,
}

impl<B: Buffer> Builder<B> {
    /// A message without questions and records, ID and all flags zero.
    ///
    /// A slice shorter than a header is noticed by the first call that writes.
    #[inline]
    pub fn new(buffer: impl IntoBuffer<Buffer = B>) -> Self {
        Self {
            buffer: buffer.into_buffer(),
            len: HEADER_OCTETS,
            limit: MESSAGE_OCTETS_MAX,
            header: Header::default(),
            section: Section::Question,
            has_opt: false,
            names: Compressor::new(),
            compress: true,
        }
    }

    /// Sets the most octets that the message may have: 512 over UDP without EDNS, else the requester's payload size. It is
    /// 65,535 by default and at most. What was written before stays, whatever the limit.
    ///
    /// ```
    /// use wire_dns::{Builder, Class, ErrorKind, NameBuf, RecordType, edns::Edns};
    ///
    /// let name: NameBuf = "a".parse()?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.set_limit(25);
    /// builder.question(&name, RecordType::A, Class::IN)?; // 12 octets of header and 7
    /// let error = builder.edns(&Edns::default()).unwrap_err(); // 11 more
    /// assert_eq!(error.kind(), &ErrorKind::BufferFull { limit: 25 });
    /// builder.set_limit(30);
    /// builder.edns(&Edns::default())?;
    /// assert_eq!(builder.finish(), 30);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn set_limit(&mut self, octets: usize) {
        self.limit = octets.min(MESSAGE_OCTETS_MAX);
    }

    /// Whether names are compressed from here on; they are by default.
    ///
    /// ```
    /// use wire_dns::{Builder, Class, NameBuf, RecordType};
    ///
    /// let name: NameBuf = "a".parse()?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.set_compression(false);
    /// builder.question(&name, RecordType::A, Class::IN)?;
    /// builder.question(&name, RecordType::AAAA, Class::IN)?;
    /// builder.finish();
    /// assert_eq!(octets[12..], *b"\x01a\0\0\x01\0\x01\x01a\0\0\x1C\0\x01"); // else \xC0\x0C\0\x1C\0\x01
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn set_compression(&mut self, on: bool) {
        self.compress = on;
    }

    /// Sets the ID.
    pub fn set_id(&mut self, id: u16) {
        self.header.id = id;
    }

    /// Sets all flags, opcode and response code included.
    pub fn set_flags(&mut self, flags: Flags) {
        self.header.flags = flags;
    }

    /// Sets the opcode.
    pub fn set_opcode(&mut self, opcode: Opcode) {
        self.header.flags = self.header.flags.with_opcode(opcode);
    }

    /// Sets the low four bits of the response code; those above belong to [`Edns::extended_rcode`].
    pub fn set_rcode(&mut self, rcode: Rcode) {
        self.header.flags = self.header.flags.with_rcode(rcode);
    }

    /// Sets TC: the message was cut to fit.
    pub fn set_truncated(&mut self) {
        self.header.flags = self.header.flags.with_truncated(true);
    }

    /// The header so far.
    #[must_use]
    pub const fn header(&self) -> Header {
        self.header
    }

    /// Octets so far, header included.
    #[expect(
        clippy::len_without_is_empty,
        reason = "a message has at least its header"
    )]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Appends a question. A query has one ([RFC 9619](https://www.rfc-editor.org/rfc/rfc9619)).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BufferFull`], [`ErrorKind::SectionOrder`] behind a record, [`ErrorKind::TooManyRecords`] behind 65,535
    /// questions. Nothing is left behind.
    ///
    /// ```
    /// use wire_dns::{Builder, Class, NameBuf, RecordType};
    ///
    /// let name: NameBuf = "www.example".parse()?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.question(&name, RecordType::AAAA, Class::IN)?;
    /// builder.finish();
    /// assert_eq!(octets[12..], *b"\x03www\x07example\0\0\x1C\0\x01");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn question<'n>(
        &mut self,
        name: impl Into<Name<'n>>,
        record_type: RecordType,
        class: Class,
    ) -> Result<(), Error> {
        let name = name.into();
        self.entry(Section::Question, |writer| {
            writer.question(name, record_type, class)
        })
    }

    /// Appends a record to the answer section.
    ///
    /// # Errors
    ///
    /// As [`Builder::record`].
    pub fn answer<'n>(
        &mut self,
        owner: impl Into<Name<'n>>,
        class: Class,
        ttl: Ttl,
        rdata: &Rdata<'_>,
    ) -> Result<(), Error> {
        self.record(Section::Answer, owner, class, ttl, rdata)
    }

    /// Appends a record to the authority section.
    ///
    /// # Errors
    ///
    /// As [`Builder::record`].
    pub fn authority<'n>(
        &mut self,
        owner: impl Into<Name<'n>>,
        class: Class,
        ttl: Ttl,
        rdata: &Rdata<'_>,
    ) -> Result<(), Error> {
        self.record(Section::Authority, owner, class, ttl, rdata)
    }

    /// Appends a record to the additional section.
    ///
    /// # Errors
    ///
    /// As [`Builder::record`].
    pub fn additional<'n>(
        &mut self,
        owner: impl Into<Name<'n>>,
        class: Class,
        ttl: Ttl,
        rdata: &Rdata<'_>,
    ) -> Result<(), Error> {
        self.record(Section::Additional, owner, class, ttl, rdata)
    }

    /// Appends a record to a section.
    ///
    /// Fields of RDATA are written as they are. What decoders refuse can only come from fields set by hand, a prefix length
    /// of 129 for example, or from an OPT record outside the additional section; [`RdataBuf::from_rdata`](crate::RdataBuf::from_rdata) checks the former.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BufferFull`] when the record does not fit, [`ErrorKind::SectionOrder`] when a later section was begun
    /// or `section` is that of questions, [`ErrorKind::TooManyRecords`] behind 65,535 records of the section, and for RDATA
    /// too long for its counts [`ErrorKind::RdataTooLong`] and [`ErrorKind::FieldTooLong`]. Nothing is left behind.
    ///
    /// ```
    /// use wire_dns::{Builder, Class, ErrorKind, Name, Rdata, Section, Ttl, rdata::A};
    ///
    /// let address = Rdata::from(A { address: [192, 0, 2, 7].into() });
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.record(Section::Additional, Name::ROOT, Class::IN, Ttl(60), &address)?;
    /// // The answer section is behind.
    /// let error = builder.record(Section::Answer, Name::ROOT, Class::IN, Ttl(60), &address).unwrap_err();
    /// assert_eq!(error.kind(), &ErrorKind::SectionOrder);
    /// assert_eq!(builder.finish(), 12 + 15);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[inline]
    pub fn record<'n>(
        &mut self,
        section: Section,
        owner: impl Into<Name<'n>>,
        class: Class,
        ttl: Ttl,
        rdata: &Rdata<'_>,
    ) -> Result<(), Error> {
        let owner = owner.into();
        if section == Section::Question {
            return Err(Error::new(self.len, ErrorKind::SectionOrder));
        }
        self.entry(section, |writer| writer.record(owner, class, ttl, rdata))
    }

    /// Appends an owned record to a section.
    ///
    /// # Errors
    ///
    /// As [`Builder::record`].
    ///
    /// ```
    /// use wire_dns::{Builder, RecordBuf, Section};
    ///
    /// let record: RecordBuf = "example. 300 IN MX 10 mail.example.".parse()?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.record_buf(Section::Answer, &record)?;
    /// builder.finish();
    /// // MX is of RFC 1035, so the name in its RDATA points to the owner.
    /// assert_eq!(octets[12..], *b"\x07example\0\0\x0F\0\x01\0\0\x01\x2C\0\x09\0\x0A\x04mail\xC0\x0C");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn record_buf(&mut self, section: Section, record: &RecordBuf) -> Result<(), Error> {
        self.record(
            section,
            &record.owner,
            record.class,
            record.ttl,
            &record.rdata.as_rdata(),
        )
    }

    /// Appends a record of another message to a section; compressed names are written anew.
    ///
    /// # Errors
    ///
    /// As [`Builder::record`].
    ///
    /// ```
    /// use wire_dns::{Builder, Message, Section};
    ///
    /// // The owner of the answer is a pointer to the question, which the copy does not have.
    /// let response = Message::decode(b"\0\0\x80\0\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x07")?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// for record in response.answers() {
    ///     builder.copy_record(Section::Answer, &record)?;
    /// }
    /// builder.finish();
    /// assert_eq!(octets[12..], *b"\x01a\0\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x07");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn copy_record(
        &mut self,
        section: Section,
        record: &ResourceRecord<'_>,
    ) -> Result<(), Error> {
        self.record(
            section,
            record.owner(),
            record.class(),
            record.ttl(),
            &record.rdata(),
        )
    }

    /// Appends the OPT record to the additional section. A message may have one
    /// ([RFC 6891 §6.1.1](https://www.rfc-editor.org/rfc/rfc6891#section-6.1.1)).
    ///
    /// # Errors
    ///
    /// As [`Builder::record`], and [`ErrorKind::OptTwice`] the second time.
    ///
    /// ```
    /// use wire_dns::{Builder, edns::Edns};
    ///
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.edns(&Edns::default().with_dnssec_ok(true))?;
    /// builder.finish();
    /// // Root, OPT, payload size 1232, extended code and version 0, DO, no options.
    /// assert_eq!(octets[12..], *b"\0\0\x29\x04\xD0\0\0\x80\0\0\0");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn edns(&mut self, edns: &Edns<'_>) -> Result<(), Error> {
        self.edns_with(edns, &[])
    }

    /// Appends the OPT record with the options of `edns` and then `more`, without an allocation. Whether the fields of
    /// `more` are of their codes' forms is not checked; [`EdnsOptionsBuf::push`](crate::edns::EdnsOptionsBuf::push) does.
    ///
    /// # Errors
    ///
    /// As [`Builder::edns`].
    ///
    /// ```
    /// use wire_dns::{Builder, edns::{EdeCode, Edns, EdnsOption}};
    ///
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// let blocked = EdnsOption::ExtendedError(EdeCode::BLOCKED, "ads");
    /// builder.edns_with(&Edns::default(), &[blocked])?;
    /// builder.finish();
    /// assert_eq!(octets[12..], *b"\0\0\x29\x04\xD0\0\0\0\0\0\x09\0\x0F\0\x05\0\x0Fads");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn edns_with(&mut self, edns: &Edns<'_>, more: &[EdnsOption<'_>]) -> Result<(), Error> {
        if self.has_opt {
            return Err(Error::new(self.len, ErrorKind::OptTwice));
        }
        let payload_size = Class(edns.udp_payload_size);
        self.entry(Section::Additional, |writer| {
            writer.record_with(
                Name::ROOT,
                RecordType::OPT,
                payload_size,
                edns.to_ttl(),
                |writer| {
                    writer.put(edns.options.wire())?;
                    more.iter().try_for_each(|option| option.write(writer))
                },
            )
        })?;
        self.has_opt = true;
        Ok(())
    }

    /// The present state, for [`Builder::roll_back`]: before a record set that fits whole or not at all.
    #[must_use]
    pub const fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            len: self.len,
            header: self.header,
            section: self.section,
            has_opt: self.has_opt,
        }
    }

    /// Goes back to an earlier state of this builder: what was written since is gone. ID, flags and limit set since are
    /// kept. A checkpoint of another builder makes no message.
    pub fn roll_back(&mut self, checkpoint: Checkpoint) {
        let (id, flags) = (self.header.id, self.header.flags);
        self.len = checkpoint.len;
        self.header = Header {
            id,
            flags,
            ..checkpoint.header
        };
        self.section = checkpoint.section;
        self.has_opt = checkpoint.has_opt;
        self.names.forget(checkpoint.len);
    }

    /// Writes the header and says how many octets the message has. A growing buffer then ends behind it; without this
    /// call what is in the buffer is no message.
    ///
    /// A slice or a limit too short for a header gets nothing, and the answer is 0.
    ///
    /// ```
    /// use wire_dns::Builder;
    ///
    /// let mut octets = [0xFF; 16];
    /// let mut builder = Builder::new(&mut octets);
    /// builder.set_id(7);
    /// assert_eq!(builder.finish(), 12);
    /// assert_eq!(octets, *b"\0\x07\0\0\0\0\0\0\0\0\0\0\xFF\xFF\xFF\xFF");
    /// ```
    #[inline]
    #[doc(alias = "build")]
    pub fn finish(self) -> usize {
        // The parts that count, so that the memory of names is not moved with them.
        let Self {
            buffer,
            len,
            limit,
            header,
            ..
        } = self;
        seal(buffer, header, len, limit)
    }

    /// Writes one more entry of `section`; on failure all is as before.
    #[inline]
    fn entry(
        &mut self,
        section: Section,
        write: impl Fn(Writer<'_>) -> Result<usize, Error>,
    ) -> Result<(), Error> {
        if section < self.section {
            return Err(Error::new(self.len, ErrorKind::SectionOrder));
        }
        let Some(count) = self.header.count_mut(section).checked_add(1) else {
            return Err(Error::new(self.len, ErrorKind::TooManyRecords));
        };
        loop {
            let octets = room(&mut self.buffer, self.limit);
            let names = self.compress.then_some(&mut self.names);
            match write(Writer::new(octets, self.len, names)) {
                Ok(len) => {
                    self.len = len;
                    self.section = section;
                    *self.header.count_mut(section) = count;
                    return Ok(());
                }
                Err(error) => {
                    self.names.forget(self.len);
                    if !matches!(error.kind(), ErrorKind::BufferFull { .. }) || !self.grow() {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// Makes more room; false when there is none.
    #[cold]
    fn grow(&mut self) -> bool {
        grow(&mut self.buffer, self.limit)
    }
}

/// Puts the header of a message of `len` octets before what was written, and says how many octets are kept.
fn seal(mut buffer: impl Buffer, header: Header, len: usize, limit: usize) -> usize {
    let base = buffer.base();
    // A limit that was set below what is there takes nothing of it away.
    let limit = if len > HEADER_OCTETS {
        limit.max(len)
    } else {
        limit
    };
    while room(&mut buffer, limit).len() < len {
        if !grow(&mut buffer, limit) {
            buffer.keep(base);
            return 0;
        }
    }
    if let Some(slot) = room(&mut buffer, limit).first_chunk_mut() {
        *slot = header.to_octets();
    }
    buffer.keep(base.saturating_add(len));
    len
}

/// Makes more room unless the limit is reached.
fn grow(buffer: &mut impl Buffer, limit: usize) -> bool {
    room(buffer, usize::MAX).len() < limit && buffer.grow()
}

/// The octets that the message may have now.
#[inline]
fn room(buffer: &mut impl Buffer, limit: usize) -> &mut [u8] {
    let base = buffer.base();
    let octets = buffer.room().get_mut(base..).unwrap_or_default();
    let end = octets.len().min(limit);
    octets.get_mut(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
