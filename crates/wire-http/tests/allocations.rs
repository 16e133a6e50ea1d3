//! Decoding allocates nothing: counted, not believed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use allocation_counter::measure;
use wire_http::{BodyEvent, Decoded, HeadScanner, Limits, Method, RequestHead, ResponseHead};

fn allocations(work: impl FnOnce()) -> u64 {
    measure(work).count_total
}

#[test]
fn the_count_counts() {
    assert_eq!(
        allocations(|| drop(core::hint::black_box(Vec::<u8>::with_capacity(9)))),
        1
    );
}

#[test]
fn heads_cost_no_allocation() {
    let lines = "Some-Name: some value, and another\r\n".repeat(61);
    let request = format!(
        "GET /a?b HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive\r\n{lines}Content-Length: 3\r\n\r\n"
    );
    let response = format!("HTTP/1.1 200 OK\r\n{lines}Transfer-Encoding: chunked\r\n\r\n");
    let count = allocations(|| {
        let Ok(Decoded::Complete { value, .. }) = RequestHead::decode(request.as_bytes()) else {
            panic!()
        };
        assert_eq!(value.fields().len(), 64);
        assert_eq!(value.fields().list("some-name").count(), 122);
        assert!(ResponseHead::decode(response.as_bytes(), Method::GET).is_ok());
        let mut scanner = HeadScanner::new();
        for end in 0..request.len() {
            assert!(
                scanner
                    .request(&request.as_bytes()[..end])
                    .is_ok_and(|decoded| decoded.is_incomplete())
            );
        }
        assert!(RequestHead::decode(b"GET / HTTP/1.1\nHost: a\n\n").is_err());
    });
    assert_eq!(count, 0);
}

#[test]
fn bodies_cost_no_allocation() {
    let body = b"5;a=b\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n";
    let head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let count = allocations(|| {
        let Ok(Decoded::Complete { value: head, .. }) = RequestHead::decode(head) else {
            panic!()
        };
        let mut decoder = head.body(&Limits::new());
        let (mut used, mut octets) = (0, 0);
        loop {
            let step = decoder.decode(&body[used..]).unwrap();
            used += step.consumed;
            match step.event {
                BodyEvent::Data(data) => octets += data.len(),
                BodyEvent::Trailers(trailers) => {
                    assert_eq!(trailers.fields().get("c").unwrap(), "d")
                }
                BodyEvent::NeedMore => panic!("the body is whole"),
                BodyEvent::End => break,
            }
        }
        assert_eq!((octets, used), (5, body.len()));
    });
    assert_eq!(count, 0);
}
