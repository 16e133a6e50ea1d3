//! `netlab text list` and `netlab text apply`.

use std::io::Read as _;

use crate::harness::{limited, netlab, run, run_with_input, stderr, stdout};
use crate::text::{long_text, objects};

#[test]
fn list_names_every_transform_of_the_library() {
    let text = stdout(&run(&["text", "list"]));
    assert_eq!(text.lines().count(), textxform::ALL.len());
    for entry in textxform::ALL {
        assert!(
            text.lines().any(|line| line.starts_with(entry.name())),
            "{}",
            entry.name()
        );
    }
    let json = objects(&stdout(&run(&["--json", "text", "list"])));
    assert_eq!(json.len(), textxform::ALL.len());
    assert!(
        json.iter()
            .any(|entry| entry["name"] == "caesar" && entry["parameter"] == "N")
    );
}

/// The library's list is the one that the tool, its completions and its help print.
#[test]
fn completions_and_help_name_every_transform() {
    let scripts = ["bash", "zsh", "fish"].map(|shell| stdout(&run(&["completions", shell])));
    let help = ["apply", "serve"].map(|of| stdout(&run(&["text", of, "--help"])));
    for entry in textxform::ALL {
        for script in &scripts {
            assert!(script.contains(entry.name()), "{entry}");
        }
        for help in &help {
            let line = help
                .lines()
                .find(|line| {
                    line.trim_start()
                        .starts_with(&format!("- {}:", entry.name()))
                })
                .unwrap_or_else(|| panic!("{entry}: {help}"));
            assert!(line.contains(entry.description()), "{line}");
            assert_eq!(
                line.contains(&format!("as {entry}")),
                entry.parameter().is_some()
            );
        }
    }
}

#[test]
fn apply_filters_stdin_and_files() {
    assert_eq!(
        stdout(&run_with_input(
            &["text", "apply", "uppercase|rot13"],
            b"Hello"
        )),
        "URYYB"
    );
    assert_eq!(
        stdout(&run_with_input(
            &["text", "apply", "rot13", "-"],
            b"Uryyb\n"
        )),
        "Hello\n"
    );
    let path = std::env::temp_dir().join(format!("netlab-text-apply-{}", std::process::id()));
    let content = long_text(3_000_001);
    std::fs::write(&path, &content).unwrap();
    let name = path.to_str().unwrap();
    assert_eq!(
        run(&["text", "apply", "uppercase", name]).stdout,
        content.to_ascii_uppercase()
    );
    assert_eq!(
        run(&["text", "apply", "base64|base64-decode", name]).stdout,
        content
    );
    // Long enough to be shared out to several threads; also from the middle, and to a reader that wants only the start.
    let content = long_text(9_000_001);
    std::fs::write(&path, &content).unwrap();
    assert!(
        run(&["text", "apply", "uppercase|rot13|rot13", name]).stdout
            == content.to_ascii_uppercase()
    );
    let script = format!(
        "(read line; \"$NETLAB\" text apply uppercase; cat) < {name}; \"$NETLAB\" text apply uppercase {name} | head -c 5"
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .env("NETLAB", env!("CARGO_BIN_EXE_netlab"))
        .output()
        .unwrap();
    let from_second_line = content.iter().position(|octet| *octet == b'\n').unwrap() + 1;
    let mut expected = content[from_second_line..].to_ascii_uppercase();
    expected.extend_from_slice(b"LINE ");
    assert!(output.stdout == expected);
    assert_eq!(stderr(&output), "");
    std::fs::remove_file(&path).unwrap();
}

/// A limit on processes or memory is no reason to fail: no address space has room for stacks like these.
#[test]
fn a_system_that_gives_no_more_threads_is_worked_with() {
    let stack = (usize::MAX / 4 * 3).to_string();
    let path = std::env::temp_dir().join(format!("netlab-text-alone-{}", std::process::id()));
    let content = long_text(5_000_001);
    std::fs::write(&path, &content).unwrap();
    let output = netlab(&["text", "apply", "uppercase", path.to_str().unwrap()])
        .env("RUST_MIN_STACK", &stack)
        .output()
        .unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(output.stdout == content.to_ascii_uppercase());

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap().to_string();
    let output = netlab(&["text", "send", &server, "x"])
        .env("RUST_MIN_STACK", &stack)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    assert!(
        text.starts_with("netlab: cannot start a thread: ") && text.lines().count() == 1,
        "{text}"
    );
}

#[test]
fn apply_writes_what_was_right_before_an_error() {
    let output = run_with_input(&["text", "apply", "hex-decode"], b"6f6b!");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"ok");
    let text = stderr(&output);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(
        text.starts_with("netlab: cannot transform stdin: octet 4"),
        "{text}"
    );
}

#[test]
fn json_keeps_the_octets_before_an_error_that_are_no_whole_character() {
    let output = run_with_input(&["text", "apply", "hex-decode", "--json"], b"41c3zz");
    assert_eq!(output.status.code(), Some(1));
    let json = objects(&stdout(&output));
    assert_eq!(json.len(), 2, "{json:?}");
    assert_eq!(json[0]["output"], "A");
    assert_eq!(json[1]["output_hex"], "c3");
}

#[test]
fn apply_says_what_it_cannot_open_or_understand() {
    let output = run(&["text", "apply", "rot13", "/no/such/file"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        stderr(&output),
        "netlab: cannot open /no/such/file: no such file or directory\n"
    );
    let output = run(&["text", "apply", "rot13", "/"]);
    assert_eq!(output.status.code(), Some(3));
    for (chain, points_at) in [
        ("uppercase|rot99", "octet 10: "),
        ("", "octet 0: "),
        ("caesar:x", "octet 7: "),
    ] {
        let output = run(&["text", "apply", chain]);
        assert_eq!(output.status.code(), Some(2), "{chain}");
        assert!(stderr(&output).contains(points_at), "{}", stderr(&output));
    }
}

#[test]
fn apply_json_is_bounded_objects_and_a_total() {
    let input = "grüße\n".repeat(60_000);
    let output = run_with_input(&["--json", "text", "apply", "lowercase"], input.as_bytes());
    let objects = objects(&stdout(&output));
    let (total, blocks) = objects.split_last().unwrap();
    assert_eq!(total["octets_in"], input.len());
    assert_eq!(total["octets_out"], input.len());
    assert_eq!(total["chain"], "lowercase");
    let text: String = blocks
        .iter()
        .map(|block| block["output"].as_str().unwrap())
        .collect();
    assert!(text == input, "a character was cut");
    let output = run_with_input(&["--json", "text", "apply", "hex-decode"], b"ff00");
    assert!(
        stdout(&output).starts_with("{\"output_hex\":\"ff00\"}\n"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn apply_ends_quietly_when_its_reader_has_seen_enough() {
    use std::process::Stdio;
    let mut child = netlab(&["text", "apply", "rot13", "/dev/zero"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), stderr(&output).as_str()),
        (Some(0), "")
    );
}

/// A result that goes behind what is read is read in its turn, until the disk is full.
#[test]
fn apply_does_not_read_what_it_writes() {
    let path = std::env::temp_dir().join(format!("netlab-itself-{}", std::process::id()));
    for (append, result) in [(true, "hello\n"), (false, "HELLO\n")] {
        std::fs::write(&path, "hello\n").unwrap();
        let file = std::fs::File::options()
            .write(true)
            .append(append)
            .open(&path)
            .unwrap();
        // A limit on the file's size, for a binary that would not end.
        let args = ["text", "apply", "uppercase", path.to_str().unwrap()];
        let output = limited("-f 100", &args).stdout(file).output().unwrap();
        // In its own place every octet was read before it is written.
        assert_eq!(output.status.code(), Some(if append { 2 } else { 0 }));
        let text = stderr(&output);
        assert_eq!(text.contains("without an end"), append, "{text}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), result);
    }
    std::fs::remove_file(&path).unwrap();
}
