#![no_main]

use libfuzzer_sys::fuzz_target;
use textxform::{ALL, Error, Transform};

fn run(transform: &mut dyn Transform, pieces: &[&[u8]]) -> (Vec<u8>, Option<Error>) {
    let mut out = Vec::new();
    for piece in pieces {
        if let Err(error) = transform.push(piece, &mut out) {
            return (out, Some(error));
        }
    }
    let result = transform.finish(&mut out);
    (out, result.err())
}

fuzz_target!(|input: (u8, u16, &[u8])| {
    let (which, at, octets) = input;
    let entry = &ALL[usize::from(which) % ALL.len()];
    let parameter = match entry.parameter() {
        None => None,
        Some("N") => Some("3"),
        Some(_) => Some("key"),
    };
    let mut transform = entry.build(parameter).unwrap();
    let (front, back) = octets.split_at(usize::from(at).min(octets.len()));
    let whole = run(&mut *transform, &[octets]);
    let split = run(&mut *transform, &[front, back]);
    assert_eq!(whole, split, "{}", entry.name());
});
