//! How often wire-dns asks the heap: never for views and building, once for an owned message.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use netlab_benches::dns::messages;
use wire_dns::{Builder, Class, Message, MessageBuf, NameBuf, Question, RecordType, edns::Edns};

struct Counting;

thread_local! {
    /// Calls and octets on this thread.
    static ASKED: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.with(|asked| {
            let (calls, octets) = asked.get();
            asked.set((calls + 1, octets + layout.size()));
        });
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

/// Calls and octets that `work` asks for.
fn asked<T>(work: impl FnOnce() -> T) -> (usize, usize) {
    let before = ASKED.with(Cell::get);
    let result = black_box(work());
    let after = ASKED.with(Cell::get);
    drop(result);
    (after.0 - before.0, after.1 - before.1)
}

#[test]
fn views_ask_for_nothing() {
    for (name, octets) in messages() {
        let read = || {
            let message = Message::decode(&octets).unwrap();
            for question in message.questions() {
                black_box(question);
            }
            for (section, record) in message.all_records() {
                black_box((section, record.owner().label_count(), record.rdata()));
            }
            black_box(message.edns());
        };
        assert_eq!(asked(read), (0, 0), "{name}");
        assert_eq!(
            asked(|| Question::decode_first(&octets).is_ok()),
            (0, 0),
            "{name}"
        );
    }
}

#[test]
fn an_owned_message_asks_once_for_its_length() {
    for (name, octets) in messages() {
        assert_eq!(
            asked(|| MessageBuf::decode(&octets)),
            (1, octets.len()),
            "{name}"
        );
    }
}

#[test]
fn refusing_asks_for_nothing() {
    for (name, octets) in netlab_benches::dns::hostile() {
        assert_eq!(asked(|| Message::decode(&octets).is_ok()), (0, 0), "{name}");
    }
}

#[test]
fn building_asks_for_nothing() {
    let name: NameBuf = "www.example.com".parse().unwrap();
    for (label, octets) in messages() {
        let message = Message::decode(&octets).unwrap();
        let mut buffer = vec![0u8; 4096];
        let build = || {
            let mut builder = Builder::new(&mut buffer[..]);
            builder.question(&name, RecordType::A, Class::IN).unwrap();
            for (section, record) in message.all_records() {
                if record.record_type() != RecordType::OPT {
                    builder.copy_record(section, &record).unwrap();
                }
            }
            builder.edns(&Edns::default()).unwrap();
            builder.finish()
        };
        assert_eq!(asked(build), (0, 0), "{label}");
    }
}
