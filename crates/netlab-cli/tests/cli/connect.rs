//! `netlab connect` and `netlab greet`.

use crate::harness::{Server, closed_port, run, stderr, stdout};

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
    // RFC 6761 §6.4: names under `invalid.` never resolve.
    let output = run(&["connect", "nothing.invalid:80"]);
    assert_eq!(output.status.code(), Some(6), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("netlab: cannot resolve nothing.invalid: "));
}
