//! `netlab dns query NAME AXFR` and `IXFR=SERIAL`, against servers that follow a script.

use std::io::Write as _;
use std::net::TcpListener;
use std::process::Output;
use std::thread;

use wire_dns::{Builder, Flags, Message, Rcode, RecordBuf, Section};

use crate::harness::{PATIENCE, dns_message, run, stderr, stdout};

const SOA: &str = "x.test. 300 IN SOA ns.x.test. h.x.test. 1 2 3 4 5";
const NS: &str = "x.test. 300 IN NS ns.x.test.";
const A: &str = "ns.x.test. 300 IN A 192.0.2.1";

/// What one message holds. The first carries the question, the others need not (RFC 5936 §2.2.1).
struct Part {
    rcode: Rcode,
    records: &'static [&'static str],
}

const fn part(records: &'static [&'static str]) -> Part {
    Part {
        rcode: Rcode::NOERROR,
        records,
    }
}

/// Asks for a zone at a server that sends these messages and closes.
fn ask(parts: Vec<Part>, flags: &[&str]) -> Output {
    ask_for("AXFR", parts, flags)
}

fn ask_for(what: &str, parts: Vec<Part>, flags: &[&str]) -> Output {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("@{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let query = dns_message(&mut stream);
        let query = Message::decode(&query).unwrap();
        for (index, part) in parts.iter().enumerate() {
            let message = written(&query, part, index == 0);
            let length = u16::try_from(message.len()).unwrap();
            // Who has heard enough may be gone.
            let _ = stream.write_all(&[&length.to_be_bytes()[..], &message].concat());
        }
    });
    let output = run(&[&["dns", "query", &at, "x.test", what], flags].concat());
    server.join().unwrap();
    output
}

fn written(query: &Message<'_>, part: &Part, has_question: bool) -> Vec<u8> {
    let mut message = Vec::new();
    let mut builder = Builder::new(&mut message);
    builder.set_id(query.header().id);
    builder.set_flags(Flags::default().with_response(true).with_rcode(part.rcode));
    if has_question {
        let question = query.questions().next().unwrap();
        builder
            .question(question.name, question.record_type, question.class)
            .unwrap();
    }
    for record in part.records {
        let record: RecordBuf = record.parse().unwrap();
        builder.record_buf(Section::Answer, &record).unwrap();
    }
    builder.finish();
    message
}

#[test]
fn a_zone_comes_in_as_many_messages_as_it_takes() {
    let output = ask(vec![part(&[SOA, NS]), part(&[A]), part(&[SOA])], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let (records, end) = text.split_once(";; Query time: ").unwrap();
    let records: Vec<String> = records
        .lines()
        .map(|line| line.replace('\t', " "))
        .collect();
    assert_eq!(records, [SOA, NS, A, SOA]);
    assert!(
        end.contains(";; XFR size: 4 records (messages 3, bytes "),
        "{end}"
    );
}

#[test]
fn in_json_each_message_is_an_object() {
    let output = ask(vec![part(&[SOA, NS, A]), part(&[SOA])], &["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let answers: Vec<usize> = stdout(&output)
        .lines()
        .map(|line| {
            let object: serde_json::Value = serde_json::from_str(line).unwrap();
            object["message"]["answerRRs"].as_array().unwrap().len()
        })
        .collect();
    assert_eq!(answers, [3, 1]);
}

#[test]
fn a_refusal_is_a_reply_like_any_other() {
    let refused = || Part {
        rcode: Rcode::REFUSED,
        records: &[],
    };
    let output = ask(vec![refused()], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("status: REFUSED"));
    let output = ask(vec![refused()], &["--fail"]);
    assert_eq!(output.status.code(), Some(10));
}

/// RFC 5936 §2.2: the first record and the last are the zone's SOA.
#[test]
fn what_is_no_whole_zone_is_exit_1_and_what_came_is_shown() {
    let refused = Part {
        rcode: Rcode::REFUSED,
        records: &[],
    };
    for (parts, shown, reason) in [
        (
            vec![part(&[SOA, A])],
            2,
            "closed the connection before the zone was whole",
        ),
        (
            vec![part(&[SOA, A]), refused],
            2,
            "broke the transfer off: REFUSED",
        ),
        (
            vec![part(&[A, SOA])],
            0,
            "sent a zone that does not begin with its SOA record",
        ),
        (
            vec![part(&[SOA, SOA, A])],
            0,
            "sent records behind the end of the zone",
        ),
    ] {
        let output = ask(parts, &[]);
        assert_eq!(output.status.code(), Some(1), "{reason}");
        assert_eq!(stdout(&output).lines().count(), shown, "{reason}");
        let text = stderr(&output);
        assert!(text.ends_with(&format!(" {reason}\n")), "{text}");
    }
}

/// RFC 1995 §4: what is gone and what is new between the SOA records of the versions.
#[test]
fn changes_since_a_version_are_shown_in_their_order() {
    const NEW: &str = "x.test. 300 IN SOA ns.x.test. h.x.test. 2 2 3 4 5";
    const B: &str = "ns.x.test. 300 IN A 192.0.2.2";
    let changes = || vec![part(&[NEW, SOA, A]), part(&[NEW, B]), part(&[NEW])];
    let output = ask_for("ixfr=1", changes(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let records: Vec<String> = text
        .lines()
        .take_while(|line| !line.starts_with(';'))
        .map(|line| line.replace('\t', " "))
        .collect();
    assert_eq!(records, [NEW, SOA, A, NEW, B, NEW]);
    // Since another version than they begin at.
    let output = ask_for("IXFR=7", changes(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    let reason = "sent the SOA record of version 1 where version 7 is due\n";
    assert!(text.ends_with(reason), "{text}");
    // Nothing is newer.
    let output = ask_for("IXFR=2", vec![part(&[NEW])], &["--short"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "ns.x.test. h.x.test. 2 2 3 4 5\n");
}

#[test]
fn changes_need_a_version_to_begin_at() {
    for (word, reason) in [
        (
            "IXFR",
            "as in IXFR=2024010100; AXFR asks for the whole zone",
        ),
        ("IXFR=x", "'IXFR=x' is no record type"),
        ("IXFR=4294967296", "'IXFR=4294967296' is no record type"),
        ("AXFR=1", "'AXFR=1' is no record type"),
    ] {
        let output = run(&["dns", "query", "@127.0.0.1:1", "x.test", word]);
        assert_eq!(output.status.code(), Some(2), "{word}");
        assert!(stderr(&output).contains(reason), "{word}");
    }
}
