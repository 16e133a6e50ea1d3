//! Name servers of a lab on this machine: each at an address of its own, all on one port, and with the faults a test wants.
//! Only Linux has all of 127.0.0.0/8 without setting it up.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use wire_dns::text::ZoneRecords;
use wire_dns::zone::{Zone, ZoneBuilder};
use wire_dns::{Builder, Class, Flags, Message, NameBuf, Rcode, RecordType, Section, Ttl};

use crate::harness::{PATIENCE, dial_udp, dns_message};

/// What a server does with a query; nothing is silence.
pub(crate) type Answer = Box<dyn Fn(&Message<'_>, bool) -> Option<Vec<u8>> + Send + Sync>;

/// Servers at work until dropped.
pub(crate) struct Lab {
    port: u16,
    asked: Vec<Arc<AtomicUsize>>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// The address of a server by its place in the list.
pub(crate) fn address(index: usize) -> String {
    format!("127.0.42.{}", index + 1)
}

impl Lab {
    /// Starts a server for each answer.
    pub(crate) fn new(answers: Vec<Answer>) -> Self {
        let sockets = bind(answers.len());
        let port = sockets[0].0.local_addr().unwrap().port();
        let stop = Arc::new(AtomicBool::new(false));
        let mut asked = Vec::new();
        let mut threads = Vec::new();
        for ((udp, tcp), answer) in sockets.into_iter().zip(answers) {
            let answer = Arc::new(answer);
            let count = Arc::new(AtomicUsize::new(0));
            asked.push(Arc::clone(&count));
            let (stop_udp, answer_udp) = (Arc::clone(&stop), Arc::clone(&answer));
            threads.push(std::thread::spawn(move || {
                while !stop_udp.load(Ordering::SeqCst) {
                    let mut query = [0; 512];
                    let Ok((octets, peer)) = udp.recv_from(&mut query) else {
                        continue;
                    };
                    count.fetch_add(1, Ordering::SeqCst);
                    if let Some(reply) = respond(&query[..octets], &answer_udp, false) {
                        let _ = udp.send_to(&reply, peer);
                    }
                }
            }));
            let stop_tcp = Arc::clone(&stop);
            threads.push(std::thread::spawn(move || {
                for stream in tcp.incoming() {
                    if stop_tcp.load(Ordering::SeqCst) {
                        return;
                    }
                    let mut stream = stream.unwrap();
                    stream.set_read_timeout(Some(PATIENCE)).unwrap();
                    let query = dns_message(&mut stream);
                    if let Some(reply) = respond(&query, &answer, true) {
                        let length = u16::try_from(reply.len()).unwrap().to_be_bytes();
                        stream.write_all(&[&length, &*reply].concat()).unwrap();
                    }
                }
            }));
        }
        Self {
            port,
            asked,
            stop,
            threads,
        }
    }

    /// The port of all of them.
    pub(crate) fn port(&self) -> String {
        self.port.to_string()
    }

    /// The socket of one.
    pub(crate) fn socket(&self, index: usize) -> SocketAddr {
        format!("{}:{}", address(index), self.port).parse().unwrap()
    }

    /// How many queries came to one over UDP.
    pub(crate) fn asked(&self, index: usize) -> usize {
        self.asked[index].load(Ordering::SeqCst)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for index in 0..self.asked.len() {
            let waker = UdpSocket::bind("127.0.0.1:0").unwrap();
            let _ = waker.send_to(b"", self.socket(index));
            let _ = std::net::TcpStream::connect(self.socket(index));
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Sockets on one port, which the system picks for the first.
fn bind(count: usize) -> Vec<(UdpSocket, TcpListener)> {
    const ATTEMPTS: usize = 100;
    for _ in 0..ATTEMPTS {
        let first = UdpSocket::bind(format!("{}:0", address(0))).unwrap();
        let port = first.local_addr().unwrap().port();
        let mut udp = vec![first];
        let others = (1..count).map(|index| UdpSocket::bind(format!("{}:{port}", address(index))));
        udp.extend(others.map_while(Result::ok));
        let tcp = (0..count).map(|index| TcpListener::bind(format!("{}:{port}", address(index))));
        let tcp: Vec<TcpListener> = tcp.map_while(Result::ok).collect();
        if (udp.len(), tcp.len()) == (count, count) {
            for socket in &udp {
                socket
                    .set_read_timeout(Some(Duration::from_secs(1)))
                    .unwrap();
            }
            return udp.into_iter().zip(tcp).collect();
        }
    }
    panic!("no port is free on {count} addresses");
}

fn respond(query: &[u8], answer: &Answer, is_tcp: bool) -> Option<Vec<u8>> {
    let message = Message::decode(query).ok()?;
    answer(&message, is_tcp)
}

/// A server of zones, each an apex and its text.
pub(crate) fn zones(texts: &[(&str, &str)]) -> Answer {
    let zones: Vec<Zone> = texts.iter().map(|(apex, text)| zone(apex, text)).collect();
    Box::new(move |query, is_tcp| {
        let mut reply = Vec::new();
        let mut builder = Builder::new(&mut reply);
        let size = (!is_tcp).then_some(1232);
        Zone::respond(&zones, query, size, &mut builder).unwrap();
        builder.finish();
        Some(reply)
    })
}

fn zone(apex: &str, text: &str) -> Zone {
    let apex: NameBuf = apex.parse().unwrap();
    let mut builder = ZoneBuilder::new(&apex, Class::IN);
    let text = format!("$TTL 300\n@ SOA ns h 1 2 3 4 300\n{text}");
    for record in ZoneRecords::new(text.as_bytes(), &apex) {
        builder.insert_record(&record.unwrap(), 0);
    }
    let mut faults = Vec::new();
    builder
        .finish(&mut faults)
        .unwrap_or_else(|| panic!("{faults:?}"))
}

/// A server that says the same to everything.
pub(crate) fn says(flags: Flags, records: &[(Section, &str)]) -> Answer {
    let records: Vec<_> = records
        .iter()
        .map(|(section, text)| (*section, text.parse().unwrap()))
        .collect();
    Box::new(move |query, _| {
        let mut reply = Vec::new();
        let mut builder = Builder::new(&mut reply);
        builder.reply_to(query).unwrap();
        builder.set_flags(flags.with_response(true));
        for (section, record) in &records {
            builder.record_buf(*section, record).unwrap();
        }
        builder.finish();
        Some(reply)
    })
}

/// A server with nothing but a response code.
pub(crate) fn refuses(rcode: Rcode) -> Answer {
    says(Flags::default().with_rcode(rcode), &[])
}

/// A server that never answers.
pub(crate) fn silent() -> Answer {
    Box::new(|_, _| None)
}

/// What a client of a resolver sees.
pub(crate) struct Client {
    socket: UdpSocket,
}

impl Client {
    pub(crate) fn new(server: SocketAddr) -> Self {
        Self::of(dial_udp(server))
    }

    /// One whose socket is connected already.
    pub(crate) const fn of(socket: UdpSocket) -> Self {
        Self { socket }
    }

    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    /// Sends a query.
    pub(crate) fn send(&self, name: &str, record_type: RecordType, flags: Flags) {
        let name: NameBuf = name.parse().unwrap();
        let mut query = Vec::new();
        let mut builder = Builder::new(&mut query);
        builder.set_id(7);
        builder.set_flags(flags);
        builder.question(&name, record_type, Class::IN).unwrap();
        builder.edns(&wire_dns::edns::Edns::default()).unwrap();
        builder.finish();
        self.socket.send(&query).unwrap();
    }

    /// Waits for the response, and gives its code, its flags and its answers as text.
    pub(crate) fn receive(&self) -> Response {
        let mut buffer = [0; 4096];
        let count = self.socket.recv(&mut buffer).unwrap();
        let message = Message::decode(&buffer[..count]).unwrap();
        assert_eq!(message.header().id, 7);
        Response {
            rcode: message.rcode(),
            flags: message.flags(),
            answers: message
                .answers()
                .map(|record| {
                    format!(
                        "{} {} {}",
                        record.owner(),
                        record.record_type(),
                        record.rdata()
                    )
                })
                .collect(),
            negative_ttl: message.authorities().next().map(|record| record.ttl()),
            text: message.to_string(),
        }
    }

    /// Asks for an address and waits for the answer.
    pub(crate) fn address(&self, name: &str) -> Response {
        self.send(
            name,
            RecordType::A,
            Flags::default().with_recursion_desired(true),
        );
        self.receive()
    }
}

/// What came back.
pub(crate) struct Response {
    pub(crate) rcode: Rcode,
    pub(crate) flags: Flags,
    pub(crate) answers: Vec<String>,
    /// TTL of the first record in the authority section.
    pub(crate) negative_ttl: Option<Ttl>,
    pub(crate) text: String,
}

/// A hints file that names some of the lab's servers as root servers.
pub(crate) struct Hints(PathBuf);

impl Hints {
    pub(crate) fn new(roots: &[usize]) -> Self {
        let lines = roots.iter().map(|index| {
            let ip = address(*index);
            format!(". NS {index}.root.\n{index}.root. A {ip}\n")
        });
        Self::of_text(&lines.collect::<String>())
    }

    pub(crate) fn of_text(text: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let path =
            std::env::temp_dir().join(format!("netlab-{}-{number}.hints", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The root at place 0, test. and its neighbours at 1, example.test. and org. at 2.
pub(crate) fn tree() -> Vec<Answer> {
    vec![
        zones(&[(
            ".",
            "@ NS 0.root.\n0.root. A 127.0.42.1\n\
             test. NS ns.test.\nns.test. A 127.0.42.2\n\
             org. NS ns.nic.test.\n\
             loop. NS ns.pool.\npool. NS ns.loop.\n",
        )]),
        zones(&[(
            "test.",
            "@ NS ns\nns A 127.0.42.2\nns.nic A 127.0.42.3\n\
             example NS ns.example\nns.example A 127.0.42.3\n\
             www CNAME www.example\nout CNAME www.org.\nlost CNAME absent.example\n\
             a CNAME b\nb CNAME a\n",
        )]),
        zones(&[
            (
                "example.test.",
                "@ NS ns\nns A 127.0.42.3\nwww A 192.0.2.80\nlong TXT \"1\"\n",
            ),
            ("org.", "@ NS ns.nic.test.\nwww A 192.0.2.81\n"),
        ]),
    ]
}
