use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use super::{Cause, Conversation, Crew, InOneGo, Progress, about_to_wait, leads, take_place};
use crate::net::{ServerArgs, Stop, TcpHandler, TimedStream};
use crate::output::Output;

/// A server that talks so to each client.
struct Server<T> {
    address: SocketAddr,
    crew: Arc<Crew>,
    stop: Stop,
    _talk: std::marker::PhantomData<T>,
}

struct Handler<T>(T);

impl<T> TcpHandler for Handler<T>
where
    T: Fn(TimedStream) -> Box<dyn Conversation> + Send + Sync + 'static,
{
    fn begin(
        self: Arc<Self>,
        stream: TimedStream,
        _: SocketAddr,
    ) -> io::Result<Box<dyn Conversation>> {
        Ok((self.0)(stream))
    }
}

impl<T> Server<T>
where
    T: Fn(TimedStream) -> Box<dyn Conversation> + Send + Sync + 'static,
{
    fn start(idle: Duration, talk: T) -> Self {
        let limits = ServerArgs {
            idle_timeout: idle,
            ..ServerArgs::default()
        };
        Self::start_with(&limits, talk)
    }

    fn start_with(limits: &ServerArgs, talk: T) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, out) = (Stop::new(), Output::captured().0);
        let handler = Arc::new(Handler(talk));
        let crew = Crew::start(listener, address, limits, &stop, &out, handler).unwrap();
        Self {
            address,
            crew,
            stop,
            _talk: std::marker::PhantomData,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(MUCH)).unwrap();
        stream
    }

    /// Ends the server, which has nothing under way, and counts the connections.
    fn finish(self) -> u64 {
        self.stop.raise();
        let served = self.crew.finish();
        assert_eq!(self.crew.active.load(Ordering::SeqCst), 0);
        served
    }
}

/// More than anything here takes.
const MUCH: Duration = Duration::from_secs(60);

/// What the client gets for an octet.
fn answer(client: &mut TcpStream, octet: u8) -> io::Result<u8> {
    client.write_all(&[octet])?;
    let mut answer = [0];
    client.read_exact(&mut answer).map(|()| answer[0])
}

#[test]
fn who_has_to_be_waited_for_keeps_nobody_else_waiting() {
    let server = Server::start(MUCH, |stream| {
        Box::new(InOneGo::new(stream, |mut stream| {
            let mut octet = [0];
            stream.read_exact(&mut octet)?;
            stream.write_all(&octet)
        }))
    });
    let mut silent: Vec<_> = (0..50).map(|_| server.connect()).collect();
    assert_eq!(answer(&mut server.connect(), b'a').unwrap(), b'a');
    for client in silent.iter_mut().rev() {
        assert_eq!(answer(client, b'b').unwrap(), b'b');
    }
    assert_eq!(server.finish(), 51);
}

#[test]
fn a_bug_in_one_conversation_ends_that_one() {
    /// More than there are loops to lose.
    const BUGS: usize = 40;
    let (echo, _is_back) = echo();
    let number = AtomicUsize::new(0);
    let server = Server::start(MUCH, move |stream| {
        let number = number.fetch_add(1, Ordering::SeqCst);
        if number >= BUGS {
            return echo(stream);
        }
        let bug = move |_| {
            assert!(leads());
            if number.is_multiple_of(2) {
                about_to_wait()?;
            }
            panic!("a bug")
        };
        Box::new(InOneGo::new(stream, bug)) as Box<dyn Conversation>
    });
    for _ in 0..BUGS {
        assert_eq!(server.connect().read(&mut [0]).unwrap(), 0);
    }
    assert_eq!(answer(&mut server.connect(), b'a').unwrap(), b'a');
    assert_eq!(server.finish(), 41);
}

/// Answers each octet with itself, but `w` with what it waits for next, and a silence with a `l`. Tells when it is back in a loop
/// after a wait.
struct Echo {
    stream: Option<TimedStream>,
    has_waited: bool,
    is_back: Sender<()>,
}

impl Conversation for Echo {
    fn go_on(&mut self, cause: Cause) -> io::Result<Progress> {
        let stream = self.stream.as_mut().unwrap();
        if cause == Cause::Late {
            stream.write_all(b"l")?;
            return Ok(Progress::Over);
        }
        let mut octet = [0];
        loop {
            match stream.read_at_hand(&mut octet) {
                Ok(0) => return Ok(Progress::Over),
                Ok(_) if octet == *b"w" => {
                    about_to_wait()?;
                    assert!(!leads());
                    self.has_waited = true;
                    stream.read_exact(&mut octet)?;
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if leads() && std::mem::take(&mut self.has_waited) {
                        let _ = self.is_back.send(());
                    }
                    return Ok(Progress::Waits);
                }
                Err(error) => return Err(error),
            }
            stream.write_all(&octet)?;
        }
    }

    fn stream(&self) -> Option<&TimedStream> {
        self.stream.as_ref()
    }
}

fn echo() -> (
    impl Fn(TimedStream) -> Box<dyn Conversation> + Send + Sync,
    Receiver<()>,
) {
    let (is_back, told) = channel();
    let talk = move |stream| -> Box<dyn Conversation> {
        Box::new(Echo {
            stream: Some(stream),
            has_waited: false,
            is_back: is_back.clone(),
        })
    };
    (talk, told)
}

#[test]
fn a_connection_that_had_to_be_waited_for_comes_back_to_its_loop() {
    let (talk, is_back) = echo();
    let server = Server::start(MUCH, talk);
    let mut client = server.connect();
    for _ in 0..3 {
        assert_eq!(answer(&mut client, b'a').unwrap(), b'a');
        client.write_all(b"w").unwrap();
        assert_eq!(answer(&mut client, b'b').unwrap(), b'b');
        is_back.recv_timeout(MUCH).unwrap();
    }
    assert_eq!(answer(&mut client, b'c').unwrap(), b'c');
    let mut other = server.connect();
    assert_eq!(answer(&mut other, b'd').unwrap(), b'd');
    // Both wait: a server that stops sends them away.
    assert_eq!(server.finish(), 2);
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
}

/// Says that it has begun, and has always more to do, until the flag is raised.
struct Endless {
    stream: TimedStream,
    has_begun: bool,
    enough: Stop,
}

impl Conversation for Endless {
    fn go_on(&mut self, _: Cause) -> io::Result<Progress> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.stream.write_all(b"e")?;
        }
        Ok(match self.enough.is_raised() {
            true => Progress::Over,
            false => Progress::Again,
        })
    }

    fn stream(&self) -> Option<&TimedStream> {
        Some(&self.stream)
    }
}

#[test]
fn who_always_has_more_to_do_keeps_nobody_else_waiting() {
    let (echo, _is_back) = echo();
    let (talk_number, enough) = (AtomicUsize::new(0), Stop::new());
    let raised_by_test = enough.clone();
    let server = Server::start(MUCH, move |stream| {
        match talk_number.fetch_add(1, Ordering::SeqCst) {
            // The first of them have a loop each, and more.
            1..=64 => Box::new(Endless {
                stream,
                has_begun: false,
                enough: enough.clone(),
            }) as Box<dyn Conversation>,
            _ => echo(stream),
        }
    });
    let mut old = server.connect();
    assert_eq!(answer(&mut old, b'a').unwrap(), b'a');
    let mut endless: Vec<_> = (0..64).map(|_| server.connect()).collect();
    for client in &mut endless {
        client.read_exact(&mut [0]).unwrap();
    }
    for octet in 0..20 {
        assert_eq!(answer(&mut server.connect(), octet).unwrap(), octet);
        assert_eq!(answer(&mut old, octet).unwrap(), octet);
    }
    raised_by_test.raise();
    for mut client in endless {
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
    }
    assert_eq!(server.finish(), 85);
}

#[test]
fn who_is_silent_for_too_long_is_told_of_once() {
    let (talk, _is_back) = echo();
    let server = Server::start(Duration::from_millis(100), talk);
    let mut clients: Vec<_> = (0..20).map(|_| server.connect()).collect();
    assert_eq!(answer(clients.last_mut().unwrap(), b'a').unwrap(), b'a');
    for client in &mut clients {
        let mut all = Vec::new();
        client.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"l");
    }
    assert_eq!(server.finish(), 20);
}

#[test]
fn who_comes_when_another_has_gone_is_not_one_too_many() {
    let limits = ServerArgs {
        idle_timeout: MUCH,
        max_connections: 1,
        ..ServerArgs::default()
    };
    let (talk, _is_back) = echo();
    let server = Server::start_with(&limits, talk);
    for _ in 0..100 {
        assert_eq!(answer(&mut server.connect(), b'a').unwrap(), b'a');
    }
    // While one is there, another is.
    let mut first = server.connect();
    assert_eq!(answer(&mut first, b'a').unwrap(), b'a');
    assert_eq!(server.connect().read(&mut [0]).unwrap(), 0);
    assert_eq!(answer(&mut first, b'a').unwrap(), b'a');
    drop(first);
    assert_eq!(answer(&mut server.connect(), b'a').unwrap(), b'a');
    assert_eq!(server.finish(), 102);
}

#[test]
fn threads_that_accept_at_the_same_time_stay_below_the_limit_together() {
    const THREADS: usize = 8;
    const MAX: usize = 3;
    for _ in 0..50 {
        let (taken, start) = (AtomicUsize::new(0), Barrier::new(THREADS));
        let count = std::thread::scope(|scope| {
            let take = || {
                start.wait();
                take_place(&taken, MAX)
            };
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(take)).collect();
            let got = threads.into_iter().map(|thread| thread.join().unwrap());
            got.filter(|got| *got).count()
        });
        assert_eq!((count, taken.into_inner()), (MAX, MAX));
    }
}

/// Passes each octet of its client on to a server of its own, and its answer back; `l` instead of an answer that did not come in
/// time. It waits for the answer in its loop.
struct Asks {
    stream: TimedStream,
    /// Where the server is, and how long it may be silent.
    address: SocketAddr,
    wait: Duration,
    server: Option<TimedStream>,
    awaits: bool,
}

impl Conversation for Asks {
    fn go_on(&mut self, cause: Cause) -> io::Result<Progress> {
        assert!(leads());
        let mut octet = [0];
        if std::mem::take(&mut self.awaits) {
            let server = self.server.as_ref().unwrap();
            match server.read_at_hand(&mut octet) {
                Ok(_) => {}
                Err(error) if cause == Cause::Late => {
                    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                    octet = *b"l";
                }
                Err(error) => return Err(error),
            }
            self.stream.write_all(&octet)?;
        }
        match self.stream.read_at_hand(&mut octet) {
            Ok(0) => Ok(Progress::Over),
            Ok(_) => {
                let server = self.server.get_or_insert_with(|| {
                    let server = TcpStream::connect(self.address).unwrap();
                    TimedStream::new(server, self.wait, Stop::new()).unwrap()
                });
                server.write_all(&octet)?;
                self.awaits = true;
                Ok(Progress::Waits)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Progress::Waits),
            Err(error) => Err(error),
        }
    }

    fn stream(&self) -> Option<&TimedStream> {
        Some(&self.stream)
    }

    fn awaited(&self) -> Option<&TimedStream> {
        self.server.as_ref().filter(|_| self.awaits)
    }
}

/// Conversations that ask whoever this socket accepts.
fn asks(
    wait: Duration,
) -> (
    TcpListener,
    impl Fn(TimedStream) -> Box<dyn Conversation> + Send + Sync,
) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let talk = move |stream| -> Box<dyn Conversation> {
        Box::new(Asks {
            stream,
            address,
            wait,
            server: None,
            awaits: false,
        })
    };
    (listener, talk)
}

/// Takes the next octet that is asked about.
fn asked(listener: &TcpListener) -> (TcpStream, u8) {
    let (mut from, _) = listener.accept().unwrap();
    from.set_read_timeout(Some(MUCH)).unwrap();
    let mut octet = [0];
    from.read_exact(&mut octet).unwrap();
    (from, octet[0])
}

#[test]
fn who_awaits_another_connection_keeps_no_thread() {
    let (listener, talk) = asks(MUCH);
    let server = Server::start(MUCH, talk);
    let mut clients: Vec<_> = (0..50).map(|_| server.connect()).collect();
    let mut servers = Vec::new();
    for (client, octet) in clients.iter_mut().zip(0..50) {
        client.write_all(&[octet]).unwrap();
        let (from, got) = asked(&listener);
        assert_eq!(got, octet);
        servers.push(from);
    }
    for (from, octet) in servers.iter_mut().zip(100..150).rev() {
        from.write_all(&[octet]).unwrap();
    }
    for (client, octet) in clients.iter_mut().zip(100..150) {
        let mut got = [0];
        client.read_exact(&mut got).unwrap();
        assert_eq!(got, [octet]);
    }
    // What they are asked later comes on the same connections.
    for (client, from) in clients.iter_mut().zip(&mut servers) {
        client.write_all(b"x").unwrap();
        from.read_exact(&mut [0]).unwrap();
        from.write_all(b"y").unwrap();
        let mut got = [0];
        client.read_exact(&mut got).unwrap();
        assert_eq!(got, *b"y");
    }
    assert_eq!(server.finish(), 50);
}

#[test]
fn what_a_client_says_while_another_connection_is_awaited_is_not_lost() {
    let (listener, talk) = asks(MUCH);
    let server = Server::start(MUCH, talk);
    let mut client = server.connect();
    // The first answer has the loop know of its client.
    client.write_all(b"a").unwrap();
    let (mut from, octet) = asked(&listener);
    from.write_all(b"A").unwrap();
    client.read_exact(&mut [0]).unwrap();
    client.write_all(b"b").unwrap();
    from.read_exact(&mut [0]).unwrap();
    client.write_all(b"c").unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    from.write_all(b"B").unwrap();
    let mut next = [0];
    from.read_exact(&mut next).unwrap();
    assert_eq!((octet, next), (b'a', *b"c"));
    from.write_all(b"C").unwrap();
    let mut rest = String::new();
    client.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "BC");
    assert_eq!(server.finish(), 1);
}

#[test]
fn an_awaited_connection_that_says_nothing_in_time_is_told_of() {
    let (listener, talk) = asks(Duration::from_millis(100));
    let server = Server::start(MUCH, talk);
    let mut client = server.connect();
    client.write_all(b"a").unwrap();
    let (mut from, _) = asked(&listener);
    let mut got = [0];
    client.read_exact(&mut got).unwrap();
    assert_eq!(got, *b"l");
    // The client itself was in time.
    client.write_all(b"b").unwrap();
    from.read_exact(&mut got).unwrap();
    assert_eq!(got, *b"b");
    from.write_all(b"B").unwrap();
    client.read_exact(&mut got).unwrap();
    assert_eq!(got, *b"B");
    assert_eq!(server.finish(), 1);
}

/// The contract of every server: what is under way is finished.
#[test]
fn a_server_that_stops_waits_for_what_is_awaited() {
    let (listener, talk) = asks(MUCH);
    let server = Server::start(MUCH, talk);
    let [mut idle, mut busy] = [0; 2].map(|_| server.connect());
    busy.write_all(b"a").unwrap();
    let (mut from, _) = asked(&listener);
    // Both have been accepted.
    idle.write_all(b"i").unwrap();
    let (mut from_idle, _) = asked(&listener);
    from_idle.write_all(b"I").unwrap();
    idle.read_exact(&mut [0]).unwrap();
    server.stop.raise();
    let crew = Arc::clone(&server.crew);
    let finished = std::thread::spawn(move || crew.finish());
    // Who waits for nothing but its client is sent away meanwhile.
    assert_eq!(idle.read(&mut [0]).unwrap(), 0);
    from.write_all(b"A").unwrap();
    let mut all = String::new();
    busy.read_to_string(&mut all).unwrap();
    assert_eq!(all, "A");
    assert_eq!(finished.join().unwrap(), 2);
    assert_eq!(server.crew.active.load(Ordering::SeqCst), 0);
}
