//! Wireshark's "exported PDU": a message behind tags, as `--capture` writes them.

use std::net::{IpAddr, SocketAddr};

use super::{Flow, Run};
use crate::show::Transport;

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
