//! `netlab http get`, against servers of ours and scripted ones.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};

use crate::harness::{PATIENCE, closed_port, run, stderr, stdout, words};
use crate::http::{Folder, serve};

/// A server that gives these answers, one for each request, and tells what it was asked. An answer that holds
/// `Connection: close`, or none of the two lengths, ends its connection.
pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    requests: Receiver<String>,
}

impl Scripted {
    pub(crate) fn new(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = channel();
        let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        std::thread::spawn(move || {
            let mut answers = answers.into_iter();
            let mut answer = answers.next();
            while answer.is_some() {
                let (mut stream, _) = listener.accept().unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                while let Some(text) = answer.take() {
                    let Some(request) = read_request(&mut stream) else {
                        answer = Some(text);
                        break;
                    };
                    sender.send(request).unwrap();
                    // A client that has had enough of an answer leaves.
                    let is_taken = stream.write_all(text.as_bytes()).is_ok();
                    answer = answers.next();
                    let framed = text.contains("Content-Length:") || text.contains("chunked");
                    if text.contains("Connection: close") || !framed || !is_taken {
                        break;
                    }
                }
            }
        });
        Self { address, requests }
    }

    /// The next request.
    pub(crate) fn request(&self) -> String {
        self.requests
            .recv_timeout(PATIENCE)
            .expect("a request comes")
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// A head, and as much body as Content-Length says or until the last chunk.
fn read_request(stream: &mut std::net::TcpStream) -> Option<String> {
    let mut octets = Vec::new();
    let mut octet = [0];
    loop {
        if stream.read(&mut octet).ok()? == 0 {
            return None;
        }
        octets.push(octet[0]);
        let text = String::from_utf8_lossy(&octets);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length =
            crate::http::field(head, "Content-Length").map_or(0, |text| text.parse().unwrap());
        let is_chunked = crate::http::field(head, "Transfer-Encoding").is_some();
        if (is_chunked && body.ends_with("0\r\n\r\n")) || (!is_chunked && body.len() >= length) {
            return Some(text.into_owned());
        }
    }
}

#[test]
fn content_goes_to_stdout_and_nothing_else() {
    let folder = Folder::site();
    let server = serve(&folder);
    let url = format!("{}/a.txt", server.tcp());
    let output = run(&["http", "get", &url]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(
        (stdout(&output).as_str(), stderr(&output).as_str()),
        ("0123456789", "")
    );
    let output = run(&["http", "get", "-i", "-H", "Range: bytes=1-2", &url]);
    let text = stdout(&output);
    assert!(text.starts_with("HTTP/1.1 206 Partial Content\r\n") && text.ends_with("\r\n\r\n12"));
    let output = run(&["http", "get", "-I", &url]);
    assert!(stdout(&output).ends_with("Content-Length: 10\r\n\r\n"));
}

/// RFC 9110 §15.2 and §6.5: what comes before the response proper and behind its content, as curl shows it.
#[test]
fn interim_heads_and_trailers_are_shown_with_the_head() {
    let answer = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                  3\r\nabc\r\n0\r\nX-T: y\r\nX-U: z\r\n\r\n";
    let server = Scripted::new(&[answer, answer, answer]);
    let output = run(&["http", "get", "-i", &server.url("/")]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let (heads, _) = answer.split_once("3\r\n").unwrap();
    assert_eq!(stdout(&output), format!("{heads}abcX-T: y\r\nX-U: z\r\n"));
    let output = run(&["http", "get", &server.url("/")]);
    assert_eq!(stdout(&output), "abc");
    let output = run(&["http", "get", "--json", &server.url("/")]);
    let object: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(
        object["trailers"],
        serde_json::json!([["X-T", "y"], ["X-U", "z"]])
    );
    assert_eq!(
        (&object["octets"], &object["body"]),
        (&3.into(), &"abc".into())
    );
}

#[test]
fn failures_have_their_exit_status_and_one_sentence() {
    let folder = Folder::site();
    let server = serve(&folder);
    let address = server.tcp();
    let refused = format!("127.0.0.1:{}", closed_port());
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = silent
        .local_addr()
        .map(|address| (silent, address))
        .unwrap();
    let silent_url = format!("http://{}/", silent.1);
    let rubbish = Scripted::new(&["ICY 200 OK\r\n\r\n"]);
    let cut =
        Scripted::new(&["HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nshort"]);
    let missing = format!("http://{address}/none");
    for (args, code, words) in [
        (&["http", "get", "--fail", &missing][..], 10, ""),
        (&["http", "get", &missing], 0, ""),
        (&["http", "get", &refused], 7, "connection refused"),
        (
            &["http", "get", "http://none..invalid/"],
            6,
            "cannot resolve",
        ),
        (
            &["http", "get", "--timeout", "0.3", &silent_url],
            28,
            "no reply in time",
        ),
        (&["http", "get", &rubbish.url("/")], 1, "malformed response"),
        (&["http", "get", &cut.url("/")], 1, "malformed response"),
        (&["http", "get", "https://a.test/"], 2, "no TLS"),
        (
            &["http", "get", "-H", "Content-Length: 1", &missing],
            2,
            "cannot be sent",
        ),
        (
            &["http", "get", "-H", "X: a\r\nY: b", &missing],
            2,
            "cannot be sent",
        ),
        (&["http", "get", "-X", "G T", &missing], 2, "not a method"),
        (
            &["http", "get", "-o", "x", &missing, &missing],
            2,
            "one -o for each URL",
        ),
        (
            &["http", "get", "-d", "@/nowhere", &missing],
            3,
            "cannot read /nowhere",
        ),
    ] {
        let output = run(args);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {text}");
        assert!(text.contains(words), "{args:?}: {text}");
        assert!(text.lines().count() <= 1, "{text}");
    }
}

#[test]
fn data_is_posted_as_a_form() {
    let server = Scripted::new(&["HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"]);
    let output = run(&[
        "http",
        "get",
        "-d",
        "a=1",
        "-d",
        "b=2",
        "-u",
        "me:pass",
        &server.url("/f"),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let request = server.request();
    assert!(request.starts_with("POST /f HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
    // RFC 7617 §2: "me:pass".
    assert!(
        request.contains("\r\nAuthorization: Basic bWU6cGFzcw==\r\n"),
        "{request}"
    );
    assert!(
        request.ends_with("\r\nContent-Length: 7\r\n\r\na=1&b=2"),
        "{request}"
    );
}

/// RFC 9112 §9.3, and the retry of §9.3.1.
#[test]
fn connections_are_kept_and_replaced() {
    let server = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nc",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\nd",
    ]);
    let urls: Vec<String> = ["/1", "/2", "/3", "/4"]
        .map(|path| server.url(path))
        .to_vec();
    let mut args = vec!["http", "get", "--json"];
    args.extend(urls.iter().map(String::as_str));
    let output = run(&args);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let answers: Vec<serde_json::Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let bodies: Vec<&str> = answers
        .iter()
        .map(|answer| answer["body"].as_str().unwrap())
        .collect();
    assert_eq!(bodies, ["a", "b", "c", "d"]);
    let reused: Vec<bool> = answers
        .iter()
        .map(|answer| answer["reused"].as_bool().unwrap())
        .collect();
    assert_eq!(reused, [false, true, true, false]);
}

/// RFC 9110 §15.4.
#[test]
fn redirections_are_followed_when_asked() {
    let other =
        Scripted::new(&["HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nend"]);
    let location = format!("Location: {}", other.url("/there"));
    let away =
        format!("HTTP/1.1 307 Temporary Redirect\r\n{location}\r\nContent-Length: 0\r\n\r\n");
    let server = Scripted::new(&[
        "HTTP/1.1 303 See Other\r\nLocation: next?x\r\nContent-Length: 4\r\n\r\nmore",
        &away,
    ]);
    let url = server.url("/dir/start");
    let output = run(&[
        "http", "get", "-L", "-d", "q=1", "-u", "me:pass", "--json", &url,
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(server.request().starts_with("POST /dir/start "));
    let second = server.request();
    assert!(second.starts_with("GET /dir/next?x "), "{second}");
    assert!(
        second.contains("Authorization:") && !second.contains("Content-Type"),
        "{second}"
    );
    let third = other.request();
    assert!(
        third.starts_with("GET /there ") && !third.contains("Authorization"),
        "{third}"
    );
    let answer: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["redirects"].as_array().unwrap().len(), 2);
    assert_eq!(answer["body"], "end");
}

#[test]
fn a_circle_of_redirections_ends() {
    let circle = "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";
    let server = Scripted::new(&[circle; 12]);
    let output = run(&["http", "get", "-L", &server.url("/")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("after 10 redirections"),
        "{}",
        stderr(&output)
    );
}

/// Each puts a new file in the place of the old one. One that another run is just writing is not its own.
#[test]
fn runs_at_the_same_time_may_keep_their_cookies_in_one_file() {
    let folder = Folder::new();
    let file = folder.text("cookies.json");
    fs::create_dir(folder.path("cookies.json.new")).unwrap();
    let server =
        Scripted::new(&["HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"]);
    let output = run(&["http", "get", "--cookies", &file, &server.url("/")]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(fs::read_to_string(&file).unwrap().contains("a=1"));
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 2);
}

#[test]
fn a_directory_is_no_cookie_file() {
    let folder = Folder::new();
    let path = folder.text("");
    let output = run(&["http", "get", "--cookies", &path, "127.0.0.1:1"]);
    assert_eq!(output.status.code(), Some(3));
    let reason = words(rustix::io::Errno::ISDIR);
    assert_eq!(
        stderr(&output),
        format!("netlab: cannot read {path}: {reason}\n")
    );
}

/// RFC 6265.
#[test]
fn cookies_are_kept_in_a_file() {
    let folder = Folder::new();
    let file = folder.text("cookies.json");
    let server = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nSet-Cookie: id=7; Path=/; Max-Age=100\r\nSet-Cookie: tab=1; Path=/p\r\n\
         Set-Cookie: evil=1; Domain=test\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ]);
    let output = run(&[
        "http",
        "get",
        "--cookies",
        &file,
        &server.url("/p/x"),
        &server.url("/"),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!server.request().contains("Cookie:"));
    assert!(server.request().contains("\r\nCookie: id=7\r\n"));
    run(&["http", "get", "--cookies", &file, &server.url("/p/y")]);
    let request = server.request();
    assert!(
        request.contains("Cookie: tab=1; id=7\r\n") || request.contains("Cookie: id=7; tab=1\r\n"),
        "{request}"
    );
}

/// RFC 9110 §13.1.
#[test]
fn only_what_changed_is_fetched_again() {
    let folder = Folder::site();
    let server = serve(&folder);
    let url = format!("http://{}/a.txt", server.tcp());
    let file = folder.text("copy");
    let fetch = || run(&["http", "get", "--json", "--if-changed", "-o", &file, &url]);
    let status = |output: &std::process::Output| -> u64 {
        let answer: serde_json::Value = serde_json::from_str(&stdout(output)).unwrap();
        answer["status"].as_u64().unwrap()
    };
    assert_eq!(status(&fetch()), 200);
    assert_eq!(status(&fetch()), 304);
    assert_eq!(fs::read_to_string(&file).unwrap(), "0123456789");
    fs::write(folder.path("site/a.txt"), "changed").unwrap();
    assert_eq!(status(&fetch()), 200);
    assert_eq!(fs::read_to_string(&file).unwrap(), "changed");
    fs::remove_file(&file).unwrap();
    assert_eq!(status(&fetch()), 200);
}

/// RFC 9112 §9.3.2.
#[test]
fn pipelining_uses_one_connection() {
    let folder = Folder::site();
    let server = serve(&folder);
    let urls: Vec<String> = (0..40)
        .map(|_| format!("http://{}/a.txt", server.tcp()))
        .collect();
    let mut args = vec!["http", "get", "--pipeline"];
    args.extend(urls.iter().map(String::as_str));
    let output = run(&args);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "0123456789".repeat(40));
    let closing =
        Scripted::new(&["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"]);
    let output = run(&[
        "http",
        "get",
        "--pipeline",
        &closing.url("/"),
        &closing.url("/"),
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("1 requests unanswered"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn large_content_goes_both_ways_at_once() {
    let folder = Folder::new();
    let content = vec![b'x'; 8_000_000];
    fs::write(folder.path("big"), &content).unwrap();
    let server =
        crate::harness::Server::start(&["http", "inspect", "--listen", "127.0.0.1:0", "-q"], 1);
    let url = format!("http://{}/", server.tcp());
    let data = format!("@{}", folder.text("big"));
    let file = folder.text("answer");
    let output = run(&["http", "get", "--data-binary", &data, "-o", &file, &url]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let answer = fs::read(&file).unwrap();
    assert_eq!(answer.len(), content.len() + "POST /\n".len());
}

/// What a server got wrong is what a trace is for.
#[test]
fn a_malformed_response_is_traced_and_its_octet_counted_from_its_start() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
    let cut = format!("{head}abc");
    let cases = [
        (
            "HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 0\r\n\r\n",
            "octet 18: whitespace between field name and colon (RFC 9112 section 5.1)".to_owned(),
        ),
        (
            "HTTP/1.1 200 OK\r\nX: y",
            "octet 21: end of input inside a message (RFC 9112 section 8)".to_owned(),
        ),
        (
            cut.as_str(),
            format!(
                "octet {}: end of input inside a message (RFC 9112 section 8)",
                cut.len()
            ),
        ),
    ];
    for (answer, reason) in cases {
        let server = Scripted::new(&[answer]);
        let url = format!("http://{}/", server.address);
        let output = run(&["http", "get", "--no-keepalive", "--trace", &url]);
        assert_eq!(output.status.code(), Some(1), "{answer}");
        let said = stderr(&output);
        let last = said.lines().last().unwrap();
        assert!(last.ends_with(&reason), "{last}");
        assert!(
            said.contains(&format!("{} > ", server.address)),
            "the response is not in the trace: {said}"
        );
    }
}

#[test]
fn interim_responses_without_end_end() {
    let server = Scripted::new(&[&"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100)]);
    let url = format!("http://{}/", server.address);
    let output = run(&["http", "get", &url]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        format!(
            "netlab: {}: more than 64 1xx responses and no final one while waiting for the response\n",
            server.address
        )
    );
}

/// As curl --fail: the content is not shown, but the status is told.
#[test]
fn fail_says_why() {
    let server = Scripted::new(&["HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"]);
    let url = format!("http://{}/x", server.address);
    let output = run(&["http", "get", "--fail", &url]);
    assert_eq!(output.status.code(), Some(10));
    assert_eq!(stdout(&output), "");
    assert_eq!(
        stderr(&output),
        format!("netlab: {url} gives 404 Not Found\n")
    );
}

/// As curl.
#[test]
fn a_hyphen_is_stdout() {
    let server = Scripted::new(&["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"]);
    let url = format!("http://{}/", server.address);
    let output = run(&["http", "get", "-o", "-", &url]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output), "hi");
}
