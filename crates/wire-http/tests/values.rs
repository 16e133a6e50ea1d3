//! Laws of all field values: no octets panic, errors point into the value, what is written reads the same again.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a failed expectation here is a failed test"
)]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use wire_http::caching::{
    CacheControl, CacheKey, CachePolicy, DeltaSeconds, Directive, Failure, RequestMetadata,
    ResponseMetadata, Reuse, Vary, may_serve_on_failure, may_store, reuse,
};
use wire_http::conditional::{EntityTag, IfRange, Preconditions, Representation};
use wire_http::content_disposition::{self, ContentDisposition};
use wire_http::cookie::{self, SetCookie};
use wire_http::credentials::{BasicCredentials, Challenge, Credentials, decode_challenges};
use wire_http::date::HttpDate;
use wire_http::media_type::MediaType;
use wire_http::negotiate::{Accept, AcceptCharset, AcceptEncoding, AcceptLanguage};
use wire_http::path::{SafePath, encode_segments};
use wire_http::query;
use wire_http::range::{
    ByteRange, ByteRangeSet, ByteRangeSpec, ContentRange, MultipartByteranges, Range, RangeLimits,
    Resolved,
};
use wire_http::retry_after::RetryAfter;
use wire_http::{Error, Method, StatusCode, allow, via};

const TOKEN: &str = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}";

/// Octets that are often nearly a value.
fn octets() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&[u8]; 22] = [
        b"\"",
        b"\\",
        b",",
        b";",
        b"=",
        b" ",
        b"\t",
        b"/",
        b"*",
        b"-",
        b"%2e",
        b";q=0.5",
        b"W/\"a\"",
        b"bytes=0-",
        b"18446744073709551616",
        b"Sun, 06 Nov 1994 08:49:37 GMT",
        b"Basic YTpi",
        b"max-age=",
        b"max-stale",
        b"stale-while-revalidate=9",
        b"(",
        b")",
    ];
    let piece = prop_oneof![
        6 => (0..PIECES.len()).prop_map(|place| PIECES[place].to_vec()),
        1 => "[0-9]{1,4}".prop_map(String::into_bytes),
        2 => TOKEN.prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..6),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn date() -> impl Strategy<Value = HttpDate> {
    (HttpDate::MIN.to_unix()..=HttpDate::MAX.to_unix())
        .prop_map(|seconds| HttpDate::from_unix(seconds).unwrap())
}

/// Octets that a quoted string can stand for.
fn text() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![Just(b'\t'), b' '..=b'~', 0x80..=0xff_u8], 0..12)
}

fn inside<T>(value: &[u8], read: Result<T, Error>) -> Option<T> {
    read.map_err(|error| {
        assert!(
            error.offset() <= value.len(),
            "{error} in {}",
            value.escape_ascii()
        )
    })
    .ok()
}

proptest! {
    #[test]
    fn any_octets_are_read_or_refused(value in octets(), now in date()) {
        let value = value.as_slice();
        inside(value, MediaType::decode(value)).map(|read| read.boundary().is_ok());
        inside(value, Accept::decode([value]));
        inside(value, AcceptCharset::decode([value]));
        inside(value, AcceptEncoding::decode([value]));
        inside(value, AcceptLanguage::decode([value])).map(|read| read.lookup(&["en", "de"]));
        inside(value, HttpDate::decode(value, now));
        inside(value, ContentRange::decode(value));
        inside(value, EntityTag::decode(value));
        inside(value, CacheControl::decode([value]));
        inside(value, Vary::decode([value])).map(|read| read.key([("a", value)]));
        inside(value, decode_challenges([value]));
        inside(value, Credentials::decode(value));
        inside(value, BasicCredentials::decode(value));
        inside(value, ContentDisposition::decode(value)).map(|read| read.filename().is_some());
        inside(value, RetryAfter::decode(value, now));
        inside(value, via::decode([value]));
        inside(value, allow::decode([value]));
        inside(value, SafePath::decode(value));
        inside(value, SetCookie::decode(value));
        if let Some(Range::Bytes(set)) = inside(value, Range::decode(value)) {
            for length in [0, 1, 1000, u64::MAX] {
                if let Resolved::Partial(ranges) = set.resolve(length, &RangeLimits::default()) {
                    prop_assert!(!ranges.is_empty());
                    prop_assert!(ranges.iter().all(|range| range.first() <= range.last() && range.last() < length));
                }
            }
        }
        let _ = IfRange::decode(value, now);
        let _ = cookie::decode_cookie_date(value);
        let _ = cookie::pairs(value).count();
        let _ = query::pairs(value).count();
        let _ = cookie::path_matches(value, cookie::default_path(value));
        if let Ok(text) = core::str::from_utf8(value) {
            let _ = CacheKey::new("http", text, text).of_reference(text);
            let _ = cookie::domain_matches(text, "a");
        }
    }

    #[test]
    fn segments_never_leave_a_directory(value in octets()) {
        let path = [&b"/"[..], &value].concat();
        if let Ok(path) = SafePath::decode(&path) {
            for segment in path.segments() {
                prop_assert!(!segment.is_empty() && segment != "." && segment != "..");
                prop_assert!(!segment.chars().any(|letter| letter.is_ascii_control() || matches!(letter, '/' | '\\')));
            }
            let written = path.to_string();
            prop_assert_eq!(SafePath::decode(written.as_bytes()).unwrap(), path);
        }
    }

    #[test]
    fn names_come_back_from_paths(names in vec("[^/\\\\\\p{Cc}]{1,8}", 0..4)) {
        prop_assume!(names.iter().all(|name| name != "." && name != ".."));
        let written = encode_segments(names.iter().map(String::as_str));
        let read = SafePath::decode(written.as_bytes()).unwrap();
        prop_assert_eq!(read.segments().iter().map(ToString::to_string).collect::<Vec<_>>(), names);
    }

    #[test]
    fn pairs_come_back_from_queries(pairs in vec((".{0,8}", ".{0,8}"), 0..5)) {
        let written = query::encode_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let read = query::pairs(written.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned()));
        prop_assert_eq!(read.collect::<Vec<_>>(), pairs);
    }

    #[test]
    fn dates_come_back(date in date(), now in date()) {
        let written = date.to_string();
        prop_assert_eq!(HttpDate::decode(written.as_bytes(), now), Ok(date));
        // Cookies know no year before 1601 (RFC 6265 §5.1.1).
        let expected = (date.to_unix() >= -11_644_473_600).then_some(date);
        prop_assert_eq!(cookie::decode_cookie_date(written.as_bytes()).filter(|_| expected.is_some()), expected);
    }

    #[test]
    fn media_types_come_back(type_ in TOKEN, subtype in TOKEN, name in TOKEN, value in text()) {
        let written = MediaType::new(&type_, &subtype).unwrap().with_parameter(&name, &value).unwrap();
        let mut out = Vec::new();
        written.encode(&mut out);
        prop_assert_eq!(MediaType::decode(&out).unwrap(), written);
    }

    #[test]
    fn what_accept_writes_it_reads(value in octets()) {
        if let Ok(accept) = Accept::decode([&b"a/b;"[..], value.as_slice()]) {
            let mut out = Vec::new();
            accept.encode(&mut out);
            prop_assert_eq!(Accept::decode([out.as_slice()]).unwrap(), accept);
        }
    }

    #[test]
    fn ranges_come_back(specs in vec((any::<u64>(), option::of(any::<u64>()), any::<bool>()), 1..5)) {
        let specs: Vec<ByteRangeSpec> = specs
            .into_iter()
            .map(|(first, last, suffix)| match (suffix, last) {
                (true, _) => ByteRangeSpec::Suffix { length: first },
                (false, Some(last)) => ByteRangeSpec::Int { first: first.min(last), last: Some(first.max(last)) },
                (false, None) => ByteRangeSpec::Int { first, last: None },
            })
            .collect();
        let set = ByteRangeSet::new(&specs).unwrap();
        let written = set.to_string();
        prop_assert_eq!(Range::decode(written.as_bytes()), Ok(Range::Bytes(set)));
    }

    #[test]
    fn content_ranges_come_back(first in any::<u64>(), more in any::<u64>(), beyond in option::of(any::<u64>())) {
        let last = first.saturating_add(more);
        let complete_length = beyond.and_then(|beyond| last.checked_add(1)?.checked_add(beyond));
        for written in [
            ContentRange::Bytes { range: ByteRange::new(first, last).unwrap(), complete_length },
            ContentRange::Unsatisfied { complete_length: first },
        ] {
            prop_assert_eq!(ContentRange::decode(written.to_string().as_bytes()), Ok(written));
        }
    }

    #[test]
    fn multipart_lengths_are_exact(
        ranges in vec((0_u64..50, 0_u64..50), 1..5),
        boundary in "[a-zA-Z0-9'()+_,./:=?-]{1,70}",
    ) {
        let content = [b'x'; 100];
        let ranges: Vec<_> =
            ranges.into_iter().map(|(first, more)| ByteRange::new(first, first + more).unwrap()).collect();
        let multipart = MultipartByteranges::new(&boundary, b"text/plain", &ranges, 100).unwrap();
        let mut body = Vec::new();
        for range in &ranges {
            multipart.encode_part_head(*range, &mut body);
            body.extend_from_slice(&content[range.first() as usize..=range.last() as usize]);
        }
        multipart.encode_end(&mut body);
        prop_assert_eq!(multipart.content_length(), Some(body.len() as u64));
        let content_type = multipart.content_type();
        let read = MediaType::decode(&content_type).unwrap().boundary().unwrap().unwrap().into_owned();
        prop_assert_eq!(read, boundary.as_bytes());
    }

    #[test]
    fn entity_tags_come_back(
        opaque in vec(prop_oneof![Just(0x21_u8), 0x23..=0x7e_u8, 0x80..=0xff_u8], 0..10),
        weak in any::<bool>(),
    ) {
        let written = if weak { EntityTag::weak(&opaque) } else { EntityTag::strong(&opaque) }.unwrap();
        let mut out = Vec::new();
        written.encode(&mut out);
        let read = EntityTag::decode(&out).unwrap();
        prop_assert!(read.weak_eq(&written));
        prop_assert_eq!(read.is_weak(), weak);
    }

    #[test]
    fn directives_come_back(name in TOKEN, argument in option::of(text())) {
        let max_age = Directive::new("max-age", Some(b"5")).unwrap();
        let written = CacheControl::new(vec![Directive::new(&name, argument.as_deref()).unwrap(), max_age]);
        let mut out = Vec::new();
        written.encode(&mut out);
        prop_assert_eq!(CacheControl::decode([out.as_slice()]).unwrap(), written);
    }

    #[test]
    fn challenges_come_back(scheme in TOKEN, parameters in vec((TOKEN, text()), 1..4)) {
        let mut written = Challenge::new(&scheme).unwrap();
        for (name, value) in &parameters {
            written = written.with_parameter(name, value).unwrap();
        }
        let mut out = Vec::new();
        written.encode(&mut out);
        out.extend_from_slice(b", ");
        written.encode(&mut out);
        prop_assert_eq!(decode_challenges([out.as_slice()]).unwrap(), vec![written.clone(), written]);
    }

    #[test]
    fn basic_credentials_come_back(user in "[^:\\p{Cc}]{0,8}", password in "\\P{Cc}{0,8}") {
        let mut out = Vec::new();
        BasicCredentials::new(user.as_bytes(), password.as_bytes()).unwrap().encode(&mut out);
        prop_assert!(BasicCredentials::decode(&out).unwrap().is(user.as_bytes(), password.as_bytes()));
    }

    #[test]
    fn cookies_come_back(
        name in TOKEN,
        value in "[!#-+./0-9:<-\\[\\]-~-]{0,12}",
        max_age in option::of(any::<i32>()),
        secure in any::<bool>(),
    ) {
        let mut written = SetCookie::new(&name, &value).unwrap().with_path("/a b").unwrap();
        written.max_age = max_age.map(i64::from);
        written.secure = secure;
        let mut out = Vec::new();
        written.encode(&mut out);
        prop_assert_eq!(SetCookie::decode(&out).unwrap(), written);
        let pairs = [(name.as_bytes(), value.as_bytes()); 2];
        let sent = cookie::encode_pairs(pairs).unwrap();
        prop_assert_eq!(cookie::pairs(&sent).collect::<Vec<_>>(), pairs.to_vec());
    }

    #[test]
    fn file_names_come_back(name in "\\P{Cc}{0,12}") {
        let written = content_disposition::encode("attachment", &name).unwrap();
        prop_assert_eq!(ContentDisposition::decode(&written).unwrap().filename().unwrap().into_owned(), name);
    }

    /// Whatever the fields say, the answers of a cache agree with one another.
    #[test]
    fn caches_do_not_contradict_themselves(
        (asked, answered, other) in (octets(), octets(), octets()),
        (sent, took, later) in (0_i64..2_000_000_000, 0_i64..100, 0_i64..100_000),
    ) {
        let at = |seconds| HttpDate::from_unix(seconds).unwrap();
        let fields = [
            ("Cache-Control", answered.as_slice()),
            ("Expires", &other),
            ("Age", &other),
            ("Last-Modified", &other),
        ];
        let request = RequestMetadata::decode(Method::GET, [("Cache-Control", asked.as_slice())]);
        let response = ResponseMetadata::decode(StatusCode::OK, fields, at(sent), at(sent + took));
        let (Ok(request), Ok(response)) = (request, response) else { return Ok(()) };
        let now = at(sent + took + later);
        for policy in [CachePolicy::shared(), CachePolicy::private()] {
            let _ = may_store(&request, &response, &policy);
            let age = response.current_age(now);
            prop_assert!(age >= DeltaSeconds::new((took + later) as u64));
            let (lifetime, _) = response.freshness_lifetime(&policy);
            match reuse(&request, &response, now, &policy) {
                Reuse::Fresh { age: sent, remaining } => {
                    prop_assert!(sent == age && remaining > DeltaSeconds::ZERO && lifetime > age);
                }
                Reuse::Stale { .. } | Reuse::StaleWhileRevalidate { .. } => prop_assert!(lifetime <= age),
                Reuse::Validate(_) | Reuse::GatewayTimeout(_) => {}
            }
            let _ = may_serve_on_failure(&request, &response, Failure::Unreachable, now, &policy);
        }
    }

    #[test]
    fn preconditions_always_end(fields in vec((0_usize..6, octets()), 0..5), now in date(), tag in "[!#-~]{0,3}") {
        const NAMES: [&str; 6] =
            ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range"];
        let fields = fields.iter().map(|(name, value)| (NAMES[*name], value.as_slice()));
        if let Ok(preconditions) = Preconditions::decode(fields, now) {
            let current = Representation::new(EntityTag::strong(tag.as_bytes()).ok(), Some(now), now);
            for method in [Method::GET, Method::HEAD, Method::PUT, Method::OPTIONS] {
                let _ = preconditions.evaluate(method, Some(&current));
                let _ = preconditions.evaluate(method, None);
            }
        }
    }
}

/// A value of a quarter of a mebibyte that repeats one piece comes to an end: quadratic work would show as a hang.
#[test]
fn long_values_end() {
    const PIECES: [&[u8]; 18] = [
        b",",
        b";",
        b"\"",
        b"\\\"",
        b"a=\"",
        b"a,",
        b"a=b,",
        b";a=b",
        b" ",
        b"a ",
        b"0-1,",
        b"W/\"a\",",
        b"%2e/",
        b"a/b;q=0,",
        b"-a",
        b"((",
        b"&=",
        b"x-",
    ];
    const STARTS: [&[u8]; 5] = [b"", b"bytes=", b"a/b;a=\"", b"/", b"a "];
    for (piece, start) in PIECES
        .iter()
        .flat_map(|piece| STARTS.map(|start| (piece, start)))
    {
        let value = [start, &piece.repeat((1 << 18) / piece.len())].concat();
        let value = value.as_slice();
        let _ = MediaType::decode(value);
        let _ = Accept::decode([value]);
        let _ = AcceptEncoding::decode([value]);
        let _ = AcceptLanguage::decode([value]).map(|read| read.lookup(&["en"]));
        if let Ok(Range::Bytes(set)) = Range::decode(value) {
            assert_eq!(set.resolve(10, &RangeLimits::default()), Resolved::Whole);
        }
        let _ = CacheControl::decode([value]).map(|read| (read.private(), read.no_cache()));
        let _ = Vary::decode([value]).map(|read| read.key([("a", value)]));
        let _ = decode_challenges([value]);
        let _ = ContentDisposition::decode(value);
        let _ = via::decode([value]);
        let _ = SafePath::decode(value);
        let _ = SetCookie::decode(value);
        let _ = cookie::decode_cookie_date(value);
        let _ = query::pairs(value).count();
        let _ = cookie::pairs(value).count();
    }
}

/// A server's way from octets to an answer, on the fields of a real head.
#[test]
fn a_heads_fields_are_read_as_they_are() {
    let input = b"GET /a%20b/?q=1+2 HTTP/1.1\r\nHost: a.example\r\nAccept: text/html;q=0.5\r\nAccept: image/*\r\n\
        If-None-Match: \"x\", W/\"y\"\r\nCache-Control: max-age=0\r\nRange: bytes=0-1\r\nCookie: a=1; b=2\r\n\r\n";
    let Ok(wire_http::Decoded::Complete { value: head, .. }) =
        wire_http::RequestHead::decode(input)
    else {
        panic!("a whole head")
    };
    let wire_http::RequestTarget::Origin { path, query } = head.target() else {
        panic!("origin-form")
    };
    assert_eq!(
        SafePath::decode(path.as_bytes()).unwrap().segments(),
        ["a b"]
    );
    let pair = query::pairs(query.unwrap().as_bytes()).next();
    assert_eq!(pair, Some(("q".into(), "1 2".into())));
    let fields = head.fields();
    let offers = [
        MediaType::decode(b"text/html").unwrap(),
        MediaType::decode(b"image/png").unwrap(),
    ];
    assert_eq!(
        Accept::decode(fields.get_all("accept"))
            .unwrap()
            .best(&offers),
        Some(1)
    );
    assert_eq!(
        AcceptEncoding::decode(fields.get_all("accept-encoding"))
            .unwrap()
            .best(&["br"]),
        Some(0)
    );

    let now = HttpDate::from_unix(1_800_000_000).unwrap();
    let current = Representation::new(EntityTag::weak(b"y").ok(), None, now);
    let preconditions = Preconditions::decode(fields.iter(), now).unwrap();
    let outcome = preconditions.evaluate(head.method(), Some(&current));
    assert_eq!(outcome, wire_http::conditional::Outcome::NotModified);

    let request = RequestMetadata::decode(head.method(), fields).unwrap();
    assert_eq!(request.cache_control().max_age(), Some(DeltaSeconds::ZERO));
    let range = fields
        .get_only("range")
        .map(|value| Range::decode(value.as_bytes()));
    assert!(matches!(range, Some(Ok(Range::Bytes(_)))));
    assert_eq!(
        cookie::pairs(fields.get("cookie").unwrap().as_bytes()).count(),
        2
    );
}
