//! `netlab dns trace` and `netlab dns serve --recurse|--forward`, in a lab of name servers.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use serde_json::Value;
use wire_dns::{Flags, Rcode, RecordType, Section, Ttl};

use crate::harness::{PATIENCE, Server, closed_port, run, stderr, stdout};
use crate::name_servers::{Answer, Client, Lab, address, refuses, says, silent, zones};

/// A hints file that names some of the lab's servers as root servers.
struct Hints(PathBuf);

impl Hints {
    fn new(roots: &[usize]) -> Self {
        let lines = roots.iter().map(|index| {
            let ip = address(*index);
            format!(". NS {index}.root.\n{index}.root. A {ip}\n")
        });
        Self::of_text(&lines.collect::<String>())
    }

    fn of_text(text: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let path =
            std::env::temp_dir().join(format!("netlab-{}-{number}.hints", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The root at place 0, test. and its neighbours at 1, example.test. and org. at 2.
fn tree() -> Vec<Answer> {
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

fn trace(lab: &Lab, hints: &Hints, more: &[&str]) -> std::process::Output {
    let port = lab.port();
    run(&[
        &["dns", "trace", "--hints", hints.path(), "--port", &port],
        more,
    ]
    .concat())
}

/// A recursive server that begins at the given root servers.
fn recurse(lab: &Lab, roots: &[usize]) -> Server {
    let hints = Hints::new(roots);
    Server::start(
        &[
            "dns",
            "serve",
            "--recurse",
            "--hints",
            hints.path(),
            "--recurse-port",
            &lab.port(),
            "--listen",
            "127.0.0.1:0",
        ],
        2,
    )
}

fn client(server: &Server) -> Client {
    Client::new(server.address("udp"))
}

#[test]
fn a_trace_shows_every_referral_and_the_answer() {
    let lab = Lab::new(tree());
    let output = trace(&lab, &Hints::new(&[0]), &["www.example.test"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let steps: Vec<&str> = text.split("\n\n").collect();
    assert_eq!(steps.len(), 4, "{text}");
    for (step, records, server) in [
        (0, "test.\t300\tIN\tNS\tns.test.\n", "127.0.42.1"),
        (
            1,
            "example.test.\t300\tIN\tNS\tns.example.test.\n",
            "127.0.42.2",
        ),
        (
            2,
            "www.example.test.\t300\tIN\tA\t192.0.2.80\n",
            "127.0.42.3",
        ),
    ] {
        assert!(steps[step].starts_with(records), "{text}");
        assert!(
            steps[step].contains(&format!(" from {server}#{}(", lab.port())),
            "{text}"
        );
    }
}

#[test]
fn a_trace_in_json_has_one_object_for_each_step() {
    let lab = Lab::new(tree());
    let output = trace(&lab, &Hints::new(&[0]), &["--json", "out.test"]);
    let steps: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let seen: Vec<(&str, &str, &str)> = steps
        .iter()
        .map(|step| {
            let word = |key: &str| step[key].as_str().unwrap();
            (word("zone"), word("server"), word("outcome"))
        })
        .collect();
    // An alias into another zone goes on from the root; its server has its name elsewhere.
    assert_eq!(
        seen,
        [
            (".", "0.root.", "referral"),
            ("test.", "ns.test.", "alias"),
            (".", "0.root.", "referral"),
            ("org.", "ns.nic.test.", "answer"),
        ]
    );
    let last = &steps[3];
    assert_eq!(last["address"], format!("127.0.42.3:{}", lab.port()));
    assert_eq!(last["transport"], "udp");
    assert_eq!(last["message"]["answerRRs"][0]["rdata"], "192.0.2.81");
    assert!(last["ms"].is_number() && last["octets"].is_number());
}

#[test]
fn a_trace_says_that_there_is_nothing_and_with_fail_exits_10() {
    let lab = Lab::new(tree());
    let hints = Hints::new(&[0]);
    for (name, record_type, status) in [
        ("absent.example.test", "A", "NXDOMAIN"),
        ("lost.test", "A", "NXDOMAIN"),
        (
            "www.example.test",
            "MX",
            "NOERROR, but no data of this type",
        ),
    ] {
        let output = trace(&lab, &hints, &[name, record_type]);
        assert_eq!(output.status.code(), Some(0));
        let text = stdout(&output);
        assert!(text.contains("example.test.\t300\tIN\tSOA\t"), "{text}");
        assert!(text.ends_with(&format!(";; status: {status}\n")), "{text}");
        let output = trace(&lab, &hints, &["--fail", name, record_type]);
        assert_eq!(output.status.code(), Some(10));
    }
}

#[test]
fn a_trace_takes_name_and_type_in_any_order_and_no_server() {
    let lab = Lab::new(tree());
    let hints = Hints::new(&[0]);
    for words in [["TXT", "long.example.test"], ["long.example.test", "TXT"]] {
        let text = stdout(&trace(&lab, &hints, &words));
        assert!(
            text.contains("\nlong.example.test.\t300\tIN\tTXT\t\"1\"\n"),
            "{text}"
        );
    }
    let output = trace(&lab, &hints, &["@192.0.2.1", "a.test"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("begins at the root servers"));
}

#[test]
fn a_trace_without_a_server_says_why() {
    let hints = Hints::new(&[0]);
    let silent = Lab::new(vec![silent()]);
    let output = trace(&silent, &hints, &["a.test", "--timeout", "0.3"]);
    assert_eq!(output.status.code(), Some(28));
    let last = stderr(&output).lines().last().unwrap().to_owned();
    assert_eq!(
        last,
        "netlab: cannot trace a.test.: no answer from the servers of .: no reply in time"
    );
    let port = closed_port().to_string();
    let hints = Hints::of_text(". NS a.root.\na.root. A 127.0.0.1\n");
    let output = run(&[
        "dns",
        "trace",
        "a.test",
        "--hints",
        hints.path(),
        "--port",
        &port,
    ]);
    assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
}

#[test]
fn bad_hints_are_told_before_anything_is_asked() {
    let bad = Hints::of_text(". NS a.root.\na.root. A 127.0.0\n");
    for (path, reason) in [
        (
            bad.path(),
            format!("bad hints {}:2:11: not an IPv4 address", bad.path()),
        ),
        (
            "absent.hints",
            "cannot read absent.hints: no such file or directory".to_owned(),
        ),
    ] {
        let output = run(&["dns", "trace", "a.test", "--hints", path]);
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(stderr(&output), format!("netlab: {reason}\n"));
    }
    let output = run(&["dns", "serve", "--hints", bad.path()]);
    assert_eq!(output.status.code(), Some(2), "without --recurse");
}

#[test]
fn a_recursive_server_finds_names_of_other_zones() {
    let lab = Lab::new(tree());
    let server = recurse(&lab, &[0]);
    let response = client(&server).address("www.test");
    assert_eq!(
        response.answers,
        [
            "www.test. CNAME www.example.test.",
            "www.example.test. A 192.0.2.80"
        ]
    );
    // RFC 1035 §4.1.1: it can recurse, and does not know by itself.
    assert!(response.flags.recursion_available() && !response.flags.authoritative());
    let response = client(&server).address("www.org");
    assert_eq!(response.answers, ["www.org. A 192.0.2.81"]);
    // Its own zone it knows.
    let response = client(&server).address("www.lab.test");
    assert!(response.flags.recursion_available() && response.flags.authoritative());
}

#[test]
fn an_answer_is_remembered_and_so_is_that_there_is_none() {
    let lab = Lab::new(tree());
    let server = recurse(&lab, &[0]);
    for _ in 0..3 {
        assert_eq!(
            client(&server).address("WWW.example.test").rcode,
            Rcode::NOERROR
        );
    }
    assert_eq!([0, 1, 2].map(|index| lab.asked(index)), [1, 1, 1]);
    // The way is remembered too.
    for _ in 0..3 {
        let response = client(&server).address("absent.example.test");
        assert_eq!(response.rcode, Rcode::NXDOMAIN);
        // RFC 2308 §5.
        assert!(response.negative_ttl.is_some_and(|ttl| ttl <= Ttl(300)));
    }
    assert_eq!([0, 1, 2].map(|index| lab.asked(index)), [1, 1, 2]);
}

#[test]
fn who_does_not_ask_for_recursion_does_not_get_it() {
    let lab = Lab::new(tree());
    let server = recurse(&lab, &[0]);
    let client = client(&server);
    client.send("www.example.test", RecordType::A, Flags::default());
    assert_eq!(client.receive().rcode, Rcode::REFUSED);
    // Transfers are not for resolvers.
    let recursion = Flags::default().with_recursion_desired(true);
    client.send("example.test", RecordType::AXFR, recursion);
    assert_eq!(client.receive().rcode, Rcode::REFUSED);
    assert_eq!(lab.asked(0), 0);
}

#[test]
fn many_who_ask_the_same_make_one_question() {
    const CLIENTS: usize = 20;
    let (all_asked, wait) = channel();
    let wait = Mutex::new(wait);
    let known = zones(&[(
        ".",
        "@ NS 0.root.\n0.root. A 127.0.42.1\nwww.test. A 192.0.2.1\n",
    )]);
    let slow: Answer = Box::new(move |query, is_tcp| {
        wait.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        known(query, is_tcp)
    });
    let lab = Lab::new(vec![slow]);
    let server = recurse(&lab, &[0]);
    let clients: Vec<Client> = (0..CLIENTS).map(|_| client(&server)).collect();
    for client in &clients {
        let recursion = Flags::default().with_recursion_desired(true);
        client.send("www.test", RecordType::A, recursion);
    }
    // A name of the server's own is answered in order, so all others have been heard before.
    assert_eq!(
        client(&server).address("www.lab.test").rcode,
        Rcode::NOERROR
    );
    all_asked.send(()).unwrap();
    for client in &clients {
        assert_eq!(client.receive().answers, ["www.test. A 192.0.2.1"]);
    }
    assert_eq!(lab.asked(0), 1);
}

#[test]
fn servers_that_are_silent_refuse_or_lead_nowhere_are_passed_over() {
    let mut answers = vec![zones(&[(
        ".",
        "@ NS 0.root.\n0.root. A 127.0.42.1\ntest. NS a.test.\ntest. NS b.test.\ntest. NS c.test.\ntest. NS d.test.\n\
         a.test. A 127.0.42.2\nb.test. A 127.0.42.3\nc.test. A 127.0.42.4\nd.test. A 127.0.42.5\n",
    )])];
    let lame = [(Section::Authority, ". 300 NS 0.root.")];
    answers.extend([
        silent(),
        refuses(Rcode::REFUSED),
        says(Flags::default(), &lame),
        zones(&[("test.", "@ NS a\na A 127.0.42.2\n* A 192.0.2.1\n")]),
    ]);
    let lab = Lab::new(answers);
    let server = recurse(&lab, &[0]);
    for number in 0..30 {
        let name = format!("{number}.test.");
        let answers = client(&server).address(&name).answers;
        assert_eq!(answers, [format!("{name} A 192.0.2.1")]);
    }
    // Who was silent is not asked first again.
    assert!(lab.asked(1) <= 1);
}

#[test]
fn a_server_that_missed_a_question_is_asked_again() {
    let known = zones(&[(".", "@ NS 0.root.\n0.root. A 127.0.42.1\nwww A 192.0.2.1\n")]);
    let asked = AtomicUsize::new(0);
    let lab = Lab::new(vec![Box::new(move |query, is_tcp| {
        let is_missed = asked.fetch_add(1, Ordering::SeqCst) == 0;
        if is_missed {
            None
        } else {
            known(query, is_tcp)
        }
    })]);
    let server = recurse(&lab, &[0]);
    assert_eq!(client(&server).address("www").answers, ["www. A 192.0.2.1"]);
}

#[test]
fn a_ds_is_asked_for_above_the_zone() {
    // RFC 4035 §3.1.4.1, also when the zone's own servers are known.
    let lab = Lab::new(tree());
    let server = recurse(&lab, &[0]);
    assert_eq!(
        client(&server).address("www.example.test").rcode,
        Rcode::NOERROR
    );
    let client = client(&server);
    let recursion = Flags::default().with_recursion_desired(true);
    client.send("example.test", RecordType::DS, recursion);
    let text = client.receive().text;
    assert!(text.contains("\ntest.\t\t\t300\tIN\tSOA\t"), "{text}");
}

#[test]
fn what_a_zones_server_says_of_other_zones_is_not_believed() {
    // RFC 2181 §5.4.1: at 1, test. claims to know www.org. and the address of its server.
    let lab = Lab::new(vec![
        zones(&[(
            ".",
            "@ NS 0.root.\n0.root. A 127.0.42.1\ntest. NS ns.test.\nns.test. A 127.0.42.2\n\
             org. NS ns.org.\nns.org. A 127.0.42.3\n",
        )]),
        says(
            Flags::default().with_authoritative(true),
            &[
                (Section::Answer, "www.test. 300 CNAME www.org."),
                (Section::Answer, "www.org. 300 A 192.0.2.66"),
                (Section::Authority, "org. 300 NS ns.org."),
                (Section::Additional, "ns.org. 300 A 127.0.42.2"),
            ],
        ),
        zones(&[("org.", "@ NS ns\nns A 127.0.42.3\nwww A 192.0.2.81\n")]),
    ]);
    let server = recurse(&lab, &[0]);
    let expected = ["www.test. CNAME www.org.", "www.org. A 192.0.2.81"];
    assert_eq!(client(&server).address("www.test").answers, expected);
    assert_eq!(client(&server).address("www.org").answers, expected[1..]);
}

#[test]
fn a_referral_to_many_names_does_not_make_many_questions() {
    // CVE-2020-8616: each referral names servers that have to be looked for.
    let asked = AtomicUsize::new(0);
    let referral: Answer = Box::new(move |query, is_tcp| {
        let question = query.question()?;
        let zone = question.name.to_string();
        let new = asked.fetch_add(1, Ordering::SeqCst);
        let records: Vec<String> = (0..30)
            .map(|number| format!("{zone} 300 NS n{number}.{new}.victim."))
            .collect();
        let records: Vec<(Section, &str)> = records
            .iter()
            .map(|record| (Section::Authority, record.as_str()))
            .collect();
        says(Flags::default(), &records)(query, is_tcp)
    });
    let lab = Lab::new(vec![referral]);
    let server = recurse(&lab, &[0]);
    let response = client(&server).address("www.attacker");
    assert_eq!(response.rcode, Rcode::SERVFAIL);
    assert!(lab.asked(0) <= 60, "{}", lab.asked(0));
}

#[test]
fn an_endless_way_ends_with_a_reason() {
    let lab = Lab::new(tree());
    let server = recurse(&lab, &[0]);
    for (name, reason) in [
        ("a.test", "a.test. is an alias of itself"),
        (
            "www.loop",
            "no answer from the servers of loop.: none of its servers has an address",
        ),
    ] {
        let response = client(&server).address(name);
        assert_eq!(response.rcode, Rcode::SERVFAIL);
        // RFC 8914.
        assert!(response.text.contains(reason), "{}", response.text);
    }
}

#[test]
fn an_answer_that_was_cut_is_fetched_over_tcp_and_cut_for_the_client() {
    let text: String = (0..20)
        .map(|number| format!("big TXT \"{number} {}\"\n", "x".repeat(100)))
        .collect();
    let zone = format!("@ NS 0.root.\n0.root. A 127.0.42.1\n{text}");
    let lab = Lab::new(vec![zones(&[(".", &zone)])]);
    let server = recurse(&lab, &[0]);
    let client = client(&server);
    let recursion = Flags::default().with_recursion_desired(true);
    client.send("big", RecordType::TXT, recursion);
    let response = client.receive();
    assert!(response.flags.truncated());
    // Whole over TCP.
    let at = format!("@{}", server.tcp());
    let output = run(&["dns", "query", &at, "--short", "--tcp", "big", "TXT"]);
    assert_eq!(stdout(&output).lines().count(), 20);
    // RFC 6891 §6.2.5: no more than was asked for.
    assert!(response.answers.len() < 20);
}

#[test]
fn a_server_without_edns_is_asked_without() {
    // RFC 6891 §7.
    let known = zones(&[(".", "@ NS 0.root.\n0.root. A 127.0.42.1\nwww A 192.0.2.1\n")]);
    let old = refuses(Rcode::FORMERR);
    let lab = Lab::new(vec![Box::new(move |query, is_tcp| {
        let server = if query.edns().is_some() { &old } else { &known };
        server(query, is_tcp)
    })]);
    let server = recurse(&lab, &[0]);
    assert_eq!(client(&server).address("www").answers, ["www. A 192.0.2.1"]);
}

/// A server that asks other resolvers.
fn forward(servers: &[&str], more: &[&str]) -> Server {
    let mut args = vec!["dns", "serve", "--listen", "127.0.0.1:0"];
    for server in servers {
        args.extend(["--forward", server]);
    }
    Server::start(&[&args, more].concat(), 2)
}

/// A resolver that knows one name.
fn resolver() -> Answer {
    says(
        Flags::default().with_recursion_available(true),
        &[(Section::Answer, "www.test. 300 A 192.0.2.1")],
    )
}

#[test]
fn other_resolvers_are_asked_in_order_and_their_answers_remembered() {
    let lab = Lab::new(vec![refuses(Rcode::REFUSED), silent(), resolver()]);
    let sockets = [0, 1, 2].map(|index| lab.socket(index).to_string());
    let sockets = sockets.each_ref().map(String::as_str);
    let server = forward(&sockets, &[]);
    for _ in 0..3 {
        let response = client(&server).address("www.test");
        assert_eq!(response.answers, ["www.test. A 192.0.2.1"]);
        assert!(response.flags.recursion_available() && !response.flags.authoritative());
    }
    assert_eq!([0, 1, 2].map(|index| lab.asked(index)), [1, 1, 1]);
}

#[test]
fn a_resolver_that_only_refers_is_no_resolver() {
    let lab = Lab::new(tree());
    let server = forward(&[&lab.socket(0).to_string()], &[]);
    let response = client(&server).address("www.example.test");
    assert_eq!(response.rcode, Rcode::SERVFAIL);
    assert!(
        response
            .text
            .contains("it does not ask others for its clients"),
        "{}",
        response.text
    );
}

#[test]
fn where_no_resolver_answers_the_root_is_asked() {
    let mut answers = tree();
    answers.push(refuses(Rcode::SERVFAIL));
    let lab = Lab::new(answers);
    let hints = Hints::new(&[0]);
    let port = lab.port();
    let server = forward(
        &[&lab.socket(3).to_string()],
        &[
            "--recurse",
            "--hints",
            hints.path(),
            "--recurse-port",
            &port,
        ],
    );
    assert_eq!(
        client(&server).address("www.org").answers,
        ["www.org. A 192.0.2.81"]
    );
}

#[test]
fn aliases_and_delegations_of_the_own_zone_lead_on() {
    let zone = Hints::of_text(
        "$ORIGIN home.\n$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 127.0.0.1\n\
         web CNAME www.org.\nsub NS ns.sub\nns.sub A 127.0.42.4\n",
    );
    let mut answers = tree();
    answers.push(zones(&[(
        "sub.home.",
        "@ NS ns\nns A 127.0.42.4\nwww A 192.0.2.82\n",
    )]));
    let lab = Lab::new(answers);
    let (hints, port) = (Hints::new(&[0]), lab.port());
    let server = Server::start(
        &[
            "dns",
            "serve",
            "--zone",
            zone.path(),
            "--recurse",
            "--hints",
            hints.path(),
            "--recurse-port",
            &port,
            "--listen",
            "127.0.0.1:0",
        ],
        2,
    );
    assert_eq!(
        client(&server).address("web.home").answers,
        ["web.home. CNAME www.org.", "www.org. A 192.0.2.81"]
    );
    assert_eq!(
        client(&server).address("www.sub.home").answers,
        ["www.sub.home. A 192.0.2.82"]
    );
    // Who does not want recursion gets what the zone itself has.
    let client = client(&server);
    client.send("web.home", RecordType::A, Flags::default());
    assert_eq!(client.receive().answers, ["web.home. CNAME www.org."]);
}

#[test]
fn a_forwarder_that_cannot_be_is_told_at_once() {
    let output = run(&[
        "dns",
        "serve",
        "--forward",
        "127.0.0.1:5399",
        "--listen",
        "127.0.0.1:5399",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("it would ask itself"),
        "{}",
        stderr(&output)
    );
    let output = run(&["dns", "serve", "--forward", "127.0.0.1:x"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_resolver_that_cannot_be_reached_is_named() {
    let dead = format!("127.0.0.1:{}", closed_port());
    let server = forward(&[&dead], &[]);
    let response = client(&server).address("www.test");
    assert_eq!(response.rcode, Rcode::SERVFAIL);
    let reason = format!("no answer from {dead}: connection refused");
    assert!(response.text.contains(&reason), "{}", response.text);
}
