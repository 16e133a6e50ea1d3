//! What the input looks like, and what its messages are, when nobody said it.

use wire_dns::{Message, stream};

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
    if let stream::Decoded::Complete { message, len } = stream::decode(octets)
        && message.len() >= 12
        && (len == octets.len() || Message::decode(message).is_ok())
        && Message::decode(octets).is_err()
    {
        return As::DnsTcp;
    }
    As::Dns
}

/// What a flow of a capture is: by what the capture says, by its ports, by how it begins. `None` for what is not known here.
/// It is awaited where a request went the other way and has no response yet.
pub(super) fn guess_flow(flow: &Flow, is_awaited: bool) -> Option<As> {
    /// Port 53, and the ones of the tool's own DNS server and of multicast DNS.
    const DNS_PORTS: [u16; 3] = [53, 5300, 5353];
    /// Names of NetBIOS look much like DNS (RFC 1002 section 4.2) and mean something else.
    const NETBIOS_PORT: u16 = 137;
    let has_port = |port| flow.from.port() == port || flow.to.port() == port;
    let dns = match flow.transport {
        Transport::Udp => As::Dns,
        Transport::Tcp => As::DnsTcp,
    };
    let first = flow.runs.first()?;
    match flow.dissector.as_deref() {
        Some("dns") => return Some(dns),
        Some("http") if is_awaited || begins_as(As::HttpResponse, &first.octets) => {
            return Some(As::HttpResponse);
        }
        Some("http") => return Some(As::HttpRequest),
        Some(_) => return None,
        None if DNS_PORTS.into_iter().any(has_port) => return Some(dns),
        None if has_port(NETBIOS_PORT) => return None,
        None => {}
    }
    let candidates: &[As] = match flow.transport {
        Transport::Udp => &[As::Dns],
        Transport::Tcp => &[As::HttpResponse, As::HttpRequest, As::DnsTcp],
    };
    let find = |octets: &[u8]| {
        let mut found = candidates.iter();
        found
            .find(|protocol| begins_as(**protocol, octets))
            .copied()
    };
    // How it begins decides, where that is known.
    if first.is_start {
        return find(&first.octets);
    }
    flow.runs.iter().find_map(|run| {
        let mut starts = run.starts_from(0);
        starts.find_map(|start| find(run.octets.get(start..)?))
    })
}

/// Whether octets begin as messages do, so that other octets hardly would.
pub(super) fn begins_as(protocol: As, octets: &[u8]) -> bool {
    match protocol {
        As::Dns | As::Auto => is_message(octets),
        As::DnsTcp => match stream::decode(octets) {
            stream::Decoded::Complete { message, .. } => is_message(message),
            _ => false,
        },
        As::HttpRequest => begins_as_request(octets),
        As::HttpResponse => behind_empty_lines(octets).starts_with(b"HTTP/"),
    }
}

/// What stands behind an empty line or two, which some send before their messages (RFC 9112 section 2.2).
fn behind_empty_lines(octets: &[u8]) -> &[u8] {
    let empty = octets
        .iter()
        .take(4)
        .take_while(|octet| b"\r\n".contains(octet));
    octets.get(empty.count()..).unwrap_or_default()
}

/// Whether octets are a DNS message that has anything in it; twelve zeros would be one, too.
fn is_message(octets: &[u8]) -> bool {
    let counts = octets.get(4..12).unwrap_or_default();
    counts.iter().any(|octet| *octet != 0) && Message::decode(octets).is_ok()
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
    /// No method is longer, no request-line goes on longer.
    const METHOD_MAX: usize = 64;
    const LINE_MAX: usize = 8192;
    /// What begins like HTTP and says at the end of the line that it is not, or not one of its versions that are text.
    const OTHERS: [&[u8]; 3] = [b" HTTP/2.0", b" RTSP/1.0", b" SIP/2.0"];
    let octets = behind_empty_lines(octets);
    let is_of_method = |octet: &&u8| octet.is_ascii_alphabetic() || b"-_".contains(octet);
    let begin = octets.iter().take(METHOD_MAX);
    let method = begin.take_while(is_of_method).count();
    if method < 3 || octets.get(method) != Some(&b' ') {
        return false;
    }
    let octets = octets.get(..LINE_MAX).unwrap_or(octets);
    let line = octets.split(|octet| *octet == b'\n').next();
    let line = line.unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if OTHERS.iter().any(|other| line.ends_with(other)) {
        return false;
    }
    let mut words = line.split(|octet| *octet == b' ').skip(2);
    let is_line = words
        .next()
        .is_some_and(|version| version.starts_with(b"HTTP/"))
        && words.next().is_none();
    is_line || METHODS.iter().any(|method| octets.starts_with(method))
}
