//! How often zone files, zones and JSON ask the heap: never per record, query or member.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use netlab_benches::dns::messages;
use netlab_benches::dns_zone::{QUESTIONS, apex, query, zone, zone_text};
use wire_dns::text::ZoneReader;
use wire_dns::zone::{Response, Zone};
use wire_dns::{Builder, Message, RecordType};

struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.with(|calls| calls.set(calls.get() + 1));
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn calls(work: impl FnOnce()) -> usize {
    let before = CALLS.with(Cell::get);
    work();
    CALLS.with(Cell::get) - before
}

#[test]
fn a_zone_file_asks_for_its_buffers_only() {
    let apex = apex();
    let read = |text: &str| {
        calls(|| {
            let mut reader = ZoneReader::new(apex.as_name());
            for mut piece in text.as_bytes().chunks(4096) {
                while let Some(entry) = reader.next(&mut piece) {
                    black_box(&entry.unwrap());
                }
            }
        })
    };
    let (small, large) = (read(&zone_text(1_000)), read(&zone_text(10_000)));
    assert!(small < 64, "{small}");
    // Ten times the records; a buffer may grow once or twice more.
    assert!(
        large <= small + 8,
        "{small} for 1,000 hosts, {large} for 10,000"
    );
}

#[test]
fn a_response_asks_for_nothing() {
    let zones = [zone(&zone_text(1_000))];
    for (kind, name) in QUESTIONS {
        let query = query(name, RecordType::A);
        let mut out = [0; 1232];
        let asked = calls(|| {
            let query = Message::decode(&query).unwrap();
            let mut builder = Builder::new(&mut out[..]);
            let response = Zone::respond(&zones, &query, Some(1232), &mut builder);
            assert!(matches!(response, Ok(Response::Answered(_))), "{kind}");
            black_box(builder.finish());
        });
        assert_eq!(asked, 0, "{kind}");
    }
}

#[test]
fn json_asks_for_nothing() {
    for (name, octets) in messages() {
        let message = Message::decode(&octets).unwrap();
        let asked = calls(|| serde_json::to_writer(std::io::sink(), &message).unwrap());
        assert_eq!(asked, 0, "{name}");
    }
}
