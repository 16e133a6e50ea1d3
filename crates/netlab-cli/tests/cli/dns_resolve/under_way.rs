//! A reload and the end of the server, while an answer is looked for.

use std::io::{BufRead as _, BufReader};
use std::net::UdpSocket;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::channel;

use wire_dns::{Flags, RecordType};

use super::{client, recurse};
use crate::harness::{PATIENCE, netlab};
use crate::name_servers::{Client, Hints, Lab, zones};

#[test]
fn what_is_looked_for_when_the_server_ends_is_still_answered() {
    let known = zones(&[(".", "@ NS 0.root.\n0.root. A 127.0.42.1\nwww A 192.0.2.1\n")]);
    let (asked, heard) = channel();
    let asked = Mutex::new((0, asked));
    let lab = Lab::new(vec![Box::new(move |query, is_tcp| {
        let mut asked = asked.lock().unwrap();
        asked.0 += 1;
        let _ = asked.1.send(());
        // It is asked again after a while.
        if asked.0 == 1 {
            None
        } else {
            known(query, is_tcp)
        }
    })]);
    let server = recurse(&lab, &[0]);
    let client = client(&server);
    let recursion = Flags::default().with_recursion_desired(true);
    client.send("www", RecordType::A, recursion);
    heard.recv_timeout(PATIENCE).unwrap();
    assert_eq!(server.terminate().0, 0);
    assert_eq!(lab.asked(0), 2);
    assert_eq!(client.receive().answers, ["www. A 192.0.2.1"]);
}

#[test]
fn who_asks_much_does_not_keep_others_from_their_answer() {
    // Each of them keeps a worker until its time is over; a question that waits longer than that is not looked for.
    const QUESTIONS: usize = 200;
    let known = zones(&[(".", "@ NS 0.root.\n0.root. A 127.0.42.1\nwww A 192.0.2.1\n")]);
    let lab = Lab::new(vec![Box::new(move |query, is_tcp| {
        let is_known = query.question()?.name.to_string() == "www.";
        if is_known { known(query, is_tcp) } else { None }
    })]);
    let server = recurse(&lab, &[0]);
    let greedy = client(&server);
    for number in 0..QUESTIONS {
        let recursion = Flags::default().with_recursion_desired(true);
        greedy.send(&format!("{number}.silent"), RecordType::A, recursion);
    }
    let socket = UdpSocket::bind("127.0.0.2:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.connect(server.address("udp")).unwrap();
    let answers = Client::of(socket).address("www").answers;
    assert_eq!(answers, ["www. A 192.0.2.1"]);
}

/// A process that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_was_found_with_the_zones_of_before_is_not_remembered() {
    let known = zones(&[(
        ".",
        "@ NS 0.root.\n0.root. A 127.0.42.1\nold A 192.0.2.1\nnew A 192.0.2.2\n",
    )]);
    let (release, wait) = channel::<()>();
    let (asked, heard) = channel();
    let both = Mutex::new((wait, asked));
    let lab = Lab::new(vec![Box::new(move |query, is_tcp| {
        if query.question()?.name.to_string() == "old." {
            let (wait, asked) = &*both.lock().unwrap();
            let _ = asked.send(());
            let _ = wait.recv_timeout(PATIENCE);
        }
        known(query, is_tcp)
    })]);
    let zone = |alias| {
        format!(
            "$ORIGIN home.\n$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 127.0.0.1\nweb CNAME {alias}\n"
        )
    };
    let (file, hints) = (Hints::of_text(&zone("old.")), Hints::new(&[0]));
    let mut server = Killed(
        netlab(&[
            "dns",
            "serve",
            "--zone",
            file.path(),
            "--recurse",
            "--hints",
            hints.path(),
            "--recurse-port",
            &lab.port(),
            "--listen",
            "127.0.0.1:0",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap(),
    );
    let mut listening = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let said = BufReader::new(server.0.stderr.take().unwrap()).lines();
    let udp = listening.find_map(|line| {
        let line = line.unwrap();
        Some(line.strip_prefix("listening on udp ")?.parse().unwrap())
    });
    let client = Client::new(udp.unwrap());
    let recursion = Flags::default().with_recursion_desired(true);
    client.send("web.home", RecordType::A, recursion);
    heard.recv_timeout(PATIENCE).unwrap();
    std::fs::write(file.path(), zone("new.")).unwrap();
    let pid = rustix::process::Pid::from_child(&server.0);
    rustix::process::kill_process(pid, rustix::process::Signal::HUP).unwrap();
    let mut said = said.map(Result::unwrap);
    assert!(said.any(|line| line.contains("zone read again")));
    drop(release);
    let _ = client.receive();
    assert_eq!(
        client.address("web.home").answers,
        ["web.home. CNAME new.", "new. A 192.0.2.2"]
    );
}
