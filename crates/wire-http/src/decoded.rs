//! Incomplete is not wrong.

/// What decoding the start of a stream gave.
///
/// Too few octets are a value, not an error: read more, append them, decode again (or let
/// [`HeadScanner`](crate::HeadScanner) remember how far it looked).
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a decoded thing is whole or it is not"
)]
pub enum Decoded<T> {
    /// The whole of it was there.
    Complete {
        /// What was decoded.
        value: T,
        /// How many octets of the input it took; what follows is the body or the next message.
        len: usize,
    },
    /// Nothing is wrong so far, but the end is not there yet.
    Incomplete,
}

impl<T> Decoded<T> {
    /// Value and length if the whole of it was there.
    #[must_use]
    pub fn complete(self) -> Option<(T, usize)> {
        match self {
            Self::Complete { value, len } => Some((value, len)),
            Self::Incomplete => None,
        }
    }

    /// Whether more octets are needed.
    #[must_use]
    pub const fn is_incomplete(&self) -> bool {
        matches!(self, Self::Incomplete)
    }
}
