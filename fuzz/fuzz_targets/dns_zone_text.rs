#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_dns::NameBuf;
use wire_dns::text::{ZoneEntry, ZoneReader};

/// Everything that the pieces give, as text.
fn read(pieces: &[&[u8]]) -> Vec<String> {
    let origin: NameBuf = "example.".parse().unwrap();
    let mut reader = ZoneReader::new(origin.as_name());
    let mut said = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let mut input = *piece;
        if index + 1 == pieces.len() {
            reader.end();
        }
        while let Some(entry) = reader.next(&mut input) {
            said.push(match entry {
                Ok(ZoneEntry::Record(record)) => record.to_record_buf().to_string(),
                Ok(ZoneEntry::Include(include)) => include.file().to_owned(),
                Ok(_) => String::new(),
                Err(error) => error.to_string(),
            });
            if said.len() > 10_000 {
                return said;
            }
        }
    }
    said
}

fuzz_target!(|input: (u16, &[u8])| {
    let (at, text) = input;
    let (front, back) = text.split_at(usize::from(at).min(text.len()));
    assert_eq!(read(&[text]), read(&[front, back]));
});
