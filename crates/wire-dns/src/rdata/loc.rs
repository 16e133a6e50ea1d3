//! LOC: a place on earth (RFC 1876).

use alloc::vec::Vec;
use core::fmt;

use super::codec::Printer;
use super::form::example;
use super::record::Layout;
use crate::error::{Error, rule};
use crate::field::Field;
use crate::reader::{Reader, Refused};
use crate::sink::Sink;
use crate::text::lexer::{Tokens, decimal};

/// LOC: a place on earth with its extent and precision ([RFC 1876 §2](https://www.rfc-editor.org/rfc/rfc1876#section-2)).
///
/// # Wire format
///
/// VERSION 0, three sizes of one octet each (a power of ten in the low half, times the high half, in centimetres), then
/// latitude and longitude in thousandths of a second of arc from 2³¹, altitude in centimetres from −100,000 m.
///
/// ```
/// use wire_dns::{Name, RdataBuf, RecordType};
/// let rdata = RdataBuf::parse(RecordType::LOC, "42 21 54 N 71 06 18 W -24m 30m", Name::ROOT)?;
/// assert_eq!(rdata.to_string(), "42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m");
/// # Ok::<(), wire_dns::Error>(())
/// ```
///
#[doc = example!(LOC
    "42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m"
    b"\0\x33\x16\x13\x89\x17\x2D\xD0\x70\xBE\x15\xF0\0\x98\x8D\x20"
)]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Loc {
    /// VERSION: 0; no other has a meaning.
    pub version: u8,
    /// SIZE: diameter of the sphere, mantissa and exponent.
    pub size: u8,
    /// HORIZ PRE: horizontal precision.
    pub horizontal_precision: u8,
    /// VERT PRE: vertical precision.
    pub vertical_precision: u8,
    /// LATITUDE: 2³¹ is the equator.
    pub latitude: u32,
    /// LONGITUDE: 2³¹ is the prime meridian.
    pub longitude: u32,
    /// ALTITUDE: centimetres above −100,000 m.
    pub altitude: u32,
}

/// The middle of the two angles' ranges.
const MIDDLE: u32 = 0x8000_0000;

/// Centimetres from the lowest altitude to that of the reference spheroid.
const SPHEROID: u64 = 10_000_000;

/// Thousandths of a second of arc in a degree.
const DEGREE: u32 = 3_600_000;

/// The largest size, in centimetres (RFC 1876 §3): one octet can say no more.
const SIZE_MAX: u64 = 9_000_000_000;

/// The most whole degrees of a latitude in text (RFC 1876 §3); minutes and seconds may follow even these.
const MAX_LATITUDE: u32 = 90;

/// The most whole degrees of a longitude in text.
const MAX_LONGITUDE: u32 = 180;

impl Loc {
    /// Centimetres of a size octet; `None` unless both halves are below ten.
    fn centimetres(size: u8) -> Option<u64> {
        let (mantissa, exponent) = (size >> 4, size & 0xF);
        (mantissa <= 9 && exponent <= 9)
            .then(|| u64::from(mantissa).wrapping_mul(10u64.wrapping_pow(u32::from(exponent))))
    }
}

impl<'a> Layout<'a> for Loc {
    #[cfg(test)]
    const EXAMPLE: (&'static str, &'static [u8]) = (
        "42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m",
        b"\0\x33\x16\x13\x89\x17\x2D\xD0\x70\xBE\x15\xF0\0\x98\x8D\x20",
    );

    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        if reader.peek_u8().is_some_and(|version| version != 0) {
            // Another version may have any layout (RFC 1876 §2); such data is shown as unknown.
            reader.rest();
            return Ok(());
        }
        let start = reader.pos();
        let loc = Self::read(reader)?;
        for size in [loc.size, loc.horizontal_precision, loc.vertical_precision] {
            if Self::centimetres(size).is_none() {
                let rule = rule!("a LOC size with a digit over nine", "RFC 1876 section 2");
                return Err(reader.refuse_at(start, rule));
            }
        }
        Ok(())
    }

    fn read(reader: &mut Reader<'a, '_>) -> Result<Self, Refused> {
        let [version, size, horizontal_precision, vertical_precision] = reader.array()?;
        if version != 0 {
            return Err(reader.refuse(rule!("a LOC version over 0", "RFC 1876 section 2")));
        }
        let (latitude, longitude, altitude) = (reader.u32()?, reader.u32()?, reader.u32()?);
        Ok(Self {
            version,
            size,
            horizontal_precision,
            vertical_precision,
            latitude,
            longitude,
            altitude,
        })
    }

    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), Error> {
        sink.put(&[
            self.version,
            self.size,
            self.horizontal_precision,
            self.vertical_precision,
        ])?;
        sink.u32(self.latitude)?;
        sink.u32(self.longitude)?;
        sink.u32(self.altitude)
    }

    /// Text has at most 90 and 180 whole degrees (RFC 1876 §3), octets have no such bound; and it has one zero only, octets
    /// one with each power of ten.
    fn has_text(&self) -> bool {
        let within = |angle: u32, degrees| angle.abs_diff(MIDDLE) / DEGREE <= degrees;
        let sizes = [
            self.size,
            self.horizontal_precision,
            self.vertical_precision,
        ];
        within(self.latitude, MAX_LATITUDE)
            && within(self.longitude, MAX_LONGITUDE)
            && sizes.iter().all(|size| *size == 0 || size >> 4 != 0)
    }

    fn print(&self, printer: &mut Printer<'_>) -> fmt::Result {
        printer.piece(Angle(self.latitude, 'N', 'S'))?;
        printer.piece(Angle(self.longitude, 'E', 'W'))?;
        printer.piece(Altitude(self.altitude))?;
        for size in [
            self.size,
            self.horizontal_precision,
            self.vertical_precision,
        ] {
            printer.piece(Size(size))?;
        }
        Ok(())
    }

    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let latitude = parse_angle(tokens, b"N", b"S", MAX_LATITUDE)?;
        let longitude = parse_angle(tokens, b"E", b"W", MAX_LONGITUDE)?;
        let token = tokens.next()?;
        let bad = || {
            token.error(rule!(
                "not an altitude from -100000.00m to 42849672.95m",
                "RFC 1876 section 3"
            ))
        };
        let text = token.octets;
        let altitude = match text.strip_prefix(b"-") {
            Some(depth) => metres(depth).and_then(|depth| SPHEROID.checked_sub(depth)),
            None => metres(text.strip_prefix(b"+").unwrap_or(text))
                .and_then(|height| SPHEROID.checked_add(height)),
        };
        let altitude = altitude
            .and_then(|altitude| u32::try_from(altitude).ok())
            .ok_or_else(bad)?;
        // The defaults of RFC 1876 §3: 1 m, 10,000 m, 10 m.
        let mut sizes = [0x12u8, 0x16, 0x13];
        for size in &mut sizes {
            let Some(token) = tokens.peek() else { break };
            let centimetres = metres(token.octets).filter(|size| *size <= SIZE_MAX);
            *size = centimetres.and_then(size_octet).ok_or_else(|| {
                token.error(rule!(
                    "not a size from 0 to 90000000.00m",
                    "RFC 1876 section 3"
                ))
            })?;
            tokens.next()?;
        }
        out.push(0);
        out.put(&sizes)?;
        out.u32(latitude)?;
        out.u32(longitude)?;
        out.u32(altitude)
    }

    fn walk(reader: &mut Reader<'a, '_>, visit: &mut dyn FnMut(Field<'_>)) -> Result<(), Refused> {
        let start = reader.pos();
        let loc = Self::read(reader)?;
        let values: [(&'static str, usize, &dyn fmt::Display); 7] = [
            ("VERSION", 1, &loc.version),
            ("SIZE", 1, &Size(loc.size)),
            ("HORIZ PRE", 1, &Size(loc.horizontal_precision)),
            ("VERT PRE", 1, &Size(loc.vertical_precision)),
            ("LATITUDE", 4, &Angle(loc.latitude, 'N', 'S')),
            ("LONGITUDE", 4, &Angle(loc.longitude, 'E', 'W')),
            ("ALTITUDE", 4, &Altitude(loc.altitude)),
        ];
        let mut at = start;
        for (name, len, value) in values {
            let end = at.saturating_add(len);
            visit(Field {
                name,
                start: at,
                end,
                value,
            });
            at = end;
        }
        Ok(())
    }
}

struct Angle(u32, char, char);

impl fmt::Display for Angle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thousandths = self.0.abs_diff(MIDDLE);
        let side = if self.0 >= MIDDLE { self.1 } else { self.2 };
        let (degrees, minutes) = (thousandths / DEGREE, thousandths / 60_000 % 60);
        let (seconds, fraction) = (thousandths / 1000 % 60, thousandths % 1000);
        write!(f, "{degrees} {minutes} {seconds}.{fraction:03} {side}")
    }
}

struct Altitude(u32);

impl fmt::Display for Altitude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let centimetres = u64::from(self.0);
        let sign = if centimetres < SPHEROID { "-" } else { "" };
        let distance = centimetres.abs_diff(SPHEROID);
        write!(f, "{sign}{}.{:02}m", distance / 100, distance % 100)
    }
}

struct Size(u8);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Loc::centimetres(self.0) {
            Some(size) if size.is_multiple_of(100) => write!(f, "{}m", size / 100),
            Some(size) => write!(f, "{}.{:02}m", size / 100, size % 100),
            None => write!(f, "{:#04x}", self.0),
        }
    }
}

/// Degrees, then minutes and seconds as far as given, then the side.
fn parse_angle(
    tokens: &mut Tokens<'_, '_>,
    high: &[u8],
    low: &[u8],
    max: u32,
) -> Result<u32, Error> {
    let offset = tokens.offset();
    let bad = || {
        Error::new(
            offset,
            rule!(
                "not degrees, minutes, seconds and N, S, E or W",
                "RFC 1876 section 3"
            ),
        )
    };
    let mut total = 0u64;
    for (unit, limit) in [
        (3_600_000u64, u64::from(max).saturating_add(1)),
        (60_000, 60),
        (1000, 60),
    ] {
        let token = tokens.next()?;
        if token.octets == high || token.octets == low {
            // The degrees may not be left out.
            if unit == 3_600_000 {
                return Err(bad());
            }
            return side(token.octets, high, total).ok_or_else(bad);
        }
        let thousandths = if unit == 1000 {
            fixed(token.octets, 3)
        } else {
            decimal(token.octets).and_then(|number| number.checked_mul(unit))
        };
        let thousandths = thousandths
            .filter(|value| *value < unit.saturating_mul(limit))
            .ok_or_else(bad)?;
        total = total.saturating_add(thousandths);
    }
    let token = tokens.next()?;
    if token.octets != high && token.octets != low {
        return Err(bad());
    }
    side(token.octets, high, total).ok_or_else(bad)
}

fn side(side: &[u8], high: &[u8], thousandths: u64) -> Option<u32> {
    let distance = u32::try_from(thousandths).ok()?;
    if side == high {
        MIDDLE.checked_add(distance)
    } else {
        MIDDLE.checked_sub(distance)
    }
}

/// A decimal number with up to `places` digits behind the point, in units of the last place.
fn fixed(text: &[u8], places: u32) -> Option<u64> {
    let point = text.iter().position(|octet| *octet == b'.');
    let (whole, fraction) = match point {
        Some(at) => (text.get(..at)?, text.get(at.checked_add(1)?..)?),
        None => (text, &b""[..]),
    };
    let digits = u32::try_from(fraction.len()).ok()?;
    let missing = places.checked_sub(digits)?;
    let scale = 10u64.checked_pow(places)?;
    let fraction = if fraction.is_empty() {
        0
    } else {
        decimal(fraction)?
    };
    // ".5" is a number, "." is not.
    let whole = if whole.is_empty() && digits > 0 {
        0
    } else {
        decimal(whole)?
    };
    whole
        .checked_mul(scale)?
        .checked_add(fraction.checked_mul(10u64.checked_pow(missing)?)?)
}

/// Centimetres of metres with two places, with or without the unit.
fn metres(text: &[u8]) -> Option<u64> {
    fixed(text.strip_suffix(b"m").unwrap_or(text), 2)
}

/// The size octet of centimetres: the first digit and the number of digits behind it.
fn size_octet(centimetres: u64) -> Option<u8> {
    let exponent = centimetres.checked_ilog10().unwrap_or(0);
    let mantissa = centimetres.checked_div(10u64.checked_pow(exponent)?)?;
    let (mantissa, exponent) = (u8::try_from(mantissa).ok()?, u8::try_from(exponent).ok()?);
    (exponent <= 9).then_some((mantissa << 4) | exponent)
}
