//! The presentation form (RFC 1035 §5): tokens, and the encodings that RDATA is written in.

pub(crate) mod encoding;
pub(crate) mod lexer;

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
    zone_reader::{INCLUDE_DEPTH_MAX, ZoneEntry, ZoneInclude, ZoneReader, ZoneRecord},
    zone_records::ZoneRecords,
    zone_writer::ZoneWriter,
};
