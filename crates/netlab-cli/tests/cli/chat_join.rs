//! `netlab chat join`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::chat::{Person, room};
use crate::harness::{PATIENCE, closed_port, netlab, run, run_with_input, stderr, stdout};

#[test]
fn join_says_stdin_and_prints_the_others() {
    for transport in ["tcp", "udp"] {
        let server = room(&[]);
        let mut alice = Person::named(server.tcp(), "alice");
        let address = server.address(transport).to_string();
        let flag = format!("--{transport}");
        let mut child = netlab(&["chat", "join", &flag, &address, "--name", "Bob", "--json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        alice.waits_for("* guest-2 is Bob now");
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(b"hello\nlast").unwrap();
        alice.waits_for("Bob: hello");
        alice.says("hello Bob");
        drop(stdin);
        assert_eq!(alice.hears(), "Bob: last");
        assert_eq!(alice.hears(), "* Bob left");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        let events: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(events[0]["event"], "connected");
        assert_eq!(events[0]["transport"], transport);
        let message = events.iter().find(|event| event["event"] == "message");
        assert_eq!(message.unwrap()["name"], "alice");
        assert_eq!(message.unwrap()["text"], "hello Bob");
        assert_eq!(events.last().unwrap()["event"], "ended");
    }
}

/// Nothing else tells that a server whose machine is gone has not heard the last of it.
#[test]
fn a_server_that_does_not_end_its_side_is_reported() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let silent = std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let mut heard = String::new();
        stream.read_to_string(&mut heard).unwrap();
        // Stays open until the test is done with it.
        (stream, heard)
    });
    let output = run_with_input(&["chat", "join", &address], b"last\n");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        stderr(&output),
        "netlab: left, and the server did not answer that; what was said last may not have reached it\n"
    );
    assert_eq!(silent.join().unwrap().1, "last\n");
}

/// By UDP a line from somebody who has left lets him in again.
#[test]
fn who_says_quit_says_nothing_more() {
    for transport in ["tcp", "udp"] {
        let server = room(&[]);
        let mut alice = Person::named(server.tcp(), "alice");
        let address = server.address(transport).to_string();
        let flag = format!("--{transport}");
        let input = b"hello\n/quit\nnobody hears this\n";
        let output = run_with_input(&["chat", "join", &flag, &address], input);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(stdout(&output).ends_with("* good-bye\n"));
        for line in ["* guest-2 joined", "guest-2: hello", "* guest-2 left"] {
            assert_eq!(alice.hears(), line, "{transport}");
        }
        alice.says("/who");
        assert_eq!(alice.hears(), "* 1 here: alice (you)", "{transport}");
    }
}

/// A terminal: what is typed there, what it shows, and the way to open its other end.
#[cfg(target_os = "linux")]
struct Terminal {
    keys: std::fs::File,
    shown: std::sync::mpsc::Receiver<u8>,
    name: String,
}

#[cfg(target_os = "linux")]
impl Terminal {
    fn new() -> Self {
        use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let keys = std::fs::File::from(master);
        let screen = BufReader::new(keys.try_clone().unwrap());
        let (sender, shown) = std::sync::mpsc::channel();
        // Ends with an error when nobody has the other end open any more.
        std::thread::spawn(move || {
            let mut octets = screen.bytes().map_while(Result::ok);
            octets.all(|octet| sender.send(octet).is_ok())
        });
        Self { keys, shown, name }
    }

    /// Starts a program that has all of it.
    fn start(&self, command: &mut std::process::Command) -> Child {
        let end = || {
            let mut options = std::fs::File::options();
            options.read(true).write(true).open(&self.name).unwrap()
        };
        let command = command.env("TERM", "xterm").stdin(end());
        command.stdout(end()).stderr(end()).spawn().unwrap()
    }

    /// What it shows until it has shown `end`.
    fn shows(&self, end: &str) -> String {
        let mut shown = Vec::new();
        while !shown.ends_with(end.as_bytes()) {
            let octet = self.shown.recv_timeout(PATIENCE);
            shown.push(octet.unwrap_or_else(|_| panic!("{}", shown.escape_ascii())));
        }
        String::from_utf8(shown).unwrap()
    }
}

/// Several lines come with one read when they are pasted, and between two lines the editor is not reading.
#[cfg(target_os = "linux")]
#[test]
fn every_line_of_a_paste_is_said() {
    let server = room(&[]);
    let mut alice = Person::named(server.tcp(), "alice");
    let mut terminal = Terminal::new();
    let address = server.tcp().to_string();
    let mut child = terminal.start(&mut netlab(&["chat", "join", &address, "--name", "Bob"]));
    alice.waits_for("* guest-2 is Bob now");
    terminal.shows("> ");
    terminal
        .keys
        .write_all(b"one\rtwo\rthree\r/quit\r")
        .unwrap();
    for line in ["Bob: one", "Bob: two", "Bob: three", "* Bob left"] {
        assert_eq!(alice.hears(), line);
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// The shell has the terminal meanwhile, and leaves it as a shell does: it shows each key that is pressed.
#[cfg(target_os = "linux")]
#[test]
fn a_line_goes_on_after_ctrl_z_and_fg() {
    let server = room(&[]);
    let mut alice = Person::named(server.tcp(), "alice");
    let mut terminal = Terminal::new();
    let shell = "set -m; \"$@\"; stty sane; echo stopped; fg";
    let setsid = || std::process::Command::new("setsid");
    // Not every system's can give a program the terminal.
    let known = setsid().arg("--version").output();
    if !known.is_ok_and(|output| output.stdout.starts_with(b"setsid from util-linux")) {
        eprintln!("skipped: there is no setsid of util-linux");
        return;
    }
    let mut setsid = setsid();
    let command = setsid
        .args(["--ctty", "sh", "-c", shell, "sh"])
        .args([env!("CARGO_BIN_EXE_netlab"), "chat", "join"])
        .args([&server.tcp().to_string(), "--name", "Bob"]);
    let mut child = terminal.start(command);
    alice.waits_for("* guest-2 is Bob now");
    terminal.shows("> ");
    terminal.keys.write_all(b"half").unwrap();
    terminal.shows("half");
    terminal.keys.write_all(b"\x1a").unwrap();
    terminal.shows("stopped");
    terminal.shows("> half");
    terminal.keys.write_all(b"\x1b[DX\r").unwrap();
    assert_eq!(alice.hears(), "Bob: halXf");
    let shown = terminal.shows("\n");
    assert!(!shown.contains("^["), "{shown:?}");
    terminal.keys.write_all(b"/quit\r").unwrap();
    assert_eq!(alice.hears(), "* Bob left");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn join_ends_with_the_room() {
    for transport in ["tcp", "udp"] {
        let server = room(&[]);
        let address = server.address(transport).to_string();
        let mut alice = Person::named(server.tcp(), "alice");
        let flag = format!("--{transport}");
        let mut child = netlab(&["chat", "join", &flag, &address])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        alice.waits_for("* guest-2 joined");
        let (code, _) = server.terminate();
        assert_eq!(code, 0);
        // Its stdin is still open.
        let mut text = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert!(text.ends_with("* good-bye: the room closes\n"), "{text}");
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

/// By UDP the words of the room are all that tells of its end.
#[test]
fn somebody_who_is_called_good_bye_ends_nothing() {
    let server = room(&[]);
    let mut alice = Person::named(server.tcp(), "alice");
    let address = server.address("udp").to_string();
    let mut child = netlab(&["chat", "join", "--udp", &address])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    alice.waits_for("* guest-2 joined");
    alice.says("/nick good-bye");
    alice.says("/nick alice");
    alice.waits_for("* you are alice now");
    alice.says("/quit");
    let mut heard = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut hears = |line: &str| heard.any(|heard| heard.unwrap() == line);
    assert!(hears("* good-bye is alice now"));
    assert!(hears("* alice left"));
    drop(child.stdin.take());
    assert!(hears("* good-bye"));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Somebody who has joined, and the server's end of it.
fn joined() -> (Child, TcpStream) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap().to_string();
    let child = netlab(&["chat", "join", &address])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    (child, server.accept().unwrap().0)
}

#[test]
fn join_tells_of_a_server_that_goes_without_a_word() {
    let (mut child, mut stream) = joined();
    stream.write_all(b"* welcome, guest-1\n").unwrap();
    drop(stream);
    // `wait_with_output` would end stdin first, which is our own way to leave.
    let (mut text, mut notice) = (String::new(), String::new());
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    out.read_to_string(&mut text).unwrap();
    err.read_to_string(&mut notice).unwrap();
    assert_eq!(text, "* welcome, guest-1\n");
    assert_eq!(notice, "netlab: the server ended the conversation\n");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Whether the one who says something or the one who listens hears of it first.
#[test]
fn join_fails_where_a_server_breaks_off_at_once() {
    for _ in 0..20 {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap().to_string();
        let breaking = std::thread::spawn(move || {
            let stream = server.accept().unwrap().0;
            // Closing with something unread makes the system send a reset.
            stream.peek(&mut [0]).unwrap();
        });
        let input = b"hello\nhello\n";
        let output = run_with_input(&["chat", "join", &address, "--name", "Bob"], input);
        breaking.join().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(stderr(&output).contains(&address), "{}", stderr(&output));
    }
}

#[test]
fn the_words_of_a_server_that_lets_nobody_in_cannot_steer_a_terminal() {
    let (child, mut stream) = joined();
    stream
        .write_all(b"* good-bye: \x1b]0;title\x07\x1b[2J\n")
        .unwrap();
    drop(stream);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let words = stderr(&output);
    assert!(
        words.ends_with(" did not let us in: \\u{1b}]0;title\\u{7}\\u{1b}[2J\n"),
        "{words}"
    );
}

/// Nobody is there to whom a good-bye could be said.
#[test]
fn a_signal_ends_the_waiting_for_a_server_at_once() {
    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    server.set_read_timeout(Some(PATIENCE)).unwrap();
    let address = server.local_addr().unwrap().to_string();
    let mut child = netlab(&["chat", "join", "--udp", "--timeout", "5", &address])
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    server.recv(&mut [0; 16]).unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    // No exit status, because the signal itself ended it; one that waits on comes to 28.
    assert_eq!(child.wait().unwrap().code(), None);
}

#[test]
fn join_prints_what_a_server_had_begun_to_say_before_it_broke_off() {
    let (mut child, mut stream) = joined();
    let address = stream.local_addr().unwrap();
    stream.write_all(b"* welcome, guest-1\nhalf a li").unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    out.read_line(&mut text).unwrap();
    // Both were one segment. Closing without waiting makes the system send a reset.
    socket2::SockRef::from(&stream)
        .set_linger(Some(std::time::Duration::ZERO))
        .unwrap();
    drop(stream);
    out.read_to_string(&mut text).unwrap();
    assert_eq!(text, "* welcome, guest-1\nhalf a li\n");
    let mut error = String::new();
    let mut err = child.stderr.take().unwrap();
    err.read_to_string(&mut error).unwrap();
    assert_eq!(
        error,
        format!("netlab: {address} closed the connection abruptly while chatting\n")
    );
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn join_fails_where_it_is_not_let_in() {
    for transport in ["tcp", "udp"] {
        let server = room(&["--max-connections", "1"]);
        let _alice = Person::named(server.tcp(), "alice");
        let address = server.address(transport).to_string();
        let flag = format!("--{transport}");
        let output = run(&["chat", "join", &flag, &address]);
        assert_eq!(output.status.code(), Some(1), "{transport}");
        let reason = "the room is full; try again later";
        assert_eq!(stdout(&output), format!("* good-bye: {reason}\n"));
        assert_eq!(
            stderr(&output),
            format!("netlab: {address} did not let us in: {reason}\n")
        );
    }
    // Closed without a word, as a server does that has us not in --allow.
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap().to_string();
    let mut child = netlab(&["chat", "join", &address])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(server.accept().unwrap());
    let mut text = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(
        text,
        format!("netlab: {address} did not let us in and said nothing; is it a chat server?\n")
    );
}

#[test]
fn join_without_a_server_says_which_kind_of_nothing() {
    let nobody = format!("127.0.0.1:{}", closed_port());
    let output = run(&["chat", "join", &nobody]);
    assert_eq!(output.status.code(), Some(7));
    assert!(stderr(&output).contains("connection refused"), "{output:?}");

    // On a UDP socket the system reports the ICMP answer of a closed port.
    let output = run(&["chat", "join", "--udp", &nobody, "--timeout", "1"]);
    assert!(matches!(output.status.code(), Some(7 | 28)), "{output:?}");

    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let output = run_with_input(
        &["chat", "join", "--udp", &address, "--timeout", "0.3"],
        b"hello?\n",
    );
    assert_eq!(output.status.code(), Some(28), "{output:?}");
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: no reply from {address} to 3 datagrams; is a chat server listening there on UDP?\n"
        )
    );
}
