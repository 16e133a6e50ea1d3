//! DNS over TCP: each message behind its length in two octets
//! ([RFC 1035 §4.2.2](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2),
//! [RFC 7766 §8](https://www.rfc-editor.org/rfc/rfc7766#section-8)).
//!
//! Pure functions and a small state; the sockets are the caller's. The same framing carries DNS over TLS
//! ([RFC 7858](https://www.rfc-editor.org/rfc/rfc7858)).
//!
//! # Wire format
//!
//! The length of the message in two octets, then the message; then the next.
//!
//! ```
//! use wire_dns::stream::{self, Decoded};
//!
//! let mut octets = Vec::new();
//! stream::encode(b"one", &mut octets)?;
//! stream::encode(b"three", &mut octets)?;
//! assert_eq!(octets, b"\0\x03one\0\x05three");
//! assert_eq!(stream::decode(&octets), Decoded::Complete { message: b"one", len: 5 });
//! // Too few octets are not an error.
//! assert_eq!(stream::decode(b"\0\x03on"), Decoded::Incomplete { needed: 1 });
//! # Ok::<(), wire_dns::Error>(())
//! ```

use alloc::vec::Vec;

use crate::error::{Error, ErrorKind};

/// What stands at the front of a stream, from [`decode`].
///
/// ```
/// use wire_dns::stream::{self, Decoded};
///
/// // One octet of the length, then all of it, then two octets of five.
/// assert_eq!(stream::decode(b"\0"), Decoded::Incomplete { needed: 1 });
/// assert_eq!(stream::decode(b"\0\x05"), Decoded::Incomplete { needed: 5 });
/// assert_eq!(stream::decode(b"\0\x05th"), Decoded::Incomplete { needed: 3 });
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a message is there or not")]
pub enum Decoded<'a> {
    /// A whole message.
    Complete {
        /// The message without its length.
        message: &'a [u8],
        /// Octets of the stream that it takes, its length included.
        len: usize,
    },
    /// Not yet a whole message.
    Incomplete {
        /// How many more octets are certainly needed: those that the length lacks or, once it is there, the message.
        needed: usize,
    },
}

/// Octets of the length before a message.
const LENGTH_OCTETS: usize = 2;

/// The message at the front of `octets`, which may go on behind it. The message itself is not looked at
/// ([RFC 1035 §4.2.2](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2)).
///
/// ```
/// use wire_dns::stream::{self, Decoded};
///
/// let mut octets = &b"\0\x03one\0\x02it\0"[..];
/// let mut messages = Vec::new();
/// while let Decoded::Complete { message, len } = stream::decode(octets) {
///     messages.push(message);
///     octets = &octets[len..];
/// }
/// assert_eq!(messages, [&b"one"[..], b"it"]);
/// assert_eq!(octets, b"\0");
/// ```
#[must_use]
pub fn decode(octets: &[u8]) -> Decoded<'_> {
    let Some((length, rest)) = octets.split_first_chunk::<LENGTH_OCTETS>() else {
        let needed = LENGTH_OCTETS.saturating_sub(octets.len());
        return Decoded::Incomplete { needed };
    };
    let length = usize::from(u16::from_be_bytes(*length));
    match rest.get(..length) {
        Some(message) => Decoded::Complete {
            message,
            len: length.saturating_add(LENGTH_OCTETS),
        },
        None => Decoded::Incomplete {
            needed: length.saturating_sub(rest.len()),
        },
    }
}

/// The two octets that stand before a message of `octets` octets
/// ([RFC 1035 §4.2.2](https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2)).
///
/// A [`Builder`](crate::Builder) appends to a `Vec` and counts pointers from where it began, so a message can be written
/// right behind room for its length:
///
/// ```
/// use wire_dns::{Builder, stream};
/// let mut out = vec![0, 0];
/// let len = Builder::new(&mut out).finish();
/// out[..2].copy_from_slice(&stream::length(len)?);
/// assert_eq!(out, b"\0\x0C\0\0\0\0\0\0\0\0\0\0\0\0");
/// # Ok::<(), wire_dns::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::MessageTooLong`] for more than 65,535 octets.
pub fn length(octets: usize) -> Result<[u8; LENGTH_OCTETS], Error> {
    u16::try_from(octets).map(u16::to_be_bytes).map_err(|_| {
        let octets = u32::try_from(octets).unwrap_or(u32::MAX);
        Error::new(0, ErrorKind::MessageTooLong { octets })
    })
}

/// Appends a message behind its length, so that both can go out in one segment
/// ([RFC 7766 §8](https://www.rfc-editor.org/rfc/rfc7766#section-8)).
///
/// # Errors
///
/// [`ErrorKind::MessageTooLong`] for more than 65,535 octets; nothing is appended.
///
/// ```
/// let mut out = Vec::new();
/// wire_dns::stream::encode(b"three", &mut out)?;
/// assert_eq!(out, b"\0\x05three");
/// # Ok::<(), wire_dns::Error>(())
/// ```
pub fn encode(message: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    out.extend_from_slice(&length(message.len())?);
    out.extend_from_slice(message);
    Ok(())
}

/// Takes a stream in pieces of any size and gives its messages ([RFC 7766 §8](https://www.rfc-editor.org/rfc/rfc7766#section-8)).
///
/// A message that lies whole in a piece is given from there, without a copy. What is kept between pieces is at most one
/// message less an octet, and grows with what arrived, not with what a length promises.
///
/// ```
/// use wire_dns::stream::Decoder;
///
/// let mut decoder = Decoder::new();
/// let mut messages = Vec::new();
/// for piece in [&b"\0"[..], b"\x03on", b"e\0\x02", b"it\0"] {
///     let mut input = piece;
///     while let Some(message) = decoder.next(&mut input) {
///         messages.push(message.to_vec());
///     }
/// }
/// assert_eq!(messages, [&b"one"[..], b"it"]);
/// // One octet of a length has arrived: the stream must not end here.
/// assert_eq!(decoder.pending(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    /// The octets of the message that is not whole yet, its length included.
    held: Vec<u8>,
    /// True when `held` is a whole message that was given and is to be forgotten.
    given: bool,
}

impl Decoder {
    /// A decoder at the start of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            held: Vec::new(),
            given: false,
        }
    }

    /// The next message of the stream, or `None` when `input` is used up and more is needed.
    ///
    /// What is used is taken from the front of `input`. Call until `None`, then with the next piece.
    ///
    /// ```
    /// let mut decoder = wire_dns::stream::Decoder::new();
    /// let mut input = &b"\0\x03one\0\x02i"[..];
    /// assert_eq!(decoder.next(&mut input), Some(&b"one"[..]));
    /// assert_eq!(input, b"\0\x02i");
    /// assert_eq!(decoder.next(&mut input), None); // the rest is kept
    /// assert!(input.is_empty());
    /// ```
    pub fn next<'a, 'p: 'a>(&'a mut self, input: &mut &'p [u8]) -> Option<&'a [u8]> {
        if self.given {
            self.given = false;
            self.held.clear();
        }
        if self.held.is_empty()
            && let Decoded::Complete { message, len } = decode(input)
        {
            *input = input.get(len..).unwrap_or_default();
            return Some(message);
        }
        // Twice at most: for the octets of the length, then for those of the message.
        while let Decoded::Incomplete { needed } = decode(&self.held) {
            let (taken, rest) = input.split_at_checked(needed).unwrap_or((input, &[]));
            self.held.extend_from_slice(taken);
            *input = rest;
            if taken.len() < needed {
                return None;
            }
        }
        self.given = true;
        self.held.get(LENGTH_OCTETS..)
    }

    /// Octets of a message that is not whole yet, its length included. When a stream ends and this is not 0, its last
    /// message was cut.
    ///
    /// ```
    /// let mut decoder = wire_dns::stream::Decoder::new();
    /// assert_eq!(decoder.next(&mut &b"\0\x05thr"[..]), None);
    /// assert_eq!(decoder.pending(), 5);
    /// assert_eq!(decoder.next(&mut &b"ee"[..]), Some(&b"three"[..]));
    /// assert_eq!(decoder.pending(), 0);
    /// ```
    #[must_use]
    pub const fn pending(&self) -> usize {
        if self.given { 0 } else { self.held.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Decoded, Decoder, decode, encode};
    use crate::ErrorKind;
    use alloc::vec;
    use alloc::vec::Vec;

    #[test]
    fn refuses_truncation_as_incomplete() {
        let whole = b"\0\x05three";
        for len in 0..whole.len() {
            let Decoded::Incomplete { needed } = decode(&whole[..len]) else {
                panic!("{len}");
            };
            assert!(needed > 0 && len + needed <= whole.len(), "{len}");
        }
        assert!(matches!(decode(whole), Decoded::Complete { len: 7, .. }));
    }

    #[test]
    fn refuses_what_the_length_cannot_say() {
        let mut out = vec![1];
        let error = encode(&vec![0; 65_536], &mut out).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::MessageTooLong { octets: 65_536 });
        assert_eq!(out, [1]);
        encode(&vec![7; 65_535], &mut out).unwrap();
        assert_eq!(out[1..3], [0xFF, 0xFF]);
    }

    #[test]
    fn pieces_of_any_size_give_the_same_messages() {
        let mut octets = Vec::new();
        let messages: Vec<Vec<u8>> = [0usize, 1, 2, 300, 3, 0]
            .iter()
            .map(|len| vec![0xAB; *len])
            .collect();
        for message in &messages {
            encode(message, &mut octets).unwrap();
        }
        for size in 1..=octets.len() {
            let mut decoder = Decoder::new();
            let mut found = Vec::new();
            for mut piece in octets.chunks(size) {
                while let Some(message) = decoder.next(&mut piece) {
                    found.push(message.to_vec());
                }
                assert!(piece.is_empty(), "size {size}");
            }
            assert_eq!(found, messages, "size {size}");
            assert_eq!(decoder.pending(), 0, "size {size}");
        }
    }

    #[test]
    fn a_promised_length_reserves_nothing() {
        let mut decoder = Decoder::new();
        assert_eq!(decoder.next(&mut &b"\xFF\xFFab"[..]), None);
        assert!(decoder.held.capacity() < 64);
        assert_eq!(decoder.pending(), 4);
    }
}
