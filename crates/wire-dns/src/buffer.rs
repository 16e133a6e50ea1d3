//! Buffer: where a message is written to.

use alloc::vec::Vec;

use crate::limits::MESSAGE_OCTETS_MAX;

/// Octets that the [`Builder`](crate::Builder) writes into: `&mut [u8]`, `&mut Vec<u8>`, and `&mut BytesMut` with the
/// feature `bytes`.
///
/// A slice is written from its front and never outgrown. The others are appended to; pointers in the message count from
/// where it begins, so that a length can stand before it.
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

/// A growing buffer and where the message in it begins.
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
        let room = more_room(self.base, self.buffer.len())
            .max(self.buffer.capacity().min(MESSAGE_OCTETS_MAX));
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

/// What becomes a [`Buffer`].
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
