//! `caesar:N`: ASCII letters turned by N places.

use alloc::boxed::Box;

use crate::blocks::transform_in_place;
use crate::{Entry, InPlace, alphabet, registry::Make};

/// ASCII letters turned by N places, backwards when N is negative; every other octet stays, so UTF-8 stays valid.
///
/// Law: `caesar:N` and then `caesar:-N` is the identity.
///
/// ```
/// use textxform::{Caesar, Transform};
///
/// assert_eq!(Caesar::new(3).apply(b"Veni, vidi, vici")?, b"Yhql, ylgl, ylfl");
/// assert_eq!(Caesar::new(-3).apply(b"Yhql")?, b"Veni");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Caesar {
    /// 0 to 25.
    places: u8,
}

impl Caesar {
    pub(crate) const ENTRY: Entry = Entry {
        name: "caesar",
        description: "ASCII letters turned by N places, backwards when N is negative",
        make: Make::From {
            syntax: "N",
            expected: "a whole number of places, such as 3 or -3",
            parse: |text| {
                text.parse()
                    .ok()
                    .map(|places| Box::new(Self::new(places)) as _)
            },
        },
    };

    /// Turns by that many places; 26 are a full turn.
    #[must_use]
    pub const fn new(places: i32) -> Self {
        // The remainder is 0 to 25, so the low octet is all of it.
        let [places, ..] = places.rem_euclid(26).to_le_bytes();
        Self { places }
    }
}

impl InPlace for Caesar {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        alphabet::turn(chunk, self.places);
    }
}

transform_in_place!(Caesar);
