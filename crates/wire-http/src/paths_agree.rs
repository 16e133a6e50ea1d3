//! Two readers of the same grammar, the fast path and the walk, must agree on every input.

use crate::decoded::Decoded;
use crate::error::Error;
use crate::limits::Limits;
use crate::method::Method;
use crate::{request, response};
use alloc::vec::Vec;
use proptest::prelude::*;

const REQUESTS: [&[u8]; 6] = [
    b"GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\n",
    b"\r\nGET http://a:1/%41?b HTTP/1.1\r\nHost:a \r\nX:\t \r\nConnection: Upgrade, close\r\nUpgrade: x\r\n\r\nrest",
    b"POST /x;y=z/?a=b&c HTTP/1.1\r\nhost: [::1]:80\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
    b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nconnection: keep-alive\r\n\r\n",
    b"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nB: \xff\"\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost:\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
];
const RESPONSES: [&[u8]; 4] = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
    b"HTTP/1.0 404 \r\n\r\n",
    b"HTTP/1.1 500 caf\xe9 \t!\r\nA:\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: y\r\n\r\n",
];

/// One of `messages` with some octets changed, put in or taken out.
fn damaged(messages: &'static [&'static [u8]]) -> impl Strategy<Value = Vec<u8>> {
    let octets = prop::sample::select(b"\r\n \t:;,=\"%#\0\x7f\xffaA0159/[]*@.|<HTP".to_vec());
    let change = (any::<prop::sample::Index>(), octets, 0_u8..3);
    (
        prop::sample::select(messages),
        prop::collection::vec(change, 0..4),
    )
        .prop_map(|(message, changes)| {
            let mut message = message.to_vec();
            for (place, octet, how) in changes {
                let place = place.index(message.len());
                match how {
                    0 => message[place] = octet,
                    1 => message.insert(place, octet),
                    _ => drop(message.remove(place)),
                }
            }
            message
        })
}

fn decided<T>(decoded: Result<Decoded<T>, Error>) -> Result<Option<(T, usize)>, Error> {
    decoded.map(Decoded::complete)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_requests(input in damaged(&REQUESTS), lenient in any::<bool>(), lines in 1_usize..8) {
        let mut limits = Limits::new();
        (limits.lenient_target, limits.field_lines, limits.start_line) = (lenient, lines, 30);
        let walked = decided(crate::RequestHead::walk(&input, &limits));
        let decoded = decided(crate::RequestHead::decode_with(&input, &limits));
        prop_assert_eq!(decoded, walked, "{}", input.escape_ascii());
        if let Ok(Some((head, len))) = decided(crate::RequestHead::decode_with(&input, &limits)) {
            prop_assert!(request::is_fast(&input, &limits), "{}", input.escape_ascii());
            // What this crate accepts, httparse accepts too, and sees the same in it.
            let mut slots = [httparse::EMPTY_HEADER; 64];
            let mut other = httparse::Request::new(&mut slots);
            prop_assert_eq!(other.parse(&input), Ok(httparse::Status::Complete(len)));
            prop_assert_eq!(other.method, Some(head.method().as_str()));
            prop_assert_eq!(other.path, Some(head.target_text()));
            for (line, header) in head.fields().iter().zip(other.headers.iter()) {
                prop_assert_eq!((line.name().as_str(), line.value().as_bytes()), (header.name, header.value));
            }
            prop_assert_eq!(head.fields().len(), other.headers.len());
        }
    }

    #[test]
    fn on_responses(input in damaged(&RESPONSES), lines in 1_usize..5) {
        let mut limits = Limits::new();
        (limits.field_lines, limits.start_line) = (lines, 20);
        let walked = decided(crate::ResponseHead::walk(&input, Method::GET, &limits));
        let decoded = decided(crate::ResponseHead::decode_with(&input, Method::GET, &limits));
        prop_assert_eq!(&decoded, &walked, "{}", input.escape_ascii());
        if matches!(decoded, Ok(Some(_))) {
            prop_assert!(response::is_fast(&input, &limits), "{}", input.escape_ascii());
        }
    }
}
