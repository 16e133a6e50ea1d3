//! `netlab dns serve --recurse|--forward`, in a lab of name servers.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use wire_dns::{Flags, Rcode, RecordType, Section, Ttl};

use crate::harness::{PATIENCE, Server, closed_port, run, stderr, stdout};
use crate::name_servers::{Answer, Client, Hints, Lab, refuses, says, silent, tree, zones};

mod answers;
mod under_way;
mod ways;

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
    // No name, no records of any type.
    let other = client(&server);
    let recursion = Flags::default().with_recursion_desired(true);
    other.send("absent.example.test", RecordType::AAAA, recursion);
    assert_eq!(other.receive().rcode, Rcode::NXDOMAIN);
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
fn what_one_question_had_no_room_for_another_may_find() {
    // Who asks for a name of his own must not make others' names fail: too deep ...
    let deep = "@ NS 0.root.\n0.root. A 127.0.42.1\na NS ns.b\nb NS ns.c\nc NS ns.d\nd NS ns.e\ne NS ns.www.f\n\
                f NS ns.f\nns.f A 127.0.42.2\n";
    let names = zones(&[
        ("e.", "@ NS ns.www.f.\nns A 192.0.2.5\n"),
        ("f.", "@ NS ns\nns A 127.0.42.2\nns.www A 127.0.42.2\n"),
    ]);
    let lab = Lab::new(vec![zones(&[(".", deep)]), names]);
    let server = recurse(&lab, &[0]);
    assert_eq!(client(&server).address("www.a").rcode, Rcode::SERVFAIL);
    let answers = client(&server).address("ns.e").answers;
    assert_eq!(answers, ["ns.e. A 192.0.2.5"]);

    // ... or after too many questions.
    let asked = AtomicUsize::new(0);
    let known = zones(&[("victim.", "@ NS ns\nns A 127.0.42.1\nwww A 192.0.2.6\n")]);
    let lab = Lab::new(vec![Box::new(move |query, is_tcp| {
        let zone = query.question()?.name.to_string();
        if zone.ends_with("victim.") {
            return known(query, is_tcp);
        }
        let new = asked.fetch_add(1, Ordering::SeqCst);
        let mut records: Vec<String> = (0..30)
            .map(|number| format!("{zone} 300 NS n{number}.{new}.attacker."))
            .collect();
        if new == 0 {
            records.push(format!("{zone} 300 NS www.victim."));
        }
        let records: Vec<(Section, &str)> = records
            .iter()
            .map(|record| (Section::Authority, record.as_str()))
            .collect();
        says(Flags::default(), &records)(query, is_tcp)
    })]);
    let server = recurse(&lab, &[0]);
    let response = client(&server).address("www.attacker");
    assert_eq!(response.rcode, Rcode::SERVFAIL);
    let answers = client(&server).address("www.victim").answers;
    assert_eq!(answers, ["www.victim. A 192.0.2.6"]);
}

#[test]
fn every_record_of_the_way_is_told_once_and_nothing_else() {
    // RFC 2181 §5: a set has no record twice, also where a long way is asked for piece by piece.
    const ALIASES: usize = 20;
    let aliases: String = (0..ALIASES)
        .map(|number| format!("c{number} CNAME c{}\n", number + 1))
        .collect();
    let zone = format!("@ NS 0.root.\n0.root. A 127.0.42.1\n{aliases}c{ALIASES} A 192.0.2.1\n");
    let lab = Lab::new(vec![zones(&[(".", &zone)])]);
    let server = recurse(&lab, &[0]);
    let answers = client(&server).address("c0").answers;
    assert_eq!(answers.len(), ALIASES + 1, "{answers:?}");

    let lab = Lab::new(vec![says(
        Flags::default().with_authoritative(true),
        &[
            (Section::Answer, "c.www.test. 300 A 192.0.2.67"),
            (Section::Answer, "www.test. 300 DNAME b.test."),
            (Section::Answer, "a.www.test. 0 CNAME a.b.test."),
            (Section::Answer, "a.b.test. 300 TXT \"not asked for\""),
            (Section::Answer, "a.b.test. 300 A 192.0.2.1"),
            (Section::Answer, "other.test. 300 A 192.0.2.66"),
        ],
    )]);
    let server = recurse(&lab, &[0]);
    let expected = [
        "www.test. DNAME b.test.",
        "a.www.test. CNAME a.b.test.",
        "a.b.test. A 192.0.2.1",
    ];
    assert_eq!(client(&server).address("a.www.test").answers, expected);
}

#[test]
fn what_proves_a_wildcard_comes_with_its_answer() {
    // RFC 4035 §3.1.3.3: who validates needs the proof that there was no closer name, for each name on the way.
    let signature = "A 8 1 300 20300101000000 20200101000000 1 test. AAAA";
    let from_wildcard = format!("www.test. 300 RRSIG {signature}");
    let proofs = ["a.test. 300 NSEC z.test. A", "test. 60 NSEC a.test. NS"];
    let lab = Lab::new(vec![says(
        Flags::default().with_authoritative(true),
        &[
            (Section::Answer, "www.test. 300 A 192.0.2.1"),
            (Section::Answer, &from_wildcard),
            (Section::Authority, "test. 300 NS ns.test."),
            (Section::Authority, proofs[0]),
            (Section::Authority, proofs[1]),
            // One proof may serve for two names, and is still one record.
            (Section::Authority, proofs[0]),
        ],
    )]);
    let server = recurse(&lab, &[0]);
    let at = format!("@{}", server.address("udp"));
    for _ in 0..2 {
        let output = run(&["dns", "query", &at, "--dnssec", "--json", "www.test"]);
        let text = stdout(&output);
        assert!(text.contains("\"RRSIG\""), "{text}");
        assert_eq!(text.matches("\"NSEC\"").count(), 2, "{text}");
        assert!(!text.contains("\"NS\""), "{text}");
    }
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
fn an_answer_that_is_cut_even_over_tcp_is_none() {
    // RFC 2181 §9: what is left of it must not pass for the whole.
    let cut = Flags::default()
        .with_authoritative(true)
        .with_truncated(true);
    let lab = Lab::new(vec![says(
        cut,
        &[(Section::Answer, "www.test. 300 A 192.0.2.1")],
    )]);
    let server = recurse(&lab, &[0]);
    let response = client(&server).address("www.test");
    assert_eq!(response.rcode, Rcode::SERVFAIL);
    assert!(response.text.contains("cut"), "{}", response.text);
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
fn what_the_own_zones_say_comes_before_what_a_resolver_says_of_them() {
    // Inside and outside, a name may mean different things.
    let lab = Lab::new(vec![says(
        Flags::default().with_recursion_available(true),
        &[
            (Section::Answer, "www.test. 300 CNAME www.lab.test."),
            (Section::Answer, "www.lab.test. 300 A 192.0.2.66"),
        ],
    )]);
    let server = forward(&[&lab.socket(0).to_string()], &[]);
    assert_eq!(
        client(&server).address("www.test").answers,
        ["www.test. CNAME www.lab.test.", "www.lab.test. A 127.0.0.1"]
    );
}

#[test]
fn the_ds_of_an_own_zone_is_asked_for_above_it() {
    // RFC 4035 §3.1.4.1: only who does not offer recursion says with the zone itself that there is none.
    let ds = "lab.test. 300 DS 1 8 2 00";
    let resolver = says(
        Flags::default().with_recursion_available(true),
        &[(Section::Answer, ds)],
    );
    let lab = Lab::new(vec![resolver]);
    let server = forward(&[&lab.socket(0).to_string()], &[]);
    let client = client(&server);
    let recursion = Flags::default().with_recursion_desired(true);
    client.send("lab.test", RecordType::DS, recursion);
    assert_eq!(client.receive().answers, ["lab.test. DS 1 8 2 00"]);
    client.send("lab.test", RecordType::DS, Flags::default());
    let response = client.receive();
    assert!(response.answers.is_empty() && response.flags.authoritative());
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
    // RFC 1035 §4.1.1: AA is about the name that was asked for, also when the answer is remembered.
    for (name, is_own, answers) in [
        (
            "web.home",
            true,
            &["web.home. CNAME www.org.", "www.org. A 192.0.2.81"][..],
        ),
        ("www.sub.home", false, &["www.sub.home. A 192.0.2.82"]),
    ] {
        for _ in 0..2 {
            let response = client(&server).address(name);
            assert_eq!(response.answers, answers);
            assert_eq!(response.flags.authoritative(), is_own, "{name}");
        }
    }
    // Who does not want recursion gets what the zone itself has.
    let client = client(&server);
    client.send("web.home", RecordType::A, Flags::default());
    assert_eq!(client.receive().answers, ["web.home. CNAME www.org."]);
}

#[test]
fn a_forwarder_that_cannot_be_is_told_at_once() {
    for (server, listen) in [
        ("127.0.0.1:5399", "127.0.0.1:5399"),
        ("127.0.0.1:5399", "0.0.0.0:5399"),
        ("127.0.0.2:5399", "[::]:5399"),
    ] {
        // Whoever starts after all is not waited for: nothing is served there.
        let args = ["dns", "serve", "--hints", "absent", "--recurse"];
        let output = run(&[&args[..], &["--forward", server, "--listen", listen]].concat());
        assert_eq!(output.status.code(), Some(2), "{server} {listen}");
        assert!(
            stderr(&output).contains("it would ask itself"),
            "{}",
            stderr(&output)
        );
    }
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
