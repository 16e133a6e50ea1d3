//! `netlab dissect` of the formats that captures are kept in.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::captures::{QUERY, RAW, assert_one, capture, dissect, ipv4, udp};
use crate::harness::{run_with_input, stderr, stdout};

fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

fn query() -> Vec<u8> {
    ipv4(17, 0, &udp(QUERY))
}

#[test]
fn a_compressed_capture_is_decompressed() {
    let compressed = gzip(&capture(RAW, &[query()]));
    assert_one(&compressed, "dns", QUERY.len());
    // It is known by its octets, as others are.
    let output = run_with_input(&["dissect", "--json"], &compressed);
    assert!(stdout(&output).contains("\"accept\""), "{output:?}");
}

#[test]
fn a_compressed_capture_that_breaks_off_is_good_up_to_there() {
    let compressed = gzip(&capture(RAW, &[query(), query()]));
    let (code, objects, said) = dissect(&compressed[..compressed.len() - 4]);
    assert_eq!((code, objects.len()), (1, 2));
    assert!(said.contains("it cannot be decompressed"), "{said}");
}

/// RFC 1035 section 4.1.1: any two octets are an ID, and an old opcode makes the third octet that of gzip.
#[test]
fn a_message_that_begins_like_gzip_is_a_message() {
    let message = b"\x1f\x8b\x08\0\0\x01\0\0\0\0\0\0\0\0\x01\0\x01";
    let output = run_with_input(&["dissect", "--json"], message);
    assert!(stdout(&output).contains("\"accept\""), "{output:?}");
}

#[test]
fn what_is_no_pcap_is_named_with_the_way_out() {
    for (octets, sentence) in [
        (
            b"\x28\xb5\x2f\xfd\x24\x00\x01\x00\x00".as_slice(),
            "netlab: cannot read stdin: it is compressed with zstd; decompress it first\n",
        ),
        (
            b"\xfd7zXZ\0\0\x04",
            "netlab: cannot read stdin: it is compressed with xz; decompress it first\n",
        ),
        (
            b"snoop\0\0\0\0\0\0\x02\0\0\0\x04",
            "netlab: cannot read stdin: it is a capture of snoop; convert it first: editcap -F pcap OLD NEW\n",
        ),
    ] {
        let output = run_with_input(&["dissect"], octets);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(stderr(&output), sentence);
        assert_eq!(stdout(&output), "");
    }
    let (code, _, said) = dissect(b"no capture at all, whatever was asked for");
    assert_eq!(code, 1);
    assert!(said.contains("does not begin as pcap or pcapng files do"));
}

/// The upper half of the link type tells of the frame check sequence.
#[test]
fn the_link_type_is_the_lower_half() {
    assert_one(&capture(0x3000_0000 | RAW, &[query()]), "dns", QUERY.len());
}

#[test]
fn the_patched_format_of_old_has_more_in_each_header() {
    let packet = query();
    let mut file = capture(RAW, &[]);
    file[..4].copy_from_slice(&[0xa1, 0xb2, 0xcd, 0x34]);
    let length = packet.len() as u32;
    for word in [1, 2, length, length, 3, 0] {
        file.extend(u32::to_be_bytes(word));
    }
    file.extend(packet);
    assert_one(&file, "dns", QUERY.len());
}

/// A block of pcapng in one order of octets.
fn block(word: fn(u32) -> [u8; 4], kind: u32, body: &[u8]) -> Vec<u8> {
    let padded = body.len().next_multiple_of(4);
    let length = word(12 + padded as u32);
    let mut block = [word(kind), length].concat();
    block.extend(body);
    block.resize(8 + padded, 0);
    block.extend(length);
    block
}

fn section(word: fn(u32) -> [u8; 4]) -> Vec<u8> {
    // Version 1.0 is the same in either order only as two halves; nobody has another.
    let version = if word(1) == [0, 0, 0, 1] {
        [0, 1, 0, 0]
    } else {
        [1, 0, 0, 0]
    };
    let body = [&word(0x1a2b_3c4d)[..], &version, &[0xff; 8]].concat();
    block(word, 0x0a0d_0d0a, &body)
}

fn interface(word: fn(u32) -> [u8; 4], options: &[u8]) -> Vec<u8> {
    let link = word(RAW << (if word(1) == [0, 0, 0, 1] { 16 } else { 0 }));
    block(word, 1, &[&link[..], &word(0), options].concat())
}

/// Sections have interfaces and an order of octets of their own; packets stand in three kinds of blocks.
#[test]
fn all_blocks_of_pcapng_with_packets_are_read() {
    let packet = query();
    let length = packet.len() as u32;
    let mut file = Vec::new();
    for word in [u32::to_be_bytes, u32::to_le_bytes] {
        let numbers = |numbers: &[u32]| numbers.iter().flat_map(|n| word(*n)).collect::<Vec<u8>>();
        // Options that do not hold what they should are of no interest: an address of an interface, a name.
        let options = [
            &[0, 6, 0, 1, 7, 0, 0, 0][..],
            &[0, 2, 0, 2, 0xff, 0xfe, 0, 0],
        ]
        .concat();
        file.extend(section(word));
        file.extend(interface(word, &options));
        file.extend(block(word, 5, &[1; 7]));
        let enhanced = [numbers(&[0, 1, 2, length, length]), packet.clone()].concat();
        file.extend(block(word, 6, &enhanced));
        file.extend(block(word, 2, &enhanced));
        let simple = [numbers(&[length]), packet.clone()].concat();
        file.extend(block(word, 3, &simple));
    }
    let (code, objects, said) = dissect(&file);
    assert_eq!((code, said.as_str()), (0, ""));
    let packets: Vec<_> = objects.iter().map(|object| &object["packets"][0]).collect();
    assert_eq!(packets, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn what_is_wrong_with_a_pcapng_file_is_said() {
    let word = u32::to_be_bytes;
    let begin = [section(word), interface(word, b"")].concat();
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|n| word(*n)).collect::<Vec<u8>>();
    let mut long = block(word, 6, &[0; 20]);
    long[4..8].copy_from_slice(&[0xff; 4]);
    let mut short = block(word, 6, &[0; 20]);
    short[4..8].copy_from_slice(&word(8));
    for (block, reason) in [
        (long, "it ends in the middle of a packet"),
        (short, "it has a block of 8 octets"),
        (
            block(word, 6, &numbers(&[7, 1, 2, 0, 0])),
            "it has a packet of an interface that it does not describe",
        ),
        (
            block(word, 6, &numbers(&[0, 1, 2, 9, 9])),
            "it has a block that is too short for what it says it has",
        ),
        (
            [&b"\x0a\x0d\x0d\x0a"[..], &[0; 24]].concat(),
            "its first block does not say the order of its octets",
        ),
    ] {
        let (code, objects, said) = dissect(&[begin.clone(), block].concat());
        assert_eq!((code, objects.len()), (1, 0), "{reason}");
        assert_eq!(
            said,
            format!("netlab: the capture stdin is broken: {reason}\n")
        );
    }
}
