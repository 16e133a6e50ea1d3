//! What holds for every command.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::Instant;

use rustix::io::Errno;

use crate::harness::{
    PATIENCE, Server, closed_port, limited, netlab, piped, run, stderr, stdout, words,
};

#[test]
fn exit_codes_are_listed() {
    let output = run(&["help", "exit-codes"]);
    assert_eq!(output.status.code(), Some(0));
    let numbers: Vec<String> = stdout(&output)
        .lines()
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    assert_eq!(numbers, ["0", "1", "2", "3", "6", "7", "10", "20", "28"]);
}

#[test]
fn wrong_usage_is_one_sentence_and_exit_2() {
    for args in [
        &["hlp"][..],
        &["greet", "--listen", "nowhere"],
        &["connect", "localhost"],
        &["greet", "--max-connections", "0"],
        &["greet", "--idle-timeout", "-1"],
        &["scan", "127.0.0.1", "--concurrency", "-1"],
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let text = stderr(&output);
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.starts_with("netlab: "), "{text}");
        if args.last() == Some(&"-1") {
            let flag = args[args.len() - 2];
            let named = format!("netlab: invalid value '-1' for '{flag} <");
            assert!(text.starts_with(&named), "{text}");
        }
    }
}

/// The keys of `--json` are documented: every one that a command prints stands in its help.
#[test]
fn the_help_names_every_key_of_json() {
    fn keys(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                for (key, value) in members {
                    found.push(key.clone());
                    // Of a DNS message the help names the RFC.
                    if value.get("QNAME").is_none() {
                        keys(value, found);
                    }
                }
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }
    let greet = Server::start(&["greet", "--listen", "127.0.0.1:0"], 1);
    let text = Server::start(&["text", "serve", "--tcp", "127.0.0.1:0"], 1);
    let (address, port) = (greet.tcp().to_string(), greet.tcp().port().to_string());
    let chat = Server::start(&["chat", "serve", "--tcp", "127.0.0.1:0"], 1);
    let dns = Server::start(&["dns", "serve", "--listen", "127.0.0.1:0"], 2);
    let dns_server = format!("@{}", dns.tcp());
    let http = Server::start(&["http", "serve", "--listen", "127.0.0.1:0"], 1);
    let url = http.tcp().to_string();
    for (command, more) in [
        (&["text", "apply"][..], &["rot13", "Cargo.toml"][..]),
        (&["text", "list"], &[]),
        (&["text", "send"], &[&*text.tcp().to_string(), "hello"]),
        (&["connect"], &[&*address]),
        (&["scan"], &["localhost", "--banner", "-p", &*port]),
        (&["ask"], &["wrong-port", "list"]),
        (&["tour"], &[]),
        (&["chat", "join"], &[&*chat.tcp().to_string()]),
        (&["dns", "query"], &[&*dns_server, "www.lab.test"]),
        (&["dns", "check"], &["Cargo.toml"]),
        (&["dns", "convert"], &["a. 1 IN A 192.0.2.7", "a. A x"]),
        (&["http", "get"], &[&*url]),
        (&["dissect"], &["Cargo.toml"]),
    ] {
        let help = stdout(&run(&[command, &["--help"]].concat()));
        let output = run(&[command, more, &["--json"]].concat());
        let mut found = Vec::new();
        for line in stdout(&output).lines() {
            keys(&serde_json::from_str(line).unwrap(), &mut found);
        }
        assert!(!found.is_empty(), "{command:?}: {}", stderr(&output));
        for key in found {
            assert!(help.contains(&key), "{command:?} --help does not say {key}");
        }
    }
}

#[test]
fn a_port_in_use_is_exit_3_before_anything_is_served() {
    let server = Server::start(&["greet", "--listen", "127.0.0.1:0"], 1);
    let address = server.tcp().to_string();
    let output = run(&["greet", "--listen", &address]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(stdout(&output), "");
    let text = stderr(&output);
    assert!(
        text.starts_with(&format!(
            "netlab: cannot listen on tcp {address}: {}; ",
            words(Errno::ADDRINUSE)
        )),
        "{text}"
    );
}

/// A full disk: one sentence that names what could not be written, for every way a result takes.
#[cfg(target_os = "linux")]
#[test]
fn an_output_that_takes_nothing_more_is_named() {
    let long = std::env::temp_dir().join(format!("netlab-full-{}", std::process::id()));
    std::fs::write(&long, vec![b'x'; 9_000_000]).unwrap();
    for args in [
        &["text", "list"][..],
        &["text", "list", "--json"],
        &["help"],
        &["--help"],
        &["--version"],
        &["text", "apply", "hex", long.to_str().unwrap()],
        &["text", "apply", "rot13", long.to_str().unwrap()],
        &["text", "apply", "rot13", long.to_str().unwrap(), "--json"],
        &["completions", "bash"],
        &["man"],
    ] {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = netlab(args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert_eq!(
            stderr(&output),
            "netlab: cannot write to stdout: no space left on device\n",
            "{args:?}"
        );
    }
    std::fs::remove_file(&long).unwrap();
}

#[test]
fn a_server_that_the_system_gives_too_little_says_so_before_it_serves() {
    for args in [
        &["greet", "--listen", "127.0.0.1:0"][..],
        &["text", "serve", "--tcp", "127.0.0.1:0"],
        &["dns", "serve", "--listen", "127.0.0.1:0"],
    ] {
        let mut refused = 0;
        // Below four there is not even one for the libraries that the binary is linked with.
        for descriptors in 4..64 {
            let mut server = limited(&format!("-n {descriptors}"), args)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut line = String::new();
            let mut out = BufReader::new(server.stdout.take().unwrap());
            out.read_line(&mut line).unwrap();
            if line.starts_with("listening") {
                server.kill().unwrap();
                server.wait().unwrap();
                break;
            }
            let output = server.wait_with_output().unwrap();
            let text = stderr(&output);
            assert_eq!(output.status.code(), Some(3), "{args:?}: {text}");
            assert!(text.starts_with("netlab: cannot "), "{text}");
            assert!(text.contains(&words(Errno::MFILE)), "{text}");
            assert!(!text.contains("os error"), "{text}");
            refused += 1;
        }
        assert!((1..60).contains(&refused), "{args:?}: {refused}");
    }
}

#[test]
fn a_file_that_may_not_grow_is_an_error_of_the_write() {
    let path = std::env::temp_dir().join(format!("netlab-limit-{}", std::process::id()));
    let file = std::fs::File::create(&path).unwrap();
    let output = limited("-f 0", &["text", "list"])
        .stdout(file)
        .output()
        .unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(output.status.code(), Some(1), "{:?}", output.status);
    assert_eq!(
        stderr(&output),
        "netlab: cannot write to stdout: file too large\n"
    );
}

/// Also where clap prints, and where the command line is wrong.
#[test]
fn color_is_for_help_and_usage_too() {
    for (args, is_error) in [
        (&["--help"][..], false),
        (&["dns", "query", "--help"], false),
        (&["bogus"], true),
    ] {
        for (color, is_colored) in [("--color=always", true), ("--color=never", false)] {
            let output = run(&[&[color], args].concat());
            let text = if is_error {
                stderr(&output)
            } else {
                stdout(&output)
            };
            assert_eq!(
                text.contains('\x1b'),
                is_colored,
                "{color} {args:?}: {text}"
            );
        }
    }
}

/// A flag that would change nothing is wrong usage.
#[test]
fn flags_without_what_they_are_for_are_refused() {
    for (args, way_out) in [
        (&["text", "list", "--capture-form", "tcp"][..], "--capture"),
        (&["http", "inspect", "-X", "PUT"], "URL"),
        (
            &["http", "inspect", "-X", "PUT", "--listen", "127.0.0.1:0"],
            "--listen",
        ),
        (
            &["http", "inspect", "127.0.0.1:1", "--max-connections", "3"],
            "--max-connections",
        ),
        (
            &["dns", "query", "a.test", "--dnssec", "--bufsize", "0"],
            "--bufsize",
        ),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            stderr(&output).contains(way_out),
            "{args:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn what_is_text_otherwise_is_one_object_in_json() {
    for (args, key) in [
        (&["completions", "fish"][..], "script"),
        (&["man"], "page"),
        (&["help", "dns", "query"], "help"),
    ] {
        let text = stdout(&run(args));
        let object = stdout(&run(&[args, &["--json"]].concat()));
        let object: serde_json::Value = serde_json::from_str(&object).unwrap();
        assert_eq!(object[key], text, "{args:?}");
    }
}

#[test]
fn man_pages_in_a_directory_are_told_of() {
    let path = std::env::temp_dir().join(format!("netlab-{}-man", std::process::id()));
    let output = run(&["man", path.to_str().unwrap()]);
    let page = path.join("netlab.1");
    let is_there = page.exists() && path.join("netlab-dns-query.1").exists();
    let _ = std::fs::remove_dir_all(&path);
    assert!(is_there);
    assert_eq!(stdout(&output), "");
    let hint = format!("; read one with: man {}\n", page.display());
    assert!(stderr(&output).ends_with(&hint), "{}", stderr(&output));
}

#[test]
fn json_announces_where_a_server_listens() {
    let mut child = netlab(&["greet", "--listen", "127.0.0.1:0", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let event: serde_json::Value = serde_json::from_str(&line).unwrap();
    let address = event["address"].as_str().unwrap();
    assert!(address.starts_with("127.0.0.1:"));
    // The keys stand in the order in which they are documented.
    assert_eq!(
        line,
        format!("{{\"event\":\"listening\",\"transport\":\"tcp\",\"address\":\"{address}\"}}\n")
    );
}

/// `netlab dns check FILE | head -1` said 0 of a file with more faults than the pipe took.
#[test]
fn what_was_found_out_is_the_status_although_nobody_reads_on() {
    let lines = "x\n".repeat(100_000);
    let dns = Server::start(&["dns", "serve", "--listen", "127.0.0.1:0"], 2);
    let dns = format!("@{}", dns.address("udp"));
    for (args, status) in [
        (
            &["dns", "query", "--fail", &dns, "nowhere.lab.test"][..],
            10,
        ),
        (&["dns", "check", "-"], 1),
        (&["dns", "convert"], 20),
        (&["dissect", "--input", "hex-lines"], 20),
        (&["text", "apply", "uppercase"], 0),
    ] {
        let mut child = piped(args);
        drop(child.stdout.take());
        // It may end before it has read everything.
        let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{args:?}");
        assert_eq!(stderr(&output), "", "{args:?}");
    }
}

/// `netlab text serve | head -1`: a script that has read where the server listens need not read on.
#[test]
fn a_server_serves_on_when_nobody_reads_where_it_listens() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let port = closed_port();
    let address = format!("127.0.0.1:{port}");
    let mut child = netlab(&["text", "serve", "--tcp", &address])
        .stdout(writer)
        .spawn()
        .unwrap();
    let start = Instant::now();
    let serves = loop {
        let ended = child.try_wait().unwrap().is_some() || start.elapsed() > PATIENCE;
        if ended || TcpStream::connect(&address).is_ok() {
            break !ended;
        }
        std::thread::yield_now();
    };
    let _ = child.kill();
    child.wait().unwrap();
    assert!(serves);
}

/// An error can quote what a peer said or a file is called; neither may steer the terminal or make it several lines.
#[test]
fn an_error_is_one_line_of_text_whatever_it_quotes() {
    let output = run(&["dissect", "/nowhere/\u{1b}[31m\n\u{202e}x"]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        stderr(&output),
        "netlab: cannot open /nowhere/\\u{1b}[31m\\u{a}\\u{202e}x: no such file or directory\n"
    );
}

/// As with curl and nmap, a flag may be there twice, from an alias and from the line itself; of two values the last counts.
#[test]
fn a_flag_may_be_given_again() {
    let output = run(&[
        "-v", "--color", "always", "-v", "ask", "list", "--json", "--color", "never", "--json",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_server_that_others_can_reach_says_so_and_whom_it_serves() {
    for (more, who) in [
        (&[][..], "use --allow CIDR to say from which"),
        (
            &["--allow", "127.0.0.0/8", "--allow", "::1"],
            "those in 127.0.0.0/8, ::1/128 are served",
        ),
    ] {
        let args = [&["greet", "--listen", "0.0.0.0:0"], more].concat();
        let server = Server::start(&args, 1);
        let address = server.tcp();
        let (_, text) = server.terminate();
        assert_eq!(
            text.lines().next().unwrap(),
            format!("netlab: warning: tcp {address} can be reached from other machines; {who}")
        );
    }
}

#[test]
fn one_warning_is_for_all_sockets() {
    let wide = "0.0.0.0:0";
    let server = Server::start(&["text", "serve", "--tcp", wide, "--udp", wide], 2);
    let (tcp, udp) = (server.address("tcp"), server.address("udp"));
    let (_, text) = server.terminate();
    let warnings: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("warning"))
        .collect();
    assert_eq!(
        warnings,
        [format!(
            "netlab: warning: tcp {tcp} and udp {udp} can be reached from other machines; use --allow CIDR to say from which"
        )]
    );
}

#[test]
fn sigterm_ends_a_server_with_a_summary_and_exit_0() {
    let server = Server::start(&["greet", "--listen", "127.0.0.1:0"], 1);
    let (code, text) = server.terminate();
    assert_eq!(code, 0);
    assert_eq!(text, "netlab: stopped after 0 connections\n");
}
