//! `atbash`: ASCII letters mirrored, A with Z and b with y, twice is the identity.

use alloc::boxed::Box;

use crate::blocks::transform_in_place;
use crate::{Entry, InPlace, alphabet, registry::Make};

/// ASCII letters mirrored: A with Z, b with y; every other octet stays, so UTF-8 stays valid.
///
/// Law: twice is the identity.
///
/// ```
/// use textxform::{Atbash, Transform};
///
/// assert_eq!(Atbash::new().apply(b"Hello, world!")?, b"Svool, dliow!");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Atbash;

impl Atbash {
    pub(crate) const ENTRY: Entry = Entry {
        name: "atbash",
        description: "ASCII letters mirrored, A with Z and b with y, twice is the identity",
        make: Make::Plain(|| Box::new(Self)),
    };

    /// The transform.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl InPlace for Atbash {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        alphabet::mirror(chunk);
    }
}

transform_in_place!(Atbash);
