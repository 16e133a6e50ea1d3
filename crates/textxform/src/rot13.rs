//! `rot13`: ASCII letters turned by 13 places.

use alloc::boxed::Box;

use crate::blocks::transform_in_place;
use crate::{Entry, InPlace, alphabet, registry::Make};

/// ASCII letters turned by 13 places; every other octet stays, so UTF-8 stays valid.
///
/// Law: twice is the identity.
///
/// ```
/// use textxform::{Rot13, Transform};
///
/// assert_eq!(Rot13::new().apply(b"Hello, world!")?, b"Uryyb, jbeyq!");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Rot13;

impl Rot13 {
    pub(crate) const ENTRY: Entry = Entry {
        name: "rot13",
        description: "ASCII letters turned by 13 places, twice is the identity",
        make: Make::Plain(|| Box::new(Self)),
    };

    /// The transform.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl InPlace for Rot13 {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        alphabet::turn(chunk, 13);
    }
}

transform_in_place!(Rot13);
