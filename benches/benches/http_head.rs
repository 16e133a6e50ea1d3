//! Heads: `cargo bench -p netlab-benches --bench http_head`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use netlab_benches::http::{BROWSER_GET, RESPONSE, SMALL_GET};
use std::hint::black_box;
use wire_http::{HeadScanner, Method, RequestHead, ResponseHead, ResponseWriter, StatusCode};

fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("http_head");
    for (name, input) in [("small-get", SMALL_GET), ("browser-get", BROWSER_GET)] {
        group.throughput(Throughput::Bytes(input.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(RequestHead::decode(black_box(input))).is_ok())
        });
        group.bench_function(format!("{name}-octet-by-octet"), |bencher| {
            bencher.iter(|| {
                let mut scanner = HeadScanner::new();
                for end in 1..=input.len() {
                    black_box(scanner.request(black_box(&input[..end]))).expect("a head");
                }
            });
        });
    }
    group.throughput(Throughput::Bytes(RESPONSE.len() as u64));
    group.bench_function("response", |bencher| {
        bencher.iter(|| black_box(ResponseHead::decode(black_box(RESPONSE), Method::GET)).is_ok())
    });
    let refused = String::from_utf8_lossy(BROWSER_GET).replace("Priority:", "Priority :");
    group.throughput(Throughput::Bytes(refused.len() as u64));
    group.bench_function("browser-get-refused", |bencher| {
        bencher.iter(|| black_box(RequestHead::decode(black_box(refused.as_bytes()))).is_err())
    });
    group.finish();
}

fn look_up(criterion: &mut Criterion) {
    let (head, _) = RequestHead::decode(BROWSER_GET)
        .expect("a head")
        .complete()
        .expect("whole");
    let mut group = criterion.benchmark_group("http_fields");
    for name in ["Host", "Cache-Control", "If-None-Match"] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(head.fields().get(black_box(name))))
        });
    }
    group.finish();
}

fn write(criterion: &mut Criterion) {
    let mut out = Vec::with_capacity(1024);
    criterion.bench_function("http_write/response", |bencher| {
        bencher.iter(|| {
            out.clear();
            let mut response = ResponseWriter::new(StatusCode::OK);
            response
                .field("Content-Type", "text/html")
                .and_then(|response| response.field("ETag", "\"33a64df5\""))
                .expect("fields");
            response.send(black_box(b"hello"), &mut out).expect("room");
            black_box(out.len())
        });
    });
}

criterion_group!(benches, decode, look_up, write);
criterion_main!(benches);
