//! Builder: writes a message forward into the caller's buffer (RFC 1035 §4.1).

use crate::buffer::{Buffer, IntoBuffer};
use crate::edns::{Edns, EdnsOption};
use crate::error::{Error, ErrorKind};
use crate::header::{Flags, Header};
use crate::limits::{HEADER_OCTETS, MESSAGE_OCTETS_MAX};
use crate::message::Message;
use crate::name::{Compressor, Name};
use crate::rdata::Rdata;
use crate::record::{RecordBuf, ResourceRecord};
use crate::sink::{NameRule, Sink};
use crate::{Class, Opcode, Rcode, RecordType, Section, Ttl};

/// Writes a message section by section, compressing names, without allocating (but for what a growing buffer needs).
///
/// A record that does not fit leaves nothing behind: the message stays as it was, and [`Builder::set_truncated`] can say
/// so. Names are compressed in owners and in the RDATA of RFC 1035's types only (RFC 3597 §4), with their case kept.
///
/// ```
/// use wire_dns::{Builder, Class, NameBuf, Rdata, RecordType, Ttl, rdata::A};
/// let name: NameBuf = "www.example.".parse()?;
/// let mut octets = [0; 512];
/// let mut builder = Builder::new(&mut octets);
/// builder.set_id(7);
/// builder.question(&name, RecordType::A, Class::IN)?;
/// let address = Rdata::from(A { address: "192.0.2.7".parse().unwrap() });
/// builder.answer(&name, Class::IN, Ttl(300), &address)?;
/// let len = builder.finish();
/// assert_eq!(len, 12 + 13 + 4 + 2 + 10 + 4);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Debug)]
pub struct Builder<B> {
    buffer: B,
    /// Octets written, header included.
    len: usize,
    /// Most octets of the message.
    limit: usize,
    base: usize,
    header: Header,
    section: Section,
    compressor: Compressor,
    compress: bool,
}

/// A state of a [`Builder`] to go back to.
#[derive(Clone, Copy, Debug)]
pub struct Checkpoint {
    len: usize,
    header: Header,
    section: Section,
    names: usize,
}

impl<B: Buffer> Builder<B> {
    /// A message without questions and records, all flags zero.
    ///
    /// A slice shorter than a header is noticed by the first call that writes.
    #[inline]
    pub fn new(buffer: impl IntoBuffer<Buffer = B>) -> Self {
        let buffer = buffer.into_buffer();
        let base = buffer.base();
        Self {
            buffer,
            len: HEADER_OCTETS,
            limit: MESSAGE_OCTETS_MAX,
            base,
            header: Header::default(),
            section: Section::Question,
            compressor: Compressor::new(),
            compress: true,
        }
    }

    /// Begins the reply to a query: its ID, opcode, RD and CD, QR set, and its questions (RFC 1035 §4.1.1).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BufferFull`].
    pub fn reply_to(&mut self, query: &Message<'_>) -> Result<(), Error> {
        let asked = query.flags();
        self.header.id = query.header().id;
        self.header.flags = Flags(0)
            .with_response(true)
            .with_opcode(asked.opcode())
            .with_recursion_desired(asked.recursion_desired())
            .with_checking_disabled(asked.checking_disabled());
        query.questions().try_for_each(|question| {
            self.question(question.name, question.record_type, question.class)
        })
    }

    /// Sets the most octets that the message may have: 512 over UDP without EDNS, else the requester's payload size.
    pub fn set_limit(&mut self, octets: usize) {
        self.limit = octets.min(MESSAGE_OCTETS_MAX);
    }

    /// Whether names are compressed; they are by default.
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

    /// Appends a question.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BufferFull`], [`ErrorKind::SectionOrder`], [`ErrorKind::TooManyRecords`]. Nothing is left behind.
    pub fn question<'n>(
        &mut self,
        name: impl Into<Name<'n>>,
        record_type: RecordType,
        class: Class,
    ) -> Result<(), Error> {
        let name = name.into();
        self.entry(Section::Question, |builder| {
            builder.put_name(name, true)?;
            let ([a, b], [c, d]) = (record_type.0.to_be_bytes(), class.0.to_be_bytes());
            builder.put(&[a, b, c, d])
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
    /// # Errors
    ///
    /// [`ErrorKind::BufferFull`] when the record does not fit, [`ErrorKind::SectionOrder`] when a later section was begun
    /// or `section` is that of questions, [`ErrorKind::TooManyRecords`], and what the RDATA's fields break. Nothing is
    /// left behind.
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
        self.entry(section, |builder| {
            builder.put_name(owner, true)?;
            builder.put_fixed(rdata.record_type(), class, ttl)?;
            let rdata_at = builder.len;
            rdata.write(builder)?;
            builder.close_rdata(rdata_at)
        })
    }

    /// Appends an owned record to a section.
    ///
    /// # Errors
    ///
    /// As [`Builder::record`].
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

    /// Appends the OPT record, once, to the additional section (RFC 6891 §6.1.1).
    ///
    /// # Errors
    ///
    /// As [`Builder::record`].
    pub fn edns(&mut self, edns: &Edns<'_>) -> Result<(), Error> {
        self.edns_with(edns, &[])
    }

    /// Appends the OPT record with the options of `edns` and then `more`.
    ///
    /// # Errors
    ///
    /// As [`Builder::record`].
    pub fn edns_with(&mut self, edns: &Edns<'_>, more: &[EdnsOption<'_>]) -> Result<(), Error> {
        self.entry(Section::Additional, |builder| {
            builder.put(&[0])?;
            builder.put_fixed(RecordType::OPT, Class(edns.udp_payload_size), edns.to_ttl())?;
            let rdata_at = builder.len;
            builder.put(edns.options.wire())?;
            for option in more {
                option.write(builder)?;
            }
            builder.close_rdata(rdata_at)
        })
    }

    /// The present state, for [`Builder::roll_back`]: before a record set that fits whole or not at all.
    #[must_use]
    pub const fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            len: self.len,
            header: self.header,
            section: self.section,
            names: self.compressor.used(),
        }
    }

    /// Goes back to an earlier state of this builder: what was written since is gone. The flags set since are kept.
    pub fn roll_back(&mut self, checkpoint: Checkpoint) {
        let (id, flags) = (self.header.id, self.header.flags);
        self.len = checkpoint.len;
        self.header = Header {
            id,
            flags,
            ..checkpoint.header
        };
        self.section = checkpoint.section;
        self.compressor.forget(checkpoint.len, checkpoint.names);
    }

    /// Writes the header and gives the octets of the message. A growing buffer ends behind it.
    ///
    /// A slice too short for a header gets nothing, and the answer is 0.
    pub fn finish(mut self) -> usize {
        if self.reserve(0).is_err() {
            return 0;
        }
        let base = self.base;
        if let Some(slot) = self
            .buffer
            .room()
            .get_mut(base..)
            .and_then(<[u8]>::first_chunk_mut)
        {
            *slot = self.header.to_octets();
        }
        self.buffer.keep(base.wrapping_add(self.len));
        self.len
    }

    /// Runs `write` for one more entry of `section`; on failure all is as before.
    #[inline]
    fn entry(
        &mut self,
        section: Section,
        write: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let before = self.checkpoint();
        let result = self.begin_entry(section).and_then(|()| write(self));
        if result.is_err() {
            self.roll_back(before);
        }
        result
    }

    #[inline]
    fn begin_entry(&mut self, section: Section) -> Result<(), Error> {
        if section < self.section {
            return Err(Error::new(self.len, ErrorKind::SectionOrder));
        }
        self.section = section;
        let count = match section {
            Section::Question => &mut self.header.question_count,
            Section::Answer => &mut self.header.answer_count,
            Section::Authority => &mut self.header.authority_count,
            Section::Additional => &mut self.header.additional_count,
        };
        *count = count
            .checked_add(1)
            .ok_or_else(|| Error::new(self.len, ErrorKind::TooManyRecords))?;
        Ok(())
    }

    /// Sees to it that `octets` more can be written.
    #[inline]
    fn reserve(&mut self, octets: usize) -> Result<(), Error> {
        let end = self.len.wrapping_add(octets);
        let end_in_buffer = self.base.wrapping_add(end);
        if end > self.limit
            || (end_in_buffer > self.buffer.view().len() && !self.buffer.grow(end_in_buffer))
        {
            return Err(self.full());
        }
        Ok(())
    }

    #[cold]
    fn full(&self) -> Error {
        let limit = self
            .limit
            .min(self.buffer.view().len().saturating_sub(self.base));
        Error::new(
            self.len,
            ErrorKind::BufferFull {
                limit: u32::try_from(limit).unwrap_or(u32::MAX),
            },
        )
    }

    /// Appends a name; with `compress`, as short as it can be.
    #[inline]
    fn put_name(&mut self, name: Name<'_>, compress: bool) -> Result<(), Error> {
        match name.contiguous() {
            Some(flat) => self.put_flat(flat, compress),
            None => {
                let (flat, len) = name.flatten();
                self.put_flat(flat.get(..len).unwrap_or(&flat), compress)
            }
        }
    }

    #[inline]
    fn put_flat(&mut self, flat: &[u8], compress: bool) -> Result<(), Error> {
        // The root has no shorter form.
        if !self.compress || flat.len() == 1 {
            return self.put(flat);
        }
        let octets = self
            .buffer
            .view()
            .get(self.base..self.base.wrapping_add(self.len))
            .unwrap_or_default();
        match self.compressor.enter(octets, flat, self.len) {
            (plain, Some(target)) if compress => {
                if plain > 0 {
                    self.put(flat.get(..plain).unwrap_or(flat))?;
                }
                self.put(&(0xC000 | target).to_be_bytes())
            }
            _ => self.put(flat),
        }
    }

    /// Appends type, class, TTL and a length to be filled in.
    #[inline]
    fn put_fixed(&mut self, record_type: RecordType, class: Class, ttl: Ttl) -> Result<(), Error> {
        let ([a, b], [c, d]) = (record_type.0.to_be_bytes(), class.0.to_be_bytes());
        let [e, f, g, h] = ttl.0.to_be_bytes();
        self.put(&[a, b, c, d, e, f, g, h, 0, 0])
    }

    /// Fills in the length of the RDATA that begins at `rdata_at`.
    #[inline]
    fn close_rdata(&mut self, rdata_at: usize) -> Result<(), Error> {
        let len = u16::try_from(self.len.wrapping_sub(rdata_at))
            .map_err(|_| Error::new(rdata_at, ErrorKind::RdataTooLong))?;
        let at = self.base.wrapping_add(rdata_at).wrapping_sub(2);
        if let Some(slot) = self
            .buffer
            .room()
            .get_mut(at..)
            .and_then(<[u8]>::first_chunk_mut)
        {
            *slot = len.to_be_bytes();
        }
        Ok(())
    }
}

impl<B: Buffer> Sink for Builder<B> {
    #[inline]
    fn put(&mut self, octets: &[u8]) -> Result<(), Error> {
        self.reserve(octets.len())?;
        let start = self.base.wrapping_add(self.len);
        let end = start.wrapping_add(octets.len());
        if let Some(slot) = self.buffer.room().get_mut(start..end) {
            slot.copy_from_slice(octets);
        }
        self.len = self.len.wrapping_add(octets.len());
        Ok(())
    }

    #[inline]
    fn name(&mut self, name: Name<'_>, rule: NameRule) -> Result<(), Error> {
        self.put_name(name, rule.compress)
    }
}

#[cfg(test)]
mod tests;
