//! `netlab dissect` of connections of which a capture has not everything.

use serde_json::Value;

use crate::captures::{QUERY, RAW, REQUEST, capture, dissect, ipv4, tcp, tcp_back, udp};

/// Verdicts, packets and details.
fn told(objects: &[Value]) -> Vec<(&str, [u64; 2], &str)> {
    objects
        .iter()
        .map(|object| {
            let packets = [0, 1].map(|index| object["packets"][index].as_u64().unwrap());
            let detail = object["detail"].as_str().unwrap_or_default();
            (object["verdict"].as_str().unwrap(), packets, detail)
        })
        .collect()
}

#[track_caller]
fn assert_told(packets: &[Vec<u8>], code: i32, expected: &[(&str, [u64; 2], &str)]) {
    let (exit, objects, said) = dissect(&capture(RAW, packets));
    assert_eq!((exit, said.as_str()), (code, ""), "{objects:?}");
    assert_eq!(told(&objects), expected);
}

/// Where, from whom and to whom.
#[test]
fn a_message_of_a_capture_says_where_it_was() {
    let packets = [
        tcp(true, 0, b""),
        tcp(false, 1, &REQUEST[..10]),
        tcp(false, 11, &REQUEST[10..]),
    ];
    let (_, objects, _) = dissect(&capture(RAW, &packets));
    assert_eq!(objects[0]["packets"], serde_json::json!([2, 3]));
    assert_eq!(objects[0]["transport"], "tcp");
    assert_eq!(objects[0]["from"], "10.0.0.1:5000");
    assert_eq!(objects[0]["to"], "10.0.0.2:80");
}

#[test]
fn a_gap_is_said_and_what_begins_behind_it_is_read() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n";
    let whole = b"HTTP/1.1 204 No Content\r\n\r\n";
    let next = 1 + head.len() as u32;
    assert_told(
        &[
            tcp_back(1, head),
            // Ten octets of the body are missing, ten are there.
            tcp_back(next + 10, b"0123456789"),
            tcp_back(next + 20, whole),
        ],
        0,
        &[
            (
                "incomplete",
                [1, 1],
                "10 octets behind it were not captured",
            ),
            (
                "incomplete",
                [2, 2],
                "it ends with 10 octets and its beginning was not captured",
            ),
            ("accept", [3, 3], ""),
        ],
    );
}

/// RFC 9112 section 6.3: nothing but the end of the connection ends such a body, and a gap is no end.
#[test]
fn a_body_until_close_does_not_end_at_a_gap() {
    let response = b"HTTP/1.0 200 OK\r\n\r\nbegin";
    let next = 1 + response.len() as u32;
    let mut fin = tcp_back(next + 3, b"");
    fin[20 + 13] |= 1;
    assert_told(
        &[tcp_back(1, response), fin],
        0,
        &[("incomplete", [1, 1], "3 octets behind it were not captured")],
    );
    assert_told(&[tcp_back(1, response)], 0, &[("accept", [1, 1], "")]);
}

#[test]
fn a_segment_cut_by_the_capture_leaves_a_gap() {
    let cut = tcp(false, 1, REQUEST);
    assert_told(
        &[
            cut[..cut.len() - 4].to_vec(),
            tcp(false, 1 + REQUEST.len() as u32, REQUEST),
        ],
        0,
        &[
            ("incomplete", [1, 1], "4 octets behind it were not captured"),
            ("accept", [2, 2], ""),
        ],
    );
}

#[test]
fn a_capture_may_begin_in_the_middle_of_a_connection() {
    assert_told(
        &[
            tcp(false, 1000, b"the rest of a body"),
            tcp(false, 1018, REQUEST),
        ],
        0,
        &[
            (
                "incomplete",
                [1, 1],
                "it ends with 18 octets and its beginning was not captured",
            ),
            ("accept", [2, 2], ""),
        ],
    );
    // What was sent before may come behind it.
    assert_told(
        &[
            tcp(false, 11, &REQUEST[10..]),
            tcp(false, 1, &REQUEST[..10]),
        ],
        0,
        &[("accept", [2, 1], "")],
    );
}

/// A SYN with another number begins another connection, and so does a number that no window reaches.
#[test]
fn ports_are_used_again() {
    for second in [
        vec![tcp(true, 900, b""), tcp(false, 901, REQUEST)],
        vec![tcp(false, 2_000_000_000, REQUEST)],
    ] {
        let packets = [vec![tcp(true, 0, b""), tcp(false, 1, REQUEST)], second].concat();
        let last = packets.len() as u64;
        assert_told(
            &packets,
            0,
            &[("accept", [2, 2], ""), ("accept", [last, last], "")],
        );
    }
}

/// Nothing behind a refused request is a message; behind one that closes a server reads nothing (RFC 9112 section 9.6), but the
/// client sent it.
#[test]
fn a_stream_goes_on_behind_an_end_and_not_behind_a_refusal() {
    let closing = b"GET / HTTP/1.0\r\n\r\n";
    let wrong = b"GET / HTTP/1.1\r\nHost : a\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut sequence = 1;
    let mut packets = Vec::new();
    for octets in [closing.as_slice(), wrong, REQUEST] {
        packets.push(tcp(false, sequence, octets));
        sequence += octets.len() as u32;
    }
    let (code, objects, _) = dissect(&capture(RAW, &packets));
    let told: Vec<_> = told(&objects)
        .iter()
        .map(|(verdict, packets, _)| (*verdict, *packets))
        .collect();
    assert_eq!(
        (code, told),
        (20, vec![("accept", [1, 1]), ("refuse", [2, 3])])
    );
    // The space behind "Host", counted from the first octet of its message.
    assert_eq!(objects[1]["offset"], "GET / HTTP/1.1\r\nHost".len());
}

/// RFC 9112 section 2.2: empty lines before a request are ignored.
#[test]
fn a_request_behind_an_empty_line_is_one() {
    let octets = [b"\r\n".as_slice(), REQUEST].concat();
    assert_told(&[tcp(false, 1, &octets)], 0, &[("accept", [1, 1], "")]);
}

/// RFC 9113 section 3.4, RFC 7826, RFC 3261.
#[test]
fn what_begins_like_http_and_is_not_its_text_is_passed_over() {
    for octets in [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(),
        b"OPTIONS rtsp://h/ RTSP/1.0\r\nCSeq: 1\r\n\r\n",
        b"OPTIONS sip:a@h SIP/2.0\r\n\r\n",
    ] {
        let (code, objects, _) = dissect(&capture(RAW, &[tcp(false, 1, octets)]));
        assert_eq!((code, objects.len()), (0, 0), "{objects:?}");
    }
}

/// What begins as something else is something else, whatever is in it behind a gap.
#[test]
fn the_beginning_of_a_stream_decides_what_it_is() {
    let packets = [
        tcp(true, 0, b""),
        tcp(false, 1, b"\x05\x01\0"),
        tcp(false, 100, REQUEST),
    ];
    let (code, objects, _) = dissect(&capture(RAW, &packets));
    assert_eq!((code, objects.len()), (0, 0), "{objects:?}");
}

/// A segment that carries one old octet asks whether the other side is there (RFC 9293 section 3.8.4).
#[test]
fn a_keep_alive_adds_nothing() {
    let end = 1 + REQUEST.len() as u32;
    assert_told(
        &[
            tcp(true, 0, b""),
            tcp(false, 1, REQUEST),
            tcp(false, end - 1, b"\0"),
            tcp(false, end, REQUEST),
        ],
        0,
        &[("accept", [2, 2], ""), ("accept", [4, 4], "")],
    );
}

/// RFC 7766 section 6.2.1.1: several messages may come in one segment, and one in several.
#[test]
fn dns_over_tcp_does_not_mind_segments() {
    let framed = [&(QUERY.len() as u16).to_be_bytes(), QUERY].concat();
    let stream = framed.repeat(3);
    let to_53 = |mut packet: Vec<u8>| {
        packet[22..24].copy_from_slice(&53_u16.to_be_bytes());
        packet
    };
    let cut = framed.len() + 1;
    assert_told(
        &[
            to_53(tcp(true, 0, b"")),
            to_53(tcp(false, 1, &stream[..cut])),
            to_53(tcp(false, 1 + cut as u32, &stream[cut..])),
        ],
        0,
        &[
            ("accept", [2, 2], ""),
            ("accept", [2, 3], ""),
            ("accept", [3, 3], ""),
        ],
    );
}

/// The first fragment says what the others belong to; without it there is nothing to say.
#[test]
fn fragments_that_are_missing_are_said() {
    const MORE: u16 = 0x2000;
    let datagram = udp(QUERY);
    let first = ipv4(17, MORE, &datagram[..24]);
    let last = ipv4(17, 24 / 8, &datagram[24..]);
    let missing = format!("{} octets behind it were not captured", datagram.len() - 24);
    assert_told(&[first], 0, &[("incomplete", [1, 1], &missing)]);
    let (code, objects, said) = dissect(&capture(RAW, &[last]));
    assert_eq!((code, objects.len()), (0, 0));
    assert!(
        said.starts_with(
            "netlab: warning: 1 packet of stdin passed over: the first fragment was not captured\n"
        ),
        "{said}"
    );
}
