//! `netlab connect`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::Duration;

use rustix::io::Errno;

use crate::harness::{PATIENCE, Server, closed_port, netlab, run, stderr, stdout, words};

/// A server that does `what` with its one client.
fn one_client(what: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || what(listener.accept().unwrap().0));
    address
}

/// Closing without waiting makes the system send a reset.
fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
}

#[test]
fn a_greeting_is_printed_with_both_addresses() {
    let server = Server::start(&["greet", "--listen", "127.0.0.1:0"], 1);
    let address = server.tcp().to_string();
    let output = run(&["connect", &address]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.starts_with("connected from 127.0.0.1:"), "{text}");
    assert!(text.contains(&format!(" to {address}\n")), "{text}");
    assert!(text.contains("\nThank You for Connecting\n"), "{text}");
}

#[test]
fn nobody_listening_is_refused_with_exit_7() {
    let address = format!("127.0.0.1:{}", closed_port());
    let output = run(&["connect", &address]);
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: cannot connect to {address}: connection refused; is a server listening there?\n"
        )
    );
}

#[test]
fn an_unknown_name_is_exit_6() {
    // RFC 1035 §3.1: only the root has an empty label, so the system does not even ask for such a name.
    let output = run(&["connect", "nothing..invalid:80"]);
    assert_eq!(output.status.code(), Some(6), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("netlab: cannot resolve nothing..invalid: "));
    let output = run(&["--json", "connect", "nothing..invalid:80"]);
    assert_eq!(output.status.code(), Some(6));
    let object: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(object["connected"], false);
    assert_eq!(object["attempts"], serde_json::json!([]));
}

#[test]
fn no_route_is_said_at_once() {
    // RFC 919 §7: the limited broadcast address is nobody's, so the system itself says no to a connection.
    let output = run(&["connect", "255.255.255.255:9"]);
    assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: cannot connect to 255.255.255.255:9: {}; is there a route to it?\n",
            words(Errno::NETUNREACH)
        )
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_server_that_takes_nobody_in_is_exit_28() {
    use socket2::{Domain, Socket, Type};
    // A queue for one that is full: the system then answers nobody who knocks.
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    listener.bind(&any.into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let waiting: Vec<Socket> = (0..4)
        .map(|_| {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            socket.set_nonblocking(true).unwrap();
            let _ = socket.connect(&address);
            socket
        })
        .collect();
    let address = address.as_socket().unwrap().to_string();
    let output = run(&["connect", &address, "--wait", "1"]);
    assert_eq!(output.status.code(), Some(28), "{}", stderr(&output));
    assert!(
        stderr(&output).starts_with(&format!("netlab: cannot connect to {address}: ")),
        "{}",
        stderr(&output)
    );
    drop(waiting);
}

#[test]
fn every_address_of_a_name_is_tried() {
    let server = Server::start(&["greet", "--listen", "127.0.0.1:0"], 1);
    let target = format!("localhost:{}", server.tcp().port());
    let output = run(&["connect", &target]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = run(&["--json", "connect", &target]);
    let object: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(object["connected"], true);
    assert_eq!(object["said"], "Thank You for Connecting\n");
    let attempts = object["attempts"].as_array().unwrap();
    assert_eq!(attempts.last().unwrap()["outcome"], "connected");
    for time in ["resolve_ms", "connect_ms", "first_octet_ms"] {
        assert!(
            object[time].as_f64().is_some_and(|time| time >= 0.0),
            "{time}"
        );
    }
}

#[test]
fn a_failure_has_its_attempts_in_json_too() {
    let output = run(&["--json", "connect", &format!("127.0.0.1:{}", closed_port())]);
    assert_eq!(output.status.code(), Some(7));
    let object: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(object["connected"], false);
    assert_eq!(object["attempts"][0]["outcome"], "refused");
}

#[test]
fn a_silent_server_is_connected_all_the_same() {
    let address = one_client(|stream| {
        let _ = std::io::Read::read(&mut &stream, &mut [0]);
    });
    let output = run(&["connect", "--wait", "0.3", &address]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stdout(&output)
            .ends_with("  the server keeps the connection open and waits for us to speak first\n"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_server_without_a_word_and_one_that_breaks_off() {
    let output = run(&["connect", &one_client(drop)]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stdout(&output).ends_with("  the server closed the connection without a word\n"),
        "{}",
        stdout(&output)
    );
    // Whether the system tells of a reset with the connection or after it is luck; the exit status does not depend on it.
    let output = run(&["connect", &one_client(reset)]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("netlab: "));
    let (heard, wait) = channel();
    let address = one_client(move |mut stream| {
        stream.write_all(b"one line\nhalf a li").unwrap();
        // Only when the line has arrived: a reset overtakes what was sent before it.
        let _: Result<(), _> = wait.recv_timeout(PATIENCE);
        reset(stream);
    });
    let mut child = netlab(&["connect", "--wait", "50", &address])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut last = String::new();
    for line in lines.map(Result::unwrap) {
        if line == "one line" {
            heard.send(()).unwrap();
        }
        last = line;
    }
    assert_eq!(last, "  the server broke the connection off (reset)");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        format!("netlab: {address} closed the connection abruptly while reading what it says\n")
    );
}

#[test]
fn a_character_cut_by_the_network_is_printed_whole() {
    let address = one_client(|mut stream| {
        stream.set_nodelay(true).unwrap();
        for octet in "gr\u{fc}\u{df} dich \u{4f60}\n".bytes() {
            stream.write_all(&[octet]).unwrap();
        }
    });
    let text = stdout(&run(&["connect", &address]));
    assert!(text.contains("\ngr\u{fc}\u{df} dich \u{4f60}\n"), "{text}");
}
