//! ZoneRecords: the records of a zone file that is in memory.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::zone_error::ZoneFileError;
use super::zone_reader::{ZoneEntry, ZoneReader};
use crate::{Class, Name, RecordBuf, Ttl};

/// Gives the octets of a file that a `$INCLUDE` names.
type Include<'t> = Box<dyn FnMut(&str) -> Option<Vec<u8>> + Send + 't>;

/// The records of a whole zone file ([RFC 1035 §5.1](https://www.rfc-editor.org/rfc/rfc1035#section-5.1)), each with an owner of its
/// own, in order; wrong entries as errors between them.
///
/// Nothing ends at an error, so `collect::<Result<Vec<_>, _>>()` gives a zone or its first fault, and
/// `filter_map(Result::err)` all faults. For a file that is not in memory, and for speed, there is [`ZoneReader`].
///
/// ```
/// use wire_dns::{NameBuf, text::ZoneRecords};
///
/// let origin: NameBuf = "example.".parse()?;
/// let text = "\
/// $TTL 1h30m
/// @      IN SOA ns hostmaster ( 2026112101 ; serial
///               1d 2h 4w 5m )
///        IN NS  ns
/// ns        A   192.0.2.53
/// $INCLUDE hosts
/// ";
/// let records = ZoneRecords::new(text.as_bytes(), &origin)
///     .with_include(|file| (file == "hosts").then(|| b"www A 192.0.2.80".to_vec()))
///     .collect::<Result<Vec<_>, _>>().unwrap();
/// assert_eq!(records[0].to_string(),
///     "example.\t5400\tIN\tSOA\tns.example. hostmaster.example. 2026112101 86400 7200 2419200 300");
/// assert_eq!(records[3].to_string(), "www.example.\t5400\tIN\tA\t192.0.2.80");
///
/// let faults: Vec<_> = ZoneRecords::new(b"a 60 A 1.2.3\n\nb 60 A (\nc 60 AA 1.2.3.4\n", &origin)
///     .filter_map(Result::err).map(|error| error.to_string()).collect();
/// assert_eq!(faults, [
///     "1:8: not an IPv4 address",
///     "3:8: a parenthesis that is not closed",
///     "4:6: not a known record type",
/// ]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[doc(alias = "master file")]
#[doc(alias = "zonefile")]
pub struct ZoneRecords<'t> {
    reader: ZoneReader,
    /// The unread rest of the outermost file.
    text: &'t [u8],
    /// The included files that are being read, and how far.
    included: Vec<(Vec<u8>, usize)>,
    include: Option<Include<'t>>,
}

impl<'t> ZoneRecords<'t> {
    /// The records of `text`, whose names are below `origin` until it says otherwise.
    #[must_use]
    pub fn new<'o>(text: &'t [u8], origin: impl Into<Name<'o>>) -> Self {
        Self {
            reader: ZoneReader::new(origin),
            text,
            included: Vec::new(),
            include: None,
        }
    }

    /// Sets what gives the octets of included files; `None` from it, or without it, makes `$INCLUDE` an error.
    #[must_use]
    pub fn with_include(
        mut self,
        include: impl FnMut(&str) -> Option<Vec<u8>> + Send + 't,
    ) -> Self {
        self.include = Some(Box::new(include));
        self
    }

    /// Sets the class of records that say none before any does; it is IN by default.
    ///
    /// ```
    /// use wire_dns::{Class, Name, Ttl, text::ZoneRecords};
    ///
    /// let mut records = ZoneRecords::new(b"version.bind. TXT 9\n", Name::ROOT)
    ///     .with_class(Class::CH)
    ///     .with_default_ttl(Ttl(0));
    /// assert_eq!(records.next().unwrap().unwrap().to_string(), "version.bind.\t0\tCH\tTXT\t\"9\"");
    /// ```
    #[must_use]
    pub fn with_class(mut self, class: Class) -> Self {
        self.reader = self.reader.with_class(class);
        self
    }

    /// Sets the TTL of records that say none, until there is a `$TTL`.
    #[must_use]
    pub fn with_default_ttl(mut self, ttl: Ttl) -> Self {
        self.reader = self.reader.with_default_ttl(ttl);
        self
    }

    /// Opens the file of the last `$INCLUDE`.
    fn open(&mut self) -> Option<ZoneFileError> {
        let file = self.reader.include_file()?;
        let octets = self.include.as_mut().and_then(|include| include(file));
        let Some(octets) = octets else {
            return self.reader.refuse_include();
        };
        let result = self.reader.include();
        if result.is_ok() {
            self.included.push((octets, 0));
        }
        result.err()
    }
}

impl Iterator for ZoneRecords<'_> {
    type Item = Result<RecordBuf, ZoneFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // All octets of the present file are at hand, so its end is known.
            self.reader.end();
            let entry = match self.included.last_mut() {
                Some((octets, at)) => {
                    let mut input = octets.get(*at..).unwrap_or_default();
                    let entry = self.reader.next(&mut input);
                    *at = octets.len().saturating_sub(input.len());
                    entry
                }
                None => self.reader.next(&mut self.text),
            };
            match entry {
                Some(Ok(ZoneEntry::Record(record))) => return Some(Ok(record.to_record_buf())),
                Some(Ok(ZoneEntry::Include(_))) => {
                    if let Some(error) = self.open() {
                        return Some(Err(error));
                    }
                }
                Some(Err(error)) => return Some(Err(error)),
                None => {
                    // The reader has gone back to the including file by itself.
                    self.included.pop()?;
                }
            }
        }
    }
}

impl fmt::Debug for ZoneRecords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZoneRecords")
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}
