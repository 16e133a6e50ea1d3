//! Field: one named piece of a message with its octets and its text, for tools that show messages.

use core::fmt;
use core::ops::Range;

/// A field of a message: what the RFC calls it, where it is, what it says.
///
/// Walks give fields in the order of the octets, without gaps, so that a tool can annotate any type without knowing it.
#[derive(Clone, Copy)]
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
    /// The octets' positions.
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
