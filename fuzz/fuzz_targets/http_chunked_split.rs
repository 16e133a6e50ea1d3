#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_http::{BodyEvent, ChunkedDecoder, Error};

/// Content and trailers, where the body ended, or the error at its place in the whole.
type Seen = (
    Vec<u8>,
    Vec<(String, Vec<u8>)>,
    Result<Option<usize>, Error>,
);

fn read(pieces: &[&[u8]]) -> Seen {
    let (mut content, mut trailers) = (Vec::new(), Vec::new());
    let mut decoder = ChunkedDecoder::new();
    let mut held: Vec<u8> = Vec::new();
    let mut used = 0;
    for piece in pieces {
        held.extend_from_slice(piece);
        loop {
            let step = match decoder.decode(&held) {
                Ok(step) => step,
                Err(error) => return (content, trailers, Err(error.moved_by(used))),
            };
            let consumed = step.consumed;
            let (mut more, mut end) = (false, false);
            match step.event {
                BodyEvent::Data(data) => content.extend_from_slice(data),
                BodyEvent::Trailers(section) => {
                    // Not where they stand: that is counted from the start of each input.
                    let fields = section.fields();
                    trailers.extend(
                        fields.iter().map(|line| {
                            (line.name().to_string(), line.value().as_bytes().to_vec())
                        }),
                    );
                }
                BodyEvent::NeedMore => more = true,
                BodyEvent::End => end = true,
            }
            held.drain(..consumed);
            used += consumed;
            if end {
                return (content, trailers, Ok(Some(used)));
            }
            if more {
                break;
            }
        }
    }
    (content, trailers, Ok(None))
}

fuzz_target!(|input: (u16, &[u8])| {
    let (at, octets) = input;
    let (front, back) = octets.split_at(usize::from(at).min(octets.len()));
    assert_eq!(read(&[octets]), read(&[front, back]));
});
