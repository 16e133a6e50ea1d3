//! The UDP side: a datagram for a datagram.

use std::sync::Mutex;

use textxform::{Chain, Transform as _};

use crate::context::Context;
use crate::lock::lock;
use crate::net::{Ends, UdpHandler, datagram_octets_max};
use crate::show::Transport;

/// Answers each datagram with what the chain makes of it.
pub(super) struct Datagrams {
    chain: Chain,
    /// Chains that nobody uses right now, each at the start of its input.
    spare: Mutex<Vec<Chain>>,
    context: Context,
}

impl Datagrams {
    pub(super) fn new(chain: &Chain, context: &Context) -> Self {
        Self {
            chain: chain.clone(),
            spare: Mutex::default(),
            context: context.clone(),
        }
    }
}

impl UdpHandler for Datagrams {
    fn datagram(&self, datagram: &[u8], ends: Ends, reply: &mut Vec<u8>) -> bool {
        let spare = lock(&self.spare).pop();
        let mut chain = spare.unwrap_or_else(|| self.chain.clone());
        let result = chain
            .push(datagram, reply)
            .and_then(|()| chain.finish(reply));
        lock(&self.spare).push(chain);
        let octets_max = datagram_octets_max(ends.peer.ip());
        // A reply is whole or it is an error: half of one could not be told from a whole one.
        if let Err(error) = result {
            *reply = format!("error: {error}\n").into_bytes();
        } else if reply.len() > octets_max {
            *reply = format!(
                "error: the reply has {} octets and a datagram at most {octets_max}; send it over TCP\n",
                reply.len()
            )
            .into_bytes();
        }
        let (tap, Ends { peer, local }) = (&self.context.tap, ends);
        tap.see_data(Transport::Udp, peer, local, datagram);
        tap.see_data(Transport::Udp, local, peer, reply);
        true
    }
}
