//! The numbers of the RFCs, by name.
//!
//! ```
//! use wire_dns::{ErrorKind, NameBuf, limits};
//!
//! // The longest name: labels of 63, 63, 63 and 61 octets, each behind its length, and the root.
//! let name = NameBuf::from_labels([63, 63, 63, 61].map(|octets| vec![b'a'; octets]))?;
//! assert_eq!(name.octets().len(), limits::NAME_OCTETS_MAX);
//! assert_eq!(name.child("a").unwrap_err().kind(), &ErrorKind::NameTooLong);
//! # Ok::<(), wire_dns::Error>(())
//! ```

/// Octets of a message header ([RFC 1035 §4.1.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1)).
pub const HEADER_OCTETS: usize = 12;

/// Most octets of a message: the two-octet length of DNS over TCP can say no more
/// ([RFC 1035 §4.2.2](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2)).
pub const MESSAGE_OCTETS_MAX: usize = 65_535;

/// Most octets of a name on the wire, root label included
/// ([RFC 1035 §2.3.4](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)).
pub const NAME_OCTETS_MAX: usize = 255;

/// Most octets of a label, without its length octet
/// ([RFC 1035 §2.3.4](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)).
pub const LABEL_OCTETS_MAX: usize = 63;

/// Most labels of a name, the root label not counted: 127 one-octet labels fill 254 octets.
pub const NAME_LABELS_MAX: usize = 127;

/// Most compression pointers that are followed for one name.
///
/// Going backwards alone does not bound the work: thousands of pointers may form a staircase. A name has at most 127
/// labels, so no sender needs more pointers than that.
pub const NAME_POINTERS_MAX: usize = 127;

/// First octet that a compression pointer, which has 14 bits, cannot reach
/// ([RFC 1035 §4.1.4](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.4)).
pub const POINTER_TARGET_END: usize = 16_384;

/// Most octets of a `<character-string>`, without its length octet
/// ([RFC 1035 §3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3)).
pub const CHARACTER_STRING_OCTETS_MAX: usize = 255;

/// Largest message over UDP, in octets, when the requester sent no OPT record
/// ([RFC 1035 §2.3.4](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)).
pub const UDP_PAYLOAD_MAX: usize = 512;

/// Largest TTL, in seconds; larger values mean zero ([RFC 2181 §8](https://www.rfc-editor.org/rfc/rfc2181#section-8)).
pub const TTL_MAX: u32 = 0x7FFF_FFFF;
