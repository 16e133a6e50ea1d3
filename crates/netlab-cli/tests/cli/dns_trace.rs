//! `netlab dns trace`, in a lab of name servers.

use serde_json::Value;

use crate::harness::{closed_port, run, stderr, stdout};
use crate::name_servers::{Hints, Lab, silent, tree, zones};

fn trace(lab: &Lab, hints: &Hints, more: &[&str]) -> std::process::Output {
    let port = lab.port();
    run(&[
        &["dns", "trace", "--hints", hints.path(), "--port", &port],
        more,
    ]
    .concat())
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
fn an_alias_of_a_server_already_found_is_still_shown_to_its_end() {
    let lab = Lab::new(vec![
        zones(&[(
            ".",
            "@ NS 0.root.\n0.root. A 127.0.42.1\nwww NS ns.nic.test.\ntest NS ns.test.\nns.test. A 127.0.42.2\n",
        )]),
        zones(&[
            ("test.", "@ NS ns\nns A 127.0.42.2\nns.nic A 127.0.42.2\n"),
            (
                "www.",
                "@ NS ns.nic.test.\n@ A 192.0.2.1\nalso CNAME ns.nic.test.\n",
            ),
        ]),
    ]);
    let output = trace(&lab, &Hints::new(&[0]), &["also.www"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.contains("\nns.nic.test.\t300\tIN\tA\t127.0.42.2\n"),
        "{text}"
    );
}

#[test]
fn a_trace_is_for_what_a_name_can_have() {
    let lab = Lab::new(tree());
    for (record_type, reason) in [
        ("AXFR", "netlab dns query @SERVER example.test. AXFR"),
        ("IXFR", "IXFR is none that a name has"),
        ("OPT", "OPT is none that a name has"),
    ] {
        let output = trace(&lab, &Hints::new(&[0]), &["example.test", record_type]);
        assert_eq!(output.status.code(), Some(2), "{record_type}");
        assert!(stderr(&output).contains(reason), "{}", stderr(&output));
    }
    assert_eq!(lab.asked(0), 0);
}
