//! The field section: ordered lines, looked up without regard to case (RFC 9110 §5.2, §5.3).

use crate::field::{FieldLine, FieldName, FieldValue};
use crate::grammar::{is_ows, trim_ows};
use core::fmt;
use core::iter::FusedIterator;

/// How many lines are indexed; those after them are found by walking on from the last.
const LINES_INDEXED: u32 = 32;

/// Where the lines of a section start. That is all there is to remember: the name ends at the first colon, the value where
/// the next line begins. Two octets a line keep a head cheap to move, and no head needs an allocation.
#[derive(Clone)]
pub(crate) struct LineStarts {
    starts: [u16; LINES_INDEXED as usize],
    /// How many of `starts` are set; no line after the first 32, or after the first 65,536 octets, is.
    indexed: u32,
    len: u32,
}

impl LineStarts {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self {
            starts: [0; LINES_INDEXED as usize],
            indexed: 0,
            len: 0,
        }
    }

    /// Adds the line that starts at `start`, counted from the start of the section.
    #[inline]
    pub(crate) fn push(&mut self, start: usize) {
        if let (Some(slot), Ok(start)) =
            (self.starts.get_mut(self.len as usize), u16::try_from(start))
        {
            *slot = start;
            self.indexed = self.indexed.wrapping_add(1);
        }
        self.len = self.len.wrapping_add(1);
    }

    /// Room for the starts of the first of `lines` lines in a section of `octets`; `None` if it is too long to index.
    #[inline]
    pub(crate) fn fill(&mut self, octets: usize, lines: usize) -> Option<&mut [u16]> {
        if octets > 1 << 16 {
            return None;
        }
        self.len = u32::try_from(lines).ok()?;
        self.indexed = self.len.min(LINES_INDEXED);
        Some(&mut self.starts)
    }

    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    /// The start of the line `index`, if it is indexed.
    #[inline]
    fn get(&self, index: usize) -> Option<usize> {
        let start = self.starts.get(..self.indexed as usize)?.get(index)?;
        Some(usize::from(*start))
    }

    /// Where the first line starts.
    #[inline]
    pub(crate) fn first(&self) -> Option<usize> {
        self.get(0)
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
    /// The section, or the head it is in, up to and including the empty line.
    octets: &'b [u8],
    /// Where in the input that is.
    offset: usize,
    lines: LineStarts,
}

impl<'b> Fields<'b> {
    #[inline]
    pub(crate) const fn new(octets: &'b [u8], offset: usize, lines: LineStarts) -> Self {
        Self {
            octets,
            offset,
            lines,
        }
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
            index: 0,
            end_of_previous: 0,
        }
    }

    /// The value of the first line called `name`. For a field that must not come twice, take [`get_only`](Self::get_only);
    /// for a list, [`list`](Self::list).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<FieldValue<'b>> {
        self.get_all(name).next()
    }

    /// The values of all lines called `name`, in order: what the readers of list-based fields take.
    ///
    /// ```
    /// use wire_http::{RequestHead, negotiate::AcceptEncoding};
    ///
    /// let input = b"GET / HTTP/1.0\r\nAccept-Encoding: br\r\nAccept-Encoding: gzip;q=0.5\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// let accept = AcceptEncoding::decode(head.fields().get_all("accept-encoding"))?;
    /// assert_eq!(accept.best(&["gzip", "br"]), Some(1));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn get_all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = FieldValue<'b>> + 's {
        self.starts()
            .filter(move |&(start, _)| self.has_name(start, name))
            .map(|(start, end)| self.line(start, end).value)
    }

    /// The value of the only line called `name`: `None` if there is none or more than one.
    ///
    /// ```
    /// use wire_http::RequestHead;
    ///
    /// let input = b"GET / HTTP/1.0\r\nRange: bytes=0-1\r\nA: 1\r\na: 2\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// assert_eq!(head.fields().get_only("range").expect("one line"), "bytes=0-1");
    /// assert_eq!(head.fields().get_only("a"), None);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn get_only(&self, name: &str) -> Option<FieldValue<'b>> {
        let mut values = self.get_all(name);
        values.next().filter(|_| values.next().is_none())
    }

    /// Whether a line is called `name`.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.starts().any(|(start, _)| self.has_name(start, name))
    }

    /// The members of the list that all lines called `name` make together
    /// ([RFC 9110 §5.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1)): separated by commas outside quoted
    /// strings, trimmed, empty ones left out.
    ///
    /// ```
    /// use wire_http::RequestHead;
    ///
    /// let input = b"GET / HTTP/1.0\r\nX-List: a, \"b, c\",, d\r\nx-list: e\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// let members: Vec<_> = head.fields().list("x-list").map(|member| member.as_bytes()).collect();
    /// assert_eq!(members, [&b"a"[..], b"\"b, c\"", b"d", b"e"]);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn list<'s>(&'s self, name: &'s str) -> impl Iterator<Item = FieldValue<'b>> + 's {
        self.get_all(name).flat_map(list_members)
    }

    /// Whether the list called `name` has the member `token`, whatever the case of its letters.
    ///
    /// ```
    /// use wire_http::RequestHead;
    ///
    /// let input = b"GET / HTTP/1.0\r\nTE: trailers, deflate\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// assert!(head.fields().list_contains("te", "Trailers"));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn list_contains(&self, name: &str, token: &str) -> bool {
        self.list(name)
            .any(|member| member.as_bytes().eq_ignore_ascii_case(token.as_bytes()))
    }

    /// Where each line starts and ends.
    fn starts(&self) -> impl Iterator<Item = (usize, usize)> {
        let mut iter = self.iter();
        core::iter::from_fn(move || iter.next_bounds())
    }

    /// Whether the line at `start` is called `name`. A name has no colon in it, so one look says whether the lengths agree,
    /// which most do not.
    #[inline]
    fn has_name(&self, start: usize, name: &str) -> bool {
        let colon = start.saturating_add(name.len());
        self.octets.get(colon) == Some(&b':')
            && self
                .octets
                .get(start..colon)
                .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && !name.is_empty()
    }

    #[inline]
    fn line(&self, start: usize, end: usize) -> FieldLine<'b> {
        let line = self.octets.get(start..end).unwrap_or_default();
        let name_len = line
            .iter()
            .position(|&octet| octet == b':')
            .unwrap_or(line.len());
        let (name, rest) = line.split_at_checked(name_len).unwrap_or_default();
        let (value, blanks) = value_of(rest.get(1..).unwrap_or_default());
        FieldLine {
            name: FieldName::from_token(name),
            value: FieldValue::from_checked(value),
            name_start: self.offset.saturating_add(start),
            value_start: self
                .offset
                .saturating_add(start)
                .saturating_add(name_len)
                .saturating_add(1)
                .saturating_add(blanks),
        }
    }
}

/// The value in `rest`, which runs from the colon to the next line or to the end of the section, and how many blanks stand
/// before it. A value has no CR and no LF, so the first of them ends it.
#[inline]
pub(crate) fn value_of(mut rest: &[u8]) -> (&[u8], usize) {
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
///
/// ```
/// use wire_http::RequestHead;
///
/// let input = b"GET / HTTP/1.0\r\nHost: a.test\r\nAccept: */*\r\n\r\n";
/// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
/// let lines: Vec<_> = head.fields().iter().map(|line| format!("{}: {}", line.name(), line.value())).collect();
/// assert_eq!(lines, ["Host: a.test", "Accept: */*"]);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FieldsIter<'s, 'b> {
    fields: &'s Fields<'b>,
    index: usize,
    end_of_previous: usize,
}

impl FieldsIter<'_, '_> {
    /// Where the next line starts and ends.
    #[inline]
    fn next_bounds(&mut self) -> Option<(usize, usize)> {
        let lines = &self.fields.lines;
        if self.index >= lines.len() {
            return None;
        }
        let start = lines.get(self.index).unwrap_or(self.end_of_previous);
        self.index = self.index.saturating_add(1);
        let end = match lines.get(self.index) {
            Some(next) => next,
            None if self.index >= lines.len() => self.fields.octets.len(),
            None => {
                let rest = self.fields.octets.get(start..).unwrap_or_default();
                let len = rest
                    .iter()
                    .position(|&octet| octet == b'\n')
                    .unwrap_or(rest.len());
                start.saturating_add(len).saturating_add(1)
            }
        };
        self.end_of_previous = end;
        Some((start, end))
    }
}

impl<'b> Iterator for FieldsIter<'_, 'b> {
    type Item = FieldLine<'b>;

    fn next(&mut self) -> Option<Self::Item> {
        let (start, end) = self.next_bounds()?;
        Some(self.fields.line(start, end))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.fields.len().saturating_sub(self.index);
        (left, Some(left))
    }
}

impl ExactSizeIterator for FieldsIter<'_, '_> {}

impl FusedIterator for FieldsIter<'_, '_> {}
