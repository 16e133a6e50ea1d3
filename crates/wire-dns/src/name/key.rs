//! AsName: what both forms of a name are to a map.

use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::{Name, NameBuf};

/// Either form of a name, so that a map whose keys are [`NameBuf`]s can be asked with a [`Name`], without an allocation.
///
/// As a trait object it compares, orders and hashes as both do. A [`Name`] has the hash of the [`NameBuf`] that is equal to
/// it, which keys of your own made of a name and other things may rely on.
///
/// ```
/// use std::collections::{BTreeMap, HashSet};
/// use wire_dns::{AsName, Message, NameBuf};
///
/// let blocked: HashSet<NameBuf> = ["ads.example".parse()?, "track.example".parse()?].into();
/// let query = Message::decode(b"\0\x07\x01\0\0\x01\0\0\0\0\0\0\x01x\x03ADS\x07example\0\0\x01\0\x01")?;
/// let name = query.question().unwrap().name;
/// assert!(!blocked.contains::<dyn AsName>(&name));
/// assert!(name.ancestors().any(|name| blocked.contains::<dyn AsName>(&name)));
///
/// let sizes: BTreeMap<NameBuf, u32> = [("X.ads.example".parse()?, 5)].into();
/// assert_eq!(sizes.get::<dyn AsName>(&name), Some(&5));
/// # Ok::<(), wire_dns::Error>(())
/// ```
pub trait AsName {
    /// The borrowed form.
    fn as_name(&self) -> Name<'_>;
}

impl AsName for Name<'_> {
    fn as_name(&self) -> Name<'_> {
        *self
    }
}

impl AsName for NameBuf {
    fn as_name(&self) -> Name<'_> {
        Self::as_name(self)
    }
}

impl<'a> Borrow<dyn AsName + 'a> for NameBuf {
    fn borrow(&self) -> &(dyn AsName + 'a) {
        self
    }
}

impl PartialEq for dyn AsName + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.as_name() == other.as_name()
    }
}

impl Eq for dyn AsName + '_ {}

impl Hash for dyn AsName + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_name().hash(state);
    }
}

impl Ord for dyn AsName + '_ {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_name().cmp(&other.as_name())
    }
}

impl PartialOrd for dyn AsName + '_ {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for dyn AsName + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_name().fmt(f)
    }
}
