//! NameBuf: the owned name.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use super::{Label, Labels, Name, text};
use crate::error::{Error, ErrorKind};
use crate::limits::NAME_OCTETS_MAX;

/// An owned domain name: one allocation, no generic parameter.
///
/// Text without a final dot is taken as complete, as users of libraries expect; a zone file's relative names go through
/// [`NameBuf::parse`] with an origin.
///
/// ```
/// use wire_dns::{Name, NameBuf};
///
/// let name: NameBuf = r"a\.b.Example.com.".parse()?;
/// assert_eq!(name.as_name().labels().next().unwrap().octets(), b"a.b");
/// assert_eq!(name.to_string(), r"a\.b.Example.com.");
/// let relative = NameBuf::parse("www", &name)?;
/// assert!(relative.as_name().is_subdomain_of(&name));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "DomainName")]
#[doc(alias = "Dname")]
pub struct NameBuf {
    /// The uncompressed octets, checked.
    octets: Box<[u8]>,
}

impl NameBuf {
    /// The root.
    #[must_use]
    pub fn root() -> Self {
        Name::ROOT.to_name_buf()
    }

    /// An owned copy of a name in octets that are nothing else, without compression.
    ///
    /// # Errors
    ///
    /// As [`Name::decode`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        Name::decode(octets).map(Self::from)
    }

    /// A name from its presentation form; one without a final dot is below `origin`, `@` is `origin` itself
    /// ([RFC 1035 §5.1](https://www.rfc-editor.org/rfc/rfc1035#section-5.1)).
    ///
    /// `\DDD` stands for the octet of that decimal number, a backslash before any other character for this itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::MissingField`] for no text at all, [`ErrorKind::BadEscape`], [`ErrorKind::EmptyLabel`],
    /// [`ErrorKind::LabelTooLong`], [`ErrorKind::NameTooLong`]. Offsets count octets of `text`.
    ///
    /// ```
    /// use wire_dns::{ErrorKind, NameBuf};
    ///
    /// let origin: NameBuf = "example.com.".parse()?;
    /// assert_eq!(NameBuf::parse("www", &origin)?.to_string(), "www.example.com.");
    /// assert_eq!(NameBuf::parse("www.", &origin)?.to_string(), "www.");
    /// assert_eq!(NameBuf::parse("@", &origin)?, origin);
    /// let error = NameBuf::parse("www..net", &origin).unwrap_err();
    /// assert_eq!((error.offset(), error.kind()), (4, &ErrorKind::EmptyLabel));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn parse<'o>(text: &str, origin: impl Into<Name<'o>>) -> Result<Self, Error> {
        let origin = origin.into();
        let mut octets = Vec::with_capacity(text.len().saturating_add(2).min(NAME_OCTETS_MAX));
        text::parse_name(text.as_bytes(), origin, &mut octets)?;
        Ok(Self {
            octets: octets.into_boxed_slice(),
        })
    }

    /// A name of these labels, leftmost first, the root's left out. Labels are octets: nothing in them is an escape.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EmptyLabel`], [`ErrorKind::LabelTooLong`] or [`ErrorKind::NameTooLong`].
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let name = NameBuf::from_labels(["My Printer", "_ipp", "_tcp", "local"])?;
    /// assert_eq!(name.octets(), b"\x0AMy Printer\x04_ipp\x04_tcp\x05local\0");
    /// assert_eq!(name.to_string(), r"My\032Printer._ipp._tcp.local.");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn from_labels<L: AsRef<[u8]>>(labels: impl IntoIterator<Item = L>) -> Result<Self, Error> {
        let mut octets = Vec::new();
        for label in labels {
            push_label(&mut octets, label.as_ref())?;
        }
        octets.push(0);
        Self::from_flat(octets)
    }

    /// This name with one more label on the left.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EmptyLabel`], [`ErrorKind::LabelTooLong`] or [`ErrorKind::NameTooLong`].
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let zone: NameBuf = "example".parse()?;
    /// assert_eq!(zone.child("www")?.to_string(), "www.example.");
    /// // One label, even with a dot in it.
    /// assert_eq!(zone.child("a.b")?.to_string(), r"a\.b.example.");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn child(&self, label: impl AsRef<[u8]>) -> Result<Self, Error> {
        let mut octets = Vec::with_capacity(
            self.octets
                .len()
                .saturating_add(label.as_ref().len())
                .saturating_add(1),
        );
        push_label(&mut octets, label.as_ref())?;
        octets.extend_from_slice(&self.octets);
        Self::from_flat(octets)
    }

    /// The labels of `prefix` followed by those of `suffix`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NameTooLong`].
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let [prefix, suffix] = ["_dmarc", "example.com"].map(|text| text.parse::<NameBuf>().unwrap());
    /// let name = NameBuf::concat(&prefix, &suffix)?;
    /// assert_eq!(name.to_string(), "_dmarc.example.com.");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn concat<'p, 's>(
        prefix: impl Into<Name<'p>>,
        suffix: impl Into<Name<'s>>,
    ) -> Result<Self, Error> {
        let (prefix, suffix) = (prefix.into(), suffix.into());
        let mut octets = Vec::with_capacity(NAME_OCTETS_MAX);
        prefix.encode_into(&mut octets);
        octets.pop();
        suffix.encode_into(&mut octets);
        Self::from_flat(octets)
    }

    /// The `name` with its last labels, which are `ancestor`, replaced by those of `replacement`, as DNAME does
    /// ([RFC 6672 §2.2](https://www.rfc-editor.org/rfc/rfc6672#section-2.2)).
    ///
    /// `None` when `name` does not lie strictly below `ancestor`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NameTooLong`].
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// // From table 1 of RFC 6672.
    /// let [name, owner, target] = ["a.x.example.com", "x.example.com", "example.net"]
    ///     .map(|text| text.parse::<NameBuf>().unwrap());
    /// let replace = |name: &NameBuf| NameBuf::replace_ancestor(name, &owner, &target);
    /// assert_eq!(replace(&name)?.unwrap().to_string(), "a.example.net.");
    /// assert_eq!(replace(&owner)?, None);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn replace_ancestor<'n, 'a, 'r>(
        name: impl Into<Name<'n>>,
        ancestor: impl Into<Name<'a>>,
        replacement: impl Into<Name<'r>>,
    ) -> Result<Option<Self>, Error> {
        let (name, ancestor) = (name.into(), ancestor.into());
        let keep = match name.label_count().checked_sub(ancestor.label_count()) {
            Some(keep) if keep > 0 && name.is_subdomain_of(ancestor) => keep,
            _ => return Ok(None),
        };
        let mut octets = Vec::with_capacity(NAME_OCTETS_MAX);
        for label in name.labels().take(keep) {
            push_label(&mut octets, label.octets())?;
        }
        replacement.into().encode_into(&mut octets);
        Self::from_flat(octets).map(Some)
    }

    /// The name with upper-case letters folded ([RFC 4034 §6.2](https://www.rfc-editor.org/rfc/rfc4034#section-6.2)).
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let name: NameBuf = "WWW.Example".parse()?;
    /// assert_eq!(name.to_lowercase().octets(), b"\x03www\x07example\0");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn to_lowercase(&self) -> Self {
        let mut octets = self.octets.clone();
        octets.make_ascii_lowercase();
        Self { octets }
    }

    /// The borrowed form.
    #[inline]
    #[must_use]
    pub const fn as_name(&self) -> Name<'_> {
        Name::checked(&self.octets, 0)
    }

    /// The uncompressed octets, the root's included: 1 to 255.
    #[must_use]
    pub const fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The labels from the leftmost on, without the root's.
    #[must_use]
    pub const fn labels(&self) -> Labels<'_> {
        self.as_name().labels()
    }

    /// How many labels there are, the root not counted.
    #[must_use]
    pub fn label_count(&self) -> usize {
        self.as_name().label_count()
    }

    /// True for the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.as_name().is_root()
    }

    /// The name without its leftmost label; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Name<'_>> {
        self.as_name().parent()
    }

    /// True when the name is `ancestor` or lies below it.
    ///
    /// ```
    /// # use wire_dns::NameBuf;
    /// let [zone, host] = ["example.com", "www.EXAMPLE.com"].map(|text| text.parse::<NameBuf>().unwrap());
    /// assert!(host.is_subdomain_of(&zone) && !zone.is_subdomain_of(&host));
    /// assert_eq!(host.parent().unwrap(), zone);
    /// ```
    #[must_use]
    pub fn is_subdomain_of<'n>(&self, ancestor: impl Into<Name<'n>>) -> bool {
        self.as_name().is_subdomain_of(ancestor)
    }

    /// Octets that are a name but for their number.
    pub(super) fn from_flat(octets: Vec<u8>) -> Result<Self, Error> {
        if octets.len() > NAME_OCTETS_MAX {
            return Err(Error::new(NAME_OCTETS_MAX, ErrorKind::NameTooLong));
        }
        Ok(Self {
            octets: octets.into_boxed_slice(),
        })
    }
}

/// Appends a label and its length.
fn push_label(octets: &mut Vec<u8>, label: &[u8]) -> Result<(), Error> {
    let at = octets.len();
    let Some(label) = Label::new(label) else {
        let kind = if label.is_empty() {
            ErrorKind::EmptyLabel
        } else {
            ErrorKind::LabelTooLong
        };
        return Err(Error::new(at, kind));
    };
    if at >= NAME_OCTETS_MAX {
        return Err(Error::new(at, ErrorKind::NameTooLong));
    }
    octets.push(u8::try_from(label.octets().len()).unwrap_or(0));
    octets.extend_from_slice(label.octets());
    Ok(())
}

impl From<Name<'_>> for NameBuf {
    fn from(name: Name<'_>) -> Self {
        let mut octets = Vec::with_capacity(name.octet_count());
        name.encode_into(&mut octets);
        Self {
            octets: octets.into_boxed_slice(),
        }
    }
}

impl<'a> From<&'a NameBuf> for Name<'a> {
    fn from(name: &'a NameBuf) -> Self {
        name.as_name()
    }
}

impl FromStr for NameBuf {
    type Err = Error;

    /// A name from its presentation form, complete with or without a final dot.
    ///
    /// # Errors
    ///
    /// As [`NameBuf::parse`].
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text, Name::ROOT)
    }
}

impl PartialEq for NameBuf {
    fn eq(&self, other: &Self) -> bool {
        // Length octets are below 64 and thus no letters.
        self.octets.eq_ignore_ascii_case(&other.octets)
    }
}

impl Eq for NameBuf {}

impl PartialEq<Name<'_>> for NameBuf {
    fn eq(&self, other: &Name<'_>) -> bool {
        self.as_name() == *other
    }
}

impl PartialEq<NameBuf> for Name<'_> {
    fn eq(&self, other: &NameBuf) -> bool {
        *self == other.as_name()
    }
}

impl Hash for NameBuf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_name().hash(state);
    }
}

impl Ord for NameBuf {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_name().cmp(&other.as_name())
    }
}

impl PartialOrd for NameBuf {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for NameBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NameBuf({self})")
    }
}

impl fmt::Display for NameBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_name().fmt(f)
    }
}
