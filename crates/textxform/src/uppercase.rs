//! `uppercase`: ASCII letters to capitals.

use alloc::boxed::Box;

use crate::blocks::transform_in_place;
use crate::{Entry, InPlace, registry::Make};

/// ASCII letters to capitals; every other octet stays, so UTF-8 stays valid.
///
/// Law: twice is the same as once.
///
/// ```
/// use textxform::{Uppercase, Transform};
///
/// let out = Uppercase::new().apply("Grüße, RFC 1035".as_bytes())?;
/// assert_eq!(out, "GRüßE, RFC 1035".as_bytes());
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Uppercase;

impl Uppercase {
    pub(crate) const ENTRY: Entry = Entry {
        name: "uppercase",
        description: "ASCII letters to capitals, every other octet unchanged",
        make: Make::Plain(|| Box::new(Self)),
    };

    /// The transform.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl InPlace for Uppercase {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        chunk.make_ascii_uppercase();
    }
}

transform_in_place!(Uppercase);
