//! `netlab http serve`, spoken to in octets.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::harness::{Server, dial, has_curl, run, stderr, stdout};

/// A directory of this test's own, gone when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("netlab-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A site with a page, a directory and something that must not be seen.
    pub(crate) fn site() -> Self {
        let folder = Self::new();
        fs::create_dir_all(folder.path("site/sub")).unwrap();
        fs::write(folder.path("secret.txt"), "secret").unwrap();
        fs::write(folder.path("site/.hidden"), "secret").unwrap();
        fs::write(folder.path("site/a.txt"), "0123456789").unwrap();
        fs::write(folder.path("site/sub/b & c.html"), "<p>b").unwrap();
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A web server for a folder's `site`.
pub(crate) fn serve(folder: &Folder) -> Server {
    serve_with(folder, &[])
}

pub(crate) fn serve_with(folder: &Folder, more: &[&str]) -> Server {
    let site = folder.text("site");
    let mut args = vec!["http", "serve", &site, "--listen", "127.0.0.1:0"];
    args.extend(more);
    Server::start(&args, 1)
}

/// Sends octets and reads everything until the server closes.
pub(crate) fn converse(address: SocketAddr, octets: &[u8]) -> String {
    let mut stream = dial(address);
    stream.write_all(octets).unwrap();
    let mut answer = Vec::new();
    // A reset after the answer ends it as well.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A whole request for `path` with more field lines, after which the connection ends.
pub(crate) fn get(path: &str, fields: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n{fields}\r\n")
}

/// Status and body of the one answer in `text`.
pub(crate) fn parts(text: &str) -> (u16, &str, &str) {
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("not an answer: {text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head, body)
}

/// The value of a field in a head.
pub(crate) fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (known, value) = line.split_once(':')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[test]
fn the_built_in_page_is_served_without_a_directory() {
    let server = Server::start(&["http", "serve", "--listen", "127.0.0.1:0"], 1);
    let text = converse(server.tcp(), get("/", "").as_bytes());
    let (status, head, body) = parts(&text);
    assert_eq!(status, 200);
    assert_eq!(
        field(head, "Content-Type"),
        Some("text/html; charset=utf-8")
    );
    assert!(body.contains("</html>"));
}

/// RFC 9110 §13.
#[test]
fn conditions() {
    let folder = Folder::site();
    let server = serve(&folder);
    let ask = |fields: &str| converse(server.tcp(), get("/a.txt", fields).as_bytes());
    let first = ask("");
    let (status, head, body) = parts(&first);
    assert_eq!((status, body), (200, "0123456789"));
    let tag = field(head, "ETag").unwrap();
    let date = field(head, "Last-Modified").unwrap();
    let status = |fields: &str| parts(&ask(fields)).0;
    assert_eq!(status(&format!("If-None-Match: {tag}\r\n")), 304);
    assert_eq!(status(&format!("If-None-Match: \"x\", W/{tag}\r\n")), 304);
    assert_eq!(status("If-None-Match: *\r\n"), 304);
    assert_eq!(status(&format!("If-Modified-Since: {date}\r\n")), 304);
    assert_eq!(
        status("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
        200
    );
    // §13.2.2: the tag goes before the date.
    let both = format!("If-None-Match: \"x\"\r\nIf-Modified-Since: {date}\r\n");
    assert_eq!(status(&both), 200);
    assert_eq!(status("If-Match: \"x\"\r\n"), 412);
    assert_eq!(status(&format!("If-Match: {tag}\r\n")), 200);
    assert_eq!(
        status("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"),
        412
    );
    // §13.1.2: what is no tag is nobody's tag, and the date does not count beside it. A broken If-Match protects something.
    let unquoted = tag.trim_matches('"');
    assert_eq!(status(&format!("If-None-Match: {unquoted}\r\n")), 200);
    let both = format!("If-None-Match: {unquoted}\r\nIf-Modified-Since: {date}\r\n");
    assert_eq!(status(&both), 200);
    assert_eq!(status(&format!("If-Match: {unquoted}\r\n")), 400);
    let unchanged = ask(&format!("If-None-Match: {tag}\r\n"));
    let (_, head, body) = parts(&unchanged);
    assert_eq!(body, "");
    assert_eq!(field(head, "ETag"), Some(tag));
}

/// RFC 9110 §14.
#[test]
fn ranges() {
    let folder = Folder::site();
    let server = serve(&folder);
    let ask = |fields: &str| converse(server.tcp(), get("/a.txt", fields).as_bytes());
    for (range, place, content) in [
        ("0-0", "bytes 0-0/10", "0"),
        ("2-4", "bytes 2-4/10", "234"),
        ("7-", "bytes 7-9/10", "789"),
        ("-3", "bytes 7-9/10", "789"),
        ("5-99", "bytes 5-9/10", "56789"),
        ("-99", "bytes 0-9/10", "0123456789"),
    ] {
        let text = ask(&format!("Range: bytes={range}\r\n"));
        let (status, head, body) = parts(&text);
        assert_eq!((status, body), (206, content), "{range}");
        assert_eq!(field(head, "Content-Range"), Some(place), "{range}");
    }
    let text = ask("Range: bytes=10-\r\n");
    let (status, head, _) = parts(&text);
    assert_eq!(
        (status, field(head, "Content-Range")),
        (416, Some("bytes */10"))
    );
    for ignored in ["bytes=4-2", "bytes=x", "lines=1-2"] {
        let text = ask(&format!("Range: {ignored}\r\n"));
        assert_eq!((parts(&text).0, parts(&text).2), (200, "0123456789"));
    }
    let text = ask("Range: bytes=0-1,8-\r\n");
    let (status, head, body) = parts(&text);
    assert_eq!(status, 206);
    let media_type = field(head, "Content-Type").unwrap();
    let boundary = media_type
        .strip_prefix("multipart/byteranges; boundary=")
        .unwrap()
        .trim_matches('"');
    let pieces: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    assert_eq!(pieces.len(), 4, "{body}");
    assert!(
        pieces[1].contains("Content-Range: bytes 0-1/10") && pieces[1].ends_with("\r\n\r\n01\r\n")
    );
    assert!(
        pieces[2].contains("Content-Range: bytes 8-9/10") && pieces[2].ends_with("\r\n\r\n89\r\n")
    );
    // §13.1.5: a part of another version is not sent.
    let text = ask("Range: bytes=0-1\r\nIf-Range: \"other\"\r\n");
    assert_eq!(parts(&text).0, 200);
}

/// RFC 9110 §9.3.2: as GET, without the content.
#[test]
fn head_has_the_fields_of_get() {
    let folder = Folder::site();
    let server = serve(&folder);
    let request = "HEAD /a.txt HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
    let text = converse(server.tcp(), request.as_bytes());
    let (status, head, body) = parts(&text);
    assert_eq!((status, body), (200, ""));
    assert_eq!(field(head, "Content-Length"), Some("10"));
    let get = converse(server.tcp(), get("/a.txt", "").as_bytes());
    let without_date = |head: &str| {
        let lines = head.lines().filter(|line| !line.starts_with("Date:"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without_date(head), without_date(parts(&get).1));
}

/// RFC 9110 §9.3.2: no content either where it is refused.
#[test]
fn a_refused_head_gets_no_content() {
    let folder = Folder::site();
    let server = serve(&folder);
    for (request, expected) in [
        (
            "HEAD / HTTP/1.1\r\nHost: a.test\r\nExpect: more\r\n\r\n",
            417,
        ),
        ("\r\nHEAD / HTTP/1.1\r\n\r\n", 400),
    ] {
        let text = converse(server.tcp(), request.as_bytes());
        let (status, head, body) = parts(&text);
        assert_eq!((status, body), (expected, ""));
        assert_ne!(field(head, "Content-Length"), Some("0"), "{head}");
    }
}

/// RFC 9110 §9.1: a server answers 405 to what it knows, 501 to what it does not.
#[test]
fn other_methods() {
    let folder = Folder::site();
    let server = serve(&folder);
    for (method, expected) in [
        ("POST", 405),
        ("DELETE", 405),
        ("FROB", 501),
        ("OPTIONS", 204),
    ] {
        let request =
            format!("{method} /a.txt HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
        let text = converse(server.tcp(), request.as_bytes());
        assert_eq!(parts(&text).0, expected, "{method}");
    }
}

/// RFC 9112 §7.1: a request with a broken body is refused, wanted or not, and nothing behind it is read.
#[test]
fn a_broken_body_that_nobody_wants_gets_400() {
    let folder = Folder::site();
    let server = serve(&folder);
    for method in ["POST", "GET"] {
        let request = format!(
            "{method} /a.txt HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
            get("/a.txt", "")
        );
        let text = converse(server.tcp(), request.as_bytes());
        let (status, head, _) = parts(&text);
        assert_eq!(status, 400, "{text}");
        assert_eq!(field(head, "Connection"), Some("close"));
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
    }
}

/// RFC 9110 §10.1.1: a final status instead of 100 says that the connection ends, because the body may come or not.
#[test]
fn a_body_that_was_not_asked_for_ends_the_connection() {
    let folder = Folder::site();
    let server = serve(&folder);
    let request =
        "POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    let text = converse(server.tcp(), request.as_bytes());
    let (status, head, _) = parts(&text);
    assert_eq!(status, 405);
    assert_eq!(field(head, "Connection"), Some("close"));
}

/// What Java's HttpClient and `curl --http2` send to any server: RFC 7540 §3.2 lets it answer in HTTP/1.1 as if nothing was
/// offered.
#[test]
fn a_connection_on_which_h2c_was_offered_persists() {
    let folder = Folder::site();
    let server = serve(&folder);
    let offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";
    let request = format!("GET /a.txt HTTP/1.1\r\nHost: a.test\r\n{offer}\r\n");
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let text = converse(server.tcp(), (request.repeat(2) + preface).as_bytes());
    assert_eq!(text.matches("HTTP/1.1 200 ").count(), 2, "{text}");
    assert!(text.contains("HTTP/1.1 505 "), "{text}");
}

/// RFC 9112 §9.3.2: in the order of the requests, on one connection.
#[test]
fn pipelined_requests_are_answered_in_order() {
    let folder = Folder::site();
    let server = serve(&folder);
    let mut octets = String::new();
    for number in 0..50 {
        let path = if number % 2 == 0 { "/a.txt" } else { "/none" };
        octets += &format!("GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n");
    }
    octets += &get("/a.txt", "Range: bytes=3-3\r\n");
    let text = converse(server.tcp(), octets.as_bytes());
    let statuses: Vec<&str> = text
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|answer| &answer[..3])
        .collect();
    assert_eq!(statuses.len(), 51);
    for (number, status) in statuses.iter().take(50).enumerate() {
        assert_eq!(*status, if number % 2 == 0 { "200" } else { "404" });
    }
    assert!(text.ends_with("\r\n\r\n3"));
}

#[test]
fn a_request_that_trickles_in_is_answered() {
    let folder = Folder::site();
    let server = serve(&folder);
    let mut stream = dial(server.tcp());
    stream.set_nodelay(true).unwrap();
    for octet in get("/a.txt", "").as_bytes() {
        stream.write_all(&[*octet]).unwrap();
    }
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert_eq!(parts(&text).2, "0123456789");
}

/// RFC 9110 §15.5.9.
#[test]
fn half_a_request_gets_408_and_silence_gets_nothing() {
    let folder = Folder::site();
    let server = serve_with(&folder, &["--idle-timeout", "0.5"]);
    assert_eq!(converse(server.tcp(), b""), "");
    let text = converse(server.tcp(), b"GET / HTTP/1.1\r\nHost: a.te");
    assert_eq!(parts(&text).0, 408);
}

/// The first octet of a request may come with the request before it: its time is limited all the same.
#[test]
fn a_request_that_never_ends_is_not_waited_for_behind_another() {
    const READS_MAX: usize = 3000;
    let folder = Folder::site();
    let server = serve_with(&folder, &["--idle-timeout", "0.5"]);
    let mut stream = dial(server.tcp());
    let wait = std::time::Duration::from_millis(20);
    stream.set_read_timeout(Some(wait)).unwrap();
    let request = "GET /a.txt HTTP/1.1\r\nHost: a.test\r\n\r\nG";
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = Vec::new();
    let has_ended = (0..READS_MAX).any(|_| {
        // The server may have ended already.
        let _ = stream.write_all(b"E");
        !matches!(stream.read_to_end(&mut text), Err(error) if error.kind() == ErrorKind::WouldBlock)
    });
    assert!(has_ended);
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("0123456789HTTP/1.1 408 "), "{text}");
}

#[test]
fn a_silent_or_vanishing_client_stops_nobody() {
    let folder = Folder::site();
    let server = serve(&folder);
    let silent: Vec<_> = (0..20).map(|_| dial(server.tcp())).collect();
    for _ in 0..20 {
        let mut stream = dial(server.tcp());
        stream.write_all(b"GET /a.txt HTT").unwrap();
        drop(stream);
        let mut stream = dial(server.tcp());
        stream.write_all(&[0xff, 0x00, b'\n', b'\r', 0x7f]).unwrap();
        stream.shutdown(Shutdown::Read).unwrap();
    }
    let text = converse(server.tcp(), get("/a.txt", "").as_bytes());
    assert_eq!(parts(&text).2, "0123456789");
    drop(silent);
}

#[test]
fn a_missing_directory_is_exit_3() {
    let output = run(&[
        "http",
        "serve",
        "/nowhere/at/all",
        "--listen",
        "127.0.0.1:0",
    ]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(stdout(&output), "");
}

/// The port of other servers' command lines.
#[test]
fn a_number_is_no_directory() {
    let output = run(&["http", "serve", "8080", "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(3));
    let hint = "; a port is given as --listen 127.0.0.1:8080\n";
    assert!(stderr(&output).ends_with(hint), "{}", stderr(&output));
}

#[test]
fn curl_is_content() {
    if !has_curl() {
        println!("skipped: there is no curl");
        return;
    }
    let folder = Folder::site();
    let server = serve(&folder);
    let url = format!("http://{}/a.txt", server.tcp());
    let curl = |args: &[&str]| {
        let output = std::process::Command::new("curl")
            .args(["-s", "--noproxy", "*", "--max-time", "30"])
            .args(args)
            .arg(&url)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(curl(&[]), "0123456789");
    assert_eq!(curl(&["-0"]), "0123456789");
    assert_eq!(curl(&["-r", "2-3"]), "23");
    assert!(curl(&["-I"]).starts_with("HTTP/1.1 200 OK\r\n"));
}

/// Browsers leave these unencoded in a query (WHATWG URL, query percent-encode set); a path is decoded, so it must be right.
#[test]
fn a_query_may_be_as_browsers_send_it() {
    let folder = Folder::site();
    let server = serve(&folder);
    for (target, expected) in [
        ("/a.txt?filter[a]={x|y}\\^`&sure=100%", 200),
        ("/a.txt?<", 400),
        ("/a.txt%", 400),
        ("/a.txt%zz", 400),
        ("/a[1].txt", 400),
        ("/\\a.txt", 400),
    ] {
        let text = converse(server.tcp(), get(target, "").as_bytes());
        assert_eq!(parts(&text).0, expected, "{target}: {text}");
    }
}
