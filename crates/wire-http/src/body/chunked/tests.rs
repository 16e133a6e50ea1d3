#![allow(
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use super::{ChunkedDecoder, ChunkedEncoder};
use crate::body::BodyEvent;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use alloc::format;
use alloc::vec::Vec;

/// Content and octets used, from input in pieces that end at `cuts`, or the error with its offset in the whole.
fn decode(
    input: &[u8],
    cuts: &[usize],
    limits: &Limits,
) -> Result<(Vec<u8>, Option<usize>, usize), Error> {
    let mut decoder = ChunkedDecoder::with_limits(limits);
    let (mut content, mut trailers, mut used) = (Vec::new(), None, 0);
    for &end in cuts.iter().chain([&input.len()]) {
        loop {
            let step = decoder
                .decode(&input[used..end])
                .map_err(|error| error.moved_by(used))?;
            used += step.consumed;
            match step.event {
                BodyEvent::Data(data) => {
                    assert!(!data.is_empty());
                    content.extend_from_slice(data);
                }
                BodyEvent::Trailers(section) => trailers = Some(section.fields().len()),
                BodyEvent::NeedMore => break,
                BodyEvent::End => {
                    decoder.finish()?;
                    return Ok((content, trailers, used));
                }
            }
        }
    }
    decoder.finish().map(|()| (content, trailers, used))
}

/// Decodes whole, octet by octet and cut at every octet, and wants the same each time.
fn decode_all_ways(
    input: &[u8],
    limits: &Limits,
) -> Result<(Vec<u8>, Option<usize>, usize), Error> {
    let whole = decode(input, &[], limits);
    let each: Vec<usize> = (0..input.len()).collect();
    assert_eq!(
        decode(input, &each, limits),
        whole,
        "octet by octet: {}",
        input.escape_ascii()
    );
    for cut in 0..input.len() {
        assert_eq!(
            decode(input, &[cut], limits),
            whole,
            "cut at {cut}: {}",
            input.escape_ascii()
        );
    }
    whole
}

#[test]
fn takes_what_rfc_9112_7_1_allows() {
    for (input, content, trailers) in [
        ("0\r\n\r\n", "", None),
        ("5\r\nhello\r\n0\r\n\r\n", "hello", None),
        (
            "A\r\n0123456789\r\na\r\n0123456789\r\n00\r\n\r\n",
            "01234567890123456789",
            None,
        ),
        (
            "0000000000000000000005\r\nhello\r\n0\r\n\r\n",
            "hello",
            None,
        ),
        ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", None),
        // A size of two digits, of which either may come alone.
        (
            "11\r\n0123456789abcdefg\r\n0\r\n\r\n",
            "0123456789abcdefg",
            None,
        ),
        // As many octets of a line as are looked at together, with no data behind them yet.
        ("00000005\r\nhello\r\n0\r\n\r\n", "hello", None),
        ("1;a\r\nx\r\n0;b=c;d=\"e\\\" \t;\"\r\n\r\n", "x", None),
        ("1 ; a = b ;c\r\nx\r\n0\t;\td\r\n\r\n", "x", None),
        ("0\r\nA: 1\r\nB:\r\n\r\n", "", Some(2)),
    ] {
        let decoded = decode_all_ways(input.as_bytes(), &Limits::new());
        assert_eq!(
            decoded,
            Ok((content.as_bytes().to_vec(), trailers, input.len())),
            "{input:?}"
        );
        let followed = [input.as_bytes(), b"GET / HTTP/1.1\r\n"].concat();
        assert_eq!(
            decode(&followed, &[], &Limits::new()).unwrap().2,
            input.len(),
            "{input:?}"
        );
    }
}

/// RFC 9112 §7.1: `chunk-size = 1*HEXDIG`, short ones taken at one look and long ones digit by digit.
#[test]
fn a_size_may_have_any_number_of_digits() {
    for digits in 1..=20 {
        let input = format!(
            "{:0digits$x}\r\n{}\r\n{:0digits$}\r\n\r\n",
            10,
            "x".repeat(10),
            0
        );
        assert_eq!(
            decode_all_ways(input.as_bytes(), &Limits::new()),
            Ok((b"x".repeat(10), None, input.len())),
            "{input:?}"
        );
    }
}

#[test]
fn refuses_what_rfc_9112_7_1_does_not_allow() {
    let size = |octet| ErrorKind::ChunkSize { octet };
    let extension = |octet| ErrorKind::ChunkExtension { octet };
    for (input, offset, kind) in [
        ("\r\n", 0, size(b'\r')),
        (";a\r\n", 0, size(b';')),
        ("\n", 0, size(b'\n')),
        ("+5\r\n", 0, size(b'+')),
        ("-5\r\n", 0, size(b'-')),
        ("0x5\r\n", 1, size(b'x')),
        ("1_0\r\n", 1, size(b'_')),
        ("5g\r\n", 1, size(b'g')),
        (" 5\r\n", 0, size(b' ')),
        ("5 \r\n", 2, size(b'\r')),
        ("5\t\r\n", 2, size(b'\r')),
        ("5 5\r\n", 2, size(b'5')),
        ("5\n", 1, size(b'\n')),
        ("5\rx", 2, ErrorKind::BareCarriageReturn),
        ("5\r\r\n", 2, ErrorKind::BareCarriageReturn),
        ("10000000000000000\r\n", 16, ErrorKind::ChunkSizeOverflow),
        ("ffffffffffffffffff\r\n", 16, ErrorKind::ChunkSizeOverflow),
        ("5;\r\n", 2, extension(b'\r')),
        ("5;a\n", 3, ErrorKind::BareLineFeed),
        ("5;a\nX\r\n", 3, ErrorKind::BareLineFeed),
        ("5;a\0\r\n", 3, extension(0)),
        ("5;a\x7f\r\n", 3, extension(0x7f)),
        ("5;a=\r\n", 4, extension(b'\r')),
        ("5;=a\r\n", 2, extension(b'=')),
        ("5;;\r\n", 2, extension(b';')),
        ("5;a=b c\r\n", 6, extension(b'c')),
        ("5;a \r\n", 4, extension(b'\r')),
        ("5;a=\"b\r\n", 6, extension(b'\r')),
        ("5;a=\"b\\\n", 7, ErrorKind::BareLineFeed),
        ("5;a=\"b\"c\r\n", 7, extension(b'c')),
        ("5;a\r \n", 4, ErrorKind::BareCarriageReturn),
        ("1\r\nxy\r\n", 4, ErrorKind::ChunkDataEnd { octet: b'y' }),
        ("1\r\nx\n", 4, ErrorKind::ChunkDataEnd { octet: b'\n' }),
        ("1\r\nx\rX", 5, ErrorKind::ChunkDataEnd { octet: b'X' }),
        (
            "1\r\nx0\r\n\r\n",
            4,
            ErrorKind::ChunkDataEnd { octet: b'0' },
        ),
        ("0\r\n\n", 3, ErrorKind::BareLineFeed),
        ("0\r\nA: b\nC: d\r\n\r\n", 7, ErrorKind::BareLineFeed),
        ("0\r\nA : b\r\n\r\n", 4, ErrorKind::SpaceBeforeColon),
        ("0\r\n A: b\r\n\r\n", 3, ErrorKind::LeadingWhitespace),
        ("0\r\nA: b\r\n c\r\n\r\n", 9, ErrorKind::LineFolding),
        ("0\r\nA: \0\r\n\r\n", 6, ErrorKind::FieldValue { octet: 0 }),
        (
            "0\r\nContent-Length: 3\r\n\r\n",
            3,
            ErrorKind::TrailerForbidden,
        ),
        (
            "0\r\nA: b\r\nTRANSFER-encoding: chunked\r\n\r\n",
            9,
            ErrorKind::TrailerForbidden,
        ),
        ("0\r\nHost: a\r\n\r\n", 3, ErrorKind::TrailerForbidden),
    ] {
        let error = decode_all_ways(input.as_bytes(), &Limits::new()).unwrap_err();
        assert_eq!((error.offset(), error.kind()), (offset, &kind), "{input:?}");
    }
}

/// RFC 9110 §6.5.1: what describes the content may be discarded by who reads it; it frames and routes nothing.
#[test]
fn trailers_that_describe_the_content_are_delivered() {
    let input = b"0\r\nVary: *\r\nContent-Type: text/plain\r\n\r\n";
    assert!(decode_all_ways(input, &Limits::new()).is_ok());
}

#[test]
fn says_at_every_octet_that_the_end_is_missing() {
    let input = b"3;a=\"b\"\r\nabc\r\n0\r\nA: b\r\n\r\n";
    for end in 0..input.len() {
        let error = decode(&input[..end], &[], &Limits::new()).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Truncated, "{end}");
    }
}

#[test]
fn bounds_extensions_trailers_and_body() {
    let mut limits = Limits::new();
    limits.chunk_extension_line = 8;
    limits.chunk_extensions = 12;
    limits.trailers = 12;
    limits.trailer_lines = 2;
    limits.body = 6;
    let line = ErrorKind::ChunkExtensionLineTooLong { max: 8 };
    let total = ErrorKind::ChunkExtensionsTooLong { max: 12 };
    for (input, offset, kind) in [
        ("1;2345678\r\nx\r\n", 0, None),
        ("1;23456789\r\nx\r\n", 9, Some(line)),
        ("0000000000000000000000005\r\n", 24, Some(line)),
        ("1;23456\r\nx\r\n1;234567\r\n", 19, Some(total)),
        ("7\r\n", 2, Some(ErrorKind::BodyTooLong { max: 6 })),
        (
            "5\r\nabcde\r\n2\r\n",
            12,
            Some(ErrorKind::BodyTooLong { max: 6 }),
        ),
        ("0\r\nA:1\r\nB:2\r\n\r\n", 0, None),
        (
            "0\r\nA:1\r\nB:23\r\n\r\n",
            15,
            Some(ErrorKind::TrailersTooLong { max: 12 }),
        ),
        (
            "0\r\nA:\r\nB:\r\nC:\r\n",
            11,
            Some(ErrorKind::TooManyTrailerLines { max: 2 }),
        ),
    ] {
        match (decode_all_ways(input.as_bytes(), &limits), kind) {
            (Err(error), Some(kind)) => {
                assert_eq!((error.offset(), error.kind()), (offset, &kind), "{input:?}")
            }
            (Err(error), None) => assert_eq!(error.kind(), &ErrorKind::Truncated, "{input:?}"),
            (Ok(_), None) => {}
            (Ok(_), kind) => panic!("{input:?} passed, wanted {kind:?}"),
        }
    }
}

#[test]
fn lenient_takes_blanks_after_the_size_and_nothing_more() {
    let mut limits = Limits::new();
    limits.lenient_response = true;
    assert_eq!(
        decode_all_ways(b"1 \t\r\nx\r\n0  \r\n\r\n", &limits),
        Ok((b"x".to_vec(), None, 15))
    );
    for input in [" 1\r\n", "1\n", "1 x\r\n", "1\r\nx\n"] {
        assert!(
            decode_all_ways(input.as_bytes(), &limits)
                .unwrap_err()
                .kind()
                != &ErrorKind::Truncated,
            "{input:?}"
        );
    }
}

#[test]
fn a_decoder_is_no_larger_than_two_cache_lines() {
    assert!(size_of::<ChunkedDecoder>() <= 128);
}

#[test]
fn what_is_encoded_is_decoded() {
    for len in [1, 9, 10, 15, 16, 255, 256, 4096, 70_000] {
        let data: Vec<u8> = (0..len)
            .map(|index| u8::try_from(index % 251).unwrap())
            .collect();
        let mut out = Vec::new();
        ChunkedEncoder::chunk(&data, &mut out).unwrap();
        ChunkedEncoder::chunk(b"", &mut out).unwrap();
        ChunkedEncoder::finish(&[], &mut out).unwrap();
        assert_eq!(
            decode(&out, &[], &Limits::new()),
            Ok((data, None, out.len()))
        );
    }
}

#[test]
fn trailers_that_must_not_be_are_not_written() {
    let mut out = Vec::new();
    for (name, value) in [
        ("Host", "a"),
        ("content-length", "1"),
        ("A b", "c"),
        ("A", "b\r\nc"),
    ] {
        assert!(ChunkedEncoder::finish(&[(name, value.as_bytes())], &mut out).is_err());
    }
    assert!(out.is_empty());
}

/// RFC 9112 §7.1.2: a trailer section is judged when it ends, so that how it was cut makes no difference.
#[test]
fn half_a_trailer_section_is_the_same_in_one_piece_and_in_two() {
    let input = b"0\r\nA: b\r\nC\xff";
    for cut in 0..=input.len() {
        let limits = Limits::new();
        let whole = decode(input, &[], &limits).map(|_| ());
        let cut_once = decode(input, &[cut], &limits).map(|_| ());
        assert_eq!(whole, cut_once, "{cut}");
    }
}

#[test]
fn more_trailer_lines_than_the_default_where_the_limit_says_so() {
    let mut limits = Limits::new();
    limits.trailer_lines = 100;
    let body = |lines: usize| format!("0\r\n{}\r\n", "A: 1\r\n".repeat(lines));
    let (_, trailers, _) = decode(body(100).as_bytes(), &[], &limits).unwrap();
    assert_eq!(trailers, Some(100));
    let refused = decode(body(101).as_bytes(), &[], &limits).unwrap_err();
    assert_eq!(refused.kind(), &ErrorKind::TooManyTrailerLines { max: 100 });
}

/// Trailers that a caller allowed to be longer are all there when they are read.
#[test]
fn trailers_beyond_the_default_bounds_are_delivered() {
    let mut limits = Limits::new();
    (limits.trailers, limits.trailer_lines) = (100_000, 100);
    let line = format!("A: {}\r\n", "x".repeat(900));
    let input = format!("0\r\n{}\r\n", line.repeat(50));
    assert_eq!(
        decode(input.as_bytes(), &[], &limits),
        Ok((Vec::new(), Some(50), input.len()))
    );
}

/// The bound on the content holds for a chunk whose line and data come together, and for several chunks.
#[test]
fn content_over_the_limit_is_refused() {
    let mut limits = Limits::new();
    limits.body = 10;
    let just = b"a\r\n0123456789\r\n0\r\n\r\n";
    assert_eq!(
        decode_all_ways(just, &limits),
        Ok((b"0123456789".to_vec(), None, just.len()))
    );
    for (input, offset) in [
        (&b"b\r\n0123456789a\r\n0\r\n\r\n"[..], 2),
        (b"6\r\n012345\r\n5\r\n6789a\r\n0\r\n\r\n", 13),
        (b"ffffffff\r\n0123456789a\r\n0\r\n\r\n", 9),
    ] {
        let error = decode_all_ways(input, &limits).unwrap_err();
        assert_eq!(
            (error.kind(), error.offset()),
            (&ErrorKind::BodyTooLong { max: 10 }, offset),
            "{}",
            input.escape_ascii()
        );
    }
}
