//! The codec, fed as `tokio_util` feeds it.
#![cfg(feature = "tokio-util")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "helpers of tests may fail loudly"
)]

use bytes::{Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};
use wire_http::{Frame, Limits, MessageCodec, Method, RequestWriter};

/// The frames of `stream`, which arrives in pieces of `size` octets and then ends, in words; data joined.
fn frames(codec: &mut MessageCodec, stream: &[u8], size: usize) -> Vec<String> {
    let (mut words, mut received) = (Vec::new(), BytesMut::new());
    let mut note = |frame: Frame| match frame {
        Frame::Head(head) => match (head.request(), head.response()) {
            (Ok(head), _) => words.push(format!("{} {}", head.method(), head.target_text())),
            (_, Ok(head)) => words.push(head.status().to_string()),
            _ => panic!("neither"),
        },
        Frame::Data(data) => {
            let text = String::from_utf8(data.to_vec()).unwrap();
            match words.last_mut().filter(|last| last.starts_with("data ")) {
                Some(last) => last.push_str(&text),
                None => words.push(format!("data {text}")),
            }
        }
        Frame::Trailers(fields) => words.push(format!("trailers {fields:?}")),
        Frame::End => words.push("end".into()),
    };
    for piece in stream.chunks(size) {
        received.extend_from_slice(piece);
        loop {
            match codec.decode(&mut received) {
                Ok(Some(frame)) => note(frame),
                Ok(None) => break,
                Err(error) => return [words, vec![error.to_string()]].concat(),
            }
        }
    }
    loop {
        match codec.decode_eof(&mut received) {
            Ok(Some(frame)) => note(frame),
            Ok(None) => return words,
            Err(error) => return [words, vec![error.to_string()]].concat(),
        }
    }
}

#[test]
fn requests_become_frames_however_they_arrive() {
    let stream = b"POST /1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nA: b\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n";
    for size in [1, 2, 7, stream.len()] {
        assert_eq!(
            frames(&mut MessageCodec::requests(Limits::new()), stream, size),
            [
                "POST /1",
                "data abcde",
                "trailers [(\"A\", b\"b\")]",
                "end",
                "GET /2",
                "end"
            ],
            "nothing after close, in pieces of {size}"
        );
    }
}

#[test]
fn responses_know_what_they_answer() {
    let mut codec = MessageCodec::responses(Limits::new());
    codec.expect_answer(Method::HEAD);
    codec.expect_answer(Method::GET);
    let stream = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the end";
    assert_eq!(
        frames(&mut codec, stream, 5),
        ["100", "end", "200", "end", "200", "data to the end", "end"]
    );
}

#[test]
fn what_is_cut_short_or_refused_is_an_error() {
    let requests = || MessageCodec::requests(Limits::new());
    let cut = frames(
        &mut requests(),
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
        100,
    );
    assert_eq!(
        cut.last().unwrap(),
        "octet 0: end of input inside a message"
    );
    let cut = frames(&mut requests(), b"GET / HT", 100);
    assert_eq!(cut, ["octet 8: end of input inside a message"]);
    let refused = frames(
        &mut requests(),
        b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        100,
    );
    assert_eq!(refused, ["octet 16: HTTP/1.1 request without Host"]);
}

#[test]
fn what_follows_the_last_message_takes_no_memory() {
    // RFC 9112 §9.6: behind the message that closes nothing counts.
    let mut codec = MessageCodec::requests(Limits::new());
    let close = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let mut received = BytesMut::from(&close[..]);
    while codec.decode(&mut received).unwrap().is_some() {}
    received.extend_from_slice(&[b'x'; 1000]);
    assert_eq!(codec.decode(&mut received).unwrap(), None);
    assert!(received.is_empty());
}

#[test]
fn octets_of_another_protocol_stay_and_are_no_frames() {
    // RFC 9112 §9.4 and RFC 9110 §7.8: after a successful CONNECT or 101 they belong to the tunnel or the new protocol.
    let mut codec = MessageCodec::responses(Limits::new());
    codec.expect_answer(Method::CONNECT);
    let mut received = BytesMut::from(&b"HTTP/1.1 200 OK\r\n\r\nSSH-2.0"[..]);
    assert!(matches!(
        codec.decode(&mut received).unwrap(),
        Some(Frame::Head(_))
    ));
    assert_eq!(codec.decode(&mut received).unwrap(), Some(Frame::End));
    let error = codec.decode(&mut received).unwrap_err();
    assert_eq!(error.to_string(), "octets behind the last message of HTTP");
    assert_eq!(received, b"SSH-2.0"[..]);
    // A client cannot decline what the server has begun.
    codec.decline_upgrade();
    let again = codec.decode(&mut received).unwrap_err();
    assert_eq!(again.to_string(), error.to_string());
    assert_eq!(received, b"SSH-2.0"[..]);
}

#[test]
fn a_declined_upgrade_of_a_request_that_closes_closes() {
    let mut codec = MessageCodec::requests(Limits::new());
    let head = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close, upgrade\r\nUpgrade: h2c\r\n\r\n";
    let mut received = BytesMut::from(&head[..]);
    while codec.decode(&mut received).unwrap().is_some() {}
    codec.decline_upgrade();
    received.extend_from_slice(head);
    assert_eq!(codec.decode(&mut received).unwrap(), None);
    assert!(received.is_empty());
}

/// RFC 9112 §8: between two messages a connection may end.
#[test]
fn an_end_between_messages_is_none_of_a_message() {
    let mut received = BytesMut::new();
    for mut codec in [
        MessageCodec::requests(Limits::new()),
        MessageCodec::responses(Limits::new()),
    ] {
        assert_eq!(codec.decode_eof(&mut received).unwrap(), None);
    }
    let mut codec = MessageCodec::requests(Limits::new());
    received.extend_from_slice(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    while codec.decode(&mut received).unwrap().is_some() {}
    assert_eq!(codec.decode_eof(&mut received).unwrap(), None);
}

#[test]
fn declining_what_was_not_wished_for_does_nothing() {
    let mut codec = MessageCodec::requests(Limits::new());
    let mut received = BytesMut::from(
        &b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
            [..],
    );
    assert!(matches!(
        codec.decode(&mut received).unwrap(),
        Some(Frame::Head(_))
    ));
    codec.decline_upgrade();
    assert_eq!(codec.decode(&mut received).unwrap(), Some(Frame::End));
    codec.decline_upgrade();
    assert_eq!(codec.decode(&mut received).unwrap(), None);
}

#[test]
fn what_a_writer_wrote_is_passed_on() {
    let mut out = Vec::new();
    RequestWriter::new(Method::GET, "/", "a")
        .unwrap()
        .send(b"", &mut out)
        .unwrap();
    let mut sent = BytesMut::new();
    MessageCodec::responses(Limits::new())
        .encode(Bytes::from(out.clone()), &mut sent)
        .unwrap();
    assert_eq!(sent, out);
}
