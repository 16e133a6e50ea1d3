//! Whole requests through other libraries, for the benches and for counting instructions.

use hyper::body::Bytes;
use std::convert::Infallible;
use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use wire_http::{Decoded, RequestHead, ResponseWriter, StatusCode};

/// Runs `work` where actix-http's codec can start the task that keeps its clock.
pub fn in_a_runtime(work: impl FnOnce()) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    let tasks = tokio::task::LocalSet::new();
    let _entered = (runtime.enter(), tasks.enter());
    work();
}

/// Decodes the request and writes an answer; the octets written.
pub fn wire_http_served(input: &[u8]) -> usize {
    let Ok(Decoded::Complete { value: head, .. }) = RequestHead::decode(input) else {
        panic!("a head")
    };
    let mut out = Vec::with_capacity(256);
    ResponseWriter::answering(&head, StatusCode::OK)
        .send(b"hello", &mut out)
        .expect("room");
    black_box(&out).len()
}

/// A connection in memory: the request, then its end; what is written is counted.
struct Memory<'a> {
    input: &'a [u8],
    written: usize,
}

impl hyper::rt::Read for Memory<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut to: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        let count = self.input.len().min(to.remaining());
        to.put_slice(&self.input[..count]);
        self.input = &self.input[count..];
        Poll::Ready(Ok(()))
    }
}

impl hyper::rt::Write for Memory<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        from: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.written += from.len();
        Poll::Ready(Ok(from.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Lets hyper serve the request in memory, the answer included.
pub fn hyper_served(input: &'static [u8]) {
    let service = hyper::service::service_fn(
        |request: hyper::Request<hyper::body::Incoming>| async move {
            black_box(&request);
            Ok::<_, Infallible>(hyper::Response::new(http_body_util::Full::new(
                Bytes::from_static(b"hello"),
            )))
        },
    );
    let connection = hyper::server::conn::http1::Builder::new()
        .serve_connection(Memory { input, written: 0 }, service);
    let mut connection = pin!(connection);
    let mut context = Context::from_waker(Waker::noop());
    assert!(
        connection.as_mut().poll(&mut context).is_ready(),
        "everything is there at once"
    );
}
