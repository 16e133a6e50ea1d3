//! `netlab scan`.

use std::net::{SocketAddr, TcpListener, TcpStream};
#[cfg(target_os = "linux")]
use std::process::Command;

use serde_json::Value;
use socket2::{Domain, Socket, Type};

#[cfg(target_os = "linux")]
use crate::harness::netlab;
use crate::harness::{Server, run, stderr, stdout};

/// A port that stays closed as long as the socket lives: bound, so that nobody else gets it, and not listening.
fn reserved(ip: &str) -> (Socket, u16) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let address: SocketAddr = format!("{ip}:0").parse().unwrap();
    socket.bind(&address.into()).unwrap();
    let port = socket.local_addr().unwrap().as_socket().unwrap().port();
    (socket, port)
}

/// A port that does not answer: its queue is full, and Linux drops further SYNs.
#[cfg(target_os = "linux")]
fn silent(ip: &str) -> (Socket, Vec<Socket>, u16) {
    let (listener, port) = reserved(ip);
    listener.listen(0).unwrap();
    let address: SocketAddr = format!("{ip}:{port}").parse().unwrap();
    let clients = (0..8)
        .map(|_| {
            let client = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            client.set_nonblocking(true).unwrap();
            // In progress, for ever.
            let _ = client.connect(&address.into());
            client
        })
        .collect();
    (listener, clients, port)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[cfg(target_os = "linux")]
fn open_ports(text: &str) -> Vec<u16> {
    lines(text)
        .iter()
        .filter(|line| line["state"] == "open")
        .map(|line| u16::try_from(line["port"].as_u64().unwrap()).unwrap())
        .collect()
}

/// A thousand listeners need more files than the usual soft limit.
#[cfg(target_os = "linux")]
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    let limit = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, limit).unwrap();
}

/// Every one of a thousand random listeners among all 65,535 ports is found and nothing else is, run after run.
#[cfg(target_os = "linux")]
#[test]
fn every_listener_is_found_and_nothing_else() {
    use std::hash::BuildHasher as _;
    const LISTENERS: usize = 1000;
    const ATTEMPTS_MAX: usize = 100_000;
    raise_file_limit();
    // An address of this run's own: another one on this machine has a thousand listeners too.
    let [.., high, low] = std::process::id().to_be_bytes();
    let ip = &format!("127.77.{high}.{low}");
    // The standard library's own source of randomness: a hasher with random keys.
    let random = std::collections::hash_map::RandomState::new();
    let listeners: Vec<TcpListener> = (0..ATTEMPTS_MAX)
        .filter_map(|attempt| {
            let [low, high, ..] = random.hash_one(attempt).to_le_bytes();
            let port = u16::from_le_bytes([low, high]);
            TcpListener::bind((ip.as_str(), port.max(1))).ok()
        })
        .take(LISTENERS)
        .collect();
    assert_eq!(listeners.len(), LISTENERS);
    let mut expected: Vec<u16> = listeners
        .iter()
        .map(|listener| listener.local_addr().unwrap().port())
        .collect();
    expected.sort_unstable();
    for _ in 0..2 {
        let output = run(&["scan", ip, "-p-", "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let mut found = open_ports(&stdout(&output));
        // Whatever listens on every address of this machine has nothing to do with the test.
        found.retain(|port| {
            expected.binary_search(port).is_ok() || TcpListener::bind((ip.as_str(), *port)).is_ok()
        });
        assert_eq!(found, expected);
    }
    let ports: Vec<String> = expected.iter().map(u16::to_string).collect();
    let ports = ports.join(",");
    let [first, second] = [(), ()].map(|()| run(&["scan", ip, "-p", &ports]));
    assert_eq!(stdout(&first), stdout(&second));
}

#[cfg(target_os = "linux")]
#[test]
fn open_closed_and_filtered_are_told_apart() {
    const IP: &str = "127.77.0.2";
    let listener = TcpListener::bind((IP, 0)).unwrap();
    let open = listener.local_addr().unwrap().port();
    let (_reserved, closed) = reserved(IP);
    let (_listener, _clients, filtered) = silent(IP);
    let ports = format!("{filtered},{closed},{open}");
    let args = ["scan", IP, "-p", &ports, "--timeout-ms", "100", "--json"];
    let output = run(&[&args[..], &["--all"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let lines = lines(&stdout(&output));
    assert_eq!(lines.len(), 4);
    for (port, state, reason) in [
        (open, "open", "connected"),
        (closed, "closed", "refused"),
        (filtered, "filtered", "timeout"),
    ] {
        let line = lines.iter().find(|line| line["port"] == port).unwrap();
        assert_eq!(line["host"], IP);
        assert_eq!(line["state"], state);
        assert_eq!(line["reason"], reason);
        assert!(line["service"].is_null() || line["service"].is_string());
    }
    assert_eq!(
        lines[3],
        serde_json::json!({"hosts": 1, "ports": 3, "open": 1, "closed": 1, "filtered": 1})
    );
    // Without --all only the open one is shown, and all are counted.
    let brief = run(&args);
    assert_eq!(open_ports(&stdout(&brief)), [open]);
    assert_eq!(stdout(&brief).lines().count(), 2);
    assert_eq!(
        stdout(&brief).lines().last(),
        stdout(&output).lines().last()
    );
}

#[test]
fn a_table_for_people_with_a_summary() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let output = run(&["scan", "localhost", "-p", &port.to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!(lines[0], "localhost (127.0.0.1)");
    let words: Vec<&str> = lines[1].split_whitespace().collect();
    assert_eq!(words, ["PORT", "STATE", "SERVICE", "REASON"]);
    let words: Vec<&str> = lines[2].split_whitespace().collect();
    assert_eq!(words[..2], [&format!("{port}/tcp"), "open"]);
    assert_eq!(lines[3], "1 host, 1 port: 1 open, 0 closed, 0 filtered");
    // No bar where stderr is no terminal.
    let remarks = stderr(&output);
    assert!(
        remarks.lines().all(|line| line.starts_with("netlab: ")) && !remarks.contains('\r'),
        "{remarks}"
    );
}

#[test]
fn no_open_port_is_exit_10_only_where_asked() {
    let (_reserved, port) = reserved("127.0.0.1");
    let port = port.to_string();
    let args = ["scan", "127.0.0.1", "-q", "-p", &port];
    assert_eq!(run(&args).status.code(), Some(0));
    let output = run(&[&args[..], &["--fail"]].concat());
    assert_eq!(output.status.code(), Some(10));
    assert_eq!(stderr(&output), "");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = run(&["scan", "127.0.0.1", "--fail", "-p", &port]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_banner_is_the_first_line_and_cannot_steer_the_terminal() {
    let server = Server::start(
        &[
            "greet",
            "--listen",
            "127.0.0.1:0",
            "--message",
            "\u{1b}[31mred\nsecond",
        ],
        1,
    );
    let port = server.tcp().port().to_string();
    let output = run(&["scan", "127.0.0.1", "--banner", "-p", &port]);
    let text = stdout(&output);
    assert!(text.contains("  \\u{1b}[31mred\n"), "{text}");
    assert!(
        !text.contains("second") && !text.contains('\u{1b}'),
        "{text}"
    );
    let output = run(&["scan", "127.0.0.1", "--banner", "--json", "-p", &port]);
    assert_eq!(lines(&stdout(&output))[0]["banner"], "\u{1b}[31mred");
}

#[test]
fn a_silent_server_has_no_banner() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = run(&[
        "scan",
        "127.0.0.1",
        "--banner",
        "--json",
        "--timeout-ms",
        "100",
        "-p",
        &port,
    ]);
    let line = &lines(&stdout(&output))[0];
    assert_eq!(line["state"], "open");
    assert!(line["banner"].is_null());
}

/// A student's server must live through a scan: it sees an orderly end, not a reset.
#[test]
fn a_scanned_server_sees_an_orderly_end() {
    use std::io::Read as _;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let output = run(&["scan", "127.0.0.1", "-p", &port]);
    assert_eq!(output.status.code(), Some(0));
    let (mut stream, _): (TcpStream, _) = listener.accept().unwrap();
    stream
        .set_read_timeout(Some(crate::harness::PATIENCE))
        .unwrap();
    assert_eq!(stream.read(&mut [0; 16]).unwrap(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn blocks_are_scanned_in_order() {
    // Also the first and the last address: on loopback they are hosts as any other.
    let hosts = ["127.77.1.0", "127.77.1.1", "127.77.1.3"];
    let first = TcpListener::bind((hosts[0], 0)).unwrap();
    let port = first.local_addr().unwrap().port();
    let _second = TcpListener::bind((hosts[1], port)).unwrap();
    let _third = TcpListener::bind((hosts[2], port)).unwrap();
    let output = run(&[
        "scan",
        "127.77.1.2/30",
        "127.77.1.1",
        "--json",
        "-p",
        &port.to_string(),
    ]);
    let lines = lines(&stdout(&output));
    assert_eq!(lines.len(), 4, "{}", stderr(&output));
    let found: Vec<&Value> = lines[..3].iter().map(|line| &line["host"]).collect();
    assert_eq!(found, hosts);
    assert_eq!(lines[3]["hosts"], 4);
}

/// SIGINT while a port is silent for ever: what was found until then is not lost.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_scan_prints_what_it_has_found() {
    let open = TcpListener::bind("127.0.0.1:0").unwrap();
    let (_listener, _clients, silent) = silent("127.0.0.1");
    let ports = format!("{},{silent}", open.local_addr().unwrap().port());
    let child = netlab(&[
        "scan",
        "127.0.0.1",
        "-p",
        &ports,
        "--timeout-ms",
        "600000",
        "--json",
    ])
    .stdout(std::process::Stdio::piped())
    .stderr(std::process::Stdio::piped())
    .spawn()
    .unwrap();
    // The scan has begun.
    open.accept().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&stdout(&output));
    assert_eq!(lines[0]["port"], open.local_addr().unwrap().port());
    assert_eq!(lines[0]["state"], "open");
    assert_eq!(
        (&lines[1]["open"], &lines[1]["filtered"]),
        (&1.into(), &0.into())
    );
    let text = stderr(&output);
    assert!(
        text.ends_with("netlab: interrupted: 1 of 2 ports have an answer\n"),
        "{text}"
    );
}

/// A port is known to be open before it says anything.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_wait_for_banners_loses_no_open_port() {
    let open = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = open.local_addr().unwrap().port();
    let child = netlab(&["scan", "127.0.0.1", "-p", &port.to_string(), "--banner"])
        .args(["--timeout-ms", "600000", "--json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let (_silent, _) = open.accept().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(open_ports(&stdout(&output)), [port]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// With descriptors for 8 probes the scan says so and still finds everything.
#[cfg(target_os = "linux")]
#[test]
fn few_files_make_a_scan_narrower_not_wrong() {
    const IP: &str = "127.77.0.3";
    let listeners: Vec<TcpListener> = (0..20)
        .map(|_| TcpListener::bind((IP, 0)).unwrap())
        .collect();
    let mut expected: Vec<u16> = listeners
        .iter()
        .map(|listener| listener.local_addr().unwrap().port())
        .collect();
    expected.sort_unstable();
    let ports: Vec<String> = expected.iter().map(u16::to_string).collect();
    let ports = ports.join(",");
    for limit in ["40", "12"] {
        // 12 is less than the scan counts on: it meets EMFILE while every connection waits for a banner.
        let output = Command::new("sh")
            .args(["-c", &format!("ulimit -n {limit}; exec \"$0\" \"$@\"")])
            .arg(netlab(&[]).get_program())
            .args(["scan", IP, "--banner", "--timeout-ms", "50", "--json"])
            .args(["-p", &ports])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(open_ports(&stdout(&output)), expected);
        assert!(
            stderr(&output).contains(" asked at once, not 4000, because "),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn wrong_usage_is_exit_2_and_names_the_way_out() {
    for (args, reason) in [
        (&["scan", "127.0.0.1", "-p", "5-1"][..], "did you mean 1-5?"),
        (&["scan", "127.0.0.1", "-p", "22, 80"], "without spaces"),
        (&["scan", "127.0.0.1", "-p", "65536"], "over 65535"),
        (&["scan", "127.0.0.1:80"], "name ports with -p"),
        (&["scan", "10.0.0.0/8"], "the largest block is /16"),
        (&["scan", "fe80::1"], "as in fe80::1%eth0"),
        (&["scan", "192.0.2.1"], "--i-have-permission"),
        (&["scan", "127.0.0.1", "8.8.8.8"], "--i-have-permission"),
        (&["scan", "2001:db8::1"], "--i-have-permission"),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(stdout(&output), "");
        let text = stderr(&output);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains(reason), "{text}");
    }
}

#[test]
fn an_unknown_name_is_exit_6() {
    // RFC 1035 §3.1: only the root has an empty label, so the system does not even ask for such a name.
    let output = run(&["scan", "127.0.0.1", "nothing..invalid", "-p", "1"]);
    assert_eq!(output.status.code(), Some(6), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
}

/// What a firewall on this machine answers comes while `connect` is still at work.
#[cfg(target_os = "linux")]
#[test]
fn what_icmp_says_is_told_of_this_machine_too() {
    const RULES: &str = "ip link set lo up \
        && iptables -A INPUT -p tcp --dport 83 -j REJECT --reject-with icmp-host-unreachable \
        && iptables -A INPUT -p tcp --dport 84 -j REJECT --reject-with icmp-port-unreachable";
    let in_namespace = |script: &str| {
        Command::new("unshare")
            .args(["-rn", "sh", "-c", script, env!("CARGO_BIN_EXE_netlab")])
            .output()
            .ok()
    };
    if !in_namespace(RULES).is_some_and(|output| output.status.success()) {
        eprintln!("skipped: no network namespace with iptables to be had");
        return;
    }
    let scan = format!("{RULES} && \"$0\" scan 127.0.0.1 -p 83-85 --all --json --concurrency 1");
    let output = in_namespace(&scan).unwrap();
    let told: Vec<_> = lines(&stdout(&output))
        .iter()
        .filter(|line| line["port"].is_u64())
        .map(|line| format!("{} {} {}", line["port"], line["state"], line["reason"]))
        .collect();
    assert_eq!(
        told,
        [
            r#"83 "filtered" "host-unreachable""#,
            r#"84 "closed" "refused""#,
            r#"85 "closed" "refused""#,
        ]
    );
}
