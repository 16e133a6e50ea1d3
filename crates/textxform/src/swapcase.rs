//! `swapcase`: ASCII capitals to small letters and small letters to capitals.

use alloc::boxed::Box;

use crate::blocks::transform_in_place;
use crate::{Entry, InPlace, alphabet, registry::Make};

/// ASCII capitals to small letters and back; every other octet stays, so UTF-8 stays valid.
///
/// Law: twice is the identity.
///
/// ```
/// use textxform::{Swapcase, Transform};
///
/// let out = Swapcase::new().apply("Grüße, RFC 1035".as_bytes())?;
/// assert_eq!(out, "gRüßE, rfc 1035".as_bytes());
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Swapcase;

impl Swapcase {
    pub(crate) const ENTRY: Entry = Entry {
        name: "swapcase",
        description: "ASCII capitals to small letters and small letters to capitals",
        make: Make::Plain(|| Box::new(Self)),
    };

    /// The transform.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl InPlace for Swapcase {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        alphabet::swap_case(chunk);
    }
}

transform_in_place!(Swapcase);
