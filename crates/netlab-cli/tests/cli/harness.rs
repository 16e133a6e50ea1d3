//! Runs the binary and waits for what it prints; every wait is bounded.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longer than anything a test waits for on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The binary with some arguments.
pub(crate) fn netlab(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netlab"));
    command.args(args).env("NO_COLOR", "1");
    command
}

/// The binary under a limit of the shell's, such as `-n 8`.
pub(crate) fn limited(limit: &str, args: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit {limit} && exec \"$0\" \"$@\"")]);
    command.arg(env!("CARGO_BIN_EXE_netlab")).args(args);
    command.env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Starts with pipes on stdin, stdout and stderr.
pub(crate) fn piped(args: &[&str]) -> Child {
    netlab(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Runs to the end, with `input` on stdin.
pub(crate) fn run_with_input(args: &[&str], input: &[u8]) -> Output {
    let mut child = piped(args);
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // The command may end before it has read everything.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Runs to the end without input.
pub(crate) fn run(args: &[&str]) -> Output {
    run_with_input(args, b"")
}

/// What a command printed on stdout, as text.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a command printed on stderr, as text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The system's words for an error: those of musl are not those of glibc.
pub(crate) fn words(errno: rustix::io::Errno) -> String {
    let text = std::io::Error::from(errno).to_string();
    let words = text.split(" (os error").next().unwrap();
    if words.starts_with("I/O") {
        return words.to_owned();
    }
    words[..1].to_lowercase() + &words[1..]
}

/// A server of ours, killed when dropped.
pub(crate) struct Server {
    child: Child,
    lines: Receiver<String>,
    addresses: Vec<(String, SocketAddr)>,
}

impl Server {
    /// Starts a server that listens on `sockets` sockets, and waits until it says so.
    pub(crate) fn start(args: &[&str], sockets: usize) -> Self {
        let mut child = netlab(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut server = Self {
            child,
            lines,
            addresses: Vec::new(),
        };
        for _ in 0..sockets {
            let line = server.line();
            let mut words = line
                .strip_prefix("listening on ")
                .unwrap_or_else(|| panic!("not a listening line: {line}"))
                .split(' ');
            let transport = words.next().unwrap().to_owned();
            let address = words.next().unwrap().parse().unwrap();
            server.addresses.push((transport, address));
        }
        server
    }

    /// The address of the first socket of `transport`.
    pub(crate) fn address(&self, transport: &str) -> SocketAddr {
        self.addresses
            .iter()
            .find(|(of, _)| of == transport)
            .unwrap_or_else(|| panic!("no {transport} socket in {:?}", self.addresses))
            .1
    }

    /// The address of the first TCP socket.
    pub(crate) fn tcp(&self) -> SocketAddr {
        self.address("tcp")
    }

    /// The next line on its stdout.
    pub(crate) fn line(&mut self) -> String {
        self.lines
            .recv_timeout(PATIENCE)
            .expect("the server prints a line")
    }

    /// How many threads it has.
    #[cfg(target_os = "linux")]
    pub(crate) fn threads(&self) -> usize {
        let tasks = format!("/proc/{}/task", self.child.id());
        std::fs::read_dir(tasks).unwrap().count()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Does something while the process stands still: all of it is there when it goes on.
    pub(crate) fn while_it_stands_still(&self, does: impl FnOnce()) {
        use rustix::process::{Pid, Signal, WaitOptions, waitpid};
        self.signal(Signal::STOP);
        let pid = Pid::from_child(&self.child);
        let state = waitpid(Some(pid), WaitOptions::UNTRACED).unwrap().unwrap();
        assert!(state.1.stopped());
        does();
        self.signal(Signal::CONT);
    }

    /// Does something while the process gets no descriptor more from the system.
    #[cfg(target_os = "linux")]
    pub(crate) fn while_it_gets_no_descriptor(&self, does: impl FnOnce()) {
        use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
        let pid = Some(Pid::from_child(&self.child));
        let before = getrlimit(Resource::Nofile);
        let none = Rlimit {
            current: Some(0),
            maximum: before.maximum,
        };
        prlimit(pid, Resource::Nofile, none).unwrap();
        does();
        prlimit(pid, Resource::Nofile, before).unwrap();
    }

    /// Sends SIGTERM and waits: exit status and stderr.
    pub(crate) fn terminate(mut self) -> (i32, String) {
        self.signal(rustix::process::Signal::TERM);
        let status = self.child.wait().unwrap();
        let mut text = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut text).unwrap();
        (status.code().unwrap_or(-1), text)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection to one of our servers on which no test can hang.
pub(crate) fn dial(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A socket that hears one of our servers alone, and on which no test can hang.
pub(crate) fn dial_udp(address: SocketAddr) -> std::net::UdpSocket {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.connect(address).unwrap();
    socket
}

/// Whether curl is there.
pub(crate) fn has_curl() -> bool {
    Command::new("curl").arg("-V").output().is_ok()
}

/// A port on which nothing listens right now.
pub(crate) fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A DNS message behind its two-octet length (RFC 1035 §4.2.2).
pub(crate) fn dns_message(stream: &mut TcpStream) -> Vec<u8> {
    let mut length = [0; 2];
    stream.read_exact(&mut length).unwrap();
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut message).unwrap();
    message
}
