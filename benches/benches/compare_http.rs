//! The same requests through other libraries: `cargo bench -p netlab-benches --features peers --bench compare_http`.
//!
//! What each does differs, so read the lines with that in mind. `httparse` and `picohttpparser` only tokenise. `wire_http` also
//! checks, decides the framing, Host and persistence. `actix_http` does about that through its server codec, into its own types.
//! `hyper` serves the request in memory, the answer included: its parser cannot be had without that; `wire_http_served` is the
//! line to compare with it. Chunked bodies are decoded to the last octet, without copying where the library allows.

use actix_http::h1;
use bytes::BytesMut;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use netlab_benches::http::{BROWSER_GET, SMALL_GET, chunked};
use netlab_benches::http_peers::{hyper_served, in_a_runtime, wire_http_served};
use std::hint::black_box;
use std::mem::MaybeUninit;
use tokio_util::codec::Decoder;
use wire_http::{BodyDecoder, BodyEvent, Framing, RequestHead};

fn heads(criterion: &mut Criterion) {
    in_a_runtime(|| heads_in_runtime(criterion));
}

fn heads_in_runtime(criterion: &mut Criterion) {
    for (name, input) in [("small-get", SMALL_GET), ("browser-get", BROWSER_GET)] {
        let mut group = criterion.benchmark_group(format!("compare_http_head/{name}"));
        group.throughput(Throughput::Bytes(input.len() as u64));
        group.bench_function("wire_http", |bencher| {
            bencher.iter(|| black_box(RequestHead::decode(black_box(input))).is_ok())
        });
        group.bench_function("httparse", |bencher| {
            bencher.iter(|| httparse_head(black_box(input)))
        });
        group.bench_function("httparse_uninit", |bencher| {
            bencher.iter(|| httparse_uninit(black_box(input)))
        });
        group.bench_function("picohttpparser", |bencher| {
            bencher.iter(|| picohttpparser_head(black_box(input)))
        });
        group.bench_function("actix_http", |bencher| {
            let mut codec = h1::Codec::default();
            bencher.iter_batched_ref(
                || BytesMut::from(input),
                |received| {
                    black_box(codec.decode(black_box(received)))
                        .expect("a head")
                        .is_some()
                },
                BatchSize::SmallInput,
            )
        });
        group.bench_function("wire_http_served", |bencher| {
            bencher.iter(|| wire_http_served(black_box(input)))
        });
        group.bench_function("hyper_served", |bencher| {
            bencher.iter(|| hyper_served(black_box(input)))
        });
        group.finish();
    }
}

fn httparse_head(input: &[u8]) -> bool {
    let mut slots = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut slots);
    let parsed = request
        .parse(input)
        .is_ok_and(|status| status.is_complete());
    black_box(&request);
    parsed
}

fn httparse_uninit(input: &[u8]) -> bool {
    let mut slots = [const { MaybeUninit::uninit() }; 64];
    let mut request = httparse::Request::new(&mut []);
    let parsed = request
        .parse_with_uninit_headers(input, &mut slots)
        .is_ok_and(|status| status.is_complete());
    black_box(&request);
    parsed
}

fn picohttpparser_head(input: &[u8]) -> bool {
    let (mut method, mut path) = (std::ptr::null(), std::ptr::null());
    let (mut method_len, mut path_len, mut minor) = (0, 0, 0);
    let mut headers: [MaybeUninit<picohttpparser_sys::phr_header>; 64] =
        [const { MaybeUninit::uninit() }; 64];
    let mut count = headers.len();
    // Safe: every pointer is to a live variable, the lengths are those of the slices, and only `count` headers are filled.
    let used = unsafe {
        picohttpparser_sys::phr_parse_request(
            input.as_ptr().cast(),
            input.len(),
            &mut method,
            &mut method_len,
            &mut path,
            &mut path_len,
            &mut minor,
            headers.as_mut_ptr().cast(),
            &mut count,
            0,
        )
    };
    black_box(&headers);
    used > 0
}

fn bodies(criterion: &mut Criterion) {
    in_a_runtime(|| bodies_in_runtime(criterion));
}

fn bodies_in_runtime(criterion: &mut Criterion) {
    let body = chunked(64, 1024);
    let mut group = criterion.benchmark_group("compare_http_body/chunks-of-1024");
    group.throughput(Throughput::Bytes(64 * 1024));
    group.bench_function("wire_http", |bencher| {
        bencher.iter(|| wire_http_body(black_box(&body)))
    });
    group.bench_function("picohttpparser_in_place", |bencher| {
        bencher.iter_batched_ref(
            || body.clone(),
            |body| picohttpparser_body(black_box(body)),
            BatchSize::SmallInput,
        )
    });
    group.bench_function("actix_http", |bencher| {
        let head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let message = [&head[..], &body].concat();
        bencher.iter_batched_ref(
            || BytesMut::from(&message[..]),
            |received| actix_body(black_box(received)),
            BatchSize::SmallInput,
        )
    });
    group.finish();
}

fn wire_http_body(input: &[u8]) -> usize {
    let mut decoder = BodyDecoder::new(Framing::Chunked);
    let (mut used, mut content) = (0, 0);
    loop {
        let step = decoder.decode(&input[used..]).expect("a well-formed body");
        used += step.consumed;
        match step.event {
            BodyEvent::Data(data) => content += black_box(data).len(),
            BodyEvent::End => return content,
            BodyEvent::NeedMore | BodyEvent::Trailers(_) => panic!("the body is whole"),
        }
    }
}

fn picohttpparser_body(body: &mut [u8]) -> usize {
    let mut decoder: picohttpparser_sys::phr_chunked_decoder = unsafe { std::mem::zeroed() };
    decoder.consume_trailer = 1;
    let mut len = body.len();
    // Safe: the decoder is zeroed as its manual says, and `len` is that of the buffer.
    let left = unsafe {
        picohttpparser_sys::phr_decode_chunked(&mut decoder, body.as_mut_ptr().cast(), &mut len)
    };
    assert!(left >= 0);
    len
}

fn actix_body(received: &mut BytesMut) -> usize {
    let mut codec = h1::Codec::default();
    black_box(codec.decode(received)).expect("a head");
    let mut content = 0;
    while let Some(h1::Message::Chunk(Some(data))) = codec.decode(received).expect("a chunk") {
        content += black_box(data).len();
    }
    content
}

criterion_group!(benches, heads, bodies);
criterion_main!(benches);
