//! UDP servers: a few threads that wait on one socket.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::connect::system_text;
use super::datagrams::Datagrams;
use super::listen::{bind_failure, reachable};
use super::udp_socket::{DatagramSocket, Ends};
use super::{AtWork, Served, ServerArgs, Stop};
use crate::exit::Failure;
use crate::output::Output;

/// What a server does with each datagram.
pub(crate) trait UdpHandler: Send + Sync + 'static {
    /// Handles one datagram; `reply` is an empty buffer that keeps its capacity. True sends what is left in it back.
    fn datagram(&self, datagram: &[u8], ends: Ends, reply: &mut Vec<u8>) -> bool;
}

/// A bound socket that does not answer yet.
#[derive(Debug)]
pub(crate) struct UdpServer {
    socket: Arc<DatagramSocket>,
}

/// A server at work.
pub(super) struct RunningUdp {
    address: SocketAddr,
    served: Arc<AtomicU64>,
    threads: Vec<JoinHandle<()>>,
}

impl UdpServer {
    /// Binds.
    pub(crate) fn bind(address: SocketAddr) -> Result<Self, Failure> {
        let socket =
            DatagramSocket::bind(address).map_err(|error| bind_failure("udp", address, &error))?;
        socket.make_room(4 << 20);
        Ok(Self {
            socket: Arc::new(socket),
        })
    }

    /// Where it listens, with the port the system picked.
    pub(crate) fn address(&self) -> SocketAddr {
        self.socket.address()
    }

    /// The socket, for a server that receives in a loop of its own, and for replies that are not ready when the handler returns.
    pub(crate) fn socket(&self) -> Arc<DatagramSocket> {
        Arc::clone(&self.socket)
    }

    /// Starts to answer.
    pub(super) fn start(
        self,
        limits: &ServerArgs,
        stop: &Stop,
        out: &Output,
        handler: &Arc<dyn UdpHandler>,
    ) -> io::Result<RunningUdp> {
        let address = self.address();
        let served = Arc::new(AtomicU64::new(0));
        let count = threads_max();
        let mut threads = Vec::with_capacity(count);
        for _ in 0..count {
            let worker = Worker {
                socket: self.socket(),
                limits: limits.clone(),
                stop: stop.clone(),
                out: out.clone(),
                handler: Arc::clone(handler),
                served: Arc::clone(&served),
            };
            threads.push(
                std::thread::Builder::new()
                    .name(format!("udp {}", address.port()))
                    .spawn(move || worker.work())?,
            );
        }
        Ok(RunningUdp {
            address,
            served,
            threads,
        })
    }
}

impl RunningUdp {
    /// Has the threads see that the stop flag is raised.
    fn stop(&self) {
        let target = reachable(self.address);
        let any = if target.is_ipv4() {
            "127.0.0.1:0"
        } else {
            "[::1]:0"
        };
        let Ok(waker) = UdpSocket::bind(any) else {
            return;
        };
        for thread in &self.threads {
            // An empty datagram makes one waiter look at the flag; one that was full of work sees it by itself.
            for _ in 0..100 {
                if thread.is_finished() {
                    break;
                }
                let _ = waker.send_to(&[], target);
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
}

impl AtWork for RunningUdp {
    fn addresses(&self) -> Vec<(&'static str, SocketAddr)> {
        vec![("udp", self.address)]
    }

    fn finish(self: Box<Self>) -> Served {
        self.stop();
        Served {
            connections: None,
            datagrams: Some(self.served.load(Ordering::Relaxed)),
        }
    }
}

struct Worker {
    socket: Arc<DatagramSocket>,
    limits: ServerArgs,
    stop: Stop,
    out: Output,
    handler: Arc<dyn UdpHandler>,
    served: Arc<AtomicU64>,
}

impl Worker {
    fn work(&self) {
        let mut datagrams = Datagrams::new(&self.socket);
        while !self.stop.is_raised() {
            if let Err(error) = datagrams.receive(&self.socket) {
                // An ICMP answer to something sent earlier; nothing is wrong with this socket.
                self.out
                    .remark(|| format!("cannot receive: {}", system_text(&error)));
                self.stop.wait_timeout(Duration::from_millis(1));
                continue;
            }
            let is_stopping = self.stop.is_raised();
            datagrams.answer(|datagram, ends, reply| {
                // Mostly what woke this thread to see the flag.
                if is_stopping && datagram.is_empty() {
                    return false;
                }
                if !self.limits.lets_in(ends.peer, &self.out) {
                    return false;
                }
                self.served.fetch_add(1, Ordering::Relaxed);
                self.handler.datagram(datagram, ends, reply)
            });
            datagrams.send(&self.socket, |peer, error| {
                self.out
                    .remark(|| format!("cannot answer {peer}: {}", system_text(&error)));
            });
        }
    }
}

/// How many threads wait on a socket: half of the processors, since who asks is often on the same machine, and no more than a
/// socket's lock lets work at once.
fn threads_max() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (processors / 2).clamp(1, 4)
}
