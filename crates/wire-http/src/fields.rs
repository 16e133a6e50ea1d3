//! The field section: ordered lines, looked up without regard to case (RFC 9110 §5.2, §5.3).

use crate::field::{FieldLine, FieldName, FieldValue};
use crate::grammar::{is_ows, trim_ows};
use alloc::vec::Vec;
use core::fmt;

/// How many lines are indexed without an allocation.
pub(crate) const LINES_INLINE: usize = 64;

/// Where one field line starts and how long its name is. The colon follows the name, the value ends where the next line
/// begins; so this is all there is to remember.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(crate) start: u32,
    pub(crate) name_len: u32,
}

impl Line {
    /// A line of a section that is shorter than 2^32 octets.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a head longer than 2^32 octets is refused, and so are its lines"
    )]
    pub(crate) const fn new(start: usize, name_len: usize) -> Self {
        Self {
            start: start as u32,
            name_len: name_len as u32,
        }
    }
}

/// The index of a field section.
#[derive(Clone)]
pub(crate) struct Lines {
    inline: [Line; LINES_INLINE],
    inline_len: usize,
    more: Vec<Line>,
}

impl Lines {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self {
            inline: [Line {
                start: 0,
                name_len: 0,
            }; LINES_INLINE],
            inline_len: 0,
            more: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, line: Line) {
        if let Some(slot) = self.inline.get_mut(self.inline_len) {
            *slot = line;
            self.inline_len = self.inline_len.wrapping_add(1);
        } else {
            self.more.push(line);
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.inline_len.saturating_add(self.more.len())
    }

    /// The same lines in a buffer in which their section starts at `start`.
    pub(crate) fn moved_by(mut self, start: usize) -> Self {
        let start = Line::new(start, 0).start;
        for line in self
            .inline
            .iter_mut()
            .take(self.inline_len)
            .chain(&mut self.more)
        {
            line.start = line.start.saturating_add(start);
        }
        self
    }

    /// Where the first line starts.
    #[inline]
    pub(crate) fn first_start(&self) -> Option<usize> {
        self.get(0).map(|line| line.start as usize)
    }

    #[inline]
    fn get(&self, index: usize) -> Option<Line> {
        match index.checked_sub(LINES_INLINE) {
            None => self.inline.get(..self.inline_len)?.get(index).copied(),
            Some(index) => self.more.get(index).copied(),
        }
    }
}

/// The field lines of a head or of a trailer section, in the order received.
///
/// Nothing is copied: names and values are slices of the input. Looking a name up walks the lines.
///
/// ```
/// use wire_http::{Decoded, RequestHead};
///
/// let input = b"GET / HTTP/1.1\r\nHost: a.test\r\nAccept: text/html, text/plain\r\naccept: */*\r\n\r\n";
/// let Decoded::Complete { value: head, .. } = RequestHead::decode(input)? else { panic!() };
/// assert_eq!(head.fields().len(), 3);
/// assert_eq!(head.fields().get("host").unwrap(), "a.test");
/// let ranges: Vec<_> = head.fields().list("Accept").map(|item| item.to_str().unwrap()).collect();
/// assert_eq!(ranges, ["text/html", "text/plain", "*/*"]);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "headers")]
pub struct Fields<'b> {
    /// The input from its start up to and including the empty line.
    octets: &'b [u8],
    lines: Lines,
}

impl<'b> Fields<'b> {
    #[inline]
    pub(crate) const fn new(octets: &'b [u8], lines: Lines) -> Self {
        Self { octets, lines }
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The lines in order.
    #[must_use]
    pub const fn iter(&self) -> FieldsIter<'_, 'b> {
        FieldsIter {
            fields: self,
            next: 0,
        }
    }

    /// The value of the first line called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<FieldValue<'b>> {
        self.get_all(name).next()
    }

    /// The values of all lines called `name`, in order.
    pub fn get_all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = FieldValue<'b>> + 's {
        (0..self.len())
            .filter(move |&index| self.has_name(index, name))
            .filter_map(|index| self.line(index))
            .map(|line| line.value)
    }

    /// The value of the only line called `name`: `None` if there is none or more than one.
    #[must_use]
    pub fn get_only(&self, name: &str) -> Option<FieldValue<'b>> {
        let mut values = self.get_all(name);
        values.next().filter(|_| values.next().is_none())
    }

    /// Whether a line is called `name`.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        (0..self.len()).any(|index| self.has_name(index, name))
    }

    /// The members of the list that all lines called `name` make together (RFC 9110 §5.6.1): separated by commas outside
    /// quoted strings, trimmed, empty ones left out.
    pub fn list<'s>(&'s self, name: &'s str) -> impl Iterator<Item = FieldValue<'b>> + 's {
        self.get_all(name).flat_map(list_members)
    }

    /// Whether the list called `name` has the member `token`, whatever the case of its letters.
    #[must_use]
    pub fn list_contains(&self, name: &str, token: &str) -> bool {
        self.list(name)
            .any(|member| member.as_bytes().eq_ignore_ascii_case(token.as_bytes()))
    }

    fn has_name(&self, index: usize, name: &str) -> bool {
        // The length first: most names differ in it, and then no octet is looked at.
        self.lines
            .get(index)
            .is_some_and(|line| line.name_len as usize == name.len() && self.name_of(line).is(name))
    }

    fn name_of(&self, line: Line) -> FieldName<'b> {
        let start = line.start as usize;
        FieldName::from_token(
            self.octets
                .get(start..start.saturating_add(line.name_len as usize))
                .unwrap_or_default(),
        )
    }

    #[inline]
    pub(crate) fn line(&self, index: usize) -> Option<FieldLine<'b>> {
        let line = self.lines.get(index)?;
        let name = self.name_of(line);
        let after_colon = (line.start as usize)
            .saturating_add(line.name_len as usize)
            .saturating_add(1);
        let end = self
            .lines
            .get(index.saturating_add(1))
            .map_or(self.octets.len(), |next| next.start as usize);
        let (value, blanks) = value_of(self.octets.get(after_colon..end).unwrap_or_default());
        let value = FieldValue::from_checked(value);
        Some(FieldLine {
            name,
            value,
            name_start: line.start as usize,
            value_start: after_colon.saturating_add(blanks),
        })
    }
}

/// The value in `rest`, which runs from the colon to the next line or to the end of the section, and how many blanks stand
/// before it. A value has no CR and no LF, so the first of them ends it.
#[inline]
fn value_of(mut rest: &[u8]) -> (&[u8], usize) {
    let mut blanks = 0_usize;
    while let [first, after @ ..] = rest {
        if !is_ows(*first) {
            break;
        }
        rest = after;
        blanks = blanks.wrapping_add(1);
    }
    while let [before @ .., last] = rest {
        if !is_ows(*last) && !matches!(last, b'\r' | b'\n') {
            break;
        }
        rest = before;
    }
    (rest, blanks)
}

/// The members of one comma-separated value (RFC 9110 §5.6.1). An unfinished quoted string reaches to the end.
pub(crate) fn list_members(value: FieldValue<'_>) -> impl Iterator<Item = FieldValue<'_>> {
    let mut quoted = false;
    let mut escaped = false;
    value
        .as_bytes()
        .split(move |&octet| {
            match octet {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b',' if !quoted => return true,
                _ => {}
            }
            false
        })
        .map(trim_ows)
        .filter(|member| !member.is_empty())
        .map(FieldValue::from_checked)
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|line| (line.name, line.value)))
            .finish()
    }
}

impl Eq for Fields<'_> {}

impl PartialEq for Fields<'_> {
    /// Same names (whatever the case of their letters) and values in the same order.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .iter()
                .zip(other)
                .all(|(one, other)| one.name == other.name && one.value == other.value)
    }
}

impl<'s, 'b> IntoIterator for &'s Fields<'b> {
    type Item = FieldLine<'b>;
    type IntoIter = FieldsIter<'s, 'b>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Walks the lines of [`Fields`].
#[derive(Clone, Debug)]
pub struct FieldsIter<'s, 'b> {
    fields: &'s Fields<'b>,
    next: usize,
}

impl<'b> Iterator for FieldsIter<'_, 'b> {
    type Item = FieldLine<'b>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.fields.line(self.next)?;
        self.next = self.next.saturating_add(1);
        Some(line)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.fields.len().saturating_sub(self.next);
        (left, Some(left))
    }
}

impl ExactSizeIterator for FieldsIter<'_, '_> {}
