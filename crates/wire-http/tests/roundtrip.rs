//! What is written decodes to the same, for any message.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use proptest::prelude::*;
use wire_http::{
    BodyDecoder, BodyEvent, BodyKind, Decoded, Forward, ForwardedRequest, Framing, Method, NextHop,
    RequestHead, RequestWriter, ResponseHead, ResponseWriter, StatusCode,
};

const OWN: [&str; 12] = [
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "upgrade",
    "host",
    "expect",
    "trailer",
    "max-forwards",
    "http2-settings",
];

fn name() -> impl Strategy<Value = String> {
    "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}".prop_filter("set by the writer", |name| {
        !OWN.iter().any(|own| name.eq_ignore_ascii_case(own))
    })
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    let octet = any::<u8>().prop_filter(
        "no control",
        |octet| matches!(octet, b'\t' | b' '..=b'~' | 0x80..),
    );
    prop::collection::vec(octet, 0..30).prop_map(|value| value.trim_ascii().to_vec())
}

fn fields() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    prop::collection::vec((name(), value()), 0..20)
}

#[derive(Clone, Debug)]
enum Content {
    Whole(Vec<u8>),
    Pieces(Vec<Vec<u8>>),
}

impl Content {
    fn octets(&self) -> Vec<u8> {
        match self {
            Self::Whole(content) => content.clone(),
            Self::Pieces(pieces) => pieces.concat(),
        }
    }
}

fn content() -> impl Strategy<Value = Content> {
    let piece = || prop::collection::vec(any::<u8>(), 0..300);
    prop_oneof![
        piece().prop_map(Content::Whole),
        prop::collection::vec(piece(), 0..6).prop_map(Content::Pieces)
    ]
}

/// The whole content of a body that is complete in `input`, and the octets that took.
fn read_body(framing: Framing, input: &[u8]) -> (Vec<u8>, usize) {
    let mut decoder = BodyDecoder::new(framing);
    let (mut content, mut used) = (Vec::new(), 0);
    loop {
        let step = decoder.decode(&input[used..]).unwrap();
        used += step.consumed;
        match step.event {
            BodyEvent::Data(data) => content.extend_from_slice(data),
            BodyEvent::End => return (content, used),
            BodyEvent::NeedMore | BodyEvent::Trailers(_) => panic!("not whole"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn requests(
        method in "[A-Z]{1,9}".prop_filter("without content", |method| method != "CONNECT" && method != "TRACE"),
        target in "(/[a-zA-Z0-9._~!$&'()*+,;=:@%-]{0,9}){1,4}(\\?[a-z=&/?]{0,9})?",
        host in "[a-z0-9.-]{1,20}(:[0-9]{1,4})?",
        fields in fields(),
        content in content(),
    ) {
        let target = target.replace('%', "%25");
        let mut request = RequestWriter::new(Method::new(&method).unwrap(), &target, &host).unwrap();
        for (name, value) in &fields {
            request.field(name, value).unwrap();
        }
        let mut out = Vec::new();
        match &content {
            Content::Whole(content) => request.send(content, &mut out).unwrap(),
            Content::Pieces(pieces) => {
                let mut body = request.start(BodyKind::Chunked, &mut out).unwrap();
                for piece in pieces {
                    body.write(piece, &mut out).unwrap();
                }
                body.finish(&mut out).unwrap();
            }
        }
        let (head, len) = RequestHead::decode(&out).unwrap().complete().unwrap();
        prop_assert_eq!(head.method().as_str(), method);
        prop_assert_eq!(head.target_text(), target.as_str());
        prop_assert_eq!(head.host().unwrap().as_str(), host);
        for (line, (name, value)) in head.fields().iter().skip(1).zip(&fields) {
            prop_assert_eq!((line.name().as_str(), line.value().as_bytes()), (name.as_str(), value.as_slice()));
        }
        let (read, used) = read_body(head.framing(), &out[len..]);
        prop_assert_eq!(read, content.octets());
        prop_assert_eq!(len + used, out.len());

        // An intermediary's message is one too, and nothing an end would see is lost.
        let ForwardedRequest::Send { request, body } = Forward::new("lab").unwrap().request(&head, NextHop::Origin).unwrap() else { panic!() };
        let mut forwarded = Vec::new();
        let _ = request.start(body, &mut forwarded).unwrap();
        let Decoded::Complete { value: again, .. } = RequestHead::decode(&forwarded).unwrap() else { panic!() };
        prop_assert_eq!(again.target(), head.target());
        prop_assert_eq!(again.host(), head.host());
        let same = again.framing() == head.framing() || again.framing() == Framing::ContentLength(0);
        prop_assert!(same, "{:?} {:?}", again.framing(), head.framing());
    }

    #[test]
    fn responses(
        code in (200_u16..=999).prop_filter("bodiless", |code| !matches!(code, 204 | 205 | 304)),
        reason in value(),
        fields in fields(),
        content in content(),
    ) {
        let mut response = ResponseWriter::new(StatusCode::new(code).unwrap());
        response.reason(&reason).unwrap();
        for (name, value) in &fields {
            response.field(name, value).unwrap();
        }
        let mut out = Vec::new();
        match &content {
            Content::Whole(content) => response.send(content, &mut out).unwrap(),
            Content::Pieces(pieces) => {
                let mut body = response.start(BodyKind::Chunked, &mut out).unwrap();
                for piece in pieces {
                    body.write(piece, &mut out).unwrap();
                }
                body.finish(&mut out).unwrap();
            }
        }
        let (head, len) = ResponseHead::decode(&out, Method::GET).unwrap().complete().unwrap();
        prop_assert_eq!((head.status().code(), head.reason()), (code, reason.as_slice()));
        for (line, (name, value)) in head.fields().iter().zip(&fields) {
            prop_assert_eq!((line.name().as_str(), line.value().as_bytes()), (name.as_str(), value.as_slice()));
        }
        let (read, used) = read_body(head.framing(), &out[len..]);
        prop_assert_eq!(read, content.octets());
        prop_assert_eq!(len + used, out.len());
    }

    /// Whatever an application tries to put into a response, either it is refused or it stays in its place.
    #[test]
    fn nothing_splits_a_response(name in ".{0,12}", value in prop::collection::vec(any::<u8>(), 0..12)) {
        let mut response = ResponseWriter::new(StatusCode::OK);
        if response.field(&name, &value).is_ok() {
            let mut out = Vec::new();
            response.send(b"x", &mut out).unwrap();
            let (head, len) = ResponseHead::decode(&out, Method::GET).unwrap().complete().unwrap();
            prop_assert_eq!(head.fields().get(&name).unwrap().as_bytes(), value.as_slice());
            prop_assert_eq!(head.fields().len(), 2);
            prop_assert_eq!(&out[len..], b"x");
        }
    }
}
