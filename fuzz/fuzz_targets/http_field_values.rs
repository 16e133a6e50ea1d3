#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use wire_http::caching::{
    CacheControl, CachePolicy, RequestMetadata, ResponseMetadata, Vary, may_store, reuse,
};
use wire_http::conditional::{EntityTag, Preconditions};
use wire_http::content_disposition::ContentDisposition;
use wire_http::cookie::{self, SetCookie};
use wire_http::credentials::{BasicCredentials, Credentials, decode_challenges};
use wire_http::date::HttpDate;
use wire_http::media_type::MediaType;
use wire_http::negotiate::{Accept, AcceptCharset, AcceptEncoding, AcceptLanguage};
use wire_http::range::{ContentRange, Range, RangeLimits, Resolved, accepts_unit};
use wire_http::retry_after::RetryAfter;
use wire_http::{Error, Method, StatusCode, allow, via};

// One field; a LF ends each of its lines.
fuzz_target!(|octets: &[u8]| {
    let lines: Vec<&[u8]> = octets.split(|octet| *octet == b'\n').map(trimmed).collect();
    let joined = lines.join(&b", "[..]);
    let value = joined.as_slice();
    lists(&lines, value);
    singles(value);
    caches(&lines, value);
});

/// Lines that are read at all say the same as one line that has them all (RFC 9110 §5.3).
fn lists<'a>(lines: &[&'a [u8]], value: &'a [u8]) {
    let accept = agree(lines, value, |lines| Accept::decode(lines.iter().copied()));
    if let Some(accept) = accept {
        let mut out = Vec::new();
        accept.encode(&mut out);
        assert_eq!(Accept::decode([out.as_slice()]).as_ref(), Ok(&accept));
    }
    agree(lines, value, |lines| {
        AcceptCharset::decode(lines.iter().copied())
    });
    agree(lines, value, |lines| {
        AcceptEncoding::decode(lines.iter().copied())
    });
    agree(lines, value, |lines| {
        AcceptLanguage::decode(lines.iter().copied())
    });
    agree(lines, value, |lines| {
        accepts_unit(lines.iter().copied(), "bytes")
    });
    agree(lines, value, |lines| allow::decode(lines.iter().copied()));
    let control = agree(lines, value, |lines| {
        CacheControl::decode(lines.iter().copied())
    });
    if let Some(control) = control {
        let mut out = Vec::new();
        control.encode(&mut out);
        assert_eq!(
            CacheControl::decode([out.as_slice()]).as_ref(),
            Ok(&control)
        );
    }
    let challenges = agree(lines, value, |lines| {
        decode_challenges(lines.iter().copied())
    });
    for challenge in challenges.iter().flatten() {
        let mut out = Vec::new();
        challenge.encode(&mut out);
        assert_eq!(
            decode_challenges([out.as_slice()]).as_deref(),
            Ok(&[challenge.clone()][..])
        );
    }
    let entries = agree(lines, value, |lines| via::decode(lines.iter().copied()));
    for entry in entries.iter().flatten() {
        let written = entry.to_string();
        assert_eq!(
            via::decode([written.as_bytes()]).as_deref(),
            Ok(&[*entry][..])
        );
    }
    let vary = agree(lines, value, |lines| Vary::decode(lines.iter().copied()));
    // A value that is received does not end in the blank behind a comma.
    if let Some(vary) = vary.filter(|_| trimmed(value) == value) {
        let of_lines = vary.key(lines.iter().map(|line| ("a", *line)));
        assert_eq!(vary.key([("A", value)]), of_lines);
    }
    for name in ["If-Match", "If-None-Match"] {
        agree(lines, value, |lines| {
            Preconditions::decode(lines.iter().map(|line| (name, *line)), HttpDate::MAX)
        });
    }
}

/// What is written of a value reads as the same.
fn singles(value: &[u8]) {
    if let Some(media_type) = inside(value, MediaType::decode(value)) {
        let _ = media_type.boundary();
        let mut out = Vec::new();
        media_type.encode(&mut out);
        assert_eq!(MediaType::decode(&out), Ok(media_type));
    }
    if let Some(tag) = inside(value, EntityTag::decode(value)) {
        let mut out = Vec::new();
        tag.encode(&mut out);
        assert_eq!(out, trimmed(value));
    }
    if let Some(range) = inside(value, ContentRange::decode(value)) {
        let written = range.to_string();
        assert_eq!(ContentRange::decode(written.as_bytes()), Ok(range));
    }
    if let Some(Range::Bytes(set)) = inside(value, Range::decode(value)) {
        let written = set.to_string();
        for length in [0, 1, 1000, u64::MAX] {
            if let Resolved::Partial(ranges) = set.resolve(length, &RangeLimits::default()) {
                assert!(ranges.iter().all(|range| range.last() < length));
            }
        }
        assert_eq!(Range::decode(written.as_bytes()), Ok(Range::Bytes(set)));
    }
    let now = HttpDate::from_unix(1_800_000_000).unwrap();
    if let Some(date) = inside(value, HttpDate::decode(value, now)) {
        let written = date.to_string();
        assert_eq!(HttpDate::decode(written.as_bytes(), now), Ok(date));
    }
    if let Some(retry_after) = inside(value, RetryAfter::decode(value, now)) {
        let written = retry_after.to_string();
        assert_eq!(RetryAfter::decode(written.as_bytes(), now), Ok(retry_after));
    }
    if let Some(basic) = inside(value, BasicCredentials::decode(value)) {
        let mut out = Vec::new();
        basic.encode(&mut out);
        let read = BasicCredentials::decode(&out).unwrap();
        assert!(read.is(basic.user(), basic.password()));
    }
    inside(value, Credentials::decode(value));
    if let Some(disposition) = inside(value, ContentDisposition::decode(value)) {
        let _ = disposition.filename();
    }
    if let Some(set_cookie) = inside(value, SetCookie::decode(value)) {
        let _ = set_cookie.expires_at(now);
    }
    let pairs: Vec<_> = cookie::pairs(value).collect();
    if let Ok(written) = cookie::encode_pairs(pairs.iter().copied()) {
        assert!(cookie::pairs(&written).eq(pairs));
    }
}

/// However its lines are divided, a field leads to the same decision, and no decision contradicts another.
fn caches(lines: &[&[u8]], value: &[u8]) {
    let at = |seconds: i64| HttpDate::from_unix(1_800_000_000 + seconds).unwrap();
    let policy = CachePolicy::shared();
    for name in ["Cache-Control", "Pragma"] {
        let stored = [("Cache-Control", &b"max-age=60"[..])];
        let stored = ResponseMetadata::decode(StatusCode::OK, stored, at(0), at(0)).unwrap();
        let decided = |lines: &[&[u8]]| {
            let fields = lines.iter().map(|line| (name, *line));
            let request = RequestMetadata::decode(Method::GET, fields)?;
            Ok([30, 90].map(|now| reuse(&request, &stored, at(now), &policy)))
        };
        agree(lines, value, decided);
    }
    for name in ["Cache-Control", "Age", "Vary"] {
        let request = RequestMetadata::decode(Method::GET, [("Host", &b"a.test"[..])]).unwrap();
        let decided = |lines: &[&[u8]]| {
            let fields = lines.iter().map(|line| (name, *line));
            let expires = [("Expires", &b"Fri, 15 Jan 2027 08:01:00 GMT"[..])];
            let response =
                ResponseMetadata::decode(StatusCode::OK, fields.chain(expires), at(0), at(0))?;
            let age = response.current_age(at(30));
            assert!(age.get() >= 30);
            let may_store = may_store(&request, &response, &policy);
            Ok((age, may_store, reuse(&request, &response, at(30), &policy)))
        };
        agree(lines, value, decided);
    }
}

/// What `read` makes of the lines, if it takes them: of the joined lines it must make the same. It may take these although it
/// refuses the lines, where a quoted string goes from one to the next.
fn agree<'a, T: Debug>(
    lines: &[&'a [u8]],
    value: &'a [u8],
    read: impl Fn(&[&'a [u8]]) -> Result<T, Error>,
) -> Option<T> {
    let (of_lines, of_joined) = (read(lines), read(&[value]));
    let spans = value.iter().any(|octet| b"\"(\\=".contains(octet));
    match (&of_lines, &of_joined) {
        (Ok(of_lines), Ok(of_joined)) => {
            assert_eq!(format!("{of_lines:?}"), format!("{of_joined:?}"));
        }
        (Ok(_), Err(error)) => panic!("refused when joined: {error}"),
        (Err(of_lines), Err(of_joined)) if !spans => {
            assert_eq!(of_lines.offset(), of_joined.offset());
        }
        (Err(_), Err(_)) => {}
        (Err(error), Ok(_)) => assert!(spans, "refused in lines: {error}"),
    }
    inside(value, of_lines)
}

/// An error points into the value, or to its end.
fn inside<T>(value: &[u8], read: Result<T, Error>) -> Option<T> {
    read.map_err(|error| assert!(error.offset() <= value.len(), "{error}"))
        .ok()
}

/// Without the whitespace that is no part of a field value (RFC 9110 §5.5).
fn trimmed(mut line: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = line {
        line = rest;
    }
    line
}
