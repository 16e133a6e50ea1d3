//! Clients that keep a server busy, on this machine only: `load udp|tcp PORT SECONDS CLIENTS` or `load chat PORT MEMBERS IN_FLIGHT`.
//!
//! Prints how many answers (for `chat`: deliveries) came a second. `servers/compare.py` runs it against `netlab` and its peers.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

const MESSAGE: &[u8] = b"Hello, networks and protocols of the lab";

/// Longer than any answer takes; a client that waits so long has lost it.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize| -> u16 {
        let text = arguments.get(index).expect("WORK PORT NUMBER NUMBER");
        text.parse().expect("a number")
    };
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, number(1)));
    let (one, other) = (number(2), usize::from(number(3)));
    let rate = match arguments.first().map(String::as_str) {
        Some("udp") => udp::answers(server, Duration::from_secs(one.into()), other),
        Some("tcp") => tcp_answers(server, Duration::from_secs(one.into()), other),
        Some("chat") => chat_deliveries(server, usize::from(one), other),
        _ => panic!("udp, tcp or chat"),
    };
    println!("{rate:.0}");
}

/// Clients that connect, send a line, read the answer and go. Each has addresses of its own: whoever ends a connection first
/// keeps its port for a while, and one address would soon have none left.
fn tcp_answers(server: SocketAddr, time: Duration, clients: usize) -> f64 {
    let end = Instant::now() + time;
    let client = move |index: usize| {
        let mut answers = 0_u32;
        let mut answer = [0; MESSAGE.len()];
        while Instant::now() < end {
            let host = 2 + index as u32 * 16 + answers % 16;
            let from = SocketAddr::from((Ipv4Addr::from_bits(0x7f00_0000 + host), 0));
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
            socket.bind(&from.into()).expect("an address");
            socket.connect(&server.into()).expect("a server");
            let mut stream = TcpStream::from(socket);
            stream.write_all(MESSAGE).expect("a connection");
            stream.read_exact(&mut answer).expect("an answer");
            assert_eq!(answer, *MESSAGE.to_ascii_uppercase());
            answers += 1;
        }
        answers
    };
    let threads: Vec<_> = (0..clients)
        .map(|index| std::thread::spawn(move || client(index)))
        .collect();
    let answers = threads
        .into_iter()
        .map(|thread| f64::from(thread.join().expect("a client")));
    answers.sum::<f64>() / time.as_secs_f64()
}

/// One member of a room speaks, the others count: the next message goes out when all have heard the one `in_flight` before.
fn chat_deliveries(server: SocketAddr, members: usize, in_flight: usize) -> f64 {
    const MESSAGES: usize = 4000;
    let mut poll = mio::Poll::new().expect("a poll");
    let mut streams: Vec<mio::net::TcpStream> = (0..=members)
        .map(|index| {
            let stream = TcpStream::connect(server).expect("a server");
            stream.set_nodelay(true).expect("a socket");
            stream.set_nonblocking(true).expect("a socket");
            let mut stream = mio::net::TcpStream::from_std(stream);
            let registry = poll.registry();
            registry
                .register(&mut stream, mio::Token(index), mio::Interest::READABLE)
                .expect("room in the poll");
            stream
        })
        .collect();
    let mut events = mio::Events::with_capacity(1024);
    let mut heard = vec![0_usize; members + 1];
    let mut buffer = vec![0; 1 << 16];
    let mut listen = |streams: &mut [mio::net::TcpStream], heard: &mut [usize], wait| {
        poll.poll(&mut events, Some(wait)).expect("a poll");
        for event in &events {
            let index = event.token().0;
            while let Ok(count @ 1..) = streams[index].read(&mut buffer) {
                heard[index] += buffer[..count]
                    .iter()
                    .filter(|octet| **octet == b'~')
                    .count();
            }
        }
        !events.is_empty()
    };
    // Greetings and who joined.
    while listen(&mut streams, &mut heard, Duration::from_millis(500)) {}
    let message = [[b'm'; 62].as_slice(), b"~\n"].concat();
    let (mut sent, begun) = (0, Instant::now());
    loop {
        let all = heard.iter().skip(1).min().copied().unwrap_or_default();
        if all >= MESSAGES {
            break;
        }
        while sent < MESSAGES.min(all + in_flight) {
            streams[0].write_all(&message).expect("room for a line");
            sent += 1;
        }
        assert!(
            listen(&mut streams, &mut heard, PATIENCE),
            "a message was lost"
        );
    }
    (MESSAGES * members) as f64 / begun.elapsed().as_secs_f64()
}

/// One socket with many requests on their way, several to a system call: the server is to be the slower one.
#[cfg(target_os = "linux")]
mod udp {
    use super::{MESSAGE, PATIENCE};
    use nix::sys::socket::{
        ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmsg,
    };
    use std::io::{IoSlice, IoSliceMut};
    use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
    use std::os::fd::AsRawFd as _;
    use std::time::{Duration, Instant};

    const AT_ONCE: usize = 64;

    pub(super) fn answers(server: SocketAddr, time: Duration, in_flight: usize) -> f64 {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
        socket.connect(server).expect("a server");
        socket.set_read_timeout(Some(PATIENCE)).expect("a socket");
        for _ in 0..in_flight {
            socket.send(MESSAGE).expect("a server");
        }
        let mut incoming = MultiHeaders::<SockaddrStorage>::preallocate(AT_ONCE, None);
        let mut rooms = [[0; 2048]; AT_ONCE];
        let (mut answers, begun) = (0_u32, Instant::now());
        while begun.elapsed() < time {
            let mut slices = rooms.each_mut().map(|room| [IoSliceMut::new(room)]);
            let (fd, flags) = (socket.as_raw_fd(), MsgFlags::MSG_WAITFORONE);
            let count = recvmmsg(fd, &mut incoming, slices.iter_mut(), flags, None)
                .expect("an answer")
                .inspect(|answer| assert_eq!(answer.bytes, MESSAGE.len()))
                .count();
            answers += count as u32;
            // One packet that the system cuts, so that this costs the load less than the server.
            let requests = [IoSlice::new(MESSAGE); AT_ONCE];
            let cut = ControlMessage::UdpGsoSegments(&(MESSAGE.len() as u16));
            sendmsg::<SockaddrStorage>(fd, &requests[..count], &[cut], MsgFlags::empty(), None)
                .expect("a server");
        }
        f64::from(answers) / time.as_secs_f64()
    }
}

#[cfg(not(target_os = "linux"))]
mod udp {
    use std::net::SocketAddr;
    use std::time::Duration;

    pub(super) fn answers(_: SocketAddr, _: Duration, _: usize) -> f64 {
        panic!("this system has no recvmmsg")
    }
}
