//! `netlab text send` and servers that do not answer as a text server does.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use crate::harness::{PATIENCE, Server, netlab, run, run_with_input, stderr, stdout};
use crate::text::objects;

const ANY: &str = "127.0.0.1:0";

/// A server that hears its one client's whole message and then does `what`.
fn classic(what: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind(ANY).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        stream.read_to_end(&mut Vec::new()).unwrap();
        what(stream);
    });
    address
}

#[test]
fn send_shows_what_came_of_a_reply_that_is_not_whole() {
    // The server stays silent for longer than the client waits.
    let (done, wait) = channel::<()>();
    let address = classic(move |mut stream| {
        stream.write_all(b"HAL").unwrap();
        let _ = wait.recv_timeout(PATIENCE);
    });
    let output = run(&[
        "text",
        "send",
        "--timeout",
        "0.5",
        "--json",
        &address,
        "half",
    ]);
    drop(done);
    assert_eq!(output.status.code(), Some(28));
    let object = &objects(&stdout(&output))[0];
    assert_eq!(
        (&object["reply"], &object["whole"]),
        (&"HAL".into(), &false.into())
    );
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: no reply in time from {address} while waiting for what follows 3 octets of the reply; is the right server running there?\n"
        )
    );
}

#[test]
fn send_tells_that_a_server_closed_without_a_reply() {
    let address = classic(drop);
    let output = run(&["text", "send", &address, "hello"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "");
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: {address} closed the connection without a reply; is it a text server, and does it let this machine in?\n"
        )
    );
    // Where nothing is left of the message, an empty reply is right.
    let server = Server::start(&["text", "serve", "trim", "--tcp", ANY], 1);
    let output = run(&["text", "send", &server.tcp().to_string(), "  ", " x "]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "\nx\n");
}

/// What courses let a pinger do: a datagram that is lost does not end it.
#[test]
fn send_goes_on_behind_a_datagram_that_is_lost() {
    let socket = UdpSocket::bind(ANY).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let server = std::thread::spawn(move || {
        let mut buffer = [0; 16];
        for answers in [true, false, true] {
            let (count, from) = socket.recv_from(&mut buffer).unwrap();
            if answers {
                socket.send_to(&buffer[..count], from).unwrap();
            }
        }
    });
    let line = ["text", "send", "--udp", &address, "--retries", "0"];
    let output = run_with_input(&[&line[..], &["--timeout", "2"]].concat(), b"a\nb\nc\n");
    server.join().unwrap();
    assert_eq!(stdout(&output), "a\nc\n");
    assert_eq!(output.status.code(), Some(28));
    let lost = format!("netlab: no reply from {address} after 1 datagram; ");
    assert!(stderr(&output).starts_with(&lost), "{}", stderr(&output));
    assert_eq!(stderr(&output).lines().count(), 1);
}

/// A trace tells what was sent when it is, and a capture has the times.
#[test]
fn send_shows_its_message_before_the_reply_comes() {
    let (shown, wait) = channel::<()>();
    let address = classic(move |mut stream| {
        if wait.recv_timeout(PATIENCE).is_ok() {
            stream.write_all(b"HELLO").unwrap();
        }
    });
    let mut child = netlab(&["text", "send", "-v", "--timeout", "30", &address, "hello"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.as_mut().unwrap()).lines();
    let connected = lines.next().unwrap().unwrap();
    assert_eq!(connected, format!("connected to {address}"));
    let line = lines.next().unwrap().unwrap();
    assert!(
        line.ends_with(&format!(" > {address}: 5 octets of data")),
        "{line}"
    );
    shown.send(()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), stdout(&output)),
        (Some(0), "HELLO\n".to_owned())
    );
}

#[cfg(target_os = "linux")]
#[test]
fn send_says_that_it_cannot_read_stdin() {
    let output = netlab(&["text", "send", "127.0.0.1:1"])
        .stdin(std::fs::File::open("/").unwrap())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        "netlab: cannot read stdin: is a directory\n"
    );
}

/// It may need longer than the timeout for a long message, and most servers reply when they have heard all of it.
#[test]
fn a_server_that_takes_its_time_to_read_is_not_silent() {
    /// Long enough for a loaded machine to let the reader run once.
    const TIMEOUT: Duration = Duration::from_secs(3);
    let listener = TcpListener::bind(ANY).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let begun = Instant::now();
        let mut piece = vec![0; 65_536];
        while begun.elapsed() < 2 * TIMEOUT && stream.read(&mut piece).unwrap() > 0 {
            // A slow reader, at 2 MB in a second; nobody wakes it earlier.
            std::thread::park_timeout(TIMEOUT / 100);
        }
        stream.read_to_end(&mut Vec::new()).unwrap();
        stream.write_all(b"OK").unwrap();
    });
    let timeout = TIMEOUT.as_secs().to_string();
    let args = ["text", "send", "--timeout", &timeout, &address];
    let output = run_with_input(&args, &[vec![b'x'; 30_000_000], vec![b'\n']].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "OK\n");
}
