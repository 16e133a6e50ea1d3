//! `vigenere:KEY`: ASCII letters turned by the letters of a key in turn.

use alloc::boxed::Box;
use alloc::sync::Arc;

use crate::blocks::transform_in_place;
use crate::{Entry, InPlace, registry::Make};

/// ASCII letters turned by the letters of a key, one after the other and round again; `-KEY` deciphers.
///
/// An `a` or `A` in the key turns by 0 places, a `z` by 25. Only letters of the text use up a letter of the key; every other
/// octet stays, so UTF-8 stays valid.
///
/// Law: `vigenere:KEY` and then `vigenere:-KEY` is the identity.
///
/// ```
/// use textxform::{Chain, Transform, Vigenere};
///
/// let mut vigenere = Vigenere::new("LEMON").unwrap();
/// assert_eq!(vigenere.apply(b"Attack at dawn")?, b"Lxfopv ef rnhr");
/// assert_eq!("vigenere:-LEMON".parse::<Chain>()?.apply(b"Lxfopv ef rnhr")?, b"Attack at dawn");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Vigenere {
    /// Places for each letter of the key, 0 to 25; never empty.
    places: Arc<[u8]>,
    /// The next one's index.
    next: usize,
}

impl Vigenere {
    pub(crate) const ENTRY: Entry = Entry {
        name: "vigenere",
        description: "ASCII letters turned by the letters of KEY in turn, -KEY deciphers",
        make: Make::From {
            syntax: "KEY",
            expected: "ASCII letters, after a `-` to decipher",
            parse: |text| {
                let made = match text.strip_prefix('-') {
                    Some(key) => Self::new(key).map(|cipher| cipher.inverse()),
                    None => Self::new(text),
                };
                made.map(|made| Box::new(made) as _)
            },
        },
    };

    /// Enciphers with that key; `None` unless it is one or more ASCII letters.
    #[must_use]
    pub fn new(key: &str) -> Option<Self> {
        if key.is_empty() || !key.bytes().all(|octet| octet.is_ascii_alphabetic()) {
            return None;
        }
        let places = key
            .bytes()
            .map(|octet| (octet | 0x20).saturating_sub(b'a'))
            .collect();
        Some(Self { places, next: 0 })
    }

    /// What undoes this, from its start.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let places = self
            .places
            .iter()
            .map(|&place| {
                if place == 0 {
                    0
                } else {
                    26_u8.saturating_sub(place)
                }
            })
            .collect();
        Self { places, next: 0 }
    }
}

impl InPlace for Vigenere {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        for octet in chunk {
            // Without branches: whether the next octet is a letter is anyone's guess.
            let place = (*octet | 0x20).wrapping_sub(b'a');
            let letter = place < 26;
            let places = self.places.get(self.next).copied().unwrap_or_default();
            let wrap = if place.wrapping_add(places) < 26 {
                0
            } else {
                26
            };
            *octet = octet.wrapping_add(if letter { places.wrapping_sub(wrap) } else { 0 });
            let next = self.next.wrapping_add(usize::from(letter));
            self.next = if next == self.places.len() { 0 } else { next };
        }
    }
}

transform_in_place!(Vigenere, next);
