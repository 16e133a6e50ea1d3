//! `netlab dissect` of packets of many links, with tags, tunnels and extension headers before what counts.

use crate::captures::{QUERY, RAW, assert_one, capture, dissect, ipv4, tcp, udp};

const ETHERNET: u32 = 1;

fn query() -> Vec<u8> {
    ipv4(17, 0, &udp(QUERY))
}

/// Addresses and an EtherType.
fn ethernet(ethertype: u16, behind: &[u8]) -> Vec<u8> {
    [&[2; 12], &ethertype.to_be_bytes()[..], behind].concat()
}

/// IPv6 with this next header; addresses of RFC 3849.
fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend(u16::to_be_bytes(payload.len() as u16));
    packet.extend([next, 64]);
    for last in [1, 2] {
        packet.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]);
    }
    packet.extend(payload);
    packet
}

/// A datagram from port 5000 to another.
fn udp_to(port: u16, payload: &[u8]) -> Vec<u8> {
    let mut datagram = udp(payload);
    datagram[2..4].copy_from_slice(&port.to_be_bytes());
    datagram
}

#[track_caller]
fn assert_query(link: u32, packet: Vec<u8>) {
    assert_one(&capture(link, &[packet]), "dns", QUERY.len());
}

fn before(head: &[u8], packet: Vec<u8>) -> Vec<u8> {
    [head, &packet].concat()
}

#[test]
fn links_are_known() {
    let snap = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];
    // Data from a station to the network, with quality of service.
    let wireless = [&[0x88, 1][..], &[0; 22], &[0, 0], &snap].concat();
    let attribute = |kind: u8, value: &[u8]| {
        let padding = vec![0; value.len().next_multiple_of(4) - value.len()];
        [&[4 + value.len() as u8, 0, kind, 0][..], value, &padding].concat()
    };
    let netfilter = [
        vec![2, 0, 0, 0],
        attribute(1, &[0; 5]),
        attribute(9, &query()),
    ];
    for (link, packet) in [
        (0, before(&[2, 0, 0, 0], query())),
        (ETHERNET, ethernet(0x0800, &query())),
        (9, before(&[0xff, 3, 0, 0x21], query())),
        (10, [&[0x50; 13][..], &snap, &query()].concat()),
        (12, query()),
        (50, before(&[0x0f, 0, 8, 0], query())),
        (50, before(&[0x21], query())),
        (100, before(&snap, query())),
        (104, before(&[0x0f, 0, 8, 0], query())),
        (105, before(&wireless, query())),
        (108, before(&[0, 0, 0, 2], query())),
        (
            127,
            [&[0, 0, 8, 0, 0, 0, 0, 0][..], &wireless, &query()].concat(),
        ),
        (192, before(&[0, 0, 8, 0, 101, 0, 0, 0], query())),
        (228, query()),
        (239, netfilter.concat()),
        (
            258,
            [
                &[16, 0, 0, 0, 1, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0][..],
                &query(),
            ]
            .concat(),
        ),
        (276, [&[8, 0][..], &[0; 18], &query()].concat()),
    ] {
        assert_query(link, packet);
    }
}

/// IEEE 802.11: what is encrypted, in pieces or no data says nothing here.
#[test]
fn a_wireless_frame_that_is_not_plain_data_is_passed_over() {
    for (kind, flags, fragment) in [(0x08, 0x41, 0), (0x08, 5, 0), (0x08, 1, 1), (0x80, 0, 0)] {
        let head = [kind, flags].into_iter().chain([0; 20]);
        let frame = head
            .chain([fragment, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0])
            .chain(query())
            .collect();
        let (code, objects, _) = dissect(&capture(105, &[frame]));
        assert_eq!((code, objects.len()), (0, 0));
    }
}

#[test]
fn tags_and_encapsulations_are_passed() {
    let vlan = |behind: &[u8]| [&[0, 5, 8, 0], behind].concat();
    let stack = [&[0, 5, 0x81, 0][..], &vlan(&query())].concat();
    let length = query().len() as u8;
    let llc = |head: &[u8]| {
        let frame = [head, &query(), &[0; 9]].concat();
        let length = head.len() as u16 + u16::from(length);
        ethernet(length, &frame)
    };
    for packet in [
        ethernet(0x8100, &vlan(&query())),
        ethernet(0x88a8, &stack),
        ethernet(0x8100, &stack),
        ethernet(
            0x8864,
            &before(&[0x11, 0, 0, 1, 0, length + 2, 0, 0x21], query()),
        ),
        ethernet(0x8847, &before(&[0, 1, 0, 64, 0, 2, 1, 64], query())),
        llc(&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]),
        llc(&[6, 6, 3]),
        // Frames have a least length.
        ethernet(0x0800, &[query(), vec![0; 9]].concat()),
    ] {
        assert_query(ETHERNET, packet);
    }
}

#[test]
fn tunnels_are_passed() {
    let frame = ethernet(0x0800, &query());
    let gre = |head: &[u8], inner: &[u8]| ipv4(47, 0, &[head, inner].concat());
    let geneve = [0x01, 0, 0x65, 0x58, 0, 0, 1, 0, 0, 1, 0, 0];
    let gtp = [0x34, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 0, 0];
    for packet in [
        ipv4(4, 0, &query()),
        ipv4(41, 0, &ipv6(17, &udp(QUERY))),
        ipv6(4, &query()),
        gre(&[0, 0, 8, 0], &query()),
        gre(
            &[0xb0, 0, 8, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2],
            &query(),
        ),
        gre(
            &[
                0x30, 0x81, 0x88, 0x0b, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xff, 3, 0, 0x21,
            ],
            &query(),
        ),
        gre(&[0, 0, 0x65, 0x58], &frame),
        gre(&[0, 0, 0x88, 0xbe], &frame),
        gre(
            &[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8],
            &frame,
        ),
        ipv4(
            17,
            0,
            &udp_to(4789, &[&[8, 0, 0, 0, 0, 0, 5, 0][..], &frame].concat()),
        ),
        ipv4(17, 0, &udp_to(6081, &[&geneve[..], &frame].concat())),
        ipv4(
            17,
            0,
            &udp_to(2152, &before(&[0x30, 0xff, 0, 0, 0, 0, 0, 1], query())),
        ),
        ipv4(17, 0, &udp_to(2152, &before(&gtp, query()))),
    ] {
        assert_query(RAW, packet);
    }
}

/// Some ends of GTP-U answer to the port that they were asked from.
#[test]
fn a_tunnel_is_known_by_either_port() {
    let mut datagram = udp_to(1024, &before(&[0x30, 0xff, 0, 0, 0, 0, 0, 1], query()));
    datagram[..2].copy_from_slice(&2152_u16.to_be_bytes());
    assert_query(RAW, ipv4(17, 0, &datagram));
}

/// A tunnel in itself comes to an end.
#[test]
fn tunnels_in_tunnels_are_bounded() {
    let deep = (0..1000).fold(query(), |inner, _| ipv4(4, 0, &inner));
    let (code, objects, _) = dissect(&capture(RAW, &[deep]));
    assert_eq!((code, objects.len()), (0, 0));
}

/// RFC 8200 section 4, RFC 4302.
#[test]
fn extension_headers_are_passed() {
    let hop_by_hop = [60, 0, 1, 4, 0, 0, 0, 0];
    let destination = [51, 1, 1, 4, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0, 0, 0];
    let authentication = [17, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];
    let all = [&hop_by_hop[..], &destination, &authentication, &udp(QUERY)].concat();
    assert_query(RAW, ipv6(0, &all));
    assert_query(
        RAW,
        ipv4(51, 0, &[&authentication[..], &udp(QUERY)].concat()),
    );
    // A fragment that is all there is (RFC 6946).
    let whole = [&[17, 0, 0, 0, 0, 0, 0, 9][..], &udp(QUERY)].concat();
    assert_query(RAW, ipv6(44, &whole));
}

/// Headers that break off end nothing but their packet.
#[test]
fn extension_headers_that_break_off_are_passed_over() {
    let mut packets = vec![query()];
    for next in [0, 43, 44, 51, 60] {
        for length in 0..9 {
            packets.insert(0, ipv6(next, &vec![next; length]));
            packets.insert(
                0,
                ipv6(
                    0,
                    &[&[next, 0, 0, 0, 0, 0, 0, 0], &vec![next; length][..]].concat(),
                ),
            );
        }
    }
    let (code, objects, _) = dissect(&capture(RAW, &packets));
    assert_eq!((code, objects.len()), (0, 1), "{objects:?}");
}

/// The length is left to the network card that cuts the packet up.
#[test]
fn a_length_of_zero_is_that_of_what_was_captured() {
    let mut packet = query();
    packet[2..4].fill(0);
    assert_query(RAW, packet);
    let mut packet = ipv6(17, &udp(QUERY));
    packet[4..6].fill(0);
    assert_query(RAW, packet);
    let request = b"GET / HTTP/1.1\r\nHost: www.test\r\n\r\n";
    let mut packet = tcp(false, 1, request);
    packet[2..4].fill(0);
    assert_one(&capture(RAW, &[packet]), "http-request", request.len());
}

/// RFC 1002 section 4.2 has the form of DNS and names of another kind.
#[test]
fn what_only_looks_like_dns_is_passed_over() {
    let mut zeros = udp_to(5001, &[0; 12]);
    zeros[..2].copy_from_slice(&5002_u16.to_be_bytes());
    for datagram in [udp_to(137, QUERY), zeros] {
        let (code, objects, _) = dissect(&capture(RAW, &[ipv4(17, 0, &datagram)]));
        assert_eq!((code, objects.len()), (0, 0), "{objects:?}");
    }
    assert_query(RAW, ipv4(17, 0, &udp_to(5001, QUERY)));
}
