//! Name: a checked domain name, compared without case (RFC 1035 §3.1, RFC 4343).

mod buf;
mod compress;
mod decompress;
mod flat;
mod key;
mod label;
mod memo;
mod reverse;
mod text;

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

pub use buf::NameBuf;
pub(crate) use compress::{Compressor, Place};
pub(crate) use decompress::{follow, name_end, sound_name};
pub(crate) use flat::FlatName;
pub use key::AsName;
pub use label::{Label, Labels};
pub(crate) use memo::NameMemo;
pub(crate) use text::parse_name;

use crate::error::{Error, ErrorKind};
use crate::limits::NAME_LABELS_MAX;
use crate::reader::Reader;

/// A domain name inside octets that were checked: a message, or the name's own.
///
/// `Copy`, two words and a number. It compares, orders and hashes without case
/// ([RFC 4343](https://www.rfc-editor.org/rfc/rfc4343)) and keeps the case it came with; [`Ord`] is the canonical order of
/// [RFC 4034 §6.1](https://www.rfc-editor.org/rfc/rfc4034#section-6.1). [`NameBuf`] is the owned form.
///
/// # Wire format
///
/// Labels, each behind its length octet, ended by the zero octet of the root or by a compression pointer
/// ([RFC 1035 §4.1.4](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.4)): `3 w w w 7 e x a m p l e 3 c o m 0`.
///
/// ```
/// use wire_dns::Name;
///
/// let name = Name::decode(b"\x03WWW\x07example\x03com\x00")?;
/// assert_eq!(name.to_string(), "WWW.example.com.");
/// assert_eq!(name, "www.example.com".parse::<wire_dns::NameBuf>()?.as_name());
/// assert_eq!(name.labels().count(), 3);
/// # Ok::<(), wire_dns::Error>(())
/// ```
///
/// # Canonical order
///
/// The example of RFC 4034 §6.1:
///
/// ```
/// use wire_dns::NameBuf;
///
/// let names = ["example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example",
///     r"\001.z.example", "*.z.example", r"\200.z.example"];
/// let names = names.into_iter().map(str::parse).collect::<Result<Vec<NameBuf>, _>>()?;
/// assert!(names.is_sorted());
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Name<'a> {
    octets: &'a [u8],
    start: usize,
}

impl<'a> Name<'a> {
    /// The root of the tree, a name without labels.
    pub const ROOT: Name<'static> = Name {
        octets: &[0],
        start: 0,
    };

    /// A name that was checked where it stands: in a message, or from 0 on in octets that are nothing else.
    #[inline]
    pub(crate) const fn checked(octets: &'a [u8], start: usize) -> Self {
        Self { octets, start }
    }

    /// A name in octets that are nothing else, without compression. Names in messages are given by
    /// [`Message`](crate::Message).
    ///
    /// # Errors
    ///
    /// When the octets are not one whole name: [`ErrorKind::UnexpectedEnd`], [`ErrorKind::LabelType`],
    /// [`ErrorKind::PointerNotAllowed`], [`ErrorKind::NameTooLong`], [`ErrorKind::TrailingOctets`].
    ///
    /// ```
    /// use wire_dns::{ErrorKind, Name};
    ///
    /// assert_eq!(Name::decode(b"\x03com\0")?.to_string(), "com.");
    /// let error = Name::decode(b"\x03com\xC0\x0C").unwrap_err();
    /// assert_eq!((error.offset(), error.kind()), (4, &ErrorKind::PointerNotAllowed));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn decode(octets: &'a [u8]) -> Result<Self, Error> {
        let (name, len) = Self::decode_prefix(octets)?;
        match octets.len().saturating_sub(len) {
            0 => Ok(name),
            left => Err(Error::new(
                len,
                ErrorKind::TrailingOctets {
                    count: u16::try_from(left).unwrap_or(u16::MAX),
                },
            )),
        }
    }

    /// A name at the front of octets, without compression, and how many octets it takes.
    ///
    /// # Errors
    ///
    /// As [`Name::decode`], but more octets may follow.
    ///
    /// ```
    /// # use wire_dns::Name;
    /// let (name, len) = Name::decode_prefix(b"\x03com\0\0\x01\0\x01")?;
    /// assert_eq!((name.to_string().as_str(), len), ("com.", 5));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn decode_prefix(octets: &'a [u8]) -> Result<(Self, usize), Error> {
        let mut reader = Reader::alone(octets);
        reader.check_name().map_err(|_| reader.refusal())?;
        let end = reader.pos();
        Ok((Self::checked(octets.get(..end).unwrap_or(octets), 0), end))
    }

    /// The octet of the message at which the name begins; 0 for a name in octets of its own.
    #[must_use]
    pub const fn offset(self) -> usize {
        self.start
    }

    /// The labels from the leftmost on, without the root's.
    #[inline]
    #[must_use]
    pub const fn labels(self) -> Labels<'a> {
        Labels {
            octets: self.octets,
            pos: self.start,
        }
    }

    /// How many labels there are, the root not counted.
    #[must_use]
    pub fn label_count(self) -> usize {
        self.labels().count()
    }

    /// Octets on the wire without compression, the root's included: 1 to 255.
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let name: NameBuf = "www.example".parse()?; // 3 w w w 7 e x a m p l e 0
    /// assert_eq!((name.as_name().octet_count(), name.as_name().label_count()), (13, 2));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn octet_count(self) -> usize {
        self.labels().fold(1usize, |sum, label| {
            sum.wrapping_add(label.octets().len()).wrapping_add(1)
        })
    }

    /// True for the root.
    #[must_use]
    pub fn is_root(self) -> bool {
        self.labels().next().is_none()
    }

    /// True when the leftmost label is `*` ([RFC 4592 §2.1.1](https://www.rfc-editor.org/rfc/rfc4592#section-2.1.1)).
    #[must_use]
    pub fn is_wildcard(self) -> bool {
        self.labels()
            .next()
            .is_some_and(|label| label.octets() == b"*")
    }

    /// The name without its leftmost label; `None` for the root.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        let mut labels = self.labels();
        labels.next()?;
        Some(Self {
            octets: self.octets,
            start: labels.pos,
        })
    }

    /// The name, its parent, and so on up to and including the root.
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let name: NameBuf = "www.example.com".parse()?;
    /// let names: Vec<String> = name.as_name().ancestors().map(|name| name.to_string()).collect();
    /// assert_eq!(names, ["www.example.com.", "example.com.", "com.", "."]);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn ancestors(self) -> impl Iterator<Item = Self> + 'a {
        core::iter::successors(Some(self), |name| name.parent())
    }

    /// True when the name is `ancestor` or lies below it.
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let [zone, inside, outside] = ["example.com", "www.EXAMPLE.com", "badexample.com"]
    ///     .map(|text| text.parse::<NameBuf>().unwrap());
    /// assert!(inside.as_name().is_subdomain_of(&zone));
    /// assert!(zone.as_name().is_subdomain_of(&zone));
    /// assert!(!outside.as_name().is_subdomain_of(&zone));
    /// ```
    #[must_use]
    #[doc(alias = "zone_of")]
    #[doc(alias = "ends_with")]
    pub fn is_subdomain_of<'n>(self, ancestor: impl Into<Name<'n>>) -> bool {
        let ancestor = ancestor.into();
        let Some(extra) = self.label_count().checked_sub(ancestor.label_count()) else {
            return false;
        };
        self.labels().skip(extra).eq(ancestor.labels())
    }

    /// True when both have the same labels in the same case, which `==` does not ask for.
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let [sent, received] = ["eXamPle", "example"].map(|text| text.parse::<NameBuf>().unwrap());
    /// assert!(sent == received && !sent.as_name().eq_with_case(&received));
    /// ```
    #[must_use]
    #[doc(alias = "0x20")]
    pub fn eq_with_case<'n>(self, other: impl Into<Name<'n>>) -> bool {
        let other = other.into();
        self.labels()
            .map(Label::octets)
            .eq(other.labels().map(Label::octets))
    }

    /// An owned copy, one allocation.
    #[must_use]
    #[doc(alias = "to_owned")]
    pub fn to_name_buf(self) -> NameBuf {
        NameBuf::from(self)
    }

    /// The octets of the name, root included, when they lie in one piece; `None` when a pointer is among them.
    ///
    /// ```
    /// # use wire_dns::Message;
    /// // A question for `a.`, and an answer whose owner is a pointer to it.
    /// let octets = b"\0\0\x80\0\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x07";
    /// let message = Message::decode(octets)?;
    /// assert_eq!(message.question().unwrap().name.contiguous(), Some(&b"\x01a\0"[..]));
    /// assert_eq!(message.answers().next().unwrap().owner().contiguous(), None);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn contiguous(self) -> Option<&'a [u8]> {
        // No name of a message begins in its header; octets from 0 on are the name's own.
        if self.start == 0 {
            return Some(self.octets);
        }
        let mut pos = self.start;
        loop {
            match *self.octets.get(pos)? {
                0 => return self.octets.get(self.start..=pos),
                len @ 1..=63 => pos = pos.wrapping_add(1).wrapping_add(usize::from(len)),
                _ => return None,
            }
        }
    }

    /// Appends the uncompressed octets.
    pub fn encode_into(self, out: &mut Vec<u8>) {
        if let Some(octets) = self.contiguous() {
            out.extend_from_slice(octets);
            return;
        }
        for label in self.labels() {
            out.push(u8::try_from(label.octets().len()).unwrap_or(0));
            out.extend_from_slice(label.octets());
        }
        out.push(0);
    }

    /// Appends the uncompressed octets with upper-case letters folded, the canonical form of
    /// [RFC 4034 §6.2](https://www.rfc-editor.org/rfc/rfc4034#section-6.2).
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let name: NameBuf = "WWW.Example".parse()?;
    /// let (mut octets, mut canonical) = (Vec::new(), Vec::new());
    /// name.as_name().encode_into(&mut octets);
    /// name.as_name().encode_canonical_into(&mut canonical);
    /// assert_eq!(octets, b"\x03WWW\x07Example\0");
    /// assert_eq!(canonical, b"\x03www\x07example\0");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn encode_canonical_into(self, out: &mut Vec<u8>) {
        let start = out.len();
        self.encode_into(out);
        if let Some(octets) = out.get_mut(start..) {
            // Length octets are below 64, so folding everything folds only letters.
            octets.make_ascii_lowercase();
        }
    }

    /// The same in one piece.
    #[inline]
    pub(crate) fn flatten(self) -> FlatName {
        FlatName::of(self.labels()).unwrap_or(FlatName::ROOT)
    }

    /// The labels in an array, leftmost first, and how many.
    fn label_array(self) -> ([Label<'a>; NAME_LABELS_MAX], usize) {
        let mut array = [Label(&[]); NAME_LABELS_MAX];
        let mut count = 0usize;
        for (slot, label) in array.iter_mut().zip(self.labels()) {
            *slot = label;
            count = count.wrapping_add(1);
        }
        (array, count)
    }
}

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.start == other.start && core::ptr::eq(self.octets.as_ptr(), other.octets.as_ptr()) {
            return true;
        }
        let (mut ours, mut theirs) = (self.labels(), other.labels());
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if a == b => {
                    // Two names of one message often share their tail.
                    if ours.pos == theirs.pos
                        && core::ptr::eq(ours.octets.as_ptr(), theirs.octets.as_ptr())
                    {
                        return true;
                    }
                }
                _ => return false,
            }
        }
    }
}

impl Eq for Name<'_> {}

impl Hash for Name<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for label in self.labels() {
            label::hash_label(label.octets(), state);
        }
        state.write_u8(0);
    }
}

impl Ord for Name<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let (ours, our_count) = self.label_array();
        let (theirs, their_count) = other.label_array();
        let ours = ours.get(..our_count).unwrap_or_default().iter().rev();
        let theirs = theirs.get(..their_count).unwrap_or_default().iter().rev();
        ours.cmp(theirs)
    }
}

impl PartialOrd for Name<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

impl fmt::Display for Name<'_> {
    /// The presentation form (RFC 1035 §5.1), with the final dot.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write_name(*self, f)
    }
}

#[cfg(test)]
mod tests;
