//! Label and the walk over the labels of a name (RFC 1035 §3.1).

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::iter::FusedIterator;

use super::text::write_label;

/// One label of a name: 1 to 63 octets, compared and hashed without case
/// ([RFC 4343](https://www.rfc-editor.org/rfc/rfc4343)).
///
/// [`Display`](fmt::Display) writes the presentation form, with escapes for what a zone file would take otherwise.
///
/// ```
/// use wire_dns::Label;
///
/// let label = Label::new(b"a.B\n").unwrap();
/// assert_eq!(label.to_string(), r"a\.B\010");
/// assert_eq!(Some(label), Label::new(b"A.b\n"));
/// assert_eq!((Label::new(b""), Label::new(&[b'a'; 64])), (None, None));
/// ```
#[derive(Clone, Copy)]
pub struct Label<'a>(pub(super) &'a [u8]);

impl<'a> Label<'a> {
    /// A label of these octets; `None` unless there are 1 to 63.
    #[must_use]
    pub fn new(octets: &'a [u8]) -> Option<Self> {
        (1..=crate::limits::LABEL_OCTETS_MAX)
            .contains(&octets.len())
            .then_some(Self(octets))
    }

    /// The octets, in the case they came with.
    #[must_use]
    pub const fn octets(self) -> &'a [u8] {
        self.0
    }
}

impl AsRef<[u8]> for Label<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

impl PartialEq for Label<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for Label<'_> {}

impl Hash for Label<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_label(self.0, state);
    }
}

impl Ord for Label<'_> {
    /// As left-justified octet strings with upper-case letters folded (RFC 4034 §6.1).
    fn cmp(&self, other: &Self) -> Ordering {
        self.0
            .iter()
            .map(u8::to_ascii_lowercase)
            .cmp(other.0.iter().map(u8::to_ascii_lowercase))
    }
}

impl PartialOrd for Label<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Label({self})")
    }
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_label(self.0, f)
    }
}

/// Feeds a label to a hasher, folded, in pieces that do not need a buffer of their own size.
pub(super) fn hash_label<H: Hasher>(octets: &[u8], state: &mut H) {
    let mut folded = [0u8; 64];
    if let Some((first, rest)) = folded.split_first_mut() {
        *first = u8::try_from(octets.len()).unwrap_or(u8::MAX);
        for (to, from) in rest.iter_mut().zip(octets) {
            *to = from.to_ascii_lowercase();
        }
    }
    state.write(folded.get(..=octets.len()).unwrap_or(&folded));
}

/// The labels of a name from the leftmost on, the root label left out; from [`Name::labels`](super::Name::labels).
///
/// ```
/// # use wire_dns::NameBuf;
/// let name: NameBuf = "www.example.com".parse()?;
/// let labels: Vec<&[u8]> = name.labels().map(|label| label.octets()).collect();
/// assert_eq!(labels, [&b"www"[..], b"example", b"com"]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Labels<'a> {
    pub(super) octets: &'a [u8],
    pub(super) pos: usize,
}

impl<'a> Iterator for Labels<'a> {
    type Item = Label<'a>;

    #[inline]
    fn next(&mut self) -> Option<Label<'a>> {
        // Ends because the name was checked: every pointer goes backwards and their number is bounded.
        loop {
            let len = *self.octets.get(self.pos)?;
            match len {
                0 => return None,
                1..=63 => {
                    let start = self.pos.wrapping_add(1);
                    let end = start.wrapping_add(usize::from(len));
                    let label = self.octets.get(start..end)?;
                    self.pos = end;
                    return Some(Label(label));
                }
                high => {
                    let low = *self.octets.get(self.pos.wrapping_add(1))?;
                    self.pos = usize::from(u16::from_be_bytes([high & 0x3F, low]));
                }
            }
        }
    }
}

impl FusedIterator for Labels<'_> {}
