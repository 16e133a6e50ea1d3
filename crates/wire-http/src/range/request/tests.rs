use super::{ByteRange, ByteRangeSpec, Range, RangeLimits, Resolved};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

fn resolve(value: &str, length: u64) -> Resolved {
    match Range::decode(value.as_bytes()).unwrap() {
        Range::Bytes(set) => set.resolve(length, &RangeLimits::default()),
        Range::Other { .. } => panic!("not bytes"),
    }
}

fn partial(ranges: &[(u64, u64)]) -> Resolved {
    Resolved::Partial(
        ranges
            .iter()
            .map(|(first, last)| ByteRange::new(*first, *last).unwrap())
            .collect::<Vec<_>>(),
    )
}

/// RFC 9110 §14.1.2, its examples of a representation of 10000 octets.
#[test]
fn agrees_with_the_examples() {
    assert_eq!(resolve("bytes=0-499", 10_000), partial(&[(0, 499)]));
    assert_eq!(resolve("bytes=500-999", 10_000), partial(&[(500, 999)]));
    assert_eq!(resolve("bytes=-500", 10_000), partial(&[(9500, 9999)]));
    assert_eq!(resolve("bytes=9500-", 10_000), partial(&[(9500, 9999)]));
    assert_eq!(
        resolve("bytes=0-0,-1", 10_000),
        partial(&[(0, 0), (9999, 9999)])
    );
    assert_eq!(
        resolve("bytes= 0-999, 4500-5499, -1000", 10_000),
        partial(&[(0, 999), (4500, 5499), (9000, 9999)])
    );
    assert_eq!(
        resolve("bytes=500-600,601-999", 10_000),
        partial(&[(500, 600), (601, 999)])
    );
    assert_eq!(
        resolve("bytes=500-700,601-999", 10_000),
        partial(&[(500, 700), (601, 999)])
    );
}

/// RFC 9110 §14.1.2: ends past the representation.
#[test]
fn cuts_to_the_length() {
    assert_eq!(resolve("bytes=0-999999", 10), partial(&[(0, 9)]));
    assert_eq!(resolve("bytes=-999999", 10), partial(&[(0, 9)]));
    assert_eq!(
        resolve("bytes=0-99999999999999999999999999", 10),
        partial(&[(0, 9)])
    );
    assert_eq!(resolve("bytes=9-", 10), partial(&[(9, 9)]));
    assert_eq!(resolve("bytes=10-", 10), Resolved::NotSatisfiable);
    assert_eq!(
        resolve("bytes=99999999999999999999999999-", 10),
        Resolved::NotSatisfiable
    );
    assert_eq!(resolve("bytes=-0", 10), Resolved::NotSatisfiable);
    assert_eq!(resolve("bytes=20-,3-4", 10), partial(&[(3, 4)]));
    assert_eq!(resolve("bytes=0-", 0), Resolved::NotSatisfiable);
    assert_eq!(resolve("bytes=-5", 0), Resolved::Whole);
    assert_eq!(
        resolve("bytes=0-18446744073709551615", u64::MAX),
        partial(&[(0, u64::MAX - 1)])
    );
}

/// RFC 9110 §14.2: "more than two overlapping ranges, or a set of many small ranges".
#[test]
fn ignores_abuse() {
    assert_eq!(resolve("bytes=0-9,5-14,8-20", 100), Resolved::Whole);
    assert_eq!(resolve("bytes=0-99,1-2,50-51", 100), Resolved::Whole);
    // The third overlaps the second only.
    let Range::Bytes(set) = Range::decode(b"bytes=0-1,5-20,10-12").unwrap() else {
        panic!("not bytes")
    };
    let none = RangeLimits {
        overlaps_max: 0,
        ..RangeLimits::default()
    };
    assert_eq!(set.resolve(100, &none), Resolved::Whole);
    let many: Vec<String> = (0..65)
        .map(|place| alloc::format!("{}-{}", place * 4, place * 4))
        .collect();
    assert_eq!(
        resolve(&("bytes=".to_string() + &many.join(",")), 1000),
        Resolved::Whole
    );
    let Resolved::Partial(ranges) = resolve(&("bytes=".to_string() + &many[..64].join(",")), 1000)
    else {
        panic!("64 ranges are allowed")
    };
    assert_eq!(ranges.len(), 64);
}

#[test]
fn refuses_what_is_no_range_set_and_says_where() {
    for (value, offset) in [
        ("", 0),
        ("bytes", 5),
        ("bytes=", 6),
        ("bytes=,", 6),
        ("bytes=a-b", 6),
        ("bytes=5-4", 8),
        ("bytes=-", 7),
        ("bytes=--5", 7),
        ("bytes=1", 7),
        ("bytes=1-2 3-4", 10),
        ("bytes=+1-2", 6),
        ("bytes=1 -2", 7),
        ("bytes=0x0-1", 7),
        (" bytes =0-1", 6),
    ] {
        let error = Range::decode(value.as_bytes()).unwrap_err();
        assert_eq!(error.offset(), offset, "{value}: {error}");
    }
}

#[test]
fn knows_units_by_name_in_any_case() {
    assert_eq!(
        Range::decode(b"items=1"),
        Ok(Range::Other {
            unit: "items",
            set: b"1"
        })
    );
    assert_eq!(resolve("BYTES=1-1", 10), partial(&[(1, 1)]));
}

#[test]
fn writes_what_it_read() {
    let Ok(Range::Bytes(set)) = Range::decode(b"bytes=0-1,2-,-3") else {
        panic!("bytes")
    };
    assert_eq!(set.to_string(), "bytes=0-1, 2-, -3");
    assert_eq!(
        Range::decode(set.to_string().as_bytes()),
        Ok(Range::Bytes(set))
    );
    assert_eq!(
        super::ByteRangeSet::new(&[ByteRangeSpec::Int {
            first: 2,
            last: Some(1)
        }]),
        None
    );
    assert_eq!(super::ByteRangeSet::new(&[]), None);
}
