//! DNS messages: a checked view without allocation, every record type, compression, presentation form.
//!
//! Sans-IO: octets in, values out. No sockets, no clock, no randomness, no `unsafe`; `no_std` with `alloc`.
//!
//! # Map
//!
//! | to | use |
//! |---|---|
//! | look into a message | [`Message`], over its sections to [`Question`] and [`ResourceRecord`] |
//! | know what a response says: answer, alias, referral, nothing | [`Message::outcome`] |
//! | keep a message | [`MessageBuf`], one allocation |
//! | look into a record's data | [`Rdata`] and the structs in [`rdata`] |
//! | keep a record, or read one from text | [`RecordBuf`], [`RdataBuf`] |
//! | name things | [`Name`] borrowed, [`NameBuf`] owned; [`AsName`] to find one by the other in a map |
//! | write a message | [`Builder`] |
//! | use EDNS | [`Message::edns`], [`edns`] |
//! | change a message in place | [`patch`] |
//! | show each octet's meaning | [`Message::walk`], [`Field`] |
//! | read and write zone files | [`text`](text/index.html): `ZoneReader`, `ZoneRecords`, `ZoneWriter` (feature `zone-file`) |
//! | answer from a zone | [`zone`](zone/index.html) (feature `zone`) |
//! | frame messages on a stream | [`stream`] |
//! | fetch zones, or change them, by message | [`transfer`], [`update`], [`notify`] |
//! | sign messages with a shared secret | [`tsig`](tsig/index.html) (feature `tsig`) |
//! | compute what DNSSEC hashes and signs | [`dnssec`](dnssec/index.html) (feature `dnssec`) |
//! | turn messages into JSON and back | `Serialize` and `Deserialize` (feature `serde`) |
//! | know the numbers | [`RecordType`], [`Class`], [`Opcode`], [`Rcode`], [`Algorithm`], …, [`limits`] |
//!
//! # Decode
//!
//! ```
//! use wire_dns::{Message, Rdata};
//!
//! fn addresses(octets: &[u8]) -> Result<Vec<String>, wire_dns::Error> {
//!     let message = Message::decode(octets)?; // checks every octet; nothing below can fail
//!     let mut found = Vec::new();
//!     for record in message.answers() {
//!         if let Rdata::A(a) = record.rdata() {
//!             found.push(format!("{} has {}", record.owner(), a.address));
//!         }
//!     }
//!     Ok(found)
//! }
//!
//! let reply = b"\x12\x34\x81\x80\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x07";
//! assert_eq!(addresses(reply)?, ["a. has 192.0.2.7"]);
//! # Ok::<(), wire_dns::Error>(())
//! ```
//!
//! # Build
//!
//! ```
//! use wire_dns::{Builder, Class, NameBuf, RecordType, edns::Edns};
//!
//! let name: NameBuf = "www.example.com".parse()?;
//! let mut octets = [0; 512];
//! let mut builder = Builder::new(&mut octets);
//! builder.set_id(0x1234);
//! builder.question(&name, RecordType::AAAA, Class::IN)?;
//! builder.edns(&Edns::default())?;
//! let len = builder.finish();
//! assert_eq!(octets[..len], *b"\x12\x34\0\0\0\x01\0\0\0\0\0\x01\
//!     \x03www\x07example\x03com\0\0\x1C\0\x01\
//!     \0\0\x29\x04\xD0\0\0\0\0\0\0");
//! # Ok::<(), wire_dns::Error>(())
//! ```
//!
//! # Zone file
//!
//! ```
//! # #[cfg(feature = "zone-file")] {
//! use wire_dns::{NameBuf, text::ZoneRecords};
//!
//! let zone = b"$TTL 1h\n@ NS ns\nns A 192.0.2.53 ; the name server\nwww A 192.0.2\n";
//! let origin: NameBuf = "example.com.".parse()?;
//! for record in ZoneRecords::new(zone, &origin) {
//!     match record {
//!         Ok(record) => println!("{record}"), // ns.example.com. 3600 IN A 192.0.2.53, with tabs
//!         Err(error) => eprintln!("{error}"), // 4:7: not an IPv4 address
//!     }
//! }
//! # let error = ZoneRecords::new(zone, &origin).find_map(Result::err).unwrap();
//! # assert_eq!(error.to_string(), "4:7: not an IPv4 address");
//! # }
//! # Ok::<(), wire_dns::Error>(())
//! ```
//!
//! # What always holds
//!
//! Any octets are safe to decode: compression pointers go strictly backwards and at most [127](limits::NAME_POINTERS_MAX)
//! of them make a name, work is linear in the message, no memory is reserved from a count in the header, nothing panics
//! and nothing recurses. An [`Error`] says the octet, the record, the rule and its RFC.
//!
//! # Out of scope
//!
//! Sockets, retries, caches, resolvers; the making and the validation of DNSSEC signatures.
// docs.rs says what each feature brings.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod algorithm;
mod buffer;
mod builder;
mod character_string;
mod class;
pub mod edns;
mod error;
mod field;
mod header;
mod items;
pub mod limits;
mod message;
mod name;
mod opcode;
pub mod patch;
mod question;
mod rcode;
pub mod rdata;
mod reader;
mod record;
mod record_type;
mod registry;
mod section;
mod show;
mod sink;
#[cfg(not(feature = "zone-file"))]
mod text;
#[cfg(feature = "zone-file")]
pub mod text;
mod ttl;

pub use algorithm::{Algorithm, CertType, DigestType, DsyncScheme, Nsec3HashAlgorithm};
pub use buffer::{Buffer, Growing, IntoBuffer};
pub use builder::{Builder, Checkpoint};
pub use character_string::{CharacterString, CharacterStrings};
pub use class::Class;
pub use error::{Error, ErrorKind, Rule};
pub use field::Field;
pub use header::{Flags, Header};
pub use items::Items;
pub use message::{DecodeOptions, Message, MessageBuf, Outcome, Questions, Records};
pub use name::{AsName, Label, Labels, Name, NameBuf};
pub use opcode::Opcode;
pub use question::Question;
pub use rcode::Rcode;
pub use rdata::{Rdata, RdataBuf};
pub use record::{RecordBuf, RecordLayout, ResourceRecord};
pub use record_type::RecordType;
pub use section::Section;
pub use ttl::Ttl;

/// The README's examples are compiled and run.
#[cfg(all(doctest, feature = "zone-file"))]
#[doc = include_str!("../README.md")]
struct ReadmeDoctests;

#[cfg(feature = "dnssec")]
pub mod dnssec;
#[cfg(feature = "serde")]
mod json;
pub mod notify;
pub mod stream;
pub mod transfer;
#[cfg(feature = "tsig")]
pub mod tsig;
pub mod update;
#[cfg(feature = "zone")]
pub mod zone;
