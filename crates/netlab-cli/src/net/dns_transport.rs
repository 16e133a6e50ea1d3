//! DNS messages over UDP and TCP: asking, waiting, asking again. What a reply is, the caller says.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use super::{Stop, TimedStream};

/// One try of a question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    /// The address of this side.
    pub(crate) local: SocketAddr,
    /// The server.
    pub(crate) server: SocketAddr,
}

/// Sends `query` to `server` and waits until `timeout` for a datagram that `is_reply` accepts; everything else is passed over.
///
/// The socket is new, so its port is hard to guess (RFC 5452 §9.2), and connected, so only the server is heard.
pub(crate) fn ask_udp(
    server: SocketAddr,
    query: &[u8],
    timeout: Duration,
    mut sent: impl FnMut(Attempt, &[u8]),
    mut is_reply: impl FnMut(Attempt, &[u8]) -> bool,
) -> io::Result<(Attempt, Vec<u8>)> {
    let any: SocketAddr = if server.is_ipv4() {
        ([0, 0, 0, 0], 0).into()
    } else {
        ([0_u16; 8], 0).into()
    };
    let socket = UdpSocket::bind(any)?;
    socket.connect(server)?;
    let attempt = Attempt {
        local: socket.local_addr()?,
        server,
    };
    let start = Instant::now();
    socket.send(query)?;
    sent(attempt, query);
    let mut buffer = vec![0; 65_535];
    loop {
        let left = timeout
            .checked_sub(start.elapsed())
            .filter(|left| !left.is_zero())
            .ok_or(io::ErrorKind::TimedOut)?;
        socket.set_read_timeout(Some(left))?;
        match socket.recv(&mut buffer) {
            Ok(count) => {
                let datagram = buffer.get(..count).unwrap_or_default();
                if is_reply(attempt, datagram) {
                    return Ok((attempt, datagram.to_vec()));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Sends `query` over a new TCP connection and reads one message, each behind its two-octet length (RFC 1035 §4.2.2).
pub(crate) fn ask_tcp(
    server: SocketAddr,
    query: &[u8],
    timeout: Duration,
    sent: impl FnOnce(Attempt, &[u8]),
) -> io::Result<(Attempt, Vec<u8>)> {
    let start = Instant::now();
    let stream = TcpStream::connect_timeout(&server, timeout)?;
    let mut stream = TimedStream::new(stream, timeout, Stop::new())?;
    stream.set_deadline(start.checked_add(timeout));
    let attempt = Attempt {
        local: stream.local_addr()?,
        server,
    };
    write_message(&mut stream, query)?;
    sent(attempt, query);
    let mut message = Vec::new();
    if read_message(&mut stream, &mut message)? {
        Ok((attempt, message))
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// Reads one message into `message`; false at a clean end.
pub(crate) fn read_message(stream: &mut TimedStream, message: &mut Vec<u8>) -> io::Result<bool> {
    message.clear();
    let mut length = [0; 2];
    if stream.read(&mut length[..1])? == 0 {
        return Ok(false);
    }
    stream.read_exact(&mut length[1..])?;
    message.resize(usize::from(u16::from_be_bytes(length)), 0);
    stream.read_exact(message)?;
    Ok(true)
}

/// Writes one message behind its length, in one write (RFC 7766 §8).
pub(crate) fn write_message(stream: &mut TimedStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a message over 65535 octets"))?;
    let mut framed = Vec::with_capacity(message.len().saturating_add(2));
    framed.extend(length.to_be_bytes());
    framed.extend(message);
    stream.write_all(&framed)
}
