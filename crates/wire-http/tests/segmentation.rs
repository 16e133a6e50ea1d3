//! However the octets arrive, the events are the same, and the work is linear.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use proptest::prelude::*;
use wire_http::{
    BodyDecoder, BodyEvent, Decoded, Error, HeadScanner, Limits, Method, RequestHead, ResponseHead,
};

#[derive(Clone, Copy, Debug)]
enum Side {
    Requests,
    Responses,
}

/// What a program sees of a stream: heads and trailers as text, content joined, errors with the offset in the stream.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    events: Vec<String>,
    content: Vec<u8>,
}

/// Reads a stream that arrives in pieces ending at `cuts`.
fn read(stream: &[u8], cuts: &[usize], side: Side, limits: &Limits) -> Seen {
    let mut seen = Seen::default();
    let mut scanner = HeadScanner::new();
    let mut body: Option<BodyDecoder> = None;
    let mut used = 0;
    for &end in cuts.iter().chain([&stream.len()]) {
        loop {
            let received = &stream[used..end];
            match step(received, &mut scanner, &mut body, side, limits, &mut seen) {
                Ok(Some(consumed)) => used += consumed,
                Ok(None) => break,
                Err(error) => {
                    seen.events
                        .push(format!("{:?} at {}", error.kind(), used + error.offset()));
                    return seen;
                }
            }
        }
    }
    // At the end of the stream an unfinished head is decoded once more: the scanner waits for the end of a request-target or
    // a status line before it refuses some errors, decoding does not.
    let rest = &stream[used..];
    let refused = match (body, side) {
        (Some(_), _) => None,
        (None, Side::Requests) => RequestHead::decode_with(rest, limits).err(),
        (None, Side::Responses) => ResponseHead::decode_with(rest, Method::GET, limits).err(),
    };
    seen.events.push(match refused {
        Some(error) => format!("{:?} at {}", error.kind(), used + error.offset()),
        None => format!("rest {}", rest.len()),
    });
    seen
}

/// One head or body step; octets used, or `None` if more are needed.
fn step(
    received: &[u8],
    scanner: &mut HeadScanner,
    body: &mut Option<BodyDecoder>,
    side: Side,
    limits: &Limits,
    seen: &mut Seen,
) -> Result<Option<usize>, Error> {
    if let Some(decoder) = body {
        let step = decoder.decode(received)?;
        match step.event {
            BodyEvent::Data(data) => seen.content.extend_from_slice(data),
            BodyEvent::Trailers(trailers) => seen.events.push(format!("{:?}", trailers.fields())),
            BodyEvent::NeedMore => return Ok((step.consumed > 0).then_some(step.consumed)),
            BodyEvent::End => {
                seen.events
                    .push(format!("end after {}", seen.content.len()));
                *body = None;
            }
        }
        return Ok(Some(step.consumed));
    }
    let (text, decoder, len) = match side {
        Side::Requests => match scanner.request_with(received, limits)? {
            Decoded::Complete { value, len } => (format!("{value:?}"), value.body(limits), len),
            Decoded::Incomplete => return Ok(None),
        },
        Side::Responses => match scanner.response_with(received, Method::GET, limits)? {
            Decoded::Complete { value, len } => (format!("{value:?}"), value.body(limits), len),
            Decoded::Incomplete => return Ok(None),
        },
    };
    seen.events.push(text);
    *body = Some(decoder);
    Ok(Some(len))
}

/// Reads `stream` whole, octet by octet and cut once at every octet.
fn same_however_cut(stream: &[u8], side: Side, limits: &Limits) {
    let whole = read(stream, &[], side, limits);
    let each: Vec<usize> = (0..stream.len()).collect();
    assert_eq!(
        read(stream, &each, side, limits),
        whole,
        "octet by octet: {}",
        stream.escape_ascii()
    );
    for cut in 0..stream.len() {
        assert_eq!(
            read(stream, &[cut], side, limits),
            whole,
            "cut at {cut}: {}",
            stream.escape_ascii()
        );
    }
}

const REQUESTS: &[&str] = &[
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\nGET /%41?b HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: b\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n00\r\nA: b\r\nC:\r\n\r\nGET / HTTP/1.0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: b\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\nC: d\r\n\r\n",
    "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "GET / HTTP/1.1\r\nX: \u{0}\r\n\r\n",
    "GET /a%4 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a# HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http://[::1]/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http://[::1/[ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http:[ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n",
    "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n",
    "\u{16}\u{3}\u{1}\u{2}",
];

const RESPONSES: &[&str] = &[
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 204 \r\n\r\nHTTP/1.1 304 x\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\nuntil the end\r\n\r\n",
    "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1 200 O\u{1}K\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\nok\r\n0\r\n\r\n",
];

#[test]
fn requests_are_the_same_however_cut() {
    let mut small = Limits::new();
    (small.start_line, small.head, small.field_lines) = (16, 40, 2);
    (small.trailers, small.trailer_lines, small.body) = (8, 1, 4);
    let mut tolerant = Limits::new();
    (
        tolerant.lenient_target,
        tolerant.refuse_other_host,
        tolerant.empty_lines,
    ) = (true, true, 3);
    for stream in REQUESTS {
        for limits in [&Limits::new(), &small, &tolerant] {
            same_however_cut(stream.as_bytes(), Side::Requests, limits);
        }
    }
}

#[test]
fn responses_are_the_same_however_cut() {
    let mut lenient = Limits::new();
    lenient.lenient_response = true;
    let mut small = Limits::new();
    (small.start_line, small.head, small.field_lines, small.body) = (15, 40, 1, 1);
    for stream in RESPONSES {
        for limits in [&Limits::new(), &small, &lenient] {
            same_however_cut(stream.as_bytes(), Side::Responses, limits);
        }
    }
}

#[test]
fn the_scanner_refuses_where_decoding_refuses() {
    for stream in REQUESTS {
        let mut scanner = HeadScanner::new();
        let whole = RequestHead::decode(stream.as_bytes());
        for end in 0..=stream.len() {
            match scanner.request(&stream.as_bytes()[..end]) {
                Ok(Decoded::Incomplete) => {}
                decided => {
                    assert_eq!(decided, whole, "{stream:?}");
                    break;
                }
            }
        }
    }
    for stream in RESPONSES {
        let mut scanner = HeadScanner::new();
        let whole = ResponseHead::decode(stream.as_bytes(), Method::GET);
        for end in 0..=stream.len() {
            match scanner.response(&stream.as_bytes()[..end], Method::GET) {
                Ok(Decoded::Incomplete) => {}
                decided => {
                    assert_eq!(decided, whole, "{stream:?}");
                    break;
                }
            }
        }
    }
}

#[test]
fn a_head_in_pieces_is_looked_at_once() {
    let head = format!(
        "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
        "Name: some value\r\n".repeat(60)
    );
    let mut scanner = HeadScanner::new();
    for end in 1..head.len() {
        assert!(
            scanner
                .request(&head.as_bytes()[..end])
                .unwrap()
                .is_incomplete()
        );
        // The first call decodes; from then on each octet is looked at once, when it is new.
        assert_eq!(scanner.octets_seen(), if end == 1 { 0 } else { end });
    }
    assert!(!scanner.request(head.as_bytes()).unwrap().is_incomplete());
    assert_eq!(scanner, HeadScanner::new(), "ready for the next head");
}

/// What is too long is refused with the piece that makes it so, however large the pieces are: nothing is kept for ever.
#[test]
fn a_head_in_pieces_is_refused_when_it_is_too_long() {
    let limits = Limits::new();
    let value = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nA: {}",
        "x".repeat(limits.head + 1000)
    );
    let target = format!("GET /{}", "a".repeat(limits.start_line + 1000));
    let reason = format!("HTTP/1.1 200 {}", "a".repeat(limits.start_line + 1000));
    let lines = format!("GET / HTTP/1.1\r\n{}X", "A: 1\r\n".repeat(64));
    let after_reason = format!("HTTP/1.1 200 OK\r\n{}X", "A: 1\r\n".repeat(64));
    for (head, max, name) in [
        (&lines, lines.len() - 2, "too-many-field-lines"),
        (
            &after_reason,
            after_reason.len() - 2,
            "too-many-field-lines",
        ),
        (&value, limits.head, "head-too-long"),
        (&target, limits.start_line, "start-line-too-long"),
        (&reason, limits.start_line, "start-line-too-long"),
    ] {
        for piece in [1, 7, 1000] {
            let mut scanner = HeadScanner::new();
            let ends = (piece..head.len()).step_by(piece).chain([head.len()]);
            let (end, error) = ends
                .map(|end| {
                    let received = &head.as_bytes()[..end];
                    let decoded = if head.starts_with("HTTP") {
                        scanner.response(received, Method::GET).map(drop)
                    } else {
                        scanner.request(received).map(drop)
                    };
                    (end, decoded.err())
                })
                .find(|(_, error)| error.is_some())
                .unwrap();
            assert_eq!(error.unwrap().kind().name(), name);
            // CRLF would come on top of a start line's octets.
            assert!(end <= max + 2 + piece, "{name} in pieces of {piece}: {end}");
        }
    }
}

/// The tolerance is one for responses, so a scanner of requests knows nothing of it.
#[test]
fn no_tolerance_counts_for_a_request_in_pieces() {
    let mut limits = Limits::new();
    limits.lenient_response = true;
    let head = b"GET / HTTP/1.1\r\nHost: a\r\nA: b\n";
    let mut scanner = HeadScanner::new();
    let refused =
        (1..=head.len()).find(|&end| scanner.request_with(&head[..end], &limits).is_err());
    assert_eq!(refused, Some(head.len()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// A few octets of a message changed, and the stream cut in three places.
    #[test]
    fn damaged_messages_are_the_same_however_cut(
        choice in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"\r\n \t:;,=\"%\0\x7f\xffaA0159/[]*".to_vec()), 0_u8..3), 0..4),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 3),
        lenient in any::<bool>(),
    ) {
        let all: Vec<(&str, Side)> =
            REQUESTS.iter().map(|text| (*text, Side::Requests)).chain(RESPONSES.iter().map(|text| (*text, Side::Responses))).collect();
        let (text, side) = *choice.get(&all);
        let mut stream = text.as_bytes().to_vec();
        for (place, octet, how) in changes {
            if stream.is_empty() {
                break;
            }
            let place = place.index(stream.len());
            match how {
                0 => stream[place] = octet,
                1 => stream.insert(place, octet),
                _ => drop(stream.remove(place)),
            }
        }
        let mut limits = Limits::new();
        (limits.lenient_target, limits.lenient_response) = (lenient, lenient);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        cuts.sort_unstable();
        let whole = read(&stream, &[], side, &limits);
        prop_assert_eq!(read(&stream, &cuts, side, &limits), whole, "{}", stream.escape_ascii());
        let each: Vec<usize> = (0..stream.len()).collect();
        let whole = read(&stream, &[], side, &limits);
        prop_assert_eq!(read(&stream, &each, side, &limits), whole, "{}", stream.escape_ascii());
    }

    /// RFC 9112 §5: a field line is refused at the octet that is wrong, however many pieces it comes in.
    #[test]
    fn field_lines_in_pieces_are_refused_at_the_same_octet(
        octets in prop::collection::vec(prop::sample::select(b"\r\n\r\n \t::;,\0\x7f\xffaA0".to_vec()), 0..20),
        lenient in any::<bool>(),
    ) {
        let mut limits = Limits::new();
        limits.lenient_response = lenient;
        let (mut requests, mut responses) = (HeadScanner::new(), HeadScanner::new());
        let request = [b"GET / HTTP/1.1\r\nHost: a\r\n", octets.as_slice()].concat();
        for end in 1..=request.len() {
            let decoded = requests.request_with(&request[..end], &limits);
            prop_assert_eq!(&decoded, &RequestHead::decode_with(&request[..end], &limits));
            if decoded != Ok(Decoded::Incomplete) {
                break;
            }
        }
        let response = [b"HTTP/1.1 200 OK\r\nA: b\r\n", octets.as_slice()].concat();
        for end in 1..=response.len() {
            let decoded = responses.response_with(&response[..end], Method::GET, &limits);
            prop_assert_eq!(&decoded, &ResponseHead::decode_with(&response[..end], Method::GET, &limits));
            if decoded != Ok(Decoded::Incomplete) {
                break;
            }
        }
    }

    #[test]
    fn no_octets_are_too_strange(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&octets, &[], Side::Requests, &Limits::new());
        let _ = read(&octets, &[], Side::Responses, &Limits::new());
    }
}

/// RFC 9112 §3: a request line that is wrong is refused when it ends; who sent it may send no more.
/// RFC 3986 §3.1: no scheme has a bracket, so one before any "://" stands in no later authority, whatever is still to come.
#[test]
fn a_target_with_a_bracket_is_refused_at_the_same_octet() {
    for target in [
        "ll[[\u{f1}GET3://arief",
        "ll[[\u{f1}",
        "a[b]\u{f1}://[::1]/",
        "[::1]\u{f1}:80",
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        same_however_cut(request.as_bytes(), Side::Requests, &Limits::new());
    }
}

#[test]
fn a_wrong_request_line_is_refused_when_it_ends() {
    for line in ["GET /\r\n", "GET / HTTP/2.0\r\n", "GET /# HTTP/1.1\r\n"] {
        let mut scanner = HeadScanner::new();
        let refused =
            (1..=line.len()).find(|&end| scanner.request(&line.as_bytes()[..end]).is_err());
        assert!(refused.is_some(), "{line:?}");
    }
}

/// The octet that cannot be right in heads that never end; all before it could be.
const WRONG_AT_THE_LAST_OCTET: &[&str] = &[
    // RFC 9112 §3.1: a method is a token.
    " ",
    "\r\n ",
    "G(",
    "\r\nG/",
    // RFC 9112 §3.2.
    "GET  ",
    "GET /#",
    "GET /\u{7f}",
    "GET /a\"",
    "GET /{ ",
    "GET /%4 ",
    // RFC 9112 §2.3.
    "GET / h",
    "GET / HTTQ",
    "GET / HTTP/x",
    "GET / HTTP/1,",
    "GET / HTTP/1.x",
    "GET / HTTP/1.11",
    "GET / HTTP/1.1 ",
    // RFC 9112 §2.2 and §5.
    "GET / HTTP/1.1\r\n ",
    "GET / HTTP/1.1\r\n:",
    "GET / HTTP/1.1\r\nHost ",
    "GET / HTTP/1.1\r\nHost\t",
    "GET / HTTP/1.1\r\nHost(",
    "GET / HTTP/1.1\r\nHost: a\r\nname\r",
    "GET / HTTP/1.1\r\nHost: a\r\nA:\r\n\t",
    "GET / HTTP/1.1\r\nHost: a\r\nA: b\u{1}",
    "GET / HTTP/1.1\r\nHost: a\r\nA: b\n",
    "GET / HTTP/1.1\r\nHost: a\r\nA: b\rc",
    "GET / HTTP/1.1\n",
];

/// RFC 9112 §3 and §5: who trickles in a line that is already wrong is refused at once, not when the time is over.
#[test]
fn a_head_that_never_ends_is_refused_at_the_octet_that_is_wrong() {
    for head in WRONG_AT_THE_LAST_OCTET {
        let head = head.as_bytes();
        let mut scanner = HeadScanner::new();
        for end in 1..head.len() {
            let decoded = scanner.request(&head[..end]);
            assert_eq!(
                decoded,
                Ok(Decoded::Incomplete),
                "{:?}",
                head.escape_ascii()
            );
        }
        let decoded = scanner.request(head);
        assert_eq!(
            decoded,
            RequestHead::decode(head),
            "{:?}",
            head.escape_ascii()
        );
        assert!(decoded.is_err(), "{:?}", head.escape_ascii());
    }
    for fields in [
        " ",
        ":",
        "Name ",
        "Name(",
        "A: b\r\n ",
        "Name\r",
        "A: b\n",
        "A: b\rc",
    ] {
        let head = format!("HTTP/1.1 200 OK\r\n{fields}");
        let mut scanner = HeadScanner::new();
        let refused = (1..=head.len()).find(|&end| {
            scanner
                .response(&head.as_bytes()[..end], Method::GET)
                .is_err()
        });
        assert_eq!(refused, Some(head.len()), "{head:?}");
    }
}
