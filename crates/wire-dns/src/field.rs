//! Field: one named piece of a message with its octets and its text, for tools that show messages.

use core::fmt;
use core::ops::Range;

/// A field of a message: what the RFC calls it, where it is, what it says.
///
/// Walks give fields in the order of the octets, without gaps, so that a tool can annotate any type without knowing it.
/// Only the flags of the header share octets.
///
/// ```
/// use wire_dns::Message;
///
/// let message = Message::decode(b"\0\x07\x01\0\0\x01\0\0\0\0\0\0\x01a\0\0\x1C\0\x01")?;
/// let mut lines = Vec::new();
/// message.walk(|place, field| {
///     if place.is_some() {
///         lines.push(format!("{:?} {} {}", field.range(), field.name, field.value));
///     }
/// });
/// assert_eq!(lines, ["12..15 QNAME a.", "15..17 QTYPE AAAA", "17..19 QCLASS IN"]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Field<'f> {
    /// The RFC's name, for example `MINIMUM` or `Key Tag`.
    pub name: &'static str,
    /// First octet, from the start of the message (or of the RDATA, when that stands alone).
    pub start: usize,
    /// The octet behind the last.
    pub end: usize,
    /// The presentation form.
    pub value: &'f dyn fmt::Display,
}

impl Field<'_> {
    /// The octets' positions, to slice the message with.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}..{} {}: {}",
            self.start, self.end, self.name, self.value
        )
    }
}
