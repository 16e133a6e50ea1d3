//! `rot47`: visible ASCII characters turned by 47 places, twice is the identity.

use alloc::boxed::Box;

use crate::blocks::transform_in_place;
use crate::{Entry, InPlace, alphabet, registry::Make};

/// The 94 visible ASCII characters, `!` to `~`, turned by 47 places; every other octet stays, so UTF-8 stays valid.
///
/// Law: twice is the identity.
///
/// ```
/// use textxform::{Rot47, Transform};
///
/// assert_eq!(Rot47::new().apply(b"Hello, world!")?, b"w6==@[ H@C=5P");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Rot47;

impl Rot47 {
    pub(crate) const ENTRY: Entry = Entry {
        name: "rot47",
        description: "visible ASCII characters turned by 47 places, twice is the identity",
        make: Make::Plain(|| Box::new(Self)),
    };

    /// The transform.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl InPlace for Rot47 {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        alphabet::turn_visible(chunk);
    }
}

transform_in_place!(Rot47);
