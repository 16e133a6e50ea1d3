//! Serves two pipelined requests on a loopback socket, body included, and prints what the client gets.
//!
//! `cargo run -p wire-http --example serve`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use wire_http::{BodyDecoder, BodyEvent, Decoded, HeadScanner, Limits, ResponseWriter, StatusCode};

type Result<T> = core::result::Result<T, Box<dyn core::error::Error + Send + Sync>>;

fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || -> Result<()> { serve(listener.accept()?.0) });

    let mut client = TcpStream::connect(address)?;
    client.write_all(
        b"POST /greet HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\n\r\n\
          GET /who HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n",
    )?;
    client.shutdown(Shutdown::Write)?;
    let mut answer = String::new();
    client.read_to_string(&mut answer)?;
    println!("{answer}");
    server.join().map_err(|_| "the server panicked")?
}

fn serve(mut stream: TcpStream) -> Result<()> {
    let limits = Limits::new();
    let (mut received, mut scanner) = (Vec::new(), HeadScanner::new());
    loop {
        // What is needed of the head once its octets are gone: the answer knows the request's method and version.
        let (response, mut body, target) = match scanner.request_with(&received, &limits) {
            Ok(Decoded::Incomplete) => {
                if read_more(&mut stream, &mut received)? {
                    continue;
                }
                return Ok(());
            }
            Ok(Decoded::Complete { value: head, len }) => {
                let response = ResponseWriter::answering(&head, StatusCode::OK);
                let parts = (response, head.body(&limits), head.target_text().to_owned());
                received.drain(..len);
                parts
            }
            Err(error) => {
                let mut out = Vec::new();
                ResponseWriter::send_refusal(&error, &mut out)?;
                return Ok(stream.write_all(&out)?);
            }
        };
        let content = read_body(&mut stream, &mut received, &mut body)?;
        let text = format!("{target} got {} octets of content\n", content.len());
        let mut out = Vec::new();
        response.send(text.as_bytes(), &mut out)?;
        stream.write_all(&out)?;
        if !response.persists() {
            return Ok(());
        }
    }
}

fn read_body(
    stream: &mut TcpStream,
    received: &mut Vec<u8>,
    body: &mut BodyDecoder,
) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let step = body.decode(received)?;
        let consumed = step.consumed;
        let (more, done) = match step.event {
            BodyEvent::Data(data) => {
                content.extend_from_slice(data);
                (false, false)
            }
            BodyEvent::NeedMore => (true, false),
            BodyEvent::Trailers(_) => (false, false),
            BodyEvent::End => (false, true),
        };
        received.drain(..consumed);
        if done {
            return Ok(content);
        }
        if more && !read_more(stream, received)? {
            body.finish()?;
            return Ok(content);
        }
    }
}

/// False at the end of the input.
fn read_more(stream: &mut TcpStream, received: &mut Vec<u8>) -> Result<bool> {
    let mut piece = [0; 4096];
    let count = stream.read(&mut piece)?;
    received.extend_from_slice(piece.get(..count).unwrap_or_default());
    Ok(count > 0)
}
