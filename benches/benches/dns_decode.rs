//! Decoding the five messages: check, check and read every field, own, header and question only; and hostile inputs.
//!
//! What counts is the ratio to `bare_walk` of the same run.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use netlab_benches::dns::{bare_walk, hostile, messages, read_every_field, walk_every_label};
use wire_dns::{Message, MessageBuf, Question};

fn decode(criterion: &mut Criterion) {
    for (name, octets) in messages() {
        let mut group = criterion.benchmark_group(format!("dns_decode/{name}"));
        group.throughput(Throughput::Bytes(octets.len() as u64));
        group.bench_function("bare_walk", |bencher| {
            bencher.iter(|| bare_walk(black_box(&octets)))
        });
        group.bench_function("check", |bencher| {
            bencher.iter(|| Message::decode(black_box(&octets)).is_ok())
        });
        group.bench_function("touch", |bencher| {
            bencher.iter(|| read_every_field(black_box(&octets)))
        });
        group.bench_function("own", |bencher| {
            bencher.iter(|| MessageBuf::decode(black_box(&octets)))
        });
        group.bench_function("head", |bencher| {
            bencher.iter(|| Question::decode_first(black_box(&octets)).is_ok());
        });
        group.finish();
    }
}

/// Inputs that cost other decoders milliseconds; each is checked in time linear in its octets.
fn refuse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("dns_hostile");
    for (name, octets) in hostile() {
        group.bench_function(format!("{name}/bare_walk"), |bencher| {
            bencher.iter(|| bare_walk(black_box(&octets)));
        });
        group.bench_function(format!("{name}/check"), |bencher| {
            bencher.iter(|| Message::decode(black_box(&octets)).is_ok());
        });
        if Message::decode(&octets).is_ok() {
            group.bench_function(format!("{name}/touch"), |bencher| {
                bencher.iter(|| read_every_field(black_box(&octets)))
            });
            group.bench_function(format!("{name}/labels"), |bencher| {
                bencher.iter(|| walk_every_label(black_box(&octets)))
            });
        }
    }
    group.finish();
}

criterion_group!(benches, decode, refuse);
criterion_main!(benches);
