//! Rdata: one enum over all record types, driven by one table
//! ([RFC 1035 §3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3) and the RFCs of the types).

mod a6;
mod addresses;
mod apl;
mod atm;
mod bitmap;
mod buf;
mod codec;
mod dnssec;
mod form;
mod gateway;
mod hip;
mod keys;
mod loc;
mod record;
mod rest;
mod rfc1035;
mod services;
mod svcb;
mod svcb_text;
mod time;
mod transaction;
mod view;
mod walk;

use alloc::vec::Vec;
use core::fmt;

pub use a6::A6;
pub use addresses::{Eui48, Eui64, Ipn, L32, L64, Lp, Nid, Nsap, NsapPtr};
pub(crate) use apl::prefix_address;
pub use apl::{Apl, AplItem, AplItems};
pub use atm::{AtmAddress, Atma};
pub use bitmap::{OldTypeBitmap, RecordTypes, TypeBitmap};
pub use buf::RdataBuf;
pub use dnssec::{
    Cdnskey, Cds, Csync, Dlv, Dnskey, Ds, Dsync, Key, Nsec, Nsec3, Nsec3Param, Nxt, Rkey, Rrsig,
    Sig, Ta, Zonemd,
};
pub use gateway::{Amtrelay, Gateway, Ipseckey};
pub use hip::{Hip, NameList};
pub use keys::{Brid, Cert, Dhcid, Doa, Eid, Hhit, Nimloc, Openpgpkey, Sink, Smimea, Sshfp, Tlsa};
pub use loc::Loc;
pub use rfc1035::{
    A, Aaaa, Afsdb, Avc, Cla, Cname, Dname, Hinfo, Kx, Mb, Md, Mf, Mg, Minfo, Mr, Mx, Naptr, Ninfo,
    Ns, Ptr, Px, Resinfo, Rp, Rt, Soa, Spf, Srv, Talink, Txt, Wallet, X25,
};
pub use services::{Caa, Gpos, Isdn, Null, PortBitmap, Ports, Uri, Wks};
pub use svcb::{Https, SvcParam, SvcParamKey, SvcParams, Svcb};
pub use transaction::{Opt, Tkey, Tsig};

use self::codec::{Codec, Printer};
use self::record::Layout;
use self::services::Generic;
use crate::error::{Error, ErrorKind};
use crate::field::Field;
use crate::reader::{Reader, Refused};
use crate::sink::Canonical;
use crate::text::lexer::{Tokens, decimal};
use crate::{RecordType, sink, text};

/// RDATA of a type without a known format, kept whole ([RFC 3597 §3](https://www.rfc-editor.org/rfc/rfc3597#section-3)).
///
/// ```
/// use wire_dns::{Rdata, RecordType, rdata::Unknown};
///
/// let rdata = Rdata::decode(RecordType(65280), &[1, 2, 3])?;
/// assert_eq!(rdata, Rdata::Unknown(Unknown { record_type: RecordType(65280), octets: &[1, 2, 3] }));
/// assert_eq!(rdata.to_string(), r"\# 3 010203");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Unknown<'a> {
    /// TYPE.
    pub record_type: RecordType,
    /// The octets of RDATA.
    pub octets: &'a [u8],
}

/// The table of all types: a variant per type, and the six operations by number.
macro_rules! table {
    ($( $variant:ident($ty:ty) = $const:ident; )*) => {
        /// The data of a record, by its type.
        ///
        /// One plain struct a type, with public fields named as in its RFC. Types without a known format, and malformed
        /// ones when [`DecodeOptions`](crate::DecodeOptions) tolerate them, are [`Rdata::Unknown`].
        /// [`RdataBuf`] is the owned form.
        ///
        /// ```
        /// use wire_dns::{Name, NameBuf, Rdata, rdata::Mx};
        /// let exchange: NameBuf = "mail.example.".parse()?;
        /// let rdata = Rdata::from(Mx { preference: 10, exchange: exchange.as_name() });
        /// assert_eq!(rdata.to_string(), "10 mail.example.");
        /// # Ok::<(), wire_dns::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum Rdata<'a> {
            $(
                #[doc = concat!("RDATA of type [`", stringify!($const), "`](RecordType::", stringify!($const), ").")]
                $variant($ty),
            )*
            /// RDATA of any other type.
            Unknown(Unknown<'a>),
        }

        $(
            impl<'a> From<$ty> for Rdata<'a> {
                fn from(data: $ty) -> Self {
                    Self::$variant(data)
                }
            }
        )*

        impl<'a> Rdata<'a> {
            /// Every type that has a variant, in the order of the table.
            pub const KNOWN_TYPES: &'static [RecordType] = &[$( RecordType::$const ),*];

            /// Text and octets of an example of every type.
            #[cfg(test)]
            const EXAMPLES: &'static [(RecordType, (&'static str, &'static [u8]))] =
                &[$( (RecordType::$const, <$ty as Layout<'a>>::EXAMPLE) ),*];

            /// TYPE.
            #[inline(always)]
            #[must_use]
            pub const fn record_type(&self) -> RecordType {
                match self {
                    $( Self::$variant(_) => RecordType::$const, )*
                    Self::Unknown(unknown) => unknown.record_type,
                }
            }

            /// Checks RDATA up to the reader's end.
            #[inline(always)]
            pub(crate) fn check(record_type: RecordType, reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
                match record_type {
                    $( RecordType::$const => <$ty as Layout<'a>>::check(reader)?, )*
                    _ => return Ok(()),
                }
                reader.finish_rdata()
            }

            /// Reads RDATA that was checked; what is not of a known type, or of a version that has no fields, is taken whole.
            #[inline]
            pub(crate) fn read(record_type: RecordType, reader: Reader<'a, '_>) -> Self {
                // Each arm builds the result in its place, which a common `Result` would not allow, and has a reader of
                // its own, which stays in registers where nothing else gets its address.
                let octets = reader.peek_rest();
                match record_type {
                    $( RecordType::$const => {
                        if let Ok(data) = <$ty as Layout<'a>>::read(&mut reader.anew()) {
                            return Self::$variant(data);
                        }
                    } )*
                    _ => {}
                }
                Self::Unknown(Unknown { record_type, octets })
            }

            /// Writes RDATA; what becomes of names is the sink's business.
            pub(crate) fn write<S: sink::Sink>(&self, sink: &mut S) -> Result<(), Error> {
                match self {
                    $( Self::$variant(data) => data.write(sink), )*
                    Self::Unknown(unknown) => sink.put(unknown.octets),
                }
            }

            /// Whether the type's own form can say this data: not, for one, a bit map with zero octets at its end.
            fn has_text(&self) -> bool {
                match self {
                    $( Self::$variant(data) => data.has_text(), )*
                    Self::Unknown(_) => true,
                }
            }

            /// Prints the presentation form.
            fn print(&self, printer: &mut Printer<'_>) -> fmt::Result {
                match self {
                    $( Self::$variant(data) => data.print(printer), )*
                    Self::Unknown(unknown) => Generic::print(&unknown.octets, printer),
                }
            }

            /// Appends the octets that the type's own presentation form writes.
            fn parse_own(record_type: RecordType, tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
                match record_type {
                    $( RecordType::$const => <$ty as Layout<'_>>::parse(tokens, out)?, )*
                    _ => return Err(Error::new(tokens.offset(), ErrorKind::NoTextForm)),
                }
                tokens.finish()
            }

            /// Shows the fields of RDATA that was checked.
            pub(crate) fn walk(
                record_type: RecordType,
                reader: &mut Reader<'a, '_>,
                visit: &mut dyn FnMut(Field<'_>),
            ) -> Result<(), Refused> {
                match record_type {
                    $( RecordType::$const => <$ty as Layout<'a>>::walk(reader, visit), )*
                    _ => {
                        let start = reader.pos();
                        let octets = reader.rest();
                        let value = Self::Unknown(Unknown { record_type, octets });
                        visit(Field { name: "RDATA", start, end: reader.pos(), value: &value });
                        Ok(())
                    }
                }
            }
        }
    };
}

table! {
    A(A) = A;
    Ns(Ns<'a>) = NS;
    Md(Md<'a>) = MD;
    Mf(Mf<'a>) = MF;
    Cname(Cname<'a>) = CNAME;
    Soa(Soa<'a>) = SOA;
    Mb(Mb<'a>) = MB;
    Mg(Mg<'a>) = MG;
    Mr(Mr<'a>) = MR;
    Null(Null<'a>) = NULL;
    Wks(Wks<'a>) = WKS;
    Ptr(Ptr<'a>) = PTR;
    Hinfo(Hinfo<'a>) = HINFO;
    Minfo(Minfo<'a>) = MINFO;
    Mx(Mx<'a>) = MX;
    Txt(Txt<'a>) = TXT;
    Rp(Rp<'a>) = RP;
    Afsdb(Afsdb<'a>) = AFSDB;
    X25(X25<'a>) = X25;
    Isdn(Isdn<'a>) = ISDN;
    Rt(Rt<'a>) = RT;
    Nsap(Nsap<'a>) = NSAP;
    NsapPtr(NsapPtr<'a>) = NSAP_PTR;
    Sig(Sig<'a>) = SIG;
    Key(Key<'a>) = KEY;
    Px(Px<'a>) = PX;
    Gpos(Gpos<'a>) = GPOS;
    Aaaa(Aaaa) = AAAA;
    Loc(Loc) = LOC;
    Nxt(Nxt<'a>) = NXT;
    Eid(Eid<'a>) = EID;
    Nimloc(Nimloc<'a>) = NIMLOC;
    Srv(Srv<'a>) = SRV;
    Atma(Atma<'a>) = ATMA;
    Naptr(Naptr<'a>) = NAPTR;
    Kx(Kx<'a>) = KX;
    Cert(Cert<'a>) = CERT;
    A6(A6<'a>) = A6;
    Dname(Dname<'a>) = DNAME;
    Sink(Sink<'a>) = SINK;
    Opt(Opt<'a>) = OPT;
    Apl(Apl<'a>) = APL;
    Ds(Ds<'a>) = DS;
    Sshfp(Sshfp<'a>) = SSHFP;
    Ipseckey(Ipseckey<'a>) = IPSECKEY;
    Rrsig(Rrsig<'a>) = RRSIG;
    Nsec(Nsec<'a>) = NSEC;
    Dnskey(Dnskey<'a>) = DNSKEY;
    Dhcid(Dhcid<'a>) = DHCID;
    Nsec3(Nsec3<'a>) = NSEC3;
    Nsec3Param(Nsec3Param<'a>) = NSEC3PARAM;
    Tlsa(Tlsa<'a>) = TLSA;
    Smimea(Smimea<'a>) = SMIMEA;
    Hip(Hip<'a>) = HIP;
    Ninfo(Ninfo<'a>) = NINFO;
    Rkey(Rkey<'a>) = RKEY;
    Talink(Talink<'a>) = TALINK;
    Cds(Cds<'a>) = CDS;
    Cdnskey(Cdnskey<'a>) = CDNSKEY;
    Openpgpkey(Openpgpkey<'a>) = OPENPGPKEY;
    Csync(Csync<'a>) = CSYNC;
    Zonemd(Zonemd<'a>) = ZONEMD;
    Svcb(Svcb<'a>) = SVCB;
    Https(Https<'a>) = HTTPS;
    Dsync(Dsync<'a>) = DSYNC;
    Hhit(Hhit<'a>) = HHIT;
    Brid(Brid<'a>) = BRID;
    Spf(Spf<'a>) = SPF;
    Nid(Nid) = NID;
    L32(L32) = L32;
    L64(L64) = L64;
    Lp(Lp<'a>) = LP;
    Eui48(Eui48) = EUI48;
    Eui64(Eui64) = EUI64;
    Tkey(Tkey<'a>) = TKEY;
    Tsig(Tsig<'a>) = TSIG;
    Uri(Uri<'a>) = URI;
    Caa(Caa<'a>) = CAA;
    Avc(Avc<'a>) = AVC;
    Doa(Doa<'a>) = DOA;
    Amtrelay(Amtrelay<'a>) = AMTRELAY;
    Resinfo(Resinfo<'a>) = RESINFO;
    Wallet(Wallet<'a>) = WALLET;
    Cla(Cla<'a>) = CLA;
    Ipn(Ipn) = IPN;
    Ta(Ta<'a>) = TA;
    Dlv(Dlv<'a>) = DLV;
}

impl<'a> Rdata<'a> {
    /// RDATA in octets of its own, where names are not compressed.
    ///
    /// # Errors
    ///
    /// The octets are not RDATA of this type; offsets count from the first of them.
    ///
    /// ```
    /// use wire_dns::{Rdata, RecordType};
    ///
    /// let Rdata::Mx(mx) = Rdata::decode(RecordType::MX, b"\0\x0A\x04mail\x07example\0")? else { unreachable!() };
    /// assert_eq!((mx.preference, mx.exchange.to_string()), (10, "mail.example.".into()));
    /// let error = Rdata::decode(RecordType::MX, b"\0\x0A\x04mail\x07exam").unwrap_err();
    /// assert_eq!(error.to_string(), "octet 2: 14 octets needed, 10 left");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn decode(record_type: RecordType, octets: &'a [u8]) -> Result<Self, Error> {
        if octets.len() > usize::from(u16::MAX) {
            return Err(Error::new(usize::from(u16::MAX), ErrorKind::RdataTooLong));
        }
        let mut reader = Reader::alone(octets);
        Self::check(record_type, &mut reader).map_err(|_| reader.refusal())?;
        Ok(Self::read(record_type, Reader::alone(octets)))
    }

    /// Appends the uncompressed octets, names in the case they came with.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldTooLong`] for a public field that holds more than its length can say, [`ErrorKind::RdataTooLong`] for
    /// over 65,535 octets.
    ///
    /// ```
    /// use wire_dns::{Rdata, rdata::A};
    ///
    /// let mut octets = Vec::new();
    /// Rdata::from(A { address: [192, 0, 2, 7].into() }).encode_into(&mut octets)?;
    /// assert_eq!(octets, [192, 0, 2, 7]);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn encode_into(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        let start = out.len();
        self.write(out)?;
        if out.len().saturating_sub(start) > usize::from(u16::MAX) {
            return Err(Error::new(out.len(), ErrorKind::RdataTooLong));
        }
        Ok(())
    }

    /// Appends the canonical form ([RFC 4034 §6.2](https://www.rfc-editor.org/rfc/rfc4034#section-6.2)): uncompressed, names
    /// of the older types in lower case.
    ///
    /// # Errors
    ///
    /// As [`Rdata::encode_into`].
    ///
    /// ```
    /// use wire_dns::{Rdata, RecordType};
    ///
    /// let mut canonical = Vec::new();
    /// Rdata::decode(RecordType::NS, b"\x02NS\x07Example\0")?.encode_canonical_into(&mut canonical)?;
    /// assert_eq!(canonical, b"\x02ns\x07example\0");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn encode_canonical_into(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        let start = out.len();
        self.write(&mut Canonical(out))?;
        if out.len().saturating_sub(start) > usize::from(u16::MAX) {
            return Err(Error::new(out.len(), ErrorKind::RdataTooLong));
        }
        Ok(())
    }

    /// An owned copy.
    ///
    /// # Errors
    ///
    /// As [`RdataBuf::from_rdata`]: what public fields hold is checked. None for RDATA that was decoded from octets of its own.
    pub fn to_rdata_buf(&self) -> Result<RdataBuf, Error> {
        RdataBuf::from_rdata(self)
    }

    /// Shows the fields of RDATA in octets of its own; positions count from its first octet.
    ///
    /// # Errors
    ///
    /// The octets are not RDATA of this type.
    ///
    /// ```
    /// use wire_dns::{Rdata, RecordType};
    ///
    /// let mut lines = Vec::new();
    /// Rdata::walk_octets(RecordType::MX, b"\0\x0A\x04mail\x07example\0", |field| {
    ///     lines.push(format!("{}..{} {}: {}", field.start, field.end, field.name, field.value));
    /// })?;
    /// assert_eq!(lines, ["0..2 PREFERENCE: 10", "2..16 EXCHANGE: mail.example."]);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn walk_octets(
        mut record_type: RecordType,
        octets: &'a [u8],
        mut visit: impl FnMut(Field<'_>),
    ) -> Result<(), Error> {
        if let Self::Unknown(_) = Self::decode(record_type, octets)? {
            record_type = RecordType(0);
        }
        let mut reader = Reader::alone(octets);
        Self::walk(record_type, &mut reader, &mut visit).map_err(|_| reader.refusal())
    }

    /// Appends the octets that text writes, in the type's own form or the generic one (RFC 3597 §5), and checks them.
    pub(crate) fn parse_into(
        record_type: RecordType,
        tokens: &mut Tokens<'_, '_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let start = out.len();
        let offset = tokens.offset();
        match tokens.peek() {
            Some(token) if !token.quoted && token.octets == b"\\#" => parse_generic(tokens, out)?,
            _ => Self::parse_own(record_type, tokens, out)?,
        }
        let octets = out.get(start..).unwrap_or_default();
        if octets.len() > usize::from(u16::MAX) {
            return Err(Error::new(offset, ErrorKind::RdataTooLong));
        }
        // The offset of such an error is that of the RDATA's text: the octets are not what the user sees.
        let mut reader = Reader::alone(octets);
        Rdata::check(record_type, &mut reader)
            .map_err(|_| Error::new(offset, *reader.refusal().kind()))
    }
}

/// Appends the octets of `\# length hex…`.
fn parse_generic(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
    tokens.next()?;
    let length = tokens.next()?;
    let said = decimal(length.octets)
        .and_then(|number| u16::try_from(number).ok())
        .ok_or_else(|| length.error(ErrorKind::BadNumber { max: 65_535 }))?;
    let start = out.len();
    text::encoding::parse_hex(tokens.rest()?, out)?;
    let found = out.len().saturating_sub(start);
    if found == usize::from(said) {
        return Ok(());
    }
    Err(length.error(ErrorKind::GenericLength {
        said,
        found: u32::try_from(found).unwrap_or(u32::MAX),
    }))
}

impl fmt::Display for Rdata<'_> {
    /// The presentation form, without line breaks. With `{:#}`, long keys, signatures and digests are broken into words of
    /// 56 digits, as dig prints them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut octets = Vec::new();
        // A field too long for the wire has no generic form either; what its own form makes of it is shown then.
        if self.has_text() || self.encode_into(&mut octets).is_err() {
            return self.print(&mut Printer::new(f));
        }
        Generic::print(&octets.as_slice(), &mut Printer::new(f))
    }
}

/// RDATA in the generic form of [RFC 3597 §5](https://www.rfc-editor.org/rfc/rfc3597#section-5), for any type.
///
/// ```
/// use wire_dns::rdata::GenericRdata;
///
/// assert_eq!(GenericRdata(&[192, 0, 2, 1]).to_string(), r"\# 4 C0000201");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GenericRdata<'a>(pub &'a [u8]);

impl fmt::Display for GenericRdata<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Generic::print(&self.0, &mut Printer::new(f))
    }
}

#[cfg(test)]
mod tests;
