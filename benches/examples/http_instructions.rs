//! Work of `wire-http` to count instructions of: `http_instructions WORK ITERATIONS`.
//!
//! Run it under callgrind with two iteration counts; the difference divided by the difference of the counts is the cost of one,
//! without start-up and without noise. `benches/README.md` has the commands.

use netlab_benches::http::{BROWSER_GET, RESPONSE, SMALL_GET, chunked};
use std::hint::black_box;
use std::mem::MaybeUninit;
use wire_http::{BodyDecoder, BodyEvent, Framing, HeadScanner, Method, RequestHead, ResponseHead};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let work = arguments.get(1).map_or("", String::as_str);
    let iterations: u64 = arguments
        .get(2)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    #[cfg(feature = "peers")]
    if let "actix-browser" | "actix-connection-browser" | "actix-input-browser" = work {
        return actix(BROWSER_GET, work, iterations);
    }
    let chunks_1k = chunked(64, 1024);
    let chunks_8 = chunked(64, 8);
    for _ in 0..iterations {
        match work {
            "httparse-small" => httparse_head(SMALL_GET),
            "httparse-browser" => httparse_head(BROWSER_GET),
            "httparse-uninit-small" => httparse_uninit(SMALL_GET),
            "httparse-uninit-browser" => httparse_uninit(BROWSER_GET),
            "small" => head(SMALL_GET),
            "browser" => head(BROWSER_GET),
            "response" => response(RESPONSE),
            "octets-browser" => octet_by_octet(BROWSER_GET),
            "chunks-1k" => body(&chunks_1k),
            "chunks-8" => body(&chunks_8),
            #[cfg(feature = "peers")]
            "served-browser" => {
                black_box(netlab_benches::http_peers::wire_http_served(black_box(
                    BROWSER_GET,
                )));
            }
            #[cfg(feature = "peers")]
            "hyper-browser" => netlab_benches::http_peers::hyper_served(black_box(BROWSER_GET)),
            other => panic!("no work called {other:?}"),
        }
    }
}

fn httparse_head(input: &[u8]) {
    let mut slots = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut slots);
    let parsed = request.parse(black_box(input));
    let _ = black_box((parsed, &request));
}

fn httparse_uninit(input: &[u8]) {
    let mut slots = [const { MaybeUninit::uninit() }; 64];
    let mut request = httparse::Request::new(&mut []);
    let parsed = request.parse_with_uninit_headers(black_box(input), &mut slots);
    let _ = black_box((parsed, &request));
}

fn head(input: &[u8]) {
    let decoded = RequestHead::decode(black_box(input));
    let _ = black_box(&decoded);
}

/// The codec takes a buffer that it may keep parts of; without `decode` the making of that buffer alone is counted.
#[cfg(feature = "peers")]
fn actix(input: &[u8], work: &str, iterations: u64) {
    use tokio_util::codec::Decoder;

    netlab_benches::http_peers::in_a_runtime(|| {
        let mut codec = actix_http::h1::Codec::default();
        for _ in 0..iterations {
            let mut received = bytes::BytesMut::from(black_box(input));
            if work == "actix-connection-browser" {
                // As for the first request of a connection.
                codec = actix_http::h1::Codec::default();
            }
            if work != "actix-input-browser" {
                let decoded = codec.decode(&mut received).expect("a head");
                black_box(&decoded);
            }
            black_box(&received);
        }
    });
}

fn response(input: &[u8]) {
    let decoded = ResponseHead::decode(black_box(input), Method::GET);
    let _ = black_box(&decoded);
}

fn octet_by_octet(input: &[u8]) {
    let mut scanner = HeadScanner::new();
    for end in 1..=input.len() {
        let decoded = scanner.request(black_box(&input[..end]));
        let _ = black_box(&decoded);
    }
}

fn body(input: &[u8]) {
    let mut decoder = BodyDecoder::new(Framing::Chunked);
    let mut used = 0;
    loop {
        let step = decoder
            .decode(black_box(&input[used..]))
            .expect("a well-formed body");
        used += step.consumed;
        match step.event {
            BodyEvent::Data(data) => {
                black_box(data);
            }
            BodyEvent::End => return,
            BodyEvent::NeedMore | BodyEvent::Trailers(_) => panic!("the body is whole"),
        }
    }
}
