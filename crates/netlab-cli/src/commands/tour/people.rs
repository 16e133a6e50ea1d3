//! People at the other end, with nothing but a socket, as with `nc`.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::show::{Tap, Transport};

/// Longer than anything on loopback takes, shorter than the tour may.
const PATIENCE: Duration = Duration::from_secs(5);

/// Somebody in a chat.
pub(super) struct Person {
    link: Link,
    tap: Tap,
    local: SocketAddr,
    peer: SocketAddr,
    heard: String,
}

enum Link {
    Tcp(TcpStream),
    Udp(UdpSocket),
}

impl Person {
    /// Connects over TCP.
    pub(super) fn over_tcp(server: &str, tap: Tap) -> anyhow::Result<Self> {
        let peer: SocketAddr = server.parse()?;
        let stream = TcpStream::connect_timeout(&peer, PATIENCE)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let local = stream.local_addr()?;
        Ok(Self::new(Link::Tcp(stream), tap, local, peer))
    }

    /// Sends datagrams.
    pub(super) fn over_udp(server: &str, tap: Tap) -> anyhow::Result<Self> {
        let peer: SocketAddr = server.parse()?;
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.connect(peer)?;
        let local = socket.local_addr()?;
        Ok(Self::new(Link::Udp(socket), tap, local, peer))
    }

    const fn new(link: Link, tap: Tap, local: SocketAddr, peer: SocketAddr) -> Self {
        Self {
            link,
            tap,
            local,
            peer,
            heard: String::new(),
        }
    }

    /// Sends a line.
    pub(super) fn says(&mut self, line: &str) -> io::Result<()> {
        let octets = format!("{line}\n").into_bytes();
        self.see(self.local, self.peer, &octets);
        match &mut self.link {
            Link::Tcp(stream) => stream.write_all(&octets),
            Link::Udp(socket) => socket.send(&octets).map(drop),
        }
    }

    /// Waits until `text` was heard, and forgets what was heard up to it.
    pub(super) fn hears(&mut self, text: &str) -> anyhow::Result<()> {
        let start = Instant::now();
        let mut buffer = [0; 2048];
        loop {
            if let Some((_, after)) = self.heard.split_once(text) {
                self.heard = after.to_owned();
                return Ok(());
            }
            let left = PATIENCE
                .checked_sub(start.elapsed())
                .filter(|left| !left.is_zero())
                .with_context(|| format!("nobody said '{text}' in time"))?;
            let count = match &mut self.link {
                Link::Tcp(stream) => {
                    stream.set_read_timeout(Some(left))?;
                    stream.read(&mut buffer)
                }
                Link::Udp(socket) => {
                    socket.set_read_timeout(Some(left))?;
                    socket.recv(&mut buffer)
                }
            }
            .with_context(|| format!("waiting for '{text}'"))?;
            if count == 0 {
                bail!("the room closed before somebody said '{text}'");
            }
            let octets = buffer.get(..count).unwrap_or_default();
            self.see(self.peer, self.local, octets);
            self.heard.push_str(&String::from_utf8_lossy(octets));
        }
    }

    fn see(&self, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        let transport = match self.link {
            Link::Tcp(_) => Transport::Tcp,
            Link::Udp(_) => Transport::Udp,
        };
        self.tap.see_data(transport, from, to, octets);
    }
}
