//! Bodies: `cargo bench -p netlab-benches --bench http_body`.
//!
//! `memcpy` copies as many octets as the body has: what any decoder that copies cannot be faster than.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use netlab_benches::http::chunked;
use std::hint::black_box;
use wire_http::{BodyDecoder, BodyEvent, ChunkedEncoder, Framing};

const CONTENT: usize = 64 * 1024;

fn decode(input: &[u8], mut data: impl FnMut(&[u8])) {
    let mut decoder = BodyDecoder::new(Framing::Chunked);
    let mut used = 0;
    loop {
        let step = decoder.decode(&input[used..]).expect("a well-formed body");
        used += step.consumed;
        match step.event {
            BodyEvent::Data(octets) => data(octets),
            BodyEvent::End => return,
            BodyEvent::NeedMore | BodyEvent::Trailers(_) => panic!("the body is whole"),
        }
    }
}

fn bodies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("http_body");
    group.throughput(Throughput::Bytes(CONTENT as u64));
    for size in [8, 1024, 16 * 1024] {
        let body = chunked(CONTENT / size, size);
        group.bench_function(format!("chunks-of-{size}"), |bencher| {
            bencher.iter(|| {
                decode(black_box(&body), |octets| {
                    black_box(octets);
                })
            })
        });
    }
    let body = chunked(CONTENT / 1024, 1024);
    let mut copy = Vec::with_capacity(CONTENT);
    group.bench_function("chunks-of-1024-copied-out", |bencher| {
        bencher.iter(|| {
            copy.clear();
            decode(black_box(&body), |octets| copy.extend_from_slice(octets));
            black_box(copy.len())
        })
    });
    let content = vec![b'x'; CONTENT];
    group.bench_function("memcpy", |bencher| {
        bencher.iter(|| {
            copy.clear();
            copy.extend_from_slice(black_box(&content));
            black_box(copy.len())
        })
    });
    let mut out = Vec::with_capacity(2 * CONTENT);
    group.bench_function("encode-chunks-of-1024", |bencher| {
        bencher.iter(|| {
            out.clear();
            for chunk in black_box(&content).chunks(1024) {
                ChunkedEncoder::chunk(chunk, &mut out).expect("room");
            }
            black_box(out.len())
        })
    });
    group.finish();
}

criterion_group!(benches, bodies);
criterion_main!(benches);
