//! Wireshark's "exported PDU": a message behind tags, as `--capture` writes them.

use std::net::{IpAddr, SocketAddr};

use super::{Flow, Run};
use crate::show::{PDU_OCTETS_MAX, Transport};

/// The message behind the tags of a packet.
pub(super) fn flow(mut data: &[u8], packet: u64) -> Option<Flow> {
    let (mut transport, mut from_ip, mut to_ip) = (Transport::Tcp, None, None);
    let (mut from_port, mut to_port) = (0, 0);
    let mut dissector = None;
    let port = |value: &[u8]| {
        value
            .first_chunk()
            .and_then(|octets| u16::try_from(u32::from_be_bytes(*octets)).ok())
    };
    loop {
        let (head, rest) = data.split_first_chunk::<4>()?;
        let [kind_high, kind_low, length_high, length_low] = *head;
        let length = usize::from(u16::from_be_bytes([length_high, length_low]));
        let (value, rest) = rest.split_at_checked(length)?;
        data = rest;
        match u16::from_be_bytes([kind_high, kind_low]) {
            0 => break,
            12 => {
                let name = String::from_utf8_lossy(value);
                dissector = Some(name.trim_end_matches('\0').to_owned());
            }
            20 => from_ip = value.first_chunk::<4>().map(|octets| IpAddr::from(*octets)),
            21 => to_ip = value.first_chunk::<4>().map(|octets| IpAddr::from(*octets)),
            22 => {
                from_ip = value
                    .first_chunk::<16>()
                    .map(|octets| IpAddr::from(*octets))
            }
            23 => {
                to_ip = value
                    .first_chunk::<16>()
                    .map(|octets| IpAddr::from(*octets))
            }
            24 if port(value) == Some(3) => transport = Transport::Udp,
            25 => from_port = port(value)?,
            26 => to_port = port(value)?,
            _ => {}
        }
    }
    let mut run = Run::new(true);
    run.extend(data, packet);
    Some(Flow {
        transport,
        from: SocketAddr::new(from_ip?, from_port),
        to: SocketAddr::new(to_ip?, to_port),
        runs: vec![run],
        dissector,
    })
}

/// Whether the rest of a long message may stand in the next packet, as `--capture` writes it.
pub(super) fn may_go_on(flow: &Flow) -> bool {
    flow.dissector.is_some()
        && flow.transport == Transport::Tcp
        && flow.runs.last().is_some_and(|run| {
            !run.octets.is_empty() && run.octets.len().is_multiple_of(PDU_OCTETS_MAX)
        })
}

/// Takes what the next packet brought as the rest of the message; false if it is another's.
pub(super) fn take_rest(flow: &mut Flow, next: &Flow) -> bool {
    let ends = |flow: &Flow| (flow.from, flow.to);
    if !may_go_on(flow) || ends(flow) != ends(next) || flow.dissector != next.dissector {
        return false;
    }
    if let (Some(run), Some(rest)) = (flow.runs.last_mut(), next.runs.first()) {
        run.extend(&rest.octets, next.first_packet());
    }
    true
}
