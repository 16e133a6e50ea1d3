//! `vigenere:KEY`: ASCII letters turned by the letters of a key in turn.

use alloc::boxed::Box;

use crate::blocks::transform_in_place;
use crate::{Entry, InPlace, alphabet, registry::Make};

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
    /// Places for each letter of the key, 0 to 25, and round again for as long as a block may go on; never empty.
    places: Box<[u8]>,
    /// Letters of the key.
    period: usize,
    /// The next one's index, below the period.
    next: usize,
}

/// Octets turned together.
const BLOCK_OCTETS: usize = 128;

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
        let places = key.bytes().map(|octet| (octet | 0x20).saturating_sub(b'a'));
        Some(Self::from_places(places))
    }

    /// What undoes this, from its start.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let places = self.places.iter().take(self.period);
        Self::from_places(places.map(|&place| (26_u8.saturating_sub(place)) % 26))
    }

    fn from_places(places: impl ExactSizeIterator<Item = u8> + Clone) -> Self {
        let period = places.len();
        let round_again = period.saturating_add(BLOCK_OCTETS);
        Self {
            places: places.cycle().take(round_again).collect(),
            period,
            next: 0,
        }
    }

    fn turn(&mut self, block: &mut [u8; BLOCK_OCTETS]) {
        let coming = self.places.get(self.next..).unwrap_or_default();
        let Some(coming) = coming.first_chunk::<BLOCK_OCTETS>() else {
            return;
        };
        // How far an octet is turned depends on the letters before it. That is found alone, since the rest is done for many
        // octets at a time.
        let is_letter = block.map(|octet| u8::from(octet.is_ascii_alphabetic()));
        let mut turns = [0; BLOCK_OCTETS];
        let mut used = 0_usize;
        for (turn, is_letter) in turns.iter_mut().zip(is_letter) {
            // Spares the check of the index, which is always below.
            *turn = coming.get(used % BLOCK_OCTETS).copied().unwrap_or_default();
            used = used.wrapping_add(usize::from(is_letter));
        }
        for (octet, turn) in block.iter_mut().zip(turns) {
            *octet = alphabet::turned(*octet, turn);
        }
        let next = self.next.wrapping_add(used);
        self.next = next.checked_rem(self.period).unwrap_or_default();
    }
}

impl InPlace for Vigenere {
    fn push_in_place(&mut self, chunk: &mut [u8]) {
        let (blocks, rest) = chunk.as_chunks_mut();
        for block in blocks {
            self.turn(block);
        }
        // What is added to make it a block is no letters, and uses up no key.
        let mut last = [0; BLOCK_OCTETS];
        for (place, octet) in last.iter_mut().zip(&*rest) {
            *place = *octet;
        }
        self.turn(&mut last);
        for (octet, turned) in rest.iter_mut().zip(last) {
            *octet = turned;
        }
    }
}

transform_in_place!(Vigenere, next);
