//! DNS messages over UDP and TCP: asking, waiting, asking again. What a reply is, the caller says.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use wire_dns::stream::encode;

use super::{Ends, Stop, TimedStream, udp_connect};

/// Sends `query` to `server` and waits until `timeout` for a datagram that `is_reply` accepts; everything else is passed over.
/// What has come by then counts, also if this thread had no time to look.
///
/// The socket is new, so its port is hard to guess (RFC 5452 §9.2), and connected, so only the server is heard.
pub(crate) fn ask_udp(
    server: SocketAddr,
    query: &[u8],
    timeout: Duration,
    mut sent: impl FnMut(Ends, &[u8]),
    mut is_reply: impl FnMut(Ends, &[u8]) -> bool,
) -> io::Result<(Ends, Vec<u8>)> {
    let socket = udp_connect(server)?;
    let ends = Ends {
        peer: server,
        local: socket.local_addr()?,
    };
    let start = Instant::now();
    socket.send(query)?;
    sent(ends, query);
    let mut buffer = vec![0; 65_535];
    loop {
        let left = timeout.saturating_sub(start.elapsed());
        let is_last_look = left.is_zero();
        socket.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        match socket.recv(&mut buffer) {
            Ok(count) => {
                let datagram = buffer.get(..count).unwrap_or_default();
                if is_reply(ends, datagram) {
                    return Ok((ends, datagram.to_vec()));
                }
                if is_last_look {
                    return Err(io::ErrorKind::TimedOut.into());
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
    sent: impl FnOnce(Ends, &[u8]),
) -> io::Result<(Ends, Vec<u8>)> {
    let (ends, mut stream) = send_tcp(server, query, timeout, sent)?;
    let mut message = Vec::new();
    if read_message(&mut stream, &mut message)? {
        Ok((ends, message))
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// Sends `query` over a new TCP connection; the stream's deadline is `timeout` from the start.
pub(crate) fn send_tcp(
    server: SocketAddr,
    query: &[u8],
    timeout: Duration,
    sent: impl FnOnce(Ends, &[u8]),
) -> io::Result<(Ends, TimedStream)> {
    let start = Instant::now();
    let stream = TcpStream::connect_timeout(&server, timeout)?;
    let mut stream = TimedStream::new(stream, timeout, Stop::new())?;
    stream.set_deadline(start.checked_add(timeout));
    let ends = Ends {
        peer: server,
        local: stream.local_addr()?,
    };
    write_message(&mut stream, query)?;
    sent(ends, query);
    Ok((ends, stream))
}

/// Reads one message into `message`; false at a clean end. One that trickles in octet by octet has as long as a silent peer, no
/// longer, unless the stream has a deadline already.
pub(crate) fn read_message(stream: &mut TimedStream, message: &mut Vec<u8>) -> io::Result<bool> {
    message.clear();
    let mut length = [0; 2];
    if stream.read(&mut length[..1])? == 0 {
        return Ok(false);
    }
    let is_bounded = stream.has_deadline();
    if !is_bounded {
        stream.set_deadline_to_idle();
    }
    stream.read_exact(&mut length[1..])?;
    message.resize(usize::from(u16::from_be_bytes(length)), 0);
    stream.read_exact(message)?;
    if !is_bounded {
        stream.set_deadline(None);
    }
    Ok(true)
}

/// Writes one message behind its length, in one write (RFC 7766 §8).
pub(crate) fn write_message(stream: &mut TimedStream, message: &[u8]) -> io::Result<()> {
    let mut framed = Vec::with_capacity(message.len().saturating_add(2));
    encode(message, &mut framed).map_err(io::Error::other)?;
    stream.write_all(&framed)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::net::UdpSocket;
    use std::time::Duration;

    use super::ask_udp;

    /// On a loaded machine the time may be over before a thread looks at what has come meanwhile.
    #[test]
    fn a_reply_that_is_there_counts_although_the_time_is_over() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let at = server.local_addr().unwrap();
        let over = Duration::from_nanos(1);
        let says = |reply: &'static [u8]| {
            ask_udp(
                at,
                b"query",
                over,
                |ends, _| assert!(server.send_to(reply, ends.local).is_ok()),
                |_, datagram| datagram == b"reply",
            )
        };
        assert_eq!(says(b"reply").unwrap().1, b"reply");
        // Whoever sends something else does not get more of our time.
        assert_eq!(says(b"else").unwrap_err().kind(), ErrorKind::TimedOut);
    }
}
