//! ZoneWriter: zone files that read back equal (RFC 1035 §5).

use core::fmt;

use crate::{Class, Name, NameBuf, Rdata, RecordBuf, Ttl};

/// Writes a zone file ([RFC 1035 §5.1](https://www.rfc-editor.org/rfc/rfc1035#section-5.1)), a record a line.
///
/// An owner is left out where it is that of the line before, and written below the origin where there is one; TTLs are left
/// out where they are the default. Names in RDATA are written whole. What [`ZoneReader`](super::ZoneReader) reads from
/// the output is what was written, the case of names included.
///
/// ```
/// use wire_dns::{RecordBuf, text::ZoneWriter};
///
/// let records = ["example. 300 IN NS ns.example.", "example. 60 IN A 192.0.2.7", "w.example. 300 IN A 192.0.2.7"];
/// let mut out = String::new();
/// let mut writer = ZoneWriter::new(&mut out);
/// writer.origin("example.".parse::<wire_dns::NameBuf>()?.as_name()).unwrap();
/// writer.default_ttl(wire_dns::Ttl(300)).unwrap();
/// for text in records {
///     writer.record_buf(&text.parse::<RecordBuf>()?).unwrap();
/// }
/// assert_eq!(out, "$ORIGIN example.\n$TTL 300\n@\tIN\tNS\tns.example.\n\t60\tIN\tA\t192.0.2.7\nw\tIN\tA\t192.0.2.7\n");
/// # Ok::<(), wire_dns::Error>(())
/// ```
///
/// A file or a socket, which are no [`fmt::Write`], becomes one in a few lines, so that no zone need be in memory twice:
///
/// ```
/// use std::{fmt, io};
/// use wire_dns::{Name, text::{ZoneRecords, ZoneWriter}};
///
/// struct Octets<W>(W);
/// impl<W: io::Write> fmt::Write for Octets<W> {
///     fn write_str(&mut self, text: &str) -> fmt::Result {
///         self.0.write_all(text.as_bytes()).map_err(|_| fmt::Error)
///     }
/// }
///
/// let mut writer = ZoneWriter::new(Octets(io::BufWriter::new(Vec::new()))); // or a File
/// for record in ZoneRecords::new(b"a. 60 A 192.0.2.1\n", Name::ROOT) {
///     writer.record_buf(&record?)?;
/// }
/// assert_eq!(writer.into_inner().0.into_inner()?, b"a.\t60\tIN\tA\t192.0.2.1\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ZoneWriter<W> {
    out: W,
    origin: Option<NameBuf>,
    default_ttl: Option<Ttl>,
    owner: Option<NameBuf>,
}

impl<W: fmt::Write> ZoneWriter<W> {
    /// A writer of a file without an origin.
    #[must_use]
    pub const fn new(out: W) -> Self {
        Self {
            out,
            origin: None,
            default_ttl: None,
            owner: None,
        }
    }

    /// Gives the output back.
    #[must_use]
    pub fn into_inner(self) -> W {
        self.out
    }

    /// Writes `$ORIGIN`; owners below it are written relative to it from here on.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn origin<'o>(&mut self, origin: impl Into<Name<'o>>) -> fmt::Result {
        let origin = origin.into();
        writeln!(self.out, "$ORIGIN {origin}")?;
        self.origin = (!origin.is_root()).then(|| origin.to_name_buf());
        Ok(())
    }

    /// Writes `$TTL`; it is left out of records that have it from here on.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn default_ttl(&mut self, ttl: Ttl) -> fmt::Result {
        writeln!(self.out, "$TTL {ttl}")?;
        self.default_ttl = Some(ttl);
        Ok(())
    }

    /// Writes a comment, each of its lines behind a semicolon.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn comment(&mut self, text: &str) -> fmt::Result {
        text.lines()
            .try_for_each(|line| writeln!(self.out, "; {line}"))
    }

    /// Writes a record.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn record<'n>(
        &mut self,
        owner: impl Into<Name<'n>>,
        class: Class,
        ttl: Ttl,
        rdata: &Rdata<'_>,
    ) -> fmt::Result {
        let owner = owner.into();
        let same = |before: &NameBuf| before.as_name().eq_with_case(owner);
        if !self.owner.as_ref().is_some_and(same) {
            self.write_owner(owner)?;
            self.owner = Some(owner.to_name_buf());
        }
        if self.default_ttl != Some(ttl) {
            write!(self.out, "\t{ttl}")?;
        }
        let record_type = rdata.record_type();
        writeln!(self.out, "\t{class}\t{record_type}\t{rdata}")
    }

    /// Writes an owned record.
    ///
    /// # Errors
    ///
    /// Those of the output.
    pub fn record_buf(&mut self, record: &RecordBuf) -> fmt::Result {
        let rdata = record.rdata.as_rdata();
        self.record(&record.owner, record.class, record.ttl, &rdata)
    }

    /// Writes an owner below the origin when it ends with the origin's labels in the same case.
    fn write_owner(&mut self, owner: Name<'_>) -> fmt::Result {
        let below = self.origin.as_ref().and_then(|origin| {
            let extra = owner.label_count().checked_sub(origin.labels().count())?;
            let tail = owner.ancestors().nth(extra)?;
            tail.eq_with_case(origin.as_name()).then_some(extra)
        });
        match below {
            Some(0) => self.out.write_char('@'),
            Some(extra) => {
                for (index, label) in owner.labels().take(extra).enumerate() {
                    let separator = if index == 0 { "" } else { "." };
                    write!(self.out, "{separator}{label}")?;
                }
                Ok(())
            }
            None => write!(self.out, "{owner}"),
        }
    }
}
