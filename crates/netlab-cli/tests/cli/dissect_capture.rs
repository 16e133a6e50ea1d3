//! `netlab dissect` of captures whose packets do not come whole, in order or to an end.

use crate::captures::{
    QUERY, RAW, REQUEST, SLL, assert_one, capture, dissect, ipv4, tcp, tcp_back, udp,
};

/// RFC 791 section 3.2: in any order, by addresses, protocol and identification.
#[test]
fn fragments_of_ipv4_are_put_together() {
    const MORE: u16 = 0x2000;
    let datagram = udp(QUERY);
    let first = ipv4(17, MORE, &datagram[..24]);
    let last = ipv4(17, 24 / 8, &datagram[24..]);
    for packets in [[first.clone(), last.clone()], [last, first]] {
        assert_one(&capture(RAW, &packets), "dns", QUERY.len());
    }
}

/// RFC 8200 section 4.5.
#[test]
fn fragments_of_ipv6_are_put_together() {
    let datagram = udp(QUERY);
    let fragment = |place: u16, part: &[u8]| {
        let mut packet = vec![0x60, 0, 0, 0];
        packet.extend(u16::to_be_bytes(8 + part.len() as u16));
        packet.extend([44, 64]);
        for last in [1, 2] {
            packet.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]);
        }
        packet.extend([17, 0]);
        packet.extend(place.to_be_bytes());
        packet.extend([0, 0, 0, 9]);
        packet.extend(part);
        packet
    };
    let packets = [fragment(1, &datagram[..24]), fragment(24, &datagram[24..])];
    assert_one(&capture(RAW, &packets), "dns", QUERY.len());
}

/// RFC 9293 section 3.10.7.4: a segment counts for the part of it that is new.
#[test]
fn segments_that_overlap_are_put_together() {
    let part = |from: usize, to: usize| tcp(false, 1 + from as u32, &REQUEST[from..to]);
    let whole = REQUEST.len();
    let syn = tcp(true, 0, b"");
    let orders = [
        // One that came early begins inside what is sent again.
        vec![syn.clone(), part(10, whole), part(0, 15)],
        // Two that came early overlap.
        vec![
            syn.clone(),
            part(10, 20),
            part(12, 30),
            part(0, 10),
            part(30, whole),
        ],
        // One that came early is sent again in part.
        vec![syn.clone(), part(10, whole), part(10, 12), part(0, 10)],
        // SYN itself is sent again.
        vec![syn.clone(), part(0, 10), syn, part(10, whole)],
    ];
    for packets in orders {
        assert_one(&capture(RAW, &packets), "http-request", whole);
    }
}

#[test]
fn sequence_numbers_wrap() {
    let begin = u32::MAX - 4;
    let packets = [
        tcp(true, begin.wrapping_sub(1), b""),
        tcp(false, begin.wrapping_add(10), &REQUEST[10..]),
        tcp(false, begin, &REQUEST[..10]),
    ];
    assert_one(&capture(RAW, &packets), "http-request", REQUEST.len());
}

/// Only what looks like HTTP is dissected as HTTP; a chat is no malformed request.
#[test]
fn lines_of_text_are_passed_over() {
    let packets = [tcp(false, 1, b"hello world\nhow are you\n")];
    let (code, objects, _) = dissect(&capture(RAW, &packets));
    assert_eq!((code, objects), (0, vec![]));
    let packets = [tcp(false, 1, b"get / HTTP/1.1\r\nHost : a\r\n\r\n")];
    let (code, objects, _) = dissect(&capture(RAW, &packets));
    assert_eq!(code, 20);
    assert_eq!(objects[0]["protocol"], "http-request");
}

#[test]
fn a_cooked_packet_may_have_a_vlan_tag() {
    let mut packet = vec![0; 14];
    packet.extend([0x81, 0, 0, 5, 8, 0]);
    packet.extend(ipv4(17, 0, &udp(QUERY)));
    assert_one(&capture(SLL, &[packet]), "dns", QUERY.len());
}

#[test]
fn a_capture_that_breaks_off_is_good_up_to_there() {
    let packet = ipv4(17, 0, &udp(QUERY));
    let file = capture(RAW, &[packet.clone(), packet]);
    let (code, objects, said) = dissect(&file[..file.len() - 3]);
    assert_eq!(code, 1);
    assert_eq!(
        said,
        "netlab: the capture stdin is broken: it ends in the middle of a packet\n"
    );
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0]["verdict"], "accept");
}

/// A capture may keep only the beginning of each packet; that breaks no rule of DNS.
#[test]
fn a_datagram_that_was_cut_by_the_capture_is_incomplete() {
    let packet = ipv4(17, 0, &udp(QUERY));
    let (code, objects, said) = dissect(&capture(RAW, &[packet[..packet.len() - 4].to_vec()]));
    assert_eq!((code, said.as_str()), (0, ""));
    let [object] = objects.as_slice() else {
        panic!("{objects:?}")
    };
    assert_eq!(object["verdict"], "incomplete");
    assert_eq!(object["protocol"], "dns");
    assert_eq!(object["detail"], "4 octets behind it were not captured");
}

/// RFC 9112 section 6.3: what a response has behind its head depends on the method, and the capture has the request.
#[test]
fn a_response_in_a_capture_answers_the_request_beside_it() {
    let requests = b"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\nPUT /b HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n\
        HEAD /c HTTP/1.1\r\nHost: h\r\n\r\n";
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    let responses = [
        head,
        b"HTTP/1.1 100 Continue\r\n\r\n".as_slice(),
        head,
        b"whole",
        head,
    ]
    .concat();
    let (code, objects, _) = dissect(&capture(
        RAW,
        &[tcp(false, 1, requests), tcp_back(1, &responses)],
    ));
    let said: Vec<(&str, &str)> = objects[3..]
        .iter()
        .map(|object| {
            let body = object["message"]["body_hex"].as_str();
            (object["verdict"].as_str().unwrap(), body.unwrap_or("none"))
        })
        .collect();
    assert_eq!(
        said,
        [
            ("accept", ""),
            ("accept", ""),
            ("accept", "77686f6c65"),
            ("accept", "")
        ]
    );
    assert_eq!(code, 0);
}

/// RFC 9110 section 9.3.6: what follows a 2xx to CONNECT is a tunnel and no body.
#[test]
fn a_tunnel_in_a_capture_is_no_body() {
    let request = b"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\nclient";
    let head = b"HTTP/1.1 200 OK\r\n\r\n";
    let response = [head.as_slice(), b"server"].concat();
    let packets = [tcp(false, 1, request), tcp_back(1, &response)];
    let (code, objects, _) = dissect(&capture(RAW, &packets));
    assert_eq!(code, 0);
    assert_eq!(objects[1]["octets"], head.len(), "{objects:?}");
}

#[test]
fn a_capture_in_which_nothing_is_found_says_so() {
    let file = capture(147, &[udp(QUERY), udp(QUERY)]);
    let (code, objects, said) = dissect(&file);
    assert_eq!((code, objects.len()), (0, 0));
    assert_eq!(
        said,
        "netlab: warning: 2 packets of stdin passed over: link type 147 is not known here\n\
         netlab: no DNS or HTTP message found in stdin; with -v each stream that is neither is named\n"
    );
    let (code, objects, said) = dissect(&capture(RAW, &[]));
    assert_eq!((code, objects.len()), (0, 0));
    assert!(said.contains("no DNS or HTTP message found"), "{said}");
}
