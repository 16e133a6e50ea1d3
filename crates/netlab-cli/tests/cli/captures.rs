//! Captures made up octet by octet, and what `netlab dissect` says of them.

use serde_json::Value;

use crate::harness::{run_with_input, stderr, stdout};

/// A query for the address of www.test.
pub(crate) const QUERY: &[u8] = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03www\x04test\0\0\x01\0\x01";
pub(crate) const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: www.test\r\n\r\n";

/// `LINKTYPE_RAW`: packets begin with IP.
pub(crate) const RAW: u32 = 101;
/// `LINKTYPE_LINUX_SLL`.
pub(crate) const SLL: u32 = 113;

/// A pcap file.
pub(crate) fn capture(link: u32, packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4, 0x0002_0004, 0, 0, 65_535, link] {
        file.extend(u32::to_be_bytes(word));
    }
    for packet in packets {
        let length = packet.len() as u32;
        for word in [1, 2, length, length] {
            file.extend(u32::to_be_bytes(word));
        }
        file.extend(packet);
    }
    file
}

/// An IPv4 packet or a fragment of one; `place` is the field of flags and offset.
pub(crate) fn ipv4(protocol: u8, place: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend(u16::to_be_bytes(20 + payload.len() as u16));
    packet.extend([0, 7]);
    packet.extend(place.to_be_bytes());
    packet.extend([64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    packet.extend(payload);
    packet
}

/// A datagram to port 53.
pub(crate) fn udp(payload: &[u8]) -> Vec<u8> {
    let length = 8 + payload.len() as u16;
    [5000, 53, length, 0]
        .iter()
        .flat_map(|word| u16::to_be_bytes(*word))
        .chain(payload.iter().copied())
        .collect()
}

/// A segment in its packet.
pub(crate) fn tcp(syn: bool, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let mut segment = vec![0x13, 0x88, 0, 80];
    segment.extend(sequence.to_be_bytes());
    segment.extend([
        0,
        0,
        0,
        0,
        0x50,
        if syn { 2 } else { 0x10 },
        4,
        0,
        0,
        0,
        0,
        0,
    ]);
    segment.extend(payload);
    ipv4(6, 0, &segment)
}

/// The exit status, the objects and what stands on stderr.
pub(crate) fn dissect(file: &[u8]) -> (i32, Vec<Value>, String) {
    let output = run_with_input(&["dissect", "--json", "--input", "pcap"], file);
    let objects = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (output.status.code().unwrap(), objects, stderr(&output))
}

/// One good message, and nothing said.
#[track_caller]
pub(crate) fn assert_one(file: &[u8], protocol: &str, octets: usize) {
    let (code, objects, said) = dissect(file);
    assert_eq!((code, said.as_str()), (0, ""));
    let [object] = objects.as_slice() else {
        panic!("{objects:?}")
    };
    assert_eq!(object["verdict"], "accept", "{object}");
    assert_eq!(object["protocol"], protocol);
    assert_eq!(object["octets"], octets);
}

/// What the client at port 5000 gets from port 80.
pub(crate) fn tcp_back(sequence: u32, payload: &[u8]) -> Vec<u8> {
    let mut packet = tcp(false, sequence, payload);
    let (from, to) = ([10, 0, 0, 2], [10, 0, 0, 1]);
    packet[12..16].copy_from_slice(&from);
    packet[16..20].copy_from_slice(&to);
    packet[20..24].copy_from_slice(&[0, 80, 0x13, 0x88]);
    packet
}
