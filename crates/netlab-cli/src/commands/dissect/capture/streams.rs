//! One side of each TCP connection of a capture, put together from its segments.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

use etherparse::TcpSlice;

use super::Flow;
use crate::show::Transport;

/// The streams that are being put together; their octets stand in the flows.
#[derive(Default)]
pub(super) struct Streams {
    streams: HashMap<(SocketAddr, SocketAddr), Stream>,
}

struct Stream {
    /// Where its flow stands in the list.
    flow: usize,
    /// The sequence number of its first octet.
    begin: u32,
    /// Segments that came early, by where they stand in the stream.
    early: BTreeMap<usize, Vec<u8>>,
}

impl Streams {
    /// Puts a segment where it belongs; octets that are there already are not taken again.
    pub(super) fn segment(
        &mut self,
        flows: &mut Vec<Flow>,
        from: SocketAddr,
        to: SocketAddr,
        tcp: &TcpSlice<'_>,
    ) {
        let (syn, payload) = (tcp.syn(), tcp.payload());
        // SYN takes a number of its own (RFC 9293 section 3.4).
        let begin = tcp.sequence_number().wrapping_add(u32::from(syn));
        let known = self.streams.get(&(from, to));
        if syn && known.is_some_and(|stream| stream.begin != begin) {
            // A new connection on old ports starts a stream of its own.
            self.streams.remove(&(from, to));
        } else if !syn && payload.is_empty() {
            return;
        }
        let stream = self.streams.entry((from, to)).or_insert_with(|| {
            flows.push(Flow {
                transport: Transport::Tcp,
                from,
                to,
                octets: Vec::new(),
                is_cut: false,
                dissector: None,
            });
            Stream {
                flow: flows.len().saturating_sub(1),
                begin,
                early: BTreeMap::new(),
            }
        });
        if let Some(flow) = flows.get_mut(stream.flow) {
            stream.take(&mut flow.octets, begin, payload);
        }
    }
}

impl Stream {
    fn take(&mut self, octets: &mut Vec<u8>, begin: u32, payload: &[u8]) {
        // Sequence numbers wrap, so where a segment stands is counted from the end of what is known.
        let end = u32::try_from(octets.len() & SEQUENCE_MASK).unwrap_or(0);
        let ahead = begin.wrapping_sub(self.begin.wrapping_add(end));
        if ahead > i32::MAX.cast_unsigned() {
            // It begins before that end: only what reaches beyond is new.
            let known = usize::try_from(ahead.wrapping_neg()).unwrap_or(usize::MAX);
            octets.extend_from_slice(payload.get(known..).unwrap_or_default());
        } else {
            let place = octets
                .len()
                .saturating_add(usize::try_from(ahead).unwrap_or(usize::MAX));
            let there = self.early.entry(place).or_default();
            if there.len() < payload.len() {
                *there = payload.to_vec();
            }
        }
        // What came early may reach the known part now.
        while let Some(first) = self.early.first_entry()
            && let Some(known) = octets.len().checked_sub(*first.key())
        {
            let payload = first.remove();
            octets.extend_from_slice(payload.get(known..).unwrap_or_default());
        }
    }
}

/// Sequence numbers have 32 bits.
const SEQUENCE_MASK: usize = 0xffff_ffff;
