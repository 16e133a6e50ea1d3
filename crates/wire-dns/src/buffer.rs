//! Buffer: where a message is written to.

use alloc::vec::Vec;

use crate::limits::MESSAGE_OCTETS_MAX;

/// Octets that the [`Builder`](crate::Builder) writes into: `&mut [u8]`, `&mut Vec<u8>`, and `&mut BytesMut` with the
/// feature `bytes`.
///
/// A slice is written from its front and never outgrown. The others are appended to, up to 65,535 octets of message;
/// pointers in the message count from where it begins, so that a length can stand before it. Other types cannot
/// implement this.
///
/// ```
/// use wire_dns::{Buffer, Builder, Class, Error, Name, RecordType};
///
/// fn ask_for_root<B: Buffer>(mut builder: Builder<B>) -> Result<usize, Error> {
///     builder.question(Name::ROOT, RecordType::NS, Class::IN)?;
///     Ok(builder.finish())
/// }
///
/// let (mut array, mut vec) = ([0; 512], b"kept".to_vec());
/// assert_eq!(ask_for_root(Builder::new(&mut array))?, 17);
/// assert_eq!(array[12..17], *b"\0\0\x02\0\x01");
/// assert_eq!(ask_for_root(Builder::new(&mut vec))?, 17);
/// assert_eq!(vec, b"kept\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\x02\0\x01");
/// # Ok::<(), Error>(())
/// ```
pub trait Buffer: sealed::Sealed {}

impl<B: sealed::Sealed> Buffer for B {}

/// What a buffer can do; not for implementing elsewhere.
pub(crate) mod sealed {
    /// The buffer's side of the [`Builder`](crate::Builder).
    #[allow(unnameable_types, reason = "seals the public trait")]
    pub trait Sealed {
        /// All octets that can be written now.
        fn room(&mut self) -> &mut [u8];
        /// Makes more room for a message; false when there cannot be more.
        fn grow(&mut self) -> bool;
        /// Keeps the first `octets`.
        fn keep(&mut self, octets: usize);
        /// Where the message begins.
        fn base(&self) -> usize;
    }
}

impl sealed::Sealed for &mut [u8] {
    #[inline]
    fn room(&mut self) -> &mut [u8] {
        self
    }
    fn grow(&mut self) -> bool {
        false
    }
    fn keep(&mut self, _octets: usize) {}
    #[inline]
    fn base(&self) -> usize {
        0
    }
}

/// How much room is made for a message whose size is not known, in octets.
fn more_room(base: usize, now: usize) -> usize {
    let doubled = now
        .saturating_sub(base)
        .saturating_mul(2)
        .clamp(512, MESSAGE_OCTETS_MAX);
    base.saturating_add(doubled)
}

/// A growing buffer and where the message in it begins: the [`Buffer`] of a `Vec` or `BytesMut`, for who must name the
/// type of a [`Builder`](crate::Builder).
///
/// ```
/// use wire_dns::{Builder, Class, Growing, Name, RecordType};
///
/// struct Query<'b> {
///     builder: Builder<Growing<'b, Vec<u8>>>,
/// }
///
/// let mut octets = Vec::new();
/// let mut query = Query { builder: Builder::new(&mut octets) };
/// query.builder.question(Name::ROOT, RecordType::NS, Class::IN)?;
/// assert_eq!(query.builder.finish(), 17);
/// assert_eq!(octets.len(), 17);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Debug)]
pub struct Growing<'b, G> {
    buffer: &'b mut G,
    base: usize,
}

impl<'b> From<&'b mut Vec<u8>> for Growing<'b, Vec<u8>> {
    fn from(buffer: &'b mut Vec<u8>) -> Self {
        let base = buffer.len();
        Self { buffer, base }
    }
}

impl sealed::Sealed for Growing<'_, Vec<u8>> {
    #[inline]
    fn room(&mut self) -> &mut [u8] {
        self.buffer
    }
    fn grow(&mut self) -> bool {
        /// Less is not worth a step of its own.
        const STEP_MIN: usize = 64;
        let (now, allocated) = (self.buffer.len(), self.buffer.capacity());
        // What is allocated is used first, but not all of it cleared for a short message.
        let room = match more_room(self.base, now) {
            more if now.saturating_add(STEP_MIN) <= allocated => more.min(allocated),
            more => more,
        };
        self.buffer.resize(room, 0);
        true
    }
    fn keep(&mut self, octets: usize) {
        self.buffer.truncate(octets);
    }
    #[inline]
    fn base(&self) -> usize {
        self.base
    }
}

#[cfg(feature = "bytes")]
impl<'b> From<&'b mut bytes::BytesMut> for Growing<'b, bytes::BytesMut> {
    fn from(buffer: &'b mut bytes::BytesMut) -> Self {
        let base = buffer.len();
        Self { buffer, base }
    }
}

#[cfg(feature = "bytes")]
impl sealed::Sealed for Growing<'_, bytes::BytesMut> {
    #[inline]
    fn room(&mut self) -> &mut [u8] {
        self.buffer
    }
    fn grow(&mut self) -> bool {
        let room = more_room(self.base, self.buffer.len());
        self.buffer.resize(room, 0);
        true
    }
    fn keep(&mut self, octets: usize) {
        self.buffer.truncate(octets);
    }
    #[inline]
    fn base(&self) -> usize {
        self.base
    }
}

/// What becomes a [`Buffer`]: `&mut [u8]`, `&mut [u8; N]`, `&mut Vec<u8>`, and `&mut BytesMut` with the feature `bytes`.
///
/// ```
/// use wire_dns::{Builder, IntoBuffer};
///
/// fn write_empty(buffer: impl IntoBuffer) -> usize {
///     Builder::new(buffer).finish()
/// }
///
/// assert_eq!(write_empty(&mut [0; 12]), 12);
/// assert_eq!(write_empty(&mut Vec::new()), 12);
/// // Too short for a header.
/// assert_eq!(write_empty(&mut [0; 11]), 0);
/// ```
pub trait IntoBuffer {
    /// The buffer.
    type Buffer: Buffer;
    /// Turns into the buffer.
    fn into_buffer(self) -> Self::Buffer;
}

impl<'b> IntoBuffer for &'b mut [u8] {
    type Buffer = &'b mut [u8];
    fn into_buffer(self) -> Self::Buffer {
        self
    }
}

impl<'b, const N: usize> IntoBuffer for &'b mut [u8; N] {
    type Buffer = &'b mut [u8];
    fn into_buffer(self) -> Self::Buffer {
        self
    }
}

impl<'b> IntoBuffer for &'b mut Vec<u8> {
    type Buffer = Growing<'b, Vec<u8>>;
    fn into_buffer(self) -> Self::Buffer {
        self.into()
    }
}

#[cfg(feature = "bytes")]
impl<'b> IntoBuffer for &'b mut bytes::BytesMut {
    type Buffer = Growing<'b, bytes::BytesMut>;
    fn into_buffer(self) -> Self::Buffer {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::Growing;
    use super::sealed::Sealed as _;
    use crate::limits::MESSAGE_OCTETS_MAX;

    #[test]
    fn a_vector_is_cleared_as_far_as_the_message_needs() {
        let grown = |capacity: usize| {
            let mut octets = Vec::with_capacity(capacity);
            let mut buffer = Growing::from(&mut octets);
            let mut sizes = Vec::new();
            while buffer.room().len() < MESSAGE_OCTETS_MAX {
                assert!(buffer.grow());
                sizes.push(buffer.room().len());
            }
            sizes
        };
        let doubled = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_535];
        assert_eq!(grown(0), doubled);
        assert_eq!(grown(1 << 20), doubled);
        // What is allocated is used before there is more.
        assert_eq!(grown(1232)[..4], [512, 1024, 1232, 2464]);
    }
}
