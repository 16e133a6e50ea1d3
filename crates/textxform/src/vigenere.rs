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

    fn restart(&mut self) {
        self.next = 0;
    }
}

impl InPlace for Vigenere {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        for octet in chunk {
            let first = if octet.is_ascii_uppercase() {
                b'A'
            } else {
                b'a'
            };
            let place = octet.wrapping_sub(first);
            if place >= 26 {
                continue;
            }
            let Some(&places) = self.places.get(self.next) else {
                break;
            };
            let turned = place.wrapping_add(places);
            *octet = first.wrapping_add(if turned < 26 {
                turned
            } else {
                turned.wrapping_sub(26)
            });
            self.next = self.next.wrapping_add(1);
            if self.next == self.places.len() {
                self.next = 0;
            }
        }
    }
}

transform_in_place!(Vigenere);
