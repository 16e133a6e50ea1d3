//! ResourceRecord in a message, RecordBuf on its own (RFC 1035 §4.1.3).

use core::fmt;
use core::ops::Range;
use core::str::FromStr;

use alloc::vec::Vec;

use crate::edns;
use crate::error::{Error, ErrorKind};
use crate::field::Field;
use crate::name::name_end;
use crate::rdata::{Rdata, RdataBuf, Unknown};
use crate::reader::Reader;
use crate::text::lexer::{Tokens, tokens};
use crate::text::record_head::RecordHead;
use crate::{Class, Name, NameBuf, RecordType, Ttl};

/// A record inside a checked message: `Copy`, and nothing of it is copied. [`RecordBuf`] is the owned form.
///
/// Records are equal when type, class, TTL, owner and RDATA are; names compare without case. [`Display`](fmt::Display)
/// writes `owner ttl class type rdata` with tabs between.
///
/// # Wire format
///
/// Owner, TYPE, CLASS (two octets each), TTL (four), RDLENGTH (two), RDATA.
///
/// ```
/// use wire_dns::{Message, Rdata, RecordType, Ttl};
///
/// let octets = b"\0\0\x80\0\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x07";
/// let record = Message::decode(octets)?.answers().next().unwrap();
/// assert_eq!((record.record_type(), record.ttl()), (RecordType::A, Ttl(60)));
/// assert_eq!(record.rdata_octets(), [192, 0, 2, 7]);
/// assert!(matches!(record.rdata(), Rdata::A(a) if a.address.octets() == [192, 0, 2, 7]));
/// assert_eq!(record.to_string(), "a.\t60\tIN\tA\t192.0.2.7");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy)]
#[doc(alias = "RR")]
pub struct ResourceRecord<'a> {
    /// The message up to the end of this record.
    octets: &'a [u8],
    start: usize,
    rdata_start: usize,
    record_type: RecordType,
    class: Class,
    ttl: Ttl,
    /// False where a malformed RDATA was tolerated somewhere in the message.
    strict: bool,
}

/// Where the parts of a record are, in octets from the start of the message; from [`ResourceRecord::layout`].
///
/// ```
/// use wire_dns::Message;
///
/// let octets = b"\0\0\x80\0\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x07";
/// let layout = Message::decode(octets)?.answers().next().unwrap().layout();
/// assert_eq!((layout.owner, layout.ttl), (19..21, 25..29));
/// assert_eq!(octets[layout.rdata], [192, 0, 2, 7]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RecordLayout {
    /// NAME.
    pub owner: Range<usize>,
    /// TYPE.
    pub record_type: Range<usize>,
    /// CLASS.
    pub class: Range<usize>,
    /// TTL.
    pub ttl: Range<usize>,
    /// RDLENGTH.
    pub rdlength: Range<usize>,
    /// RDATA.
    pub rdata: Range<usize>,
}

impl<'a> ResourceRecord<'a> {
    /// Reads the record at `start`, which was checked, and says where the next one begins.
    #[inline]
    pub(crate) fn read(message: &'a [u8], start: usize, strict: bool) -> Option<(Self, usize)> {
        let fixed_at = match *message.get(start)? {
            // Most owners are a pointer or the root.
            0xC0.. => start.wrapping_add(2),
            0 => start.wrapping_add(1),
            _ => name_end(message, start)?,
        };
        let [t0, t1, c0, c1, l0, l1, l2, l3, r0, r1] = *message.get(fixed_at..)?.first_chunk()?;
        let rdata_start = fixed_at.wrapping_add(10);
        let end = rdata_start.wrapping_add(usize::from(u16::from_be_bytes([r0, r1])));
        let record = Self {
            octets: message.get(..end)?,
            start,
            rdata_start,
            record_type: RecordType(u16::from_be_bytes([t0, t1])),
            class: Class(u16::from_be_bytes([c0, c1])),
            ttl: Ttl(u32::from_be_bytes([l0, l1, l2, l3])),
            strict,
        };
        Some((record, end))
    }

    /// NAME: whom the record is about.
    #[inline]
    #[must_use]
    pub const fn owner(&self) -> Name<'a> {
        Name::checked(self.octets, self.start)
    }

    /// TYPE.
    #[inline]
    #[must_use]
    pub const fn record_type(&self) -> RecordType {
        self.record_type
    }

    /// CLASS.
    #[inline]
    #[must_use]
    pub const fn class(&self) -> Class {
        self.class
    }

    /// TTL, with the 32 bits that it came with; [`Ttl::as_secs`] says what they mean.
    #[inline]
    #[must_use]
    pub const fn ttl(&self) -> Ttl {
        self.ttl
    }

    /// RDATA as it stands in the message, names compressed or not: pointers in it mean nothing elsewhere, so what is to
    /// be kept goes through [`ResourceRecord::to_record_buf`].
    #[must_use]
    pub fn rdata_octets(&self) -> &'a [u8] {
        self.octets.get(self.rdata_start..).unwrap_or_default()
    }

    /// RDATA with its fields.
    ///
    /// [`Rdata::Unknown`] for types without a known format, for RDATA of no octets that UPDATE has
    /// ([RFC 2136 §2.4](https://www.rfc-editor.org/rfc/rfc2136#section-2.4)), and for malformed RDATA in a message that was
    /// decoded tolerantly.
    #[inline]
    #[must_use]
    pub fn rdata(&self) -> Rdata<'a> {
        let reader = Reader::new(self.octets, self.rdata_start);
        // An OPT record may be empty, and mostly is.
        let has_fields = reader.left() > 0 || self.record_type == RecordType::OPT;
        if (self.strict && has_fields)
            || is_well_formed(self.record_type, self.octets, self.rdata_start)
        {
            return Rdata::read(self.record_type, reader);
        }
        Rdata::Unknown(Unknown {
            record_type: self.record_type,
            octets: self.rdata_octets(),
        })
    }

    /// Where the parts of the record are.
    #[must_use]
    pub fn layout(&self) -> RecordLayout {
        let rdata = self.rdata_start..self.octets.len();
        let back = |octets: usize| self.rdata_start.saturating_sub(octets);
        RecordLayout {
            owner: self.start..back(10),
            record_type: back(10)..back(8),
            class: back(8)..back(6),
            ttl: back(6)..back(2),
            rdlength: back(2)..self.rdata_start,
            rdata,
        }
    }

    /// Shows every field of the record and its RDATA, in the order of the octets.
    ///
    /// ```
    /// # use wire_dns::Message;
    /// let octets = b"\0\0\x80\0\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x07";
    /// let mut fields = Vec::new();
    /// let record = Message::decode(octets)?.answers().next().unwrap();
    /// record.walk(|field| fields.push(format!("{} {} {}", field.start, field.name, field.value)));
    /// assert_eq!(fields, ["19 NAME a.", "21 TYPE A", "23 CLASS IN", "25 TTL 60", "29 RDLENGTH 4", "31 ADDRESS 192.0.2.7"]);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn walk(&self, mut visit: impl FnMut(Field<'_>)) {
        let visit: &mut dyn FnMut(Field<'_>) = &mut visit;
        let layout = self.layout();
        let rdlength = layout.rdata.len();
        let mut show = |name, range: Range<usize>, value: &dyn fmt::Display| {
            visit(Field {
                name,
                start: range.start,
                end: range.end,
                value,
            });
        };
        show("NAME", layout.owner, &self.owner());
        show("TYPE", layout.record_type, &self.record_type);
        if self.record_type == RecordType::OPT {
            let [extended_rcode, version, high, low] = self.ttl.0.to_be_bytes();
            let ttl = layout.ttl.start;
            let at = |from: usize, to: usize| ttl.saturating_add(from)..ttl.saturating_add(to);
            show("UDP payload size", layout.class, &self.class.0);
            show("EXTENDED-RCODE", at(0, 1), &extended_rcode);
            show("VERSION", at(1, 2), &version);
            show(
                "DO and Z",
                at(2, 4),
                &format_args!("{:#06x}", u16::from_be_bytes([high, low])),
            );
        } else {
            show("CLASS", layout.class, &self.class);
            show("TTL", layout.ttl, &self.ttl);
        }
        show("RDLENGTH", layout.rdlength, &rdlength);
        if let Rdata::Unknown(unknown) = self.rdata() {
            if rdlength > 0 {
                show("RDATA", layout.rdata, &Rdata::Unknown(unknown));
            }
            return;
        }
        // What was checked can be walked.
        let _ = Rdata::walk(
            self.record_type,
            &mut Reader::new(self.octets, self.rdata_start),
            visit,
        );
    }

    /// An owned copy, with all names uncompressed.
    #[must_use]
    pub fn to_record_buf(&self) -> RecordBuf {
        let rdata = self.rdata();
        let rdata = RdataBuf::from_rdata(&rdata)
            .or_else(|_| RdataBuf::opaque(self.record_type, self.rdata_octets()));
        RecordBuf {
            owner: self.owner().to_name_buf(),
            class: self.class,
            ttl: self.ttl,
            // RDATA of a message is never longer than RDATA may be.
            rdata: rdata.unwrap_or_else(|_| RdataBuf::empty(self.record_type)),
        }
    }
}

/// Looks once more, for messages that were decoded tolerantly and for RDATA of no octets.
#[cold]
fn is_well_formed(record_type: RecordType, octets: &[u8], rdata_start: usize) -> bool {
    let mut rdata = Reader::new(octets, rdata_start);
    match record_type {
        // An option that is malformed reads as one of an unknown code.
        RecordType::OPT => edns::are_whole(rdata.rest()),
        _ => Rdata::check(record_type, &mut rdata).is_ok(),
    }
}

impl PartialEq for ResourceRecord<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.record_type, self.class, self.ttl) == (other.record_type, other.class, other.ttl)
            && self.owner() == other.owner()
            && self.rdata() == other.rdata()
    }
}

impl Eq for ResourceRecord<'_> {}

impl fmt::Display for ResourceRecord<'_> {
    /// `owner ttl class type rdata`, with tabs between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\t{}\t{}\t{}\t{}",
            self.owner(),
            self.ttl,
            self.class,
            self.record_type,
            self.rdata()
        )
    }
}

impl fmt::Debug for ResourceRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResourceRecord({self})")
    }
}

/// A record that owns its parts: for zones, caches, UPDATE and users' own structures.
///
/// Equality is that of all parts; of names, the case counts in RDATA but not in the owner.
///
/// ```
/// use wire_dns::{RecordBuf, RecordType};
/// let record: RecordBuf = "www.example. 300 IN A 192.0.2.7".parse()?;
/// assert_eq!(record.rdata.record_type(), RecordType::A);
/// assert_eq!(record.to_string(), "www.example.\t300\tIN\tA\t192.0.2.7");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[doc(alias = "RR")]
#[doc(alias = "Record")]
pub struct RecordBuf {
    /// NAME.
    pub owner: NameBuf,
    /// CLASS.
    pub class: Class,
    /// TTL.
    pub ttl: Ttl,
    /// TYPE and RDATA.
    pub rdata: RdataBuf,
}

impl RecordBuf {
    /// TTL of a record whose text says none: an hour.
    pub const DEFAULT_TTL: Ttl = Ttl(3600);

    /// TYPE.
    #[must_use]
    pub const fn record_type(&self) -> RecordType {
        self.rdata.record_type()
    }

    /// A record from one line of text: owner, TTL and class in either order and both optional, type, RDATA.
    ///
    /// Relative names are below `origin`; the class is IN and the TTL an hour where the text says none. RDATA may have its
    /// type's form or the generic one ([RFC 3597 §5](https://www.rfc-editor.org/rfc/rfc3597#section-5)). Parentheses and
    /// comments are taken as in zone files.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingField`], [`ErrorKind::BadTtl`], [`ErrorKind::UnknownMnemonic`], [`ErrorKind::TrailingText`], and
    /// what is wrong with a name or the RDATA; offsets count from the start of the text.
    ///
    /// ```
    /// use wire_dns::{ErrorKind, NameBuf, RecordBuf};
    ///
    /// let origin: NameBuf = "example.".parse()?;
    /// let record = RecordBuf::parse("@ IN 2h MX 10 mail", &origin)?;
    /// assert_eq!(record.to_string(), "example.\t7200\tIN\tMX\t10 mail.example.");
    /// let same = RecordBuf::parse(r"@ 7200 MX \# 16 000A 046D61696C 076578616D706C65 00", &origin)?;
    /// assert_eq!(same, record);
    /// let error = RecordBuf::parse("www A 192.0.2", &origin).unwrap_err();
    /// assert_eq!((error.offset(), error.kind()), (6, &ErrorKind::BadIpv4Address));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn parse<'o>(text: &str, origin: impl Into<Name<'o>>) -> Result<Self, Error> {
        let origin = origin.into();
        let all = tokens(text.as_bytes())?;
        Self::from_tokens(&mut Tokens::new(&all, text.len(), origin))
    }

    /// A record from tokens, all of which must be used.
    fn from_tokens(tokens: &mut Tokens<'_, '_>) -> Result<Self, Error> {
        let mut owner = Vec::with_capacity(64);
        tokens.owner(&mut owner)?;
        let owner = NameBuf::decode(&owner)?;
        let head = RecordHead::parse(tokens)?;
        let (class, record_type) = (head.class.unwrap_or(Class::IN), head.record_type);
        Ok(Self {
            owner,
            class,
            ttl: head.ttl.unwrap_or(Self::DEFAULT_TTL),
            rdata: if class.may_be_empty() && tokens.is_empty_rdata() {
                RdataBuf::empty(record_type)
            } else {
                RdataBuf::from_tokens(record_type, tokens)?
            },
        })
    }

    /// A record from octets that are nothing else, without compression.
    ///
    /// # Errors
    ///
    /// The octets are not one whole record: [`ErrorKind::UnexpectedEnd`], [`ErrorKind::TrailingOctets`], and what is wrong
    /// with the owner or the RDATA.
    ///
    /// ```
    /// use wire_dns::RecordBuf;
    ///
    /// let octets = b"\x01a\0\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x07";
    /// let record = RecordBuf::decode(octets)?;
    /// assert_eq!(record, "a. 60 IN A 192.0.2.7".parse()?);
    /// let mut out = Vec::new();
    /// record.encode_into(&mut out);
    /// assert_eq!(out, octets);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::alone(octets);
        reader.check_name().map_err(|_| reader.refusal())?;
        let owner = NameBuf::decode(octets.get(..reader.pos()).unwrap_or_default())?;
        let [t0, t1, c0, c1, l0, l1, l2, l3] = reader.array().map_err(|_| reader.refusal())?;
        let record_type = RecordType(u16::from_be_bytes([t0, t1]));
        let class = Class(u16::from_be_bytes([c0, c1]));
        let rdata_at = reader.pos().saturating_add(2);
        let rdata = reader.counted16().map_err(|_| reader.refusal())?;
        match reader.left() {
            0 => {}
            left => {
                let count = u16::try_from(left).unwrap_or(u16::MAX);
                return Err(Error::new(
                    reader.pos(),
                    ErrorKind::TrailingOctets { count },
                ));
            }
        }
        let rdata = if rdata.is_empty() && class.may_be_empty() {
            RdataBuf::opaque(record_type, rdata)
        } else {
            RdataBuf::decode(record_type, rdata)
        };
        let ttl = Ttl(u32::from_be_bytes([l0, l1, l2, l3]));
        Ok(Self {
            owner,
            class,
            ttl,
            rdata: rdata.map_err(|error| error.shifted(rdata_at))?,
        })
    }

    /// Appends the octets of the record, without compression; [`Builder::record_buf`](crate::Builder::record_buf) puts it
    /// into a message.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.owner.octets());
        out.extend_from_slice(&self.record_type().0.to_be_bytes());
        out.extend_from_slice(&self.class.0.to_be_bytes());
        out.extend_from_slice(&self.ttl.0.to_be_bytes());
        let rdata = self.rdata.octets();
        out.extend_from_slice(&u16::try_from(rdata.len()).unwrap_or(u16::MAX).to_be_bytes());
        out.extend_from_slice(rdata);
    }
}

impl FromStr for RecordBuf {
    type Err = Error;

    /// A record from one line of text, whose names are complete with or without a final dot.
    ///
    /// # Errors
    ///
    /// As [`RecordBuf::parse`].
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text, Name::ROOT)
    }
}

impl From<&ResourceRecord<'_>> for RecordBuf {
    fn from(record: &ResourceRecord<'_>) -> Self {
        record.to_record_buf()
    }
}

impl fmt::Display for RecordBuf {
    /// `owner ttl class type rdata`, with tabs between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\t{}\t{}\t{}\t{}",
            self.owner,
            self.ttl,
            self.class,
            self.record_type(),
            self.rdata
        )
    }
}
