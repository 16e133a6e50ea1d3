//! Decodes a chunked body that arrives three octets at a time, and shows each event.
//!
//! `cargo run -p wire-http --example decode_chunked`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use wire_http::{BodyEvent, ChunkedDecoder, Error};

fn main() -> Result<(), Error> {
    let stream = b"5;note=\"an extension\"\r\nhello\r\n7\r\n, world\r\n0\r\nDigest: none\r\n\r\n";
    let mut decoder = ChunkedDecoder::new();
    let mut received: Vec<u8> = Vec::new();
    for piece in stream.chunks(3) {
        received.extend_from_slice(piece);
        loop {
            let step = decoder.decode(&received)?;
            let consumed = step.consumed;
            let more = match step.event {
                BodyEvent::Data(data) => {
                    println!("data     {:?}", String::from_utf8_lossy(data));
                    false
                }
                BodyEvent::Trailers(trailers) => {
                    println!("trailers {:?}", trailers.fields());
                    false
                }
                BodyEvent::NeedMore => true,
                BodyEvent::End => {
                    println!("end");
                    true
                }
            };
            received.drain(..consumed);
            if more {
                break;
            }
        }
    }
    decoder.finish()
}
