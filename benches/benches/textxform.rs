//! Every transform beside the limits of the machine: copying memory, and the standard library's ASCII capitals.
//!
//! `in_place` works on 16 KiB again and again, so that memory is the first-level cache. `push` transforms 1 MiB of text into
//! a buffer. The example `text_ratios` gives the ratios.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use netlab_benches::text::text;
use textxform::{ALL, Chain, Transform};

const CACHED: usize = 16 * 1024;
const LARGE: usize = 1024 * 1024;

fn in_place(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("textxform/in_place");
    group.throughput(Throughput::Bytes(CACHED as u64));
    let source = text(CACHED);
    let mut buffer = source.clone();
    group.bench_function("memcpy", |bencher| {
        bencher.iter(|| black_box(&mut buffer).copy_from_slice(black_box(&source)));
    });
    group.bench_function("std make_ascii_uppercase", |bencher| {
        bencher.iter(|| black_box(&mut buffer).make_ascii_uppercase());
    });
    for mut transform in transforms() {
        let name = transform.name();
        let Some(in_place) = transform.as_in_place() else {
            continue;
        };
        let mut buffer = source.clone();
        group.bench_function(name, |bencher| {
            bencher.iter(|| in_place.push_in_place(black_box(&mut buffer)))
        });
    }
    group.finish();
}

fn push(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("textxform/push");
    group.throughput(Throughput::Bytes(LARGE as u64));
    let source = text(LARGE);
    let mut out = Vec::new();
    group.bench_function("memcpy", |bencher| {
        bencher.iter(|| {
            out.clear();
            out.extend_from_slice(black_box(&source));
        });
    });
    for mut transform in transforms() {
        let input = input(transform.name(), &source);
        group.throughput(Throughput::Bytes(input.len() as u64));
        let mut out = Vec::new();
        group.bench_function(transform.name(), |bencher| {
            bencher.iter(|| {
                out.clear();
                transform
                    .push(black_box(&input), &mut out)
                    .expect("valid input");
                transform.finish(&mut out).expect("whole input");
            });
        });
    }
    group.finish();
}

fn transforms() -> impl Iterator<Item = Box<dyn Transform>> {
    ALL.iter().map(|entry| {
        let parameter = match entry.name() {
            "caesar" => Some("3"),
            "vigenere" => Some("LEMON"),
            _ => None,
        };
        entry.build(parameter).expect("a parameter that fits")
    })
}

/// What a decoder needs is what the encoder makes of the text.
fn input(name: &str, source: &[u8]) -> Vec<u8> {
    let encoder = match name {
        "base64-decode" => "base64",
        "hex-decode" => "hex",
        "percent-decode" => "percent-encode",
        _ => return source.to_vec(),
    };
    encoder
        .parse::<Chain>()
        .and_then(|mut chain| chain.apply(source))
        .expect("every octet can be encoded")
}

criterion_group!(benches, in_place, push);
criterion_main!(benches);
