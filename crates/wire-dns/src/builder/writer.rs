//! Writer: appends the entries of a message to octets that do not grow.

use core::num::NonZeroUsize;

use crate::error::{Error, ErrorKind};
use crate::name::{Compressor, Name, Place};
use crate::rdata::Rdata;
use crate::sink::{NameRule, Sink};
use crate::{Class, RecordType, Ttl};

/// Appends to a message in the octets that it may have now, the same code for every kind of buffer.
#[derive(Debug)]
pub(super) struct Writer<'w> {
    /// The message and the room behind it, up to its limit.
    octets: &'w mut [u8],
    /// Octets written.
    len: usize,
    /// The names written; without it, names are not compressed.
    names: Option<&'w mut Compressor>,
    /// Where room ran out, if it did: `len` then counts on, so that this is looked at only once an entry.
    full_at: Option<NonZeroUsize>,
}

impl<'w> Writer<'w> {
    /// Goes on behind the first `len` of `octets`, which the message begins with.
    #[inline]
    pub(super) fn new(octets: &'w mut [u8], len: usize, names: Option<&'w mut Compressor>) -> Self {
        Self {
            octets,
            len,
            names,
            full_at: None,
        }
    }

    /// Appends a question (RFC 1035 §4.1.2) and says how long the message is then.
    pub(super) fn question(
        mut self,
        name: Name<'_>,
        record_type: RecordType,
        class: Class,
    ) -> Result<usize, Error> {
        self.put_name(name, Place::Owner, true);
        let ([a, b], [c, d]) = (record_type.0.to_be_bytes(), class.0.to_be_bytes());
        self.append(&[a, b, c, d]);
        self.finish(Ok(()))
    }

    /// Appends a record (RFC 1035 §4.1.3) and says how long the message is then.
    pub(super) fn record(
        self,
        owner: Name<'_>,
        class: Class,
        ttl: Ttl,
        rdata: &Rdata<'_>,
    ) -> Result<usize, Error> {
        self.record_with(owner, rdata.record_type(), class, ttl, |writer| {
            rdata.write(writer)
        })
    }

    /// Appends a record whose RDATA is what `write` appends.
    #[inline]
    pub(super) fn record_with(
        mut self,
        owner: Name<'_>,
        record_type: RecordType,
        class: Class,
        ttl: Ttl,
        write: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        self.put_name(owner, Place::Owner, true);
        let ([a, b], [c, d]) = (record_type.0.to_be_bytes(), class.0.to_be_bytes());
        let [e, f, g, h] = ttl.0.to_be_bytes();
        self.append(&[a, b, c, d, e, f, g, h, 0, 0]);
        let rdata_at = self.len;
        let written = write(&mut self).and_then(|()| {
            let len = u16::try_from(self.len.wrapping_sub(rdata_at))
                .map_err(|_| Error::new(rdata_at, ErrorKind::RdataTooLong))?;
            let rdlength = self
                .octets
                .get_mut(rdata_at.wrapping_sub(2)..)
                .and_then(<[u8]>::first_chunk_mut);
            if let Some(rdlength) = rdlength {
                *rdlength = len.to_be_bytes();
            }
            Ok(())
        });
        self.finish(written)
    }

    /// The length of the message, if all had room.
    #[inline]
    fn finish(&self, written: Result<(), Error>) -> Result<usize, Error> {
        match self.full_at {
            Some(at) => Err(self.full(at.get())),
            None => written.map(|()| self.len),
        }
    }

    /// Appends octets, or notes that there is no room for them.
    #[inline]
    fn append(&mut self, octets: &[u8]) {
        let room = self.octets.get_mut(self.len..);
        match room.and_then(|room| room.get_mut(..octets.len())) {
            Some(slot) => slot.copy_from_slice(octets),
            None => self.overflow(),
        }
        self.len = self.len.wrapping_add(octets.len());
    }

    #[cold]
    fn overflow(&mut self) {
        self.full_at = self.full_at.or(NonZeroUsize::new(self.len));
    }

    /// Appends a name; with `compress`, as short as it can be.
    #[inline]
    fn put_name(&mut self, name: Name<'_>, place: Place, compress: bool) {
        match name.contiguous() {
            // The root has no shorter form.
            Some([0]) => self.append(&[0]),
            Some(flat) => self.put_flat(flat, place, compress),
            None => self.put_linked(name, place, compress),
        }
    }

    /// Appends a name that does not lie in one piece where it comes from.
    #[inline(never)]
    fn put_linked(&mut self, name: Name<'_>, place: Place, compress: bool) {
        self.put_name(name.flatten().name(), place, compress);
    }

    fn put_flat(&mut self, flat: &[u8], place: Place, compress: bool) {
        let (Some(names), Some(written)) = (&mut self.names, self.octets.get(..self.len)) else {
            return self.append(flat);
        };
        // A name that is written whole can still be pointed to.
        match names.enter(written, flat, place) {
            (plain, Some(target)) if compress => {
                if plain > 0 {
                    self.append(flat.get(..plain).unwrap_or(flat));
                }
                self.append(&(0xC000 | target.get()).to_be_bytes());
            }
            _ => self.append(flat),
        }
    }

    #[cold]
    fn full(&self, at: usize) -> Error {
        let limit = u32::try_from(self.octets.len()).unwrap_or(u32::MAX);
        Error::new(at, ErrorKind::BufferFull { limit })
    }
}

impl Sink for Writer<'_> {
    #[inline]
    fn put(&mut self, octets: &[u8]) -> Result<(), Error> {
        self.append(octets);
        Ok(())
    }

    #[inline]
    fn name(&mut self, name: Name<'_>, rule: NameRule) -> Result<(), Error> {
        self.put_name(name, Place::Rdata, rule.compress);
        Ok(())
    }
}
