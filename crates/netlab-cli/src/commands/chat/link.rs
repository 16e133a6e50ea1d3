//! The way from a member to the server: a connection, or datagrams that only the server's answer.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::{HostPort, connect, io_failure, no_way, udp_connect};
use crate::show::Transport;

/// How long one receive waits before the clock and the signals are looked at.
const TICK: Duration = Duration::from_millis(100);

/// The first datagram or its answer may get lost; it alone is what lets a member in, so it can be repeated.
const ATTEMPTS: u32 = 3;

/// A way to the server.
pub(super) struct Link {
    carrier: Carrier,
    context: Context,
    local: SocketAddr,
    peer: SocketAddr,
}

enum Carrier {
    Tcp(TcpStream),
    Udp(UdpSocket),
}

/// What a receive came to.
pub(super) enum Received<'a> {
    /// Some octets of a stream, or a datagram.
    Octets(&'a [u8]),
    /// Nothing, for a tick.
    Nothing,
    /// The server ended the connection.
    End,
}

impl Link {
    /// Connects over TCP.
    pub(super) fn tcp(
        target: &HostPort,
        timeout: Duration,
        context: &Context,
    ) -> anyhow::Result<Self> {
        const WRITING_MAX: Duration = Duration::from_secs(10);
        let stream = connect(target, timeout)?.stream;
        expect_signs_of_life(&stream);
        let prepared = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(TICK)))
            .and_then(|()| stream.set_write_timeout(Some(WRITING_MAX)))
            .and_then(|()| Ok((stream.local_addr()?, stream.peer_addr()?)));
        // A connection that was broken off at once has no addresses any more.
        let (local, peer) =
            prepared.map_err(|error| io_failure(&target.to_string(), "joining", &error))?;
        context.tap.connected(local, peer);
        Ok(Self {
            local,
            peer,
            carrier: Carrier::Tcp(stream),
            context: context.clone(),
        })
    }

    /// Sends `first` to each address of the server until one answers; that answer is handed to `each`.
    pub(super) fn udp(
        target: &HostPort,
        first: &[u8],
        timeout: Duration,
        context: &Context,
        mut each: impl FnMut(&Self, &[u8]) -> io::Result<()>,
    ) -> anyhow::Result<Self> {
        let wait = timeout
            .checked_div(ATTEMPTS)
            .unwrap_or(timeout)
            .max(Duration::from_millis(1));
        let mut refused = None;
        let mut buffer = vec![0; 65_536];
        for address in target.resolve_within(timeout)? {
            match Self::knock(address, first, wait, context, &mut buffer) {
                Ok(Some((link, count))) => {
                    each(&link, buffer.get(..count).unwrap_or_default())?;
                    if let Carrier::Udp(socket) = &link.carrier {
                        socket.set_read_timeout(Some(TICK))?;
                    }
                    return Ok(link);
                }
                Ok(None) => {}
                // No route, say, to the first of several addresses.
                Err(error) => refused = Some(error),
            }
        }
        Err(match refused {
            Some(error) if is_passing(&error) => {
                let (code, reason) = no_way(&error);
                Failure::new(code, format!("cannot reach {target} over UDP: {reason}"))
            }
            Some(error) => io_failure(&target.to_string(), "joining", &error),
            None => Failure::new(
                ExitCode::NoReply,
                format!(
                    "no reply from {target} to {ATTEMPTS} datagrams; is a chat server listening there on UDP?"
                ),
            ),
        }
        .into())
    }

    /// Sends `first` to an address until there is an answer; gives how many octets it has.
    fn knock(
        address: SocketAddr,
        first: &[u8],
        wait: Duration,
        context: &Context,
        buffer: &mut [u8],
    ) -> io::Result<Option<(Self, usize)>> {
        let socket = udp_connect(address)?;
        socket.set_read_timeout(Some(wait))?;
        let link = Self {
            local: socket.local_addr()?,
            peer: address,
            carrier: Carrier::Udp(socket),
            context: context.clone(),
        };
        for _ in 0..ATTEMPTS {
            link.send(first)?;
            if let Received::Octets(octets) = link.receive(buffer)? {
                let count = octets.len();
                return Ok(Some((link, count)));
            }
        }
        Ok(None)
    }

    /// Where the server is.
    pub(super) const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Where we are.
    pub(super) const fn local(&self) -> SocketAddr {
        self.local
    }

    /// What carries it.
    pub(super) const fn transport(&self) -> Transport {
        match self.carrier {
            Carrier::Tcp(_) => Transport::Tcp,
            Carrier::Udp(_) => Transport::Udp,
        }
    }

    /// Sends a line with its end.
    pub(super) fn send(&self, line: &[u8]) -> io::Result<()> {
        self.see(self.local, self.peer, line);
        match &self.carrier {
            Carrier::Tcp(stream) => {
                let mut stream = stream;
                stream.write_all(line)
            }
            Carrier::Udp(socket) => socket
                .send(line)
                .or_else(|error| {
                    // It is about an earlier datagram; this one was not sent yet.
                    if is_passing(&error) {
                        return socket.send(line);
                    }
                    Err(error)
                })
                .map(drop),
        }
    }

    /// Receives what is there, waiting for a tick at most.
    pub(super) fn receive<'a>(&self, buffer: &'a mut [u8]) -> io::Result<Received<'a>> {
        let received = match &self.carrier {
            Carrier::Tcp(stream) => {
                let mut stream = stream;
                stream.read(buffer)
            }
            Carrier::Udp(socket) => socket.recv(buffer),
        };
        match received {
            Ok(0) if self.transport() == Transport::Tcp => Ok(Received::End),
            Ok(count) => {
                let octets = buffer.get(..count).unwrap_or_default();
                self.see(self.peer, self.local, octets);
                Ok(Received::Octets(octets))
            }
            // Not `TimedOut`: with it the system gives the connection up.
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(Received::Nothing),
                _ => Err(error),
            },
        }
    }

    /// Tells the server that we say nothing more.
    pub(super) fn end(&self) -> io::Result<()> {
        match &self.carrier {
            Carrier::Tcp(stream) => stream.shutdown(Shutdown::Write),
            Carrier::Udp(_) => self.send(b"/quit\n"),
        }
    }

    fn see(&self, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        let tap = &self.context.tap;
        tap.see_data(self.transport(), from, to, octets);
    }
}

/// Whether it is a router that says it: by the next datagram it may be otherwise, and anybody can say it (RFC 5927).
pub(super) fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::PermissionDenied
    )
}

/// Has the system find out that the server's machine is gone without a word, which a member who only listens would never learn, and
/// one who speaks after a quarter of an hour.
fn expect_signs_of_life(stream: &TcpStream) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::net::sockopt::{
            set_socket_keepalive, set_tcp_keepcnt, set_tcp_keepidle, set_tcp_keepintvl,
            set_tcp_user_timeout,
        };
        // Without one of them it takes longer.
        let _ = set_socket_keepalive(stream, true);
        let _ = set_tcp_keepidle(stream, Duration::from_secs(15));
        let _ = set_tcp_keepintvl(stream, Duration::from_secs(5));
        let _ = set_tcp_keepcnt(stream, 3);
        // Milliseconds, for what was sent; a link that is merely bad gets over less.
        let _ = set_tcp_user_timeout(stream, 30_000);
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = stream;
}
