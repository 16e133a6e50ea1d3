//! Signals at bad moments: while something is under way, and before there is anything.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{PATIENCE, Server, dial, netlab};
use crate::http::{Folder, field, parts, serve};
use crate::proxy::{OK, proxy};

/// Tells a server to stop, and waits until connections notice on which nothing is under way.
fn stop(server: Server) -> JoinHandle<(i32, String)> {
    let idle: Vec<TcpStream> = (0..4).map(|_| dial_idle(server.tcp())).collect();
    let ending = std::thread::spawn(move || server.terminate());
    for mut stream in idle {
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    }
    ending
}

/// A connection that was accepted, since one request on it was answered.
fn dial_idle(server: SocketAddr) -> TcpStream {
    let mut stream = dial(server);
    let request = "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let mut octet = [0];
        stream.read_exact(&mut octet).unwrap();
        answer.extend(octet);
    }
    let length = "Content-Length: ";
    let head = String::from_utf8(answer).unwrap();
    let rest = head.lines().find_map(|line| line.strip_prefix(length));
    let rest = rest.map_or(0, |digits| digits.parse().unwrap());
    stream.read_exact(&mut vec![0; rest]).unwrap();
    stream
}

fn rest_of(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_response_on_its_way_through_the_proxy_arrives() {
    let origin = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = proxy(&[]);
    let mut client = dial(proxy.tcp());
    let at = origin.local_addr().unwrap();
    let request = format!("GET http://{at}/ HTTP/1.1\r\nHost: {at}\r\n\r\n");
    client.write_all(request.as_bytes()).unwrap();
    let (mut stream, _) = origin.accept().unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
    let ending = stop(proxy);
    stream.write_all(OK.as_bytes()).unwrap();
    let text = rest_of(client);
    let (status, head, _) = parts(&text);
    // The client need not find out by itself that the connection ends.
    assert_eq!((status, field(head, "Connection")), (200, Some("close")));
    assert_eq!(ending.join().unwrap().0, 0);
}

/// A server that wants the body of four octets of a client's request: it has taken the request on.
fn a_request_under_way() -> (Server, TcpStream) {
    let server = Server::start(&["http", "inspect", "--listen", "127.0.0.1:0"], 1);
    let mut client = dial(server.tcp());
    let head =
        "POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    client.write_all(head.as_bytes()).unwrap();
    let wanted = "HTTP/1.1 100 Continue\r\n\r\n";
    let mut octets = vec![0; wanted.len()];
    client.read_exact(&mut octets).unwrap();
    assert_eq!(octets, wanted.as_bytes());
    (server, client)
}

#[test]
fn a_body_that_was_begun_is_heard_and_answered() {
    let (server, mut client) = a_request_under_way();
    let ending = stop(server);
    client.write_all(b"body").unwrap();
    let text = rest_of(client);
    assert!(text.ends_with("POST /\nbody"), "{text}");
    assert_eq!(ending.join().unwrap().0, 0);
}

/// Who never runs out of requests would keep the server from stopping.
#[test]
fn who_has_more_requests_is_told_that_the_server_stops() {
    const REQUESTS: usize = 30;
    /// More than the system takes for who does not read.
    const OCTETS: usize = 1 << 20;
    let folder = Folder::site();
    std::fs::write(folder.path("site/large.txt"), vec![b'x'; OCTETS]).unwrap();
    let server = serve(&folder);
    let mut client = BufReader::new(dial(server.tcp()));
    let requests = "GET /large.txt HTTP/1.1\r\nHost: a.test\r\n\r\n".repeat(REQUESTS);
    client.get_ref().write_all(requests.as_bytes()).unwrap();
    let mut is_told = || {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(client.read_line(&mut head).unwrap() > 0);
        }
        client.read_exact(&mut vec![0; OCTETS]).unwrap();
        field(&head, "Connection").is_some_and(|value| value == "close")
    };
    assert!(!is_told());
    let ending = stop(server);
    assert!((1..REQUESTS).any(|_| is_told()));
    assert_eq!(client.read(&mut [0]).unwrap(), 0);
    assert_eq!(ending.join().unwrap().0, 0);
}

/// Elsewhere than on Linux they wait until the process ends.
#[cfg(target_os = "linux")]
#[test]
fn who_comes_to_a_server_that_stops_is_refused_and_need_not_wait() {
    let (server, mut client) = a_request_under_way();
    let address = server.tcp();
    let ending = stop(server);
    let begin = std::time::Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(begin.elapsed() < PATIENCE, "it still accepts");
    }
    client.write_all(b"body").unwrap();
    let text = rest_of(client);
    assert!(text.ends_with("POST /\nbody"), "{text}");
    assert_eq!(ending.join().unwrap().0, 0);
}

/// By default it would end the process, and a zone may be long.
#[test]
fn a_hangup_while_the_zone_is_read_does_not_end_the_server() {
    let folder = Folder::new();
    let zone = folder.text("zone");
    // A file that is read for as long as we like.
    assert!(
        Command::new("mkfifo")
            .arg(&zone)
            .status()
            .unwrap()
            .success()
    );
    let mut server = netlab(&["dns", "serve", "--zone", &zone, "--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (opened, begun) = std::sync::mpsc::channel();
    let path = zone.clone();
    std::thread::spawn(move || opened.send(File::options().write(true).open(path)));
    let mut file = begun.recv_timeout(PATIENCE).unwrap().unwrap();
    let pid = Pid::from_child(&server);
    kill_process(pid, Signal::HUP).unwrap();
    let text =
        "$ORIGIN a.test.\n@ 60 SOA ns.a.test. x.a.test. 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\n";
    // A server that is gone does not read it.
    let _ = file.write_all(text.as_bytes());
    drop(file);
    let mut line = String::new();
    let stdout = server.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on "), "{line}");
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

/// `timeout` signals its child and the group that the child is in, so two signals come.
#[test]
fn two_signals_at_once_are_one() {
    let (server, mut client) = a_request_under_way();
    let mut idle = dial_idle(server.tcp());
    server.while_it_stands_still(|| {
        server.signal(Signal::INT);
        server.signal(Signal::TERM);
    });
    assert_eq!(idle.read(&mut [0]).unwrap(), 0);
    client.write_all(b"body").unwrap();
    let text = rest_of(client);
    assert!(text.ends_with("POST /\nbody"), "{text}");
}

/// As when a pager reads it that nobody turns the pages of: all that says something waits, and must not keep the end waiting.
#[test]
fn a_server_ends_though_nobody_reads_its_stderr() {
    let (_reader, mut stderr) = std::io::pipe().unwrap();
    rustix::io::ioctl_fionbio(&stderr, true).unwrap();
    while stderr.write(&[b'.'; 512]).is_ok() {}
    rustix::io::ioctl_fionbio(&stderr, false).unwrap();
    let mut server = netlab(&["-v", "text", "serve", "--tcp", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(server.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("listening on tcp ").unwrap();
    let _client = dial(address.parse().unwrap());
    let pid = Pid::from_child(&server);
    kill_process(pid, Signal::TERM).unwrap();
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || ended.send(server.wait()));
    let status = end.recv_timeout(PATIENCE);
    if status.is_err() {
        kill_process(pid, Signal::KILL).unwrap();
    }
    assert_eq!(status.unwrap().unwrap().code(), Some(0));
}
