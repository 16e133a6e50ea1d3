//! MessageBuf: the owned whole.

use alloc::boxed::Box;
use core::fmt;

use super::{DecodeOptions, Index, Message};
use crate::error::Error;

/// What holds the octets of an owned message.
#[cfg(feature = "bytes")]
type Octets = bytes::Bytes;
/// What holds the octets of an owned message.
#[cfg(not(feature = "bytes"))]
type Octets = Box<[u8]>;

/// A checked message that owns its octets: one allocation of the message's length, shared by clones with the feature
/// `bytes`.
///
/// ```
/// use wire_dns::{Message, MessageBuf};
/// let received = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// let kept = MessageBuf::decode(&received)?;
/// assert_eq!(kept.as_message().header().id, 1);
/// // What was checked need not be checked again.
/// assert_eq!(MessageBuf::from(Message::decode(&received)?), kept);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone)]
pub struct MessageBuf {
    octets: Octets,
    index: Index,
}

impl MessageBuf {
    /// Checks and copies a message.
    ///
    /// # Errors
    ///
    /// As [`Message::decode`].
    #[doc(alias = "parse")]
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        Message::decode(octets).map(Self::from)
    }

    /// Checks and copies a message, tolerating what `options` say.
    ///
    /// # Errors
    ///
    /// As [`Message::decode`].
    pub fn decode_with(octets: &[u8], options: DecodeOptions) -> Result<Self, Error> {
        Message::decode_with(octets, options).map(Self::from)
    }

    /// Checks a message and keeps the buffer that it came in, without a copy.
    ///
    /// # Errors
    ///
    /// As [`Message::decode`].
    ///
    /// ```
    /// use wire_dns::MessageBuf;
    /// let received = bytes::Bytes::from(vec![0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    /// let message = MessageBuf::decode_bytes(received.clone())?;
    /// assert_eq!(message.octets().as_ptr(), received.as_ptr());
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[cfg(feature = "bytes")]
    pub fn decode_bytes(octets: bytes::Bytes) -> Result<Self, Error> {
        let index = Message::decode(&octets)?.index;
        Ok(Self { octets, index })
    }

    /// Checks a message and keeps the buffer that it came in.
    ///
    /// There is no copy, unless without the feature `bytes` the buffer has room to spare: that is given back.
    ///
    /// # Errors
    ///
    /// As [`Message::decode`].
    ///
    /// ```
    /// use wire_dns::MessageBuf;
    /// let message = MessageBuf::decode_vec(vec![0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
    /// assert_eq!(message.octets().len(), 12);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn decode_vec(octets: alloc::vec::Vec<u8>) -> Result<Self, Error> {
        let index = Message::decode(&octets)?.index;
        Ok(Self {
            octets: octets.into(),
            index,
        })
    }

    /// The borrowed form, without checking again.
    #[inline]
    #[must_use]
    pub fn as_message(&self) -> Message<'_> {
        Message {
            octets: &self.octets,
            index: self.index,
        }
    }

    /// The octets of the message.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

impl From<Message<'_>> for MessageBuf {
    fn from(message: Message<'_>) -> Self {
        let octets: Box<[u8]> = message.octets.into();
        #[cfg(feature = "bytes")]
        let octets = bytes::Bytes::from(octets);
        Self {
            octets,
            index: message.index,
        }
    }
}

impl AsRef<[u8]> for MessageBuf {
    fn as_ref(&self) -> &[u8] {
        self.octets()
    }
}

impl PartialEq for MessageBuf {
    fn eq(&self, other: &Self) -> bool {
        self.octets == other.octets
    }
}

impl Eq for MessageBuf {}

impl fmt::Debug for MessageBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_message().fmt(f)
    }
}

impl fmt::Display for MessageBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_message(), f)
    }
}
