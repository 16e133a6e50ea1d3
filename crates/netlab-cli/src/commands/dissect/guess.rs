//! What the input looks like, and what its messages are, when nobody said it.

use wire_dns::Message;

use super::capture::{self, Flow};
use super::{As, Input, hex};
use crate::show::Transport;

/// The form of the input, guessed if nobody said it.
pub(super) fn form(asked: Input, octets: &[u8]) -> Input {
    if asked != Input::Auto {
        return asked;
    }
    if capture::is_capture(octets) {
        return Input::Pcap;
    }
    match core::str::from_utf8(octets) {
        Ok(text) if hex::is_one_message_a_line(text) => Input::HexLines,
        Ok(text) if hex::is_hex(text) => Input::Hex,
        _ => Input::Raw,
    }
}

/// What octets look like when nobody said it.
pub(super) fn guess(octets: &[u8]) -> As {
    if octets.starts_with(b"HTTP/") {
        return As::HttpResponse;
    }
    // A method and a space: three letters at least, and no DNS message begins so with a zero in its counts.
    let word = octets
        .iter()
        .take_while(|octet| octet.is_ascii_alphabetic() || **octet == b'-')
        .count();
    if word >= 3 && octets.get(word) == Some(&b' ') {
        return As::HttpRequest;
    }
    if let Some((length, rest)) = octets.split_first_chunk::<2>()
        && let Some(message) = rest.get(..usize::from(u16::from_be_bytes(*length)))
        && message.len() >= 12
        && (message.len() == rest.len() || Message::decode(message).is_ok())
        && Message::decode(octets).is_err()
    {
        return As::DnsTcp;
    }
    As::Dns
}

/// What a flow of a capture is: by what the capture says, by its ports, by how it begins. `None` for what is not known here.
pub(super) fn guess_flow(flow: &Flow) -> Option<As> {
    /// Port 53, and the ones of the tool's own DNS server and of multicast DNS.
    const DNS_PORTS: [u16; 3] = [53, 5300, 5353];
    let dns = match flow.transport {
        Transport::Udp => As::Dns,
        Transport::Tcp => As::DnsTcp,
    };
    let guessed = guess(&flow.octets);
    match flow.dissector.as_deref() {
        Some("dns") => Some(dns),
        Some("http") => Some(guessed),
        Some(_) => None,
        None if DNS_PORTS.contains(&flow.from.port()) || DNS_PORTS.contains(&flow.to.port()) => {
            Some(dns)
        }
        None if guessed == dns && dns == As::Dns => {
            Message::decode(&flow.octets).is_ok().then_some(dns)
        }
        // Lines of text between other programs begin with a word and a space too.
        None if guessed == As::HttpRequest && !begins_as_request(&flow.octets) => None,
        None => (guessed != As::Dns && flow.transport == Transport::Tcp).then_some(guessed),
    }
}

/// Whether octets begin with a request-line, or the start of one whose method everybody knows.
fn begins_as_request(octets: &[u8]) -> bool {
    /// The methods of RFC 9110 section 9.1, and PATCH (RFC 5789).
    const METHODS: [&[u8]; 9] = [
        b"GET ",
        b"HEAD ",
        b"POST ",
        b"PUT ",
        b"DELETE ",
        b"CONNECT ",
        b"OPTIONS ",
        b"TRACE ",
        b"PATCH ",
    ];
    let line = octets.split(|octet| *octet == b'\n').next();
    METHODS.iter().any(|method| octets.starts_with(method))
        || line.is_some_and(|line| line.windows(6).any(|part| part == b" HTTP/"))
}
