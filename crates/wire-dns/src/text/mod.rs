//! The presentation form ([RFC 1035 §5](https://www.rfc-editor.org/rfc/rfc1035#section-5)): zone files, read and written,
//! with the feature `zone-file`.
//!
//! | to | use |
//! |---|---|
//! | read a zone file that is in memory | `ZoneRecords` |
//! | read one of any size, in pieces | `ZoneReader` |
//! | write one | `ZoneWriter` |
//!
//! Single names, records and RDATA have their text by themselves: [`NameBuf::parse`](crate::NameBuf::parse),
//! [`RecordBuf::parse`](crate::RecordBuf::parse), [`RdataBuf::parse`](crate::RdataBuf::parse), and `Display`.
//!
//! ```
//! # #[cfg(feature = "zone-file")] {
//! use wire_dns::{Name, text::{ZoneRecords, ZoneWriter}};
//!
//! let mut out = String::new();
//! let mut writer = ZoneWriter::new(&mut out);
//! for record in ZoneRecords::new(b"$ORIGIN example.\n@ 1h MX 10 mail ; a comment\nmail A 192.0.2.25\n", Name::ROOT) {
//!     writer.record_buf(&record.unwrap()).unwrap();
//! }
//! assert_eq!(out, "example.\t3600\tIN\tMX\t10 mail.example.\nmail.example.\t3600\tIN\tA\t192.0.2.25\n");
//! # }
//! ```

pub(crate) mod encoding;
pub(crate) mod lexer;
pub(crate) mod record_head;

#[cfg(feature = "zone-file")]
mod entry;
#[cfg(feature = "zone-file")]
mod generate;
#[cfg(feature = "zone-file")]
mod zone_error;
#[cfg(feature = "zone-file")]
mod zone_reader;
#[cfg(feature = "zone-file")]
mod zone_records;
#[cfg(feature = "zone-file")]
mod zone_state;
#[cfg(feature = "zone-file")]
mod zone_writer;

#[cfg(feature = "zone-file")]
pub use {
    zone_error::{ZoneFileError, ZoneFileErrorKind},
    zone_reader::{
        INCLUDE_DEPTH_MAX, INCLUDES_MAX, ZoneEntry, ZoneInclude, ZoneReader, ZoneRecord,
    },
    zone_records::ZoneRecords,
    zone_writer::ZoneWriter,
};
