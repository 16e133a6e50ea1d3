//! ZoneReader: a zone file in pieces of any size, record after record (RFC 1035 §5).

use alloc::vec::Vec;

use super::entry::ENTRY_OCTETS_MAX;
use super::zone_error::{ZoneFileError, ZoneFileErrorKind};
use super::zone_state::{IncludeRequest, Outcome, Source, State};
use crate::rdata::{Rdata, RdataBuf};
use crate::reader::Reader;
use crate::{Class, Name, RecordBuf, RecordType, Ttl};

/// Most files included in each other.
pub const INCLUDE_DEPTH_MAX: usize = 16;

/// Most files included in all. Files that include the next ones several times each come to more than anybody can read, however few
/// they are.
pub const INCLUDES_MAX: u32 = 65_536;

/// Reads a zone file from pieces of any size and gives its records one by one.
///
/// Knows `$ORIGIN`, `$TTL`, `$INCLUDE`, `$GENERATE`, parentheses, quotes, comments, inherited owners, TTLs and classes, and
/// the generic forms of [RFC 3597](https://www.rfc-editor.org/rfc/rfc3597). The case of names is kept. Memory is that of one
/// entry (at most a megabyte, and 32 for its words if they are that short), whatever the size of the file and of its lines;
/// entries that lie whole in a piece are read from there, and no record costs an allocation.
///
/// A `$GENERATE` gives up to 65,536 records, and up to [`INCLUDES_MAX`] files may be included, so a short file can have more records
/// than memory has room for: who keeps those of strangers counts them.
///
/// A wrong entry gives an error with line and column, and reading goes on behind it, so that all errors of a file can be
/// listed. For a whole text there is [`ZoneRecords`](super::ZoneRecords).
///
/// ```
/// use wire_dns::{Name, text::{ZoneEntry, ZoneReader}};
///
/// let mut reader = ZoneReader::new(Name::ROOT);
/// let mut lines = Vec::new();
/// // As a file would be read, but in very small pieces; the empty piece is its end.
/// for mut piece in [&b"$ORIGIN example.\n@ 1h A 192."[..], b"0.2.7\n   AAAA 2001:db8::7", b""] {
///     if piece.is_empty() {
///         reader.end();
///     }
///     while let Some(entry) = reader.next(&mut piece) {
///         if let ZoneEntry::Record(record) = entry? {
///             lines.push(record.to_string());
///         }
///     }
/// }
/// assert_eq!(lines, ["example.\t3600\tIN\tA\t192.0.2.7", "example.\t3600\tIN\tAAAA\t2001:db8::7"]);
/// # Ok::<(), wire_dns::text::ZoneFileError>(())
/// ```
#[derive(Debug)]
#[doc(alias = "master file")]
#[doc(alias = "zonefile")]
pub struct ZoneReader {
    state: State,
    /// Octets of an entry that was not whole, and what follows it in the piece.
    held: Held,
    /// The files that include the present one, with what was held of them.
    outer: Vec<Outer>,
    /// How many files were included so far.
    included: u32,
    /// The present file has no more octets than are held.
    ended: bool,
}

/// A file that includes another: itself, what is held of it, and whether that is all.
type Outer = (Source, Held, bool);

/// Octets kept from piece to piece.
#[derive(Debug, Default)]
struct Held {
    octets: Vec<u8>,
    /// How many of them were used.
    used: usize,
    /// The entry at the front is not whole.
    partial: bool,
    /// How many unused octets there must be before it is worth while to look for its end again.
    wanted: usize,
}

impl Held {
    fn unused(&self) -> &[u8] {
        self.octets.get(self.used..).unwrap_or_default()
    }

    fn take(&mut self, octets: usize) {
        self.used = self.used.saturating_add(octets);
        if self.used >= self.octets.len() {
            self.octets.clear();
            self.used = 0;
        }
    }

    /// Takes octets of a piece, up to the line end behind which the entry may be whole, or one more than an entry may have; false
    /// when the piece has neither.
    fn fill(&mut self, input: &mut &[u8]) -> bool {
        self.octets.drain(..self.used);
        self.used = 0;
        let room = (ENTRY_OCTETS_MAX + 1).saturating_sub(self.octets.len());
        let reach = input.get(..room).unwrap_or(input);
        let skip = self.wanted.saturating_sub(self.octets.len());
        let line_end = reach
            .get(skip..)
            .and_then(|rest| rest.iter().position(|octet| *octet == b'\n'));
        let len = line_end.map_or(reach.len(), |at| skip.saturating_add(at).saturating_add(1));
        let (taken, rest) = input.split_at_checked(len).unwrap_or((input, &[]));
        self.octets.extend_from_slice(taken);
        *input = rest;
        line_end.is_some() || self.octets.len() > ENTRY_OCTETS_MAX
    }

    /// Notes that the entry at the front, if any, is not whole.
    ///
    /// Looking again only at twice as many octets keeps the work linear, however small the pieces are.
    fn wait(&mut self, looked_at: usize) {
        self.partial = !self.octets.is_empty();
        self.wanted = looked_at.saturating_mul(2).min(ENTRY_OCTETS_MAX);
    }
}

/// What a zone file has next, from [`ZoneReader::next`].
///
/// ```
/// use wire_dns::{Name, text::{ZoneEntry, ZoneReader}};
///
/// let mut input = &b"a. 60 A 192.0.2.1\n$INCLUDE hosts\n"[..];
/// let mut reader = ZoneReader::new(Name::ROOT);
/// let mut found = Vec::new();
/// while let Some(entry) = reader.next(&mut input) {
///     found.push(match entry? {
///         ZoneEntry::Record(record) => record.rdata().to_string(),
///         ZoneEntry::Include(include) => include.file().to_string(),
///         _ => continue,
///     });
/// }
/// assert_eq!(found, ["192.0.2.1", "hosts"]);
/// # Ok::<(), wire_dns::text::ZoneFileError>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ZoneEntry<'r> {
    /// A record.
    Record(ZoneRecord<'r>),
    /// A file to be read here: see [`ZoneReader::include`].
    Include(ZoneInclude<'r>),
}

impl ZoneReader {
    /// A reader of a file whose names are below `origin` until it says otherwise.
    #[must_use]
    pub fn new<'o>(origin: impl Into<Name<'o>>) -> Self {
        let origin = origin.into();
        Self {
            state: State::new(origin),
            held: Held::default(),
            outer: Vec::new(),
            included: 0,
            ended: false,
        }
    }

    /// Sets the class of records that say none before any does; it is IN by default.
    #[must_use]
    pub fn with_class(mut self, class: Class) -> Self {
        self.state.class = class;
        self
    }

    /// Sets the TTL of records that say none, until there is a `$TTL`.
    #[must_use]
    pub fn with_default_ttl(mut self, ttl: Ttl) -> Self {
        self.state.default_ttl = Some(ttl);
        self
    }

    /// The present origin.
    #[must_use]
    pub fn origin(&self) -> Name<'_> {
        self.state.source.name()
    }

    /// How many `$INCLUDE`s led to the present file.
    ///
    /// ```
    /// use wire_dns::{Name, text::{ZoneEntry, ZoneReader}};
    ///
    /// let mut reader = ZoneReader::new(Name::ROOT);
    /// assert_eq!(reader.include_depth(), 0);
    /// assert!(matches!(reader.next(&mut &b"$INCLUDE hosts\n"[..]), Some(Ok(ZoneEntry::Include(_)))));
    /// reader.include()?;
    /// assert_eq!(reader.include_depth(), 1);
    /// # Ok::<(), wire_dns::text::ZoneFileError>(())
    /// ```
    #[must_use]
    pub fn include_depth(&self) -> usize {
        self.outer.len()
    }

    /// Says that the present file has no more octets. [`ZoneReader::next`] gives what is left of it.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Goes on with the file of the `$INCLUDE` that was given last: its octets are what [`ZoneReader::next`] gets from now
    /// on, up to its [`ZoneReader::end`]; then those of the including file from where they were left.
    ///
    /// A `$INCLUDE` behind which this is not called is passed over.
    ///
    /// # Errors
    ///
    /// [`ZoneFileErrorKind::IncludeTooDeep`] for more than [`INCLUDE_DEPTH_MAX`] files in each other,
    /// [`ZoneFileErrorKind::TooManyIncludes`] for more than [`INCLUDES_MAX`] in all.
    ///
    /// ```
    /// use wire_dns::{Name, text::{ZoneEntry, ZoneReader}};
    ///
    /// let mut outer = &b"$INCLUDE hosts example.\nlast 60 A 192.0.2.2\n"[..];
    /// let mut inner = &b"www 60 A 192.0.2.1\n"[..];
    /// let mut reader = ZoneReader::new(Name::ROOT);
    /// assert!(matches!(reader.next(&mut outer), Some(Ok(ZoneEntry::Include(_)))));
    /// reader.include()?;
    /// reader.end(); // all octets of the included file are here
    /// let Some(Ok(ZoneEntry::Record(record))) = reader.next(&mut inner) else { panic!() };
    /// assert_eq!(record.owner().to_string(), "www.example.");
    /// assert!(reader.next(&mut inner).is_none()); // and thus back
    /// let Some(Ok(ZoneEntry::Record(record))) = reader.next(&mut outer) else { panic!() };
    /// assert_eq!(record.owner().to_string(), "last.");
    /// # Ok::<(), wire_dns::text::ZoneFileError>(())
    /// ```
    pub fn include(&mut self) -> Result<(), ZoneFileError> {
        let Some(request) = self.state.include.take() else {
            return Ok(());
        };
        if self.outer.len() >= INCLUDE_DEPTH_MAX {
            let max = u16::try_from(INCLUDE_DEPTH_MAX).unwrap_or(u16::MAX);
            let kind = ZoneFileErrorKind::IncludeTooDeep { max };
            return Err(self.include_error(&request, kind));
        }
        if self.included >= INCLUDES_MAX {
            let kind = ZoneFileErrorKind::TooManyIncludes { max: INCLUDES_MAX };
            return Err(self.include_error(&request, kind));
        }
        self.included = self.included.saturating_add(1);
        let inner = Source {
            file: Some(request.file.into()),
            line: 1,
            origin: request.origin,
            owner: self.state.source.owner.clone(),
            owner_state: self.state.source.owner_state,
        };
        let outer = core::mem::replace(&mut self.state.source, inner);
        let held = core::mem::take(&mut self.held);
        self.outer.push((outer, held, self.ended));
        self.ended = false;
        Ok(())
    }

    /// The file of the `$INCLUDE` that was given last.
    pub(super) fn include_file(&self) -> Option<&str> {
        self.state.include.as_ref().map(|request| &*request.file)
    }

    /// The error for the `$INCLUDE` that was given last and whose file cannot be had, at its place; `None` when there is
    /// none, or [`ZoneReader::include`] was called for it.
    #[must_use]
    pub fn refuse_include(&mut self) -> Option<ZoneFileError> {
        let request = self.state.include.take()?;
        Some(self.include_error(&request, ZoneFileErrorKind::IncludeRefused))
    }

    fn include_error(&self, request: &IncludeRequest, kind: ZoneFileErrorKind) -> ZoneFileError {
        ZoneFileError {
            file: self.state.source.file.clone(),
            line: request.line,
            column: request.column,
            kind,
        }
    }

    /// The next entry, or `None` when `input` is used up and the file goes on (or, after [`ZoneReader::end`], is read).
    ///
    /// What is used is taken from the front of `input`. Call until `None`, then with the next piece.
    ///
    /// # Errors
    ///
    /// An entry that is wrong; the next call goes on behind it.
    pub fn next(&mut self, input: &mut &[u8]) -> Option<Result<ZoneEntry<'_>, ZoneFileError>> {
        match self.advance(input) {
            Outcome::NeedMore | Outcome::Done => None,
            Outcome::Record => Some(Ok(ZoneEntry::Record(self.record()))),
            Outcome::Include => {
                let request = self.state.include.as_ref()?;
                Some(Ok(ZoneEntry::Include(ZoneInclude { request })))
            }
            Outcome::Fault(error) => Some(Err(error)),
        }
    }

    /// Reads up to something that the caller must see.
    fn advance(&mut self, input: &mut &[u8]) -> Outcome {
        loop {
            if self.state.is_generating() {
                match self.state.generate() {
                    Outcome::Done => continue,
                    outcome => return outcome,
                }
            }
            let outcome = if self.held.octets.is_empty() {
                let (taken, outcome) = self.state.take(input, self.ended);
                *input = input.get(taken..).unwrap_or_default();
                if matches!(outcome, Outcome::NeedMore) {
                    self.held.octets.extend_from_slice(input);
                    *input = &[];
                    // The line may end with the next octet.
                    self.held.wait(0);
                }
                outcome
            } else {
                self.advance_held(input)
            };
            match outcome {
                Outcome::Done => {}
                Outcome::NeedMore if !input.is_empty() => {}
                Outcome::NeedMore => return self.leave(),
                outcome => return outcome,
            }
        }
    }

    /// Reads from what is held, and fills it up first when that is not enough.
    fn advance_held(&mut self, input: &mut &[u8]) -> Outcome {
        if self.held.partial {
            let line_end = self.held.fill(input);
            if !line_end && !self.ended {
                return Outcome::NeedMore;
            }
            self.held.partial = false;
        }
        let unused = self.held.unused();
        let looked_at = unused.len();
        let (taken, outcome) = self.state.take(unused, self.ended && input.is_empty());
        self.held.take(taken);
        if matches!(outcome, Outcome::NeedMore) {
            self.held.wait(looked_at);
        }
        outcome
    }

    /// At the end of a file goes back to the one that includes it.
    fn leave(&mut self) -> Outcome {
        if self.ended
            && let Some((source, held, ended)) = self.outer.pop()
        {
            self.ended = ended;
            self.state.source = source;
            self.held = held;
        }
        Outcome::NeedMore
    }

    fn record(&self) -> ZoneRecord<'_> {
        let State {
            source,
            fields,
            rdata,
            ..
        } = &self.state;
        ZoneRecord {
            owner: Name::checked(&source.owner, 0),
            class: fields.class,
            ttl: fields.ttl,
            record_type: fields.record_type,
            rdata,
            line: fields.line,
        }
    }
}

/// A record of a zone file, in the reader's memory until the next one; [`ZoneRecord::to_record_buf`] keeps it.
///
/// [`Display`](core::fmt::Display) writes `owner ttl class type rdata` with tabs between.
///
/// ```
/// use wire_dns::{Name, Ttl, text::{ZoneEntry, ZoneReader}};
///
/// let mut input = &b"$TTL 5m\n\nwww.example. TXT ( one\n  two )\n"[..];
/// let mut reader = ZoneReader::new(Name::ROOT);
/// let Some(Ok(ZoneEntry::Record(record))) = reader.next(&mut input) else { panic!() };
/// assert_eq!((record.line(), record.ttl()), (3, Ttl(300)));
/// assert_eq!(record.rdata_octets(), b"\x03one\x03two");
/// assert_eq!(record.to_string(), "www.example.\t300\tIN\tTXT\t\"one\" \"two\"");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ZoneRecord<'r> {
    owner: Name<'r>,
    class: Class,
    ttl: Ttl,
    record_type: RecordType,
    rdata: &'r [u8],
    line: u64,
}

impl<'r> ZoneRecord<'r> {
    /// NAME, in the case that the file has.
    #[must_use]
    pub const fn owner(&self) -> Name<'r> {
        self.owner
    }

    /// CLASS.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// TTL, inherited or stated.
    #[must_use]
    pub const fn ttl(&self) -> Ttl {
        self.ttl
    }

    /// TYPE.
    #[must_use]
    pub const fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// The octets of RDATA, names uncompressed.
    #[must_use]
    pub const fn rdata_octets(&self) -> &'r [u8] {
        self.rdata
    }

    /// RDATA with its fields.
    #[must_use]
    pub fn rdata(&self) -> Rdata<'r> {
        // It was checked when it was read from text.
        Rdata::read(self.record_type, Reader::alone(self.rdata))
    }

    /// The line where the entry begins, from 1, in its file.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// An owned copy.
    #[must_use]
    pub fn to_record_buf(&self) -> RecordBuf {
        RecordBuf {
            owner: self.owner.to_name_buf(),
            class: self.class,
            ttl: self.ttl,
            rdata: RdataBuf::decode(self.record_type, self.rdata)
                .unwrap_or_else(|_| RdataBuf::empty(self.record_type)),
        }
    }
}

impl core::fmt::Display for ZoneRecord<'_> {
    /// `owner ttl class type rdata`, with tabs between.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "{}\t{}\t{}\t{}\t{}",
            self.owner,
            self.ttl,
            self.class,
            self.record_type,
            self.rdata()
        )
    }
}

/// A `$INCLUDE` directive ([RFC 1035 §5.1](https://www.rfc-editor.org/rfc/rfc1035#section-5.1)).
///
/// ```
/// use wire_dns::{Name, text::{ZoneEntry, ZoneReader}};
///
/// let mut input = &b"\n$INCLUDE hosts.zone example.\n"[..];
/// let mut reader = ZoneReader::new(Name::ROOT);
/// let Some(Ok(ZoneEntry::Include(include))) = reader.next(&mut input) else { panic!() };
/// assert_eq!((include.file(), include.line()), ("hosts.zone", 2));
/// assert_eq!(include.origin().to_string(), "example.");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ZoneInclude<'r> {
    request: &'r IncludeRequest,
}

impl<'r> ZoneInclude<'r> {
    /// The file name as the directive has it. It came from outside: where it may lead is the caller's decision.
    #[must_use]
    pub fn file(&self) -> &'r str {
        &self.request.file
    }

    /// What names in the file are below.
    #[must_use]
    pub fn origin(&self) -> Name<'r> {
        Name::checked(&self.request.origin, 0)
    }

    /// The line of the directive, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.request.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `octets` give that come in pieces of `size`, and the most that was kept of them.
    fn read(octets: &[u8], size: usize) -> (Vec<Result<(), ZoneFileErrorKind>>, usize) {
        let mut reader = ZoneReader::new(Name::ROOT);
        let (mut entries, mut kept) = (Vec::new(), 0);
        for mut piece in octets.chunks(size).chain([&b""[..]]) {
            if piece.is_empty() {
                reader.end();
            }
            while let Some(entry) = reader.next(&mut piece) {
                entries.push(entry.map(drop).map_err(|error| *error.kind()));
            }
            kept = kept.max(reader.held.octets.len());
        }
        (entries, kept)
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let too_long = ZoneFileErrorKind::EntryTooLong { max: 1 << 20 };
        let endless = |octet: u8| [octet].repeat(4 * ENTRY_OCTETS_MAX);
        for (line, fault) in [
            (endless(b'a'), Some(too_long)),
            (endless(b' '), Some(too_long)),
            ([b" ;".to_vec(), endless(b'c')].concat(), None),
            (
                [b"a 1 A 192.0.2.1 ;".to_vec(), endless(b'c')].concat(),
                Some(too_long),
            ),
        ] {
            for end in ["", "\n", "\na 1 A 192.0.2.1\n"] {
                let octets = [&line, end.as_bytes()].concat();
                let mut expected: Vec<_> = fault.map(Err).into_iter().collect();
                expected.extend(end.contains('a').then_some(Ok(())));
                for size in [1 << 16, (1 << 20) + 1, octets.len()] {
                    let (entries, kept) = read(&octets, size);
                    assert_eq!(entries, expected, "{:?} {end:?} {size}", &line[..2]);
                    assert!(kept <= ENTRY_OCTETS_MAX + 1, "{kept} octets kept");
                }
            }
        }
    }
}
