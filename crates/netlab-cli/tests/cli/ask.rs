//! `netlab ask`.

use serde_json::Value;

use crate::harness::{run, stderr, stdout};

const QUESTIONS: [&str; 12] = [
    "client-before-server",
    "wrong-port",
    "connect-without-accept",
    "two-servers-one-port",
    "server-killed",
    "short-receive",
    "two-sends-one-receive",
    "half-close",
    "full-backlog",
    "big-datagram",
    "slow-client",
    "self-connect",
];

fn asked(question: &str) -> Value {
    let output = run(&["ask", question, "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    serde_json::from_str(&stdout(&output)).unwrap()
}

/// Whether some step got this error.
fn says(answer: &Value, errno: &str) -> bool {
    answer["steps"]
        .as_array()
        .unwrap()
        .iter()
        .any(|step| step["errno"] == errno)
}

#[test]
fn the_list_names_every_question() {
    let output = run(&["ask", "list"]);
    assert_eq!(output.status.code(), Some(0));
    let names: Vec<String> = stdout(&output)
        .lines()
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    assert_eq!(names, QUESTIONS);
    let json = run(&["ask", "list", "--json"]);
    for (line, name) in stdout(&json).lines().zip(QUESTIONS) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["question"], name);
        assert!(line["asks"].as_str().unwrap().ends_with('?'));
    }
}

#[test]
fn every_question_is_answered() {
    let output = run(&["ask", "all", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let text = stdout(&output);
    assert_eq!(text.lines().count(), QUESTIONS.len());
    for (line, name) in text.lines().zip(QUESTIONS) {
        let answer: Value = serde_json::from_str(line).unwrap();
        assert_eq!(answer["question"], name);
        assert_eq!(answer["ok"], true, "{line}");
        assert!(!answer["conclusion"].as_str().unwrap().is_empty());
        for step in answer["steps"].as_array().unwrap() {
            for key in ["who", "does", "said", "errno", "microseconds"] {
                assert!(step.get(key).is_some(), "{name} lacks {key}: {step}");
            }
        }
    }
}

#[test]
fn the_answers_are_the_systems_own() {
    for (question, errno) in [
        ("client-before-server", "ECONNREFUSED"),
        ("wrong-port", "ECONNREFUSED"),
        ("two-servers-one-port", "EADDRINUSE"),
        ("server-killed", "EPIPE"),
        ("server-killed", "ECONNRESET"),
        ("half-close", "EPIPE"),
        ("big-datagram", "EMSGSIZE"),
    ] {
        assert!(says(&asked(question), errno), "{question} {errno}");
    }
}

#[test]
fn a_person_reads_steps_and_a_conclusion() {
    let output = run(&["ask", "wrong-port"]);
    let text = stdout(&output);
    assert!(
        text.starts_with("wrong-port: What does a client see"),
        "{text}"
    );
    assert!(text.contains("ECONNREFUSED: connection refused"), "{text}");
    assert!(text.lines().last().unwrap().starts_with("= "), "{text}");
}

#[test]
fn the_messages_are_traced() {
    let output = run(&["ask", "short-receive", "--trace"]);
    let text = stderr(&output);
    assert!(text.contains("tcp 127.0.0.1:"), "{text}");
    assert!(text.contains("udp 127.0.0.1:"), "{text}");
}

#[test]
fn an_unknown_question_is_exit_2_with_the_nearest_one() {
    let output = run(&["ask", "wrong-prt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("did you mean 'wrong-port'?"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_completions_know_the_questions() {
    let output = run(&["completions", "bash"]);
    let script = stdout(&output);
    for question in QUESTIONS {
        assert!(script.contains(question), "{question}");
    }
}
