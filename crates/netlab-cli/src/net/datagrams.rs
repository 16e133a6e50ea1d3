//! Several datagrams with one system call, where the system has such calls: most of the time of a short datagram is the call.

use std::io;
use std::net::SocketAddr;

use super::udp_socket::{DatagramSocket, Ends};

/// Datagrams received or sent with one call at most.
const AT_ONCE: usize = if cfg!(any(target_os = "linux", target_os = "android")) {
    32
} else {
    1
};

/// Octets that a datagram can have.
const ROOM: usize = 65_536;

/// A datagram of the last round and what is to be answered.
struct Slot {
    datagram: Box<[u8]>,
    count: usize,
    ends: Ends,
    reply: Vec<u8>,
    is_answered: bool,
}

/// The buffers of one thread: datagrams come in, each is answered or not, the answers go out.
pub(super) struct Datagrams {
    slots: Vec<Slot>,
    /// How many of the slots the last round filled.
    received: usize,
    calls: calls::Calls,
}

impl Datagrams {
    /// For one socket.
    pub(super) fn new(socket: &DatagramSocket) -> Self {
        let nobody = Ends {
            peer: SocketAddr::from(([0, 0, 0, 0], 0)),
            local: socket.address(),
        };
        let slot = || Slot {
            datagram: vec![0; ROOM].into_boxed_slice(),
            count: 0,
            ends: nobody,
            reply: Vec::new(),
            is_answered: false,
        };
        Self {
            slots: std::iter::repeat_with(slot).take(AT_ONCE).collect(),
            received: 0,
            calls: calls::Calls::new(socket),
        }
    }

    /// Waits for a datagram and takes what else is there.
    pub(super) fn receive(&mut self, socket: &DatagramSocket) -> io::Result<()> {
        self.received = 0;
        self.received = self.calls.receive(socket, &mut self.slots)?;
        Ok(())
    }

    /// Gives each datagram to `answer` with an empty buffer; true from it means that what is in the buffer goes back.
    pub(super) fn answer(&mut self, mut answer: impl FnMut(&[u8], Ends, &mut Vec<u8>) -> bool) {
        for slot in self.slots.iter_mut().take(self.received) {
            slot.reply.clear();
            let datagram = slot.datagram.get(..slot.count).unwrap_or_default();
            slot.is_answered = answer(datagram, slot.ends, &mut slot.reply);
        }
    }

    /// Sends the answers; one that cannot be sent is told to `failed` and does not stop the others.
    pub(super) fn send(
        &mut self,
        socket: &DatagramSocket,
        failed: impl FnMut(SocketAddr, io::Error),
    ) {
        let slots = self.slots.get(..self.received).unwrap_or_default();
        self.calls.send(socket, slots, failed);
    }
}

/// `recvmmsg` and `sendmmsg`.
#[cfg(any(target_os = "linux", target_os = "android"))]
mod calls {
    use std::io::{self, IoSlice, IoSliceMut};
    use std::net::SocketAddr;
    use std::os::fd::AsRawFd as _;

    use nix::sys::socket::{
        ControlMessage, MsgFlags, MultiHeaders, MultiResults, RecvMsg, SockaddrStorage, recvmmsg,
        sendmmsg, sendmsg,
    };

    use super::super::packet_info::{PacketInfo, socket_address};
    use super::{AT_ONCE, DatagramSocket, Slot};

    /// The message headers, made once.
    pub(super) struct Calls {
        incoming: MultiHeaders<SockaddrStorage>,
        outgoing: MultiHeaders<SockaddrStorage>,
        /// Those that also say from which address an answer goes, if the socket has several.
        outgoing_from: Option<MultiHeaders<SockaddrStorage>>,
        peers: Vec<Option<SockaddrStorage>>,
    }

    impl Calls {
        pub(super) fn new(socket: &DatagramSocket) -> Self {
            let room = socket
                .tells_local()
                .then(|| PacketInfo::room(socket.address()));
            Self {
                incoming: MultiHeaders::preallocate(AT_ONCE, room.clone()),
                outgoing: MultiHeaders::preallocate(AT_ONCE, None),
                outgoing_from: room.map(|room| MultiHeaders::preallocate(AT_ONCE, Some(room))),
                peers: Vec::with_capacity(AT_ONCE),
            }
        }

        pub(super) fn receive(
            &mut self,
            socket: &DatagramSocket,
            slots: &mut [Slot],
        ) -> io::Result<usize> {
            let mut heads = [Head::default(); AT_ONCE];
            let mut rest = slots.iter_mut();
            let mut rooms: [_; AT_ONCE] = std::array::from_fn(|_| {
                let room = rest.next().map(|slot| &mut slot.datagram[..]);
                [IoSliceMut::new(room.unwrap_or_default())]
            });
            let received = recvmmsg(
                socket.as_raw_fd(),
                &mut self.incoming,
                rooms.iter_mut(),
                MsgFlags::MSG_WAITFORONE,
                None,
            )?;
            // Two loops, because looking for what is told costs also where nothing is.
            let bound = socket.address();
            let count = if socket.tells_local() {
                read_heads(received, &mut heads, |message| {
                    Some(PacketInfo::local(message, bound))
                })
            } else {
                read_heads(received, &mut heads, |_| None)
            };
            for (slot, head) in slots.iter_mut().zip(&heads).take(count) {
                slot.count = head.count;
                slot.ends.peer = head.peer.unwrap_or(slot.ends.peer);
                slot.ends.local = head.local.unwrap_or(slot.ends.local);
            }
            Ok(count)
        }

        pub(super) fn send(
            &mut self,
            socket: &DatagramSocket,
            slots: &[Slot],
            mut failed: impl FnMut(SocketAddr, io::Error),
        ) {
            if self.outgoing_from.is_none() {
                return self.send_run(socket, slots, &mut failed);
            }
            for run in slots.chunk_by(|one, next| one.ends.local == next.ends.local) {
                self.send_run(socket, run, &mut failed);
            }
        }

        /// Sends answers that go from the same address.
        fn send_run(
            &mut self,
            socket: &DatagramSocket,
            slots: &[Slot],
            failed: &mut impl FnMut(SocketAddr, io::Error),
        ) {
            let info = slots
                .first()
                .and_then(|slot| PacketInfo::from_local(slot.ends.local));
            let (headers, info) = match (&mut self.outgoing_from, &info) {
                (Some(headers), Some(info)) => (headers, Some(info)),
                _ => (&mut self.outgoing, None),
            };
            if send_segments(socket, slots, info) {
                return;
            }
            let answered = || slots.iter().filter(|slot| slot.is_answered);
            let mut replies = [[IoSlice::new(&[])]; AT_ONCE];
            self.peers.clear();
            for (reply, slot) in replies.iter_mut().zip(answered()) {
                *reply = [IoSlice::new(&slot.reply)];
                self.peers.push(Some(SockaddrStorage::from(slot.ends.peer)));
            }
            let control = info.map(|info| [info.control()]);
            let mut sent = 0_usize;
            while let Some(peers) = self.peers.get(sent..).filter(|peers| !peers.is_empty()) {
                let rest = replies.get(sent..).unwrap_or_default();
                let result = sendmmsg(
                    socket.as_raw_fd(),
                    &mut *headers,
                    rest.iter(),
                    peers,
                    control.as_ref().map_or(&[][..], |control| &control[..]),
                    MsgFlags::empty(),
                );
                let count = match result {
                    Ok(results) => results.count(),
                    // The system tells of an error only when it is the first answer that it cannot send.
                    Err(error) => {
                        if let Some(slot) = answered().nth(sent) {
                            // It may be the address that it does not send from.
                            let result = match info {
                                Some(_) => socket.send(&slot.reply, slot.ends),
                                None => Err(error.into()),
                            };
                            if let Err(error) = result {
                                failed(slot.ends.peer, error);
                            }
                        }
                        1
                    }
                };
                sent = sent.saturating_add(count.max(1));
            }
        }
    }

    /// What is told of a datagram.
    #[derive(Clone, Copy, Default)]
    struct Head {
        count: usize,
        peer: Option<SocketAddr>,
        local: Option<SocketAddr>,
    }

    /// Reads them into `heads`, and gives their number.
    fn read_heads<'a>(
        received: MultiResults<'a, SockaddrStorage>,
        heads: &mut [Head],
        local: impl Fn(&RecvMsg<'a, 'a, SockaddrStorage>) -> Option<SocketAddr>,
    ) -> usize {
        let mut count = 0_usize;
        for (message, head) in received.zip(heads) {
            head.count = message.bytes;
            head.peer = message.address.as_ref().and_then(socket_address);
            head.local = local(&message);
            count = count.saturating_add(1);
        }
        count
    }

    /// Sends all answers as one, which the system cuts into datagrams on their way out: half of the work where one peer asks
    /// for much at once and all answers have the same length. False if they have not, or the system would not.
    fn send_segments(socket: &DatagramSocket, slots: &[Slot], info: Option<&PacketInfo>) -> bool {
        let Some((first, others @ [_, ..])) = slots.split_first() else {
            return false;
        };
        let is_alike = |slot: &Slot| {
            slot.is_answered
                && slot.ends.peer == first.ends.peer
                && slot.reply.len() == first.reply.len()
        };
        // Longer ones gain nothing, and together they must fit an IP packet.
        let octets = match u16::try_from(first.reply.len()) {
            Ok(octets @ 1..=SEGMENT_OCTETS_MAX) if is_alike(first) => octets,
            _ => return false,
        };
        if !others.iter().all(is_alike) {
            return false;
        }
        let mut replies = [IoSlice::new(&[]); AT_ONCE];
        for (reply, slot) in replies.iter_mut().zip(slots) {
            *reply = IoSlice::new(&slot.reply);
        }
        let segments = ControlMessage::UdpGsoSegments(&octets);
        let control = info.map(|info| [segments, info.control()]);
        sendmsg(
            socket.as_raw_fd(),
            replies.get(..slots.len()).unwrap_or_default(),
            control
                .as_ref()
                .map_or(core::slice::from_ref(&segments), |control| &control[..]),
            MsgFlags::empty(),
            Some(&SockaddrStorage::from(first.ends.peer)),
        )
        .is_ok()
    }

    /// What every link carries in one packet, and 32 of them in the largest.
    const SEGMENT_OCTETS_MAX: u16 = 1200;
}

/// A call for each datagram, where the standard library's are all there are.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod calls {
    use std::io;
    use std::net::SocketAddr;

    use super::{DatagramSocket, Slot};

    pub(super) struct Calls;

    impl Calls {
        pub(super) const fn new(_socket: &DatagramSocket) -> Self {
            Self
        }

        #[expect(
            clippy::unused_self,
            reason = "the other systems keep their headers in it"
        )]
        pub(super) fn receive(
            &mut self,
            socket: &DatagramSocket,
            slots: &mut [Slot],
        ) -> io::Result<usize> {
            let Some(slot) = slots.first_mut() else {
                return Ok(0);
            };
            (slot.count, slot.ends) = socket.receive(&mut slot.datagram)?;
            Ok(1)
        }

        #[expect(
            clippy::unused_self,
            reason = "the other systems keep their headers in it"
        )]
        pub(super) fn send(
            &mut self,
            socket: &DatagramSocket,
            slots: &[Slot],
            mut failed: impl FnMut(SocketAddr, io::Error),
        ) {
            for slot in slots.iter().filter(|slot| slot.is_answered) {
                if let Err(error) = socket.send(&slot.reply, slot.ends) {
                    failed(slot.ends.peer, error);
                }
            }
        }
    }
}
