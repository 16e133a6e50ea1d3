//! `lowercase`: ASCII letters to small ones.

use alloc::boxed::Box;

use crate::blocks::transform_in_place;
use crate::{Entry, InPlace, registry::Make};

/// ASCII letters to small ones; every other octet stays, so UTF-8 stays valid.
///
/// Law: twice is the same as once.
///
/// ```
/// use textxform::{Lowercase, Transform};
///
/// let out = Lowercase::new().apply("GRÜSSE, RFC 1035".as_bytes())?;
/// assert_eq!(out, "grÜsse, rfc 1035".as_bytes());
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Lowercase;

impl Lowercase {
    pub(crate) const ENTRY: Entry = Entry {
        name: "lowercase",
        description: "ASCII letters to small ones, every other octet unchanged",
        make: Make::Plain(|| Box::new(Self)),
    };

    /// The transform.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl InPlace for Lowercase {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        chunk.make_ascii_lowercase();
    }
}

transform_in_place!(Lowercase);
