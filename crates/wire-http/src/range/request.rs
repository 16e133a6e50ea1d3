//! `Range` (RFC 9110 §14.2) and what it asks of a representation (§14.1.2).

use alloc::vec::Vec;
use core::fmt;

use nom::bytes::complete::tag;

use crate::error::Error;
use crate::grammar::trim_ows;
use crate::productions::{
    Field, Parsed, digits, expect, list, saturating_number, skip_ows, token, unexpected,
};

const RANGE: Field = Field {
    name: "Range",
    reference: "RFC 9110 section 14.2",
};

/// The value of a `Range` field ([RFC 9110 §14.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.2)).
///
/// ```
/// use wire_http::range::{ByteRangeSpec, Range};
///
/// let Range::Bytes(set) = Range::decode(b"bytes=0-499, -500")? else { panic!("bytes") };
/// let first = ByteRangeSpec::Int { first: 0, last: Some(499) };
/// assert_eq!(set.specs(), [first, ByteRangeSpec::Suffix { length: 500 }]);
/// assert_eq!(Range::decode(b"lines=1-2")?, Range::Other { unit: "lines", set: b"1-2" });
/// assert!(Range::decode(b"bytes=9-5").is_err());
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a range unit is bytes or it is another"
)]
pub enum Range<'a> {
    /// `bytes=…`.
    Bytes(ByteRangeSet),
    /// A unit this crate does not know. A server ignores it (RFC 9110 §14.2).
    Other {
        /// The range unit.
        unit: &'a str,
        /// What follows the equals sign.
        set: &'a [u8],
    },
}

impl<'a> Range<'a> {
    /// Reads `range-unit "=" range-set`.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when the grammar is broken or a range ends before it begins
    /// (RFC 9110 §14.1.1). A server ignores such a field and answers with the whole representation.
    pub fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let start = value.len().saturating_sub(skip_ows(value).len());
        let value = trim_ows(value);
        let head = |input| {
            let (rest, unit) = expect(input, "a range unit", token)?;
            let (rest, _) = expect(rest, "\"=\"", tag(&b"="[..]))?;
            Ok((rest, unit))
        };
        let (set, unit) = head(value)
            .map_err(|error: nom::Err<_>| RANGE.located(value, &error).moved_by(start))?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return Ok(Self::Other { unit, set });
        }
        let set_start = start.saturating_add(value.len().saturating_sub(set.len()));
        let specs = list([set], RANGE, range_spec).map_err(|error| error.moved_by(set_start))?;
        if specs.is_empty() {
            return Err(RANGE.refuse(set_start, "a range"));
        }
        Ok(Self::Bytes(ByteRangeSet { specs }))
    }
}

/// What a client asks for, in octets of a representation whose length it may not know. A number beyond 64 bits was read as the
/// greatest.
///
/// ```
/// use wire_http::range::{ByteRange, ByteRangeSpec};
///
/// let of_ten = |spec: ByteRangeSpec| spec.resolve(10);
/// assert_eq!(of_ten(ByteRangeSpec::Int { first: 7, last: None }), ByteRange::new(7, 9));
/// assert_eq!(of_ten(ByteRangeSpec::Int { first: 7, last: Some(99) }), ByteRange::new(7, 9));
/// assert_eq!(of_ten(ByteRangeSpec::Suffix { length: 2 }), ByteRange::new(8, 9));
/// assert_eq!(of_ten(ByteRangeSpec::Int { first: 10, last: None }), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 9110 section 14.1.2 has these two"
)]
pub enum ByteRangeSpec {
    /// `first-`, `first-last`: offsets from 0, both included.
    Int {
        /// The first octet.
        first: u64,
        /// The last octet, if not the end.
        last: Option<u64>,
    },
    /// `-length`: the last so many octets.
    Suffix {
        /// How many octets.
        length: u64,
    },
}

impl ByteRangeSpec {
    /// The octets of a representation of `length` octets, `None` when there are none (RFC 9110 §14.1.2).
    #[must_use]
    pub fn resolve(self, length: u64) -> Option<ByteRange> {
        let end = length.checked_sub(1)?;
        match self {
            Self::Int { first, .. } if first > end => None,
            Self::Int { first, last } => Some(ByteRange {
                first,
                last: last.map_or(end, |last| last.min(end)),
            }),
            Self::Suffix { length: 0 } => None,
            Self::Suffix { length: wanted } => Some(ByteRange {
                first: length.saturating_sub(wanted),
                last: end,
            }),
        }
    }
}

impl fmt::Display for ByteRangeSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int {
                first,
                last: Some(last),
            } => write!(formatter, "{first}-{last}"),
            Self::Int { first, last: None } => write!(formatter, "{first}-"),
            Self::Suffix { length } => write!(formatter, "-{length}"),
        }
    }
}

/// Octets of a representation ([RFC 9110 §14.1.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2)): offsets from 0, both
/// included, never empty.
///
/// ```
/// use wire_http::range::ByteRange;
///
/// let range = ByteRange::new(500, 999).expect("forwards");
/// assert_eq!((range.first(), range.last(), range.len()), (500, 999, 500));
/// assert_eq!(ByteRange::new(9, 5), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ByteRange {
    first: u64,
    last: u64,
}

impl ByteRange {
    /// The octets from `first` to `last`; `None` when `last` is before `first`.
    #[must_use]
    pub const fn new(first: u64, last: u64) -> Option<Self> {
        if first <= last {
            Some(Self { first, last })
        } else {
            None
        }
    }

    /// The offset of the first octet.
    #[must_use]
    pub const fn first(self) -> u64 {
        self.first
    }

    /// The offset of the last octet.
    #[must_use]
    pub const fn last(self) -> u64 {
        self.last
    }

    /// How many octets: at least 1. The one range of 2⁶⁴ octets counts one less.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a byte range is never empty")]
    pub const fn len(self) -> u64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// What a server puts up with before it ignores a `Range` field
/// ([RFC 9110 §14.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.2) and §17.15).
///
/// ```
/// use wire_http::range::{Range, RangeLimits, Resolved};
///
/// let Range::Bytes(set) = Range::decode(b"bytes=0-,0-,0-,0-")? else { panic!("bytes") };
/// assert_eq!(set.resolve(1000, &RangeLimits::default()), Resolved::Whole);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RangeLimits {
    /// How many ranges a set may have; 64 unless set.
    pub ranges_max: usize,
    /// How many ranges may overlap an earlier one; 1 unless set, which allows the two overlapping ranges that
    /// §14.2 does not count as abuse.
    pub overlaps_max: usize,
}

impl Default for RangeLimits {
    fn default() -> Self {
        Self {
            ranges_max: 64,
            overlaps_max: 1,
        }
    }
}

/// What a server does about a `Range` field ([RFC 9110 §14.2](https://www.rfc-editor.org/rfc/rfc9110#section-14.2)).
///
/// ```
/// use wire_http::range::{ByteRange, ContentRange, Range, RangeLimits, Resolved};
///
/// let resolve = |value, length| match Range::decode(value) {
///     Ok(Range::Bytes(set)) => set.resolve(length, &RangeLimits::default()),
///     _ => Resolved::Whole,
/// };
/// assert_eq!(resolve(b"bytes=5-", 10), Resolved::Partial(vec![ByteRange::new(5, 9).expect("forwards")]));
/// assert_eq!(resolve(b"seconds=1-2", 10), Resolved::Whole);
/// assert_eq!(resolve(b"bytes=10-", 10), Resolved::NotSatisfiable);
/// assert_eq!(ContentRange::Unsatisfied { complete_length: 10 }.to_string(), "bytes */10");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "200, 206 and 416 are the three answers"
)]
pub enum Resolved {
    /// Ignore the field and answer 200 with everything.
    Whole,
    /// Answer 206 with these, in the order asked for. Never empty: one goes with its own
    /// [`ContentRange`](crate::range::ContentRange), several as [`MultipartByteranges`](crate::range::MultipartByteranges).
    Partial(Vec<ByteRange>),
    /// Answer 416 with `Content-Range: bytes */length`.
    NotSatisfiable,
}

/// A `bytes` range set, in the order sent; never empty, and none of its ranges ends before it begins.
///
/// ```
/// use wire_http::range::{ByteRangeSet, ByteRangeSpec};
///
/// let rest = ByteRangeSpec::Int { first: 9500, last: None };
/// let set = ByteRangeSet::new(&[rest]).expect("one range, forwards");
/// assert_eq!(set.to_string(), "bytes=9500-");
/// assert_eq!(ByteRangeSet::new(&[]), None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ByteRangeSet {
    specs: Vec<ByteRangeSpec>,
}

impl ByteRangeSet {
    /// A set of these ranges, for writing; `None` when there is none, or one ends before it begins.
    #[must_use]
    pub fn new(specs: &[ByteRangeSpec]) -> Option<Self> {
        let backwards = |spec: &ByteRangeSpec| matches!(spec, ByteRangeSpec::Int { first, last: Some(last) } if last < first);
        if specs.is_empty() || specs.iter().any(backwards) {
            None
        } else {
            Some(Self {
                specs: specs.to_vec(),
            })
        }
    }

    /// The ranges in the order sent.
    #[must_use]
    pub fn specs(&self) -> &[ByteRangeSpec] {
        &self.specs
    }

    /// What to answer when the representation has `length` octets.
    ///
    /// Ranges outside of it are left out; if none is left the set is not satisfiable. An empty representation
    /// has no octet that `Content-Range` could name: a suffix of it is the whole of it. A set beyond `limits` is ignored
    /// ([`Resolved::Whole`]).
    #[must_use]
    pub fn resolve(&self, length: u64, limits: &RangeLimits) -> Resolved {
        if self.specs.len() > limits.ranges_max {
            return Resolved::Whole;
        }
        let suffix = |spec: &ByteRangeSpec| matches!(spec, ByteRangeSpec::Suffix { length: 1.. });
        if length == 0 && self.specs.iter().any(suffix) {
            return Resolved::Whole;
        }
        let ranges: Vec<ByteRange> = self
            .specs
            .iter()
            .filter_map(|spec| spec.resolve(length))
            .collect();
        if ranges.is_empty() {
            Resolved::NotSatisfiable
        } else if overlaps(&ranges) > limits.overlaps_max {
            Resolved::Whole
        } else {
            Resolved::Partial(ranges)
        }
    }
}

impl fmt::Display for ByteRangeSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, spec) in self.specs.iter().enumerate() {
            write!(
                formatter,
                "{}{spec}",
                if place == 0 { "bytes=" } else { ", " }
            )?;
        }
        Ok(())
    }
}

/// How many ranges overlap one that begins before them.
fn overlaps(ranges: &[ByteRange]) -> usize {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable_by_key(|range| range.first);
    let mut widest: Option<ByteRange> = None;
    let mut count = 0_usize;
    for range in sorted {
        if widest.is_some_and(|earlier| earlier.overlaps(range)) {
            count = count.saturating_add(1);
        }
        if widest.is_none_or(|earlier| range.last > earlier.last) {
            widest = Some(range);
        }
    }
    count
}

/// `int-range / suffix-range` (RFC 9110 §14.1.1). A number too great to count is the greatest: it is past every end.
fn range_spec(input: &[u8]) -> Parsed<'_, ByteRangeSpec> {
    if let Some(rest) = input.strip_prefix(b"-") {
        let (rest, length) = digits(rest)?;
        return Ok((
            rest,
            ByteRangeSpec::Suffix {
                length: saturating_number(length),
            },
        ));
    }
    let (rest, first) = expect(input, "a range", digits)?;
    let (rest, _) = expect(rest, "\"-\"", tag(&b"-"[..]))?;
    let first = saturating_number(first);
    if !rest.first().is_some_and(u8::is_ascii_digit) {
        return Ok((rest, ByteRangeSpec::Int { first, last: None }));
    }
    let (after, last) = digits(rest)?;
    let last = saturating_number(last);
    if last < first {
        return unexpected(rest, "an end that is not before the beginning");
    }
    Ok((
        after,
        ByteRangeSpec::Int {
            first,
            last: Some(last),
        },
    ))
}

#[cfg(test)]
mod tests;
