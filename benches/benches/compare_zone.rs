//! A zone file of some 60,000 records through other libraries: `cargo bench -p netlab-benches --features peers --bench compare_zone`.
//!
//! domain reads record after record, as `ZoneReader` does; hickory makes a map of record sets, which is compared with a `Zone`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use domain::zonefile::inplace::{Entry, Zonefile};
use hickory_proto::serialize::txt::Parser;
use netlab_benches::dns_zone::{apex, zone, zone_text};
use wire_dns::text::{ZoneReader, ZoneRecords};

const HOSTS: u32 = 33_000;

fn read(criterion: &mut Criterion) {
    let text = zone_text(HOSTS);
    let apex = apex();
    let records = ZoneRecords::new(text.as_bytes(), apex.as_name()).count();
    let mut group = criterion.benchmark_group("compare_zone");
    group.throughput(Throughput::Elements(records as u64));
    group.sample_size(10);
    group.bench_function("read/wire_dns", |bencher| {
        bencher.iter(|| {
            let mut reader = ZoneReader::new(apex.as_name());
            reader.end();
            let (mut piece, mut found) = (text.as_bytes(), 0);
            while let Some(entry) = reader.next(&mut piece) {
                black_box(&entry.expect("a record"));
                found += 1;
            }
            assert_eq!(found, records);
        });
    });
    group.bench_function("read/domain", |bencher| {
        bencher.iter(|| {
            let mut zonefile = Zonefile::load(&mut text.as_bytes()).expect("memory");
            let mut found = 0;
            while let Some(entry) = zonefile.next_entry().expect("an entry") {
                if let Entry::Record(record) = entry {
                    black_box(&record);
                    found += 1;
                }
            }
            assert_eq!(found, records);
        });
    });
    group.bench_function("load/wire_dns", |bencher| bencher.iter(|| zone(&text)));
    group.bench_function("load/hickory", |bencher| {
        bencher.iter(|| {
            let parser = Parser::new(text.as_str(), None, None);
            let (_, sets) = parser.parse().expect("a zone");
            sets.len()
        });
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
