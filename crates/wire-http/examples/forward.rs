//! Shows what a proxy sends on for a request and for its response.
//!
//! `cargo run -p wire-http --example forward`
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use wire_http::{Decoded, Error, Forward, ForwardedRequest, NextHop, RequestHead, ResponseHead};

fn main() -> Result<(), Error> {
    let received = b"GET http://books.example/shelf?page=2 HTTP/1.1\r\nHost: another.example\r\nConnection: keep-alive, X-Debug\r\n\
                     X-Debug: 1\r\nTE: trailers\r\nAccept: text/html\r\n\r\n";
    let Decoded::Complete { value: request, .. } = RequestHead::decode(received)? else {
        return Ok(());
    };
    let proxy = Forward::new("lab-proxy")?;
    let mut out = Vec::new();
    match proxy.request(&request, NextHop::Origin)? {
        ForwardedRequest::Send { request, body } => {
            request.start(body, &mut out)?.finish(&mut out)?
        }
        ForwardedRequest::Answer => println!("Max-Forwards is 0: the proxy answers itself"),
    }
    println!("to the origin:\n{}", String::from_utf8_lossy(&out));

    let received = b"HTTP/1.0 200 OK\r\nServer: old\r\nKeep-Alive: timeout=5\r\n\r\nuntil the connection closes";
    let Decoded::Complete {
        value: response,
        len,
    } = ResponseHead::decode(received, request.method())?
    else {
        return Ok(());
    };
    let (writer, body) = proxy.response(&response, &request)?;
    out.clear();
    let mut content = writer.start(body, &mut out)?;
    content.write(received.get(len..).unwrap_or_default(), &mut out)?;
    content.finish(&mut out)?;
    println!("to the client:\n{}", String::from_utf8_lossy(&out));
    Ok(())
}
