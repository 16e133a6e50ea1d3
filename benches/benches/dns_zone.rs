//! Zone files and zones: records a second from text, loading, and whole responses.
//!
//! The reader's figure is compared with `named-checkzone -i none` on the same text; the README says how.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use netlab_benches::dns_zone::{QUESTIONS, apex, query, zone, zone_text};
use wire_dns::text::{ZoneReader, ZoneRecords};
use wire_dns::zone::Zone;
use wire_dns::{Builder, Message, RecordType};

fn text(criterion: &mut Criterion) {
    let text = zone_text(50_000);
    let apex = apex();
    let records = ZoneRecords::new(text.as_bytes(), apex.as_name()).count();
    let mut group = criterion.benchmark_group("zone_file");
    group.throughput(Throughput::Elements(records as u64));
    group.sample_size(20);
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            let mut reader = ZoneReader::new(apex.as_name());
            reader.end();
            let mut piece = text.as_bytes();
            let mut found = 0u64;
            while let Some(entry) = reader.next(&mut piece) {
                black_box(&entry.expect("a record"));
                found += 1;
            }
            assert_eq!(found, records as u64);
        });
    });
    group.bench_function("read to owned records", |bencher| {
        bencher.iter(|| {
            ZoneRecords::new(text.as_bytes(), apex.as_name())
                .for_each(|record| drop(black_box(record)));
        });
    });
    group.bench_function("load into a zone", |bencher| bencher.iter(|| zone(&text)));
    group.finish();
}

fn answers(criterion: &mut Criterion) {
    let zones = [zone(&zone_text(50_000))];
    let mut group = criterion.benchmark_group("zone_respond");
    for (kind, name) in QUESTIONS {
        let query = query(name, RecordType::A);
        let mut out = [0; 1232];
        group.bench_function(kind, |bencher| {
            bencher.iter(|| {
                let query = Message::decode(black_box(&query)).expect("a query");
                let mut builder = Builder::new(&mut out[..]);
                let response = Zone::respond(&zones, &query, Some(1232), &mut builder);
                black_box(response.expect("room"));
                builder.finish()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, text, answers);
criterion_main!(benches);
