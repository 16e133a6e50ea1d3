//! The records that belong to a message: OPT, TSIG, TKEY.

use alloc::vec::Vec;
use core::fmt;

use super::codec::{Base64Counted16, Codec, Mnemonic, Number, PlainName, Printer, Time};
use super::record::records;
use super::services::Generic;
use crate::edns::EdnsOptions;
use crate::error::{Error, ErrorKind};
use crate::reader::{Reader, Refused};
use crate::sink::Sink;
use crate::text::lexer::Tokens;
use crate::{Name, Rcode};

records! {
    /// OPT: the options of EDNS ([RFC 6891 §6.1.2](https://www.rfc-editor.org/rfc/rfc6891#section-6.1.2)).
    /// [`Message::edns`](crate::Message::edns) gives the whole pseudo-record.
    struct Opt<'a> {
        /// The options.
        options "OPTIONS": EdnsOptions<'a> as Options,
    }
    example OPT "\\# 4 00030000" b"\0\x03\0\0";

    /// TSIG: a transaction signature ([RFC 8945 §4.2](https://www.rfc-editor.org/rfc/rfc8945#section-4.2)).
    struct Tsig<'a> {
        /// Algorithm Name.
        algorithm_name "Algorithm Name": Name<'a> as PlainName,
        /// Time Signed, seconds since 1970, 48 bits.
        time_signed "Time Signed": u64 as Number48,
        /// Fudge, seconds either way.
        fudge "Fudge": u16 as Number,
        /// MAC, behind its size.
        mac "MAC": &'a [u8] as Base64Counted16,
        /// Original ID.
        original_id "Original ID": u16 as Number,
        /// Error.
        error "Error": Rcode as TsigError,
        /// Other Data, behind its length: the server's time with BADTIME.
        other_data "Other Data": &'a [u8] as Base64Counted16,
    }
    example TSIG
        "hmac-sha256. 1594855491 300 3 AQID 54 BADSIG 0"
        b"\x0Bhmac-sha256\0\0\0\x5F\x0F\x90\x43\x01,\0\x03\x01\x02\x03\0\x36\0\x10\0\0";

    /// TKEY: the exchange of a key for TSIG ([RFC 2930 §2](https://www.rfc-editor.org/rfc/rfc2930#section-2)).
    struct Tkey<'a> {
        /// Algorithm that the key is for.
        algorithm "Algorithm": Name<'a> as PlainName,
        /// Inception, seconds since 1970 modulo 2³².
        inception "Inception": u32 as Time,
        /// Expiration, seconds since 1970 modulo 2³².
        expiration "Expiration": u32 as Time,
        /// Mode: 1 server, 2 Diffie-Hellman, 3 GSS-API, 4 resolver, 5 deletion.
        mode "Mode": u16 as Number,
        /// Error.
        error "Error": Rcode as Mnemonic,
        /// Key Data, behind its size.
        key_data "Key Data": &'a [u8] as Base64Counted16,
        /// Other Data, behind its size.
        other_data "Other Data": &'a [u8] as Base64Counted16,
    }
    example TKEY
        "gss-tsig. 20260101000000 20260102000000 3 NOERROR 3 AQID 0"
        b"\x08gss-tsig\0\x69\x55\xB9\0\x69\x57\x0A\x80\0\x03\0\0\0\x03\x01\x02\x03\0\0";
}

pub(crate) struct Options;

impl<'a> Codec<'a, EdnsOptions<'a>> for Options {
    #[inline]
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        crate::edns::check(reader)
    }
    #[inline]
    fn read(reader: &mut Reader<'a, '_>) -> Result<EdnsOptions<'a>, Refused> {
        Ok(EdnsOptions::checked(reader.rest()))
    }
    fn write<S: Sink>(value: &EdnsOptions<'a>, sink: &mut S) -> Result<(), Error> {
        sink.put(value.wire())
    }
    fn print(value: &EdnsOptions<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        Generic::print(&value.wire(), printer)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        Generic::parse(tokens, out)
    }
}

/// A 48-bit number.
pub(crate) struct Number48;

/// The largest 48-bit number.
const MAX_48: u64 = 0xFFFF_FFFF_FFFF;

impl<'a> Codec<'a, u64> for Number48 {
    fn read(reader: &mut Reader<'a, '_>) -> Result<u64, Refused> {
        let [a, b, c, d, e, f] = reader.array()?;
        Ok(u64::from_be_bytes([0, 0, a, b, c, d, e, f]))
    }
    fn write<S: Sink>(value: &u64, sink: &mut S) -> Result<(), Error> {
        let [high, low, rest @ ..] = value.to_be_bytes();
        if high != 0 || low != 0 {
            return Err(Error::new(0, ErrorKind::BadNumber { max: MAX_48 }));
        }
        sink.put(&rest)
    }
    fn print(value: &u64, printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(value)
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let number = tokens.number(MAX_48)?;
        Self::write(&number, out)
    }
}

/// The error of TSIG, where 16 is BADSIG and not BADVERS (RFC 8945 §3).
pub(crate) struct TsigError;

impl<'a> Codec<'a, Rcode> for TsigError {
    fn read(reader: &mut Reader<'a, '_>) -> Result<Rcode, Refused> {
        reader.u16().map(Rcode)
    }
    fn write<S: Sink>(value: &Rcode, sink: &mut S) -> Result<(), Error> {
        sink.u16(value.0)
    }
    fn print(value: &Rcode, printer: &mut Printer<'_>) -> fmt::Result {
        match value.0 {
            16 => printer.piece("BADSIG"),
            _ => Mnemonic::print(value, printer),
        }
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        if tokens
            .peek()
            .is_some_and(|token| token.octets.eq_ignore_ascii_case(b"BADSIG"))
        {
            tokens.next()?;
            return out.u16(16);
        }
        <Mnemonic as Codec<'_, Rcode>>::parse(tokens, out)
    }
}
