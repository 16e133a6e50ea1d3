//! Captures that come in pieces.

use super::*;

/// Two packets, of the second all octets but one.
fn pcap() -> Vec<u8> {
    let header = [0xa1b2_c3d4, 0x0002_0004, 0, 0, 65_535, 101];
    let packets = [1, 2, 4, 4, 0x0102_0304, 3, 4, 4, 5, 0x0506_0708];
    let words: Vec<u32> = [&header[..], &packets].concat();
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A section of each order, each with an interface and a packet of which all octets but one were captured.
fn pcapng() -> Vec<u8> {
    let section = [0x0a0d_0d0a, 28, 0x1a2b_3c4d, 0x0001_0000, !0, !0, 28];
    let interface = [1, 20, 101 << 16, 0, 20];
    let packet = [6, 36, 0, 0, 0, 3, 4, 0x0102_0300, 36];
    let words: Vec<u32> = [&section[..], &interface, &packet].concat();
    let mut octets: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    let interface = [1, 20, 101, 0, 20];
    let packet = [6, 36, 0, 0, 0, 3, 4, 0x0006_0504, 36];
    let words: Vec<u32> = [&section[..], &interface, &packet].concat();
    octets.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    octets
}

type Read = (Vec<(u16, Vec<u8>, usize)>, Result<(), String>);

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Read {
    let (mut reader, mut packets) = (Reader::default(), Vec::new());
    for piece in pieces {
        let take = |packet: Packet<'_>| {
            packets.push((packet.link, packet.data.to_vec(), packet.cut));
        };
        reader.push(piece, take).unwrap();
    }
    (packets, reader.finish())
}

#[test]
fn a_capture_may_come_in_any_pieces() {
    for octets in [pcap(), pcapng()] {
        let whole = read([octets.as_slice()]);
        let cuts: Vec<usize> = whole.0.iter().map(|packet| packet.2).collect();
        assert_eq!((whole.0.len(), cuts[1], &whole.1), (2, 1, &Ok(())));
        // Its first four octets, which say what it is, come together.
        for place in 4..octets.len() {
            let (head, tail) = octets.split_at(place);
            assert_eq!(read([head, tail]), whole, "{place}");
        }
        let (first, rest) = octets.split_at(4);
        assert_eq!(read([first].into_iter().chain(rest.chunks(1))), whole);
    }
}

#[test]
fn a_capture_that_ends_too_early_says_where() {
    assert_eq!(
        read([&pcap()[..23]]).1.unwrap_err(),
        "it ends in the middle of its header"
    );
    let in_a_packet = "it ends in the middle of a packet";
    assert_eq!(read([&pcap()[..63]]).1.unwrap_err(), in_a_packet);
    assert_eq!(read([&pcapng()[..100]]).1.unwrap_err(), in_a_packet);
}
