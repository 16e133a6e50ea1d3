//! Clients that keep a server busy, on this machine only: `load tcp PORT SECONDS CLIENTS`,
//! `load udp|dns PORT SECONDS IN_FLIGHT [CLIENTS]` or `load chat PORT MEMBERS IN_FLIGHT`.
//!
//! Prints how many answers (for `chat`: deliveries) came a second. `servers/compare.py` runs it against `netlab` and its peers.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};
use wire_dns::{Builder, Class, NameBuf, RecordType};

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
    let clients = arguments.get(4).map_or(1, |_| usize::from(number(4)));
    let rate = match arguments.first().map(String::as_str) {
        Some("udp") => {
            let is_answer = |octets: &[u8]| octets.len() == MESSAGE.len();
            let requests = [MESSAGE.to_vec()];
            udp::answers(
                server,
                Duration::from_secs(one.into()),
                clients,
                other,
                &requests,
                is_answer,
            )
        }
        Some("dns") => {
            let queries: Vec<Vec<u8>> = (0..100).map(query).collect();
            udp::answers(
                server,
                Duration::from_secs(one.into()),
                clients,
                other,
                &queries,
                is_address,
            )
        }
        Some("tcp") => tcp_answers(server, Duration::from_secs(one.into()), other),
        Some("chat") => chat_deliveries(server, usize::from(one), other),
        _ => panic!("udp, tcp, dns or chat"),
    };
    println!("{rate:.0}");
}

/// The question for the address of one of a hundred names, hNN.load.test.
fn query(number: u16) -> Vec<u8> {
    let name: NameBuf = format!("h{number:02}.load.test.").parse().expect("a name");
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_id(number);
    let asked = builder.question(&name, RecordType::A, Class::IN);
    asked.expect("room for a question");
    builder.finish();
    octets
}

/// Whether a message is a response without error, with one answer that is the address of the name asked for.
fn is_address(octets: &[u8]) -> bool {
    let [high, low, flags, codes, _, _, 0, 1, ..] = *octets else {
        return false;
    };
    let number = u16::from_be_bytes([high, low]);
    let is_response = flags & 0x82 == 0x80 && codes & 0x0f == 0;
    // Where the question has the digits of the name, and where the answer has its address.
    let digits = octets.get(14..16) == Some(format!("{number:02}").as_bytes());
    let rdata = [0, 4, 192, 0, 2, number as u8];
    is_response && digits && octets.windows(rdata.len()).any(|part| part == rdata)
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
    use super::PATIENCE;
    use nix::sys::socket::{
        ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmsg,
    };
    use std::io::{IoSlice, IoSliceMut};
    use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
    use std::os::fd::AsRawFd as _;
    use std::time::{Duration, Instant};

    const AT_ONCE: usize = 64;

    /// Sends `requests` of one length, over and over, from as many sockets as there are clients.
    pub(super) fn answers(
        server: SocketAddr,
        time: Duration,
        clients: usize,
        in_flight: usize,
        requests: &[Vec<u8>],
        is_answer: impl Fn(&[u8]) -> bool,
    ) -> f64 {
        let mut requests = requests.iter().cycle();
        let sockets: Vec<UdpSocket> = (0..clients)
            .map(|_| {
                let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a socket");
                socket.connect(server).expect("a server");
                socket.set_read_timeout(Some(PATIENCE)).expect("a socket");
                for request in requests.by_ref().take(in_flight / clients) {
                    socket.send(request).expect("a server");
                }
                socket
            })
            .collect();
        let mut incoming = MultiHeaders::<SockaddrStorage>::preallocate(AT_ONCE, None);
        let mut rooms = [[0; 2048]; AT_ONCE];
        let (mut answers, begun) = (0_u32, Instant::now());
        for socket in sockets.iter().cycle() {
            if begun.elapsed() >= time {
                break;
            }
            let mut slices = rooms.each_mut().map(|room| [IoSliceMut::new(room)]);
            let (fd, flags) = (socket.as_raw_fd(), MsgFlags::MSG_WAITFORONE);
            let lengths: Vec<usize> = recvmmsg(fd, &mut incoming, slices.iter_mut(), flags, None)
                .expect("an answer")
                .map(|answer| answer.bytes)
                .collect();
            for (room, length) in rooms.iter().zip(&lengths) {
                assert!(is_answer(&room[..*length]), "a wrong answer");
            }
            answers += lengths.len() as u32;
            // One packet that the system cuts, so that this costs the load less than the server.
            let next: Vec<&Vec<u8>> = requests.by_ref().take(lengths.len()).collect();
            let slices: Vec<IoSlice<'_>> = next.iter().map(|octets| IoSlice::new(octets)).collect();
            let length = next.first().map_or(0, |octets| octets.len() as u16);
            let cut = ControlMessage::UdpGsoSegments(&length);
            sendmsg::<SockaddrStorage>(fd, &slices, &[cut], MsgFlags::empty(), None)
                .expect("a server");
        }
        f64::from(answers) / time.as_secs_f64()
    }
}

#[cfg(not(target_os = "linux"))]
mod udp {
    use std::net::SocketAddr;
    use std::time::Duration;

    pub(super) fn answers(
        _: SocketAddr,
        _: Duration,
        _: usize,
        _: usize,
        _: &[Vec<u8>],
        _: impl Fn(&[u8]) -> bool,
    ) -> f64 {
        panic!("this system has no recvmmsg")
    }
}
