//! Incomplete is not wrong.

/// What decoding the start of a stream gave.
///
/// Too few octets are a value, not an error: read more, append them, decode again (or let
/// [`HeadScanner`](crate::HeadScanner) remember how far it looked).
///
/// ```
/// use wire_http::{Decoded, RequestHead};
///
/// let received = b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\nGET /2 HT";
/// assert_eq!(RequestHead::decode(&received[..20])?, Decoded::Incomplete);
/// match RequestHead::decode(received)? {
///     Decoded::Complete { len, .. } => assert_eq!(&received[len..], b"GET /2 HT"),
///     Decoded::Incomplete => unreachable!("the empty line is there"),
/// }
/// # Ok::<(), wire_http::Error>(())
/// ```
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
    ///
    /// ```
    /// let decoded = wire_http::RequestHead::decode(b"GET / HTTP/1.0\r\n\r\n")?;
    /// let (head, len) = decoded.complete().expect("the empty line is there");
    /// assert_eq!((head.target_text(), len), ("/", 18));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
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
