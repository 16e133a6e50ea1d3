//! Type bit maps: of NSEC, NSEC3 and CSYNC (RFC 4034 §4.1.2), and the older one of NXT (RFC 2535 §5.2).

use alloc::vec::Vec;
use core::fmt;
use core::iter::FusedIterator;

use super::codec::{Codec, Printer};
use super::view::checked_view;
use crate::RecordType;
use crate::error::{Error, ErrorKind, rule};
use crate::items::walk_list;
use crate::reader::{Reader, Refused};
use crate::sink::Sink;
use crate::text::lexer::{Tokens, decimal};

/// A set of record types in windows of 256 ([RFC 4034 §4.1.2](https://www.rfc-editor.org/rfc/rfc4034#section-4.1.2)).
///
/// # Wire format
///
/// Per window its number, the octets of its map (1 to 32), the map with the lowest type in the highest bit. Windows ascend,
/// empty ones and trailing zero octets are left out.
///
/// ```
/// use wire_dns::{RecordType, rdata::TypeBitmap};
///
/// let mut octets = Vec::new();
/// TypeBitmap::encode_types(&mut [RecordType::MX, RecordType::A], &mut octets);
/// assert_eq!(octets, [0, 2, 0b0100_0000, 0b0000_0001]); // window 0, 2 octets, bits 1 and 15
///
/// let types = TypeBitmap::from_wire(&octets)?;
/// assert!(types.iter().eq([RecordType::A, RecordType::MX]));
/// assert!(!types.contains(RecordType::NS));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct TypeBitmap<'a>(&'a [u8]);

checked_view!(
    TypeBitmap,
    Bitmap,
    "Windows out of order, of no or over 32 octets, or with trailing zeros."
);

impl<'a> TypeBitmap<'a> {
    /// True when the set has this type.
    #[must_use]
    pub fn contains(self, record_type: RecordType) -> bool {
        let [window, low] = record_type.0.to_be_bytes();
        let mut windows = self.0;
        core::iter::from_fn(|| take_window(&mut windows))
            .find(|(number, _)| *number == window)
            .is_some_and(|(_, map)| {
                map.get(usize::from(low >> 3))
                    .is_some_and(|octet| octet & 0x80u8.wrapping_shr(u32::from(low & 7)) != 0)
            })
    }

    /// The types in ascending order.
    #[must_use]
    #[inline]
    pub fn iter(self) -> RecordTypes<'a> {
        RecordTypes {
            bits: SetBits::new(0, &[]),
            windows: self.0,
        }
    }

    /// Appends the wire octets of a set of types, in any order, doubles allowed, to `out` and gives this set, for an NSEC
    /// record for example. `types` is sorted.
    ///
    /// ```
    /// use wire_dns::{Name, Rdata, RecordType, rdata::{Nsec, TypeBitmap}};
    ///
    /// let mut octets = Vec::new();
    /// let types = TypeBitmap::encode_types(&mut [RecordType::NSEC, RecordType::A], &mut octets);
    /// assert_eq!(Rdata::from(Nsec { next_domain_name: Name::ROOT, types }).to_string(), ". A NSEC");
    /// ```
    pub fn encode_types(types: &mut [RecordType], out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        types.sort_unstable();
        let mut window_at = None;
        for record_type in types.iter() {
            let [window, low] = record_type.0.to_be_bytes();
            let at = match window_at {
                Some((number, at)) if number == window => at,
                _ => {
                    let at = out.len();
                    out.extend_from_slice(&[window, 0]);
                    window_at = Some((window, at));
                    at
                }
            };
            let map_at = at.saturating_add(2);
            let octet_at = map_at.saturating_add(usize::from(low >> 3));
            if octet_at >= out.len() {
                out.resize(octet_at.saturating_add(1), 0);
            }
            let len = u8::try_from(out.len().saturating_sub(map_at)).unwrap_or(32);
            if let Some(slot) = out.get_mut(at.saturating_add(1)) {
                *slot = len;
            }
            if let Some(octet) = out.get_mut(octet_at) {
                *octet |= 0x80u8.wrapping_shr(u32::from(low & 7));
            }
        }
        Self(out.get(start..).unwrap_or_default())
    }
}

walk_list!(TypeBitmap, RecordTypes<'a>);

/// Takes the number and the map of the first window.
#[inline]
fn take_window<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (head, tail) = rest.split_first_chunk::<2>()?;
    let [window, len] = *head;
    let (map, tail) = tail.split_at_checked(usize::from(len))?;
    *rest = tail;
    Some((window, map))
}

/// The types of a [`TypeBitmap`] or [`OldTypeBitmap`] in ascending order, from their `iter`.
///
/// ```
/// use wire_dns::{RecordType, rdata::{RecordTypes, TypeBitmap}};
///
/// let mut types: RecordTypes<'_> = TypeBitmap::from_wire(&[0, 2, 0b0100_0000, 0b0000_0001])?.iter();
/// assert_eq!(types.next(), Some(RecordType::A));
/// assert!(types.eq([RecordType::MX]));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RecordTypes<'a> {
    bits: SetBits<'a>,
    /// The windows behind the present one.
    windows: &'a [u8],
}

impl Iterator for RecordTypes<'_> {
    type Item = RecordType;

    #[inline]
    fn next(&mut self) -> Option<RecordType> {
        loop {
            if let Some(number) = self.bits.next() {
                return Some(RecordType(number));
            }
            let (window, map) = take_window(&mut self.windows)?;
            self.bits = SetBits::new(window, map);
        }
    }
}

impl FusedIterator for RecordTypes<'_> {}

impl fmt::Display for TypeBitmap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Bitmap::print(self, &mut Printer::new(f))
    }
}

/// The numbers whose bits are set in a map, the highest bit of the first octet being that of the window's first number. The map
/// has no more octets than numbers go on: 32 for a window of types, 8,192 for all ports.
#[derive(Clone, Debug)]
pub(super) struct SetBits<'a> {
    map: core::slice::Iter<'a, u8>,
    /// The number of the present octet's highest bit.
    first: u16,
    /// What is left of the present octet.
    octet: u8,
}

impl<'a> SetBits<'a> {
    #[inline]
    pub(super) fn new(window: u8, map: &'a [u8]) -> Self {
        Self {
            map: map.iter(),
            // The first octet's number comes of the step before it.
            first: u16::from_be_bytes([window, 0]).wrapping_sub(8),
            octet: 0,
        }
    }
}

impl Iterator for SetBits<'_> {
    type Item = u16;

    #[inline]
    fn next(&mut self) -> Option<u16> {
        while self.octet == 0 {
            self.octet = *self.map.next()?;
            self.first = self.first.wrapping_add(8);
        }
        let bit = self.octet.leading_zeros();
        self.octet ^= 0x80u8.wrapping_shr(bit);
        // At most 7, so it fits.
        Some(self.first.wrapping_add((bit & 7) as u16))
    }
}

/// The record types that the tokens up to the end name, or number.
fn parse_types(tokens: &mut Tokens<'_, '_>, numbers: bool) -> Result<Vec<RecordType>, Error> {
    let mut types = Vec::new();
    for token in tokens.rest()? {
        let number = decimal(token.octets).filter(|_| numbers);
        types.push(match number.map(u16::try_from) {
            Some(Ok(number)) => RecordType(number),
            _ => token
                .text()
                .parse()
                .map_err(|error: Error| token.error(*error.kind()))?,
        });
    }
    Ok(types)
}

pub(crate) struct Bitmap;

impl<'a> Codec<'a, TypeBitmap<'a>> for Bitmap {
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        let mut before = None;
        while reader.left() > 0 {
            let window = reader.u8()?;
            if before.is_some_and(|before| before >= window) {
                return Err(reader.refuse(rule!(
                    "type bit map windows do not ascend",
                    "RFC 4034 section 4.1.2"
                )));
            }
            before = Some(window);
            let len = reader.u8()?;
            if !(1..=32).contains(&len) {
                return Err(reader.refuse(rule!(
                    "a type bit map of no or over 32 octets",
                    "RFC 4034 section 4.1.2"
                )));
            }
            if reader.take(usize::from(len))?.last() == Some(&0) {
                return Err(reader.refuse(rule!(
                    "a type bit map with trailing zero octets",
                    "RFC 4034 section 4.1.2"
                )));
            }
        }
        Ok(())
    }
    #[inline]
    fn read(reader: &mut Reader<'a, '_>) -> Result<TypeBitmap<'a>, Refused> {
        Ok(TypeBitmap(reader.rest()))
    }
    fn write<S: Sink>(value: &TypeBitmap<'a>, sink: &mut S) -> Result<(), Error> {
        sink.put(value.0)
    }
    fn print(value: &TypeBitmap<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        value
            .iter()
            .try_for_each(|record_type| printer.piece(record_type))
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        TypeBitmap::encode_types(&mut parse_types(tokens, false)?, out);
        Ok(())
    }
}

/// A set of the record types 1 to 127, as one map: type 0 in the highest bit of the first octet.
///
/// ```
/// use wire_dns::{RecordType, rdata::OldTypeBitmap};
///
/// let types = OldTypeBitmap::from_wire(&[0b0100_0000, 0b0000_0001])?;
/// assert!(types.iter().eq([RecordType::A, RecordType::MX]));
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct OldTypeBitmap<'a>(&'a [u8]);

checked_view!(
    OldTypeBitmap,
    OldBitmap,
    "More than 16 octets, or bit 0, which would say that another format follows (RFC 2535 §5.2)."
);

impl<'a> OldTypeBitmap<'a> {
    /// The types in ascending order.
    #[must_use]
    pub fn iter(self) -> RecordTypes<'a> {
        RecordTypes {
            bits: SetBits::new(0, self.0),
            windows: &[],
        }
    }
}

walk_list!(OldTypeBitmap, RecordTypes<'a>);

pub(crate) struct OldBitmap;

impl<'a> Codec<'a, OldTypeBitmap<'a>> for OldBitmap {
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        let map = reader.rest();
        // Bit 0 of the map set would mean another format, for types over 127, that was never defined.
        if map.len() > 16 || map.first().is_some_and(|first| first & 0x80 != 0) {
            return Err(reader.refuse(rule!(
                "not a bit map of the types 1 to 127",
                "RFC 2535 section 5.2"
            )));
        }
        Ok(())
    }
    #[inline]
    fn read(reader: &mut Reader<'a, '_>) -> Result<OldTypeBitmap<'a>, Refused> {
        Ok(OldTypeBitmap(reader.rest()))
    }
    fn write<S: Sink>(value: &OldTypeBitmap<'a>, sink: &mut S) -> Result<(), Error> {
        sink.put(value.0)
    }
    fn has_text(value: &OldTypeBitmap<'a>) -> bool {
        value.wire().last() != Some(&0)
    }
    fn print(value: &OldTypeBitmap<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        value
            .iter()
            .try_for_each(|record_type| printer.piece(record_type))
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let offset = tokens.offset();
        let mut map = [0u8; 16];
        let mut len = 0usize;
        // RFC 2535 §5.3: mnemonics or numbers.
        for record_type in parse_types(tokens, true)? {
            let at = usize::from(record_type.0 >> 3);
            let slot = map
                .get_mut(at)
                .ok_or_else(|| Error::new(offset, ErrorKind::BadNumber { max: 127 }))?;
            *slot |= 0x80u8.wrapping_shr(u32::from(record_type.0 & 7));
            len = len.max(at.saturating_add(1));
        }
        out.put(map.get(..len).unwrap_or_default())
    }
}
