//! Messages of HTTP/1.1.

/// A GET with nothing but Host.
pub const SMALL_GET: &[u8] = include_bytes!("../corpus/http/small-get.http");

/// A GET as a browser sends it.
pub const BROWSER_GET: &[u8] = include_bytes!("../corpus/http/browser-get.http");

/// The head of a response.
pub const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 02:25:58 GMT\r\nServer: example\r\n\
    Content-Type: text/html; charset=utf-8\r\nContent-Length: 5120\r\nETag: \"33a64df5\"\r\nCache-Control: max-age=60\r\n\r\n";

/// A body of `count` chunks of `size` octets.
pub fn chunked(count: usize, size: usize) -> Vec<u8> {
    let mut body = format!("{size:x}\r\n{}\r\n", "x".repeat(size)).repeat(count);
    body.push_str("0\r\n\r\n");
    body.into_bytes()
}
