//! The cache of `netlab proxy` (RFC 9111).

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use crate::harness::{PATIENCE, dial, run, stdout};
use crate::http::{Folder, field, parts, serve};
use crate::http_get::Scripted;
use crate::proxy::{OK, ask, cache_status, get, proxy};
use crate::proxy_bodies::read_head;

#[test]
fn the_second_time_it_comes_from_the_cache() {
    let folder = Folder::site();
    fs::write(folder.path("site/old.txt"), "old").unwrap();
    // An hour old, so that the heuristic of RFC 9111 §4.2.2 makes it fresh for minutes.
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let file = fs::File::options()
        .write(true)
        .open(folder.path("site/old.txt"))
        .unwrap();
    file.set_modified(hour_ago).unwrap();
    let server = serve(&folder);
    let proxy = proxy(&[]);
    let first = ask(&proxy, &get(server.tcp(), "/old.txt", ""));
    assert_eq!((parts(&first).0, parts(&first).2), (200, "old"));
    assert_eq!(cache_status(&first), "netlab; fwd=uri-miss; stored");
    let second = ask(&proxy, &get(server.tcp(), "/old.txt", ""));
    assert_eq!((parts(&second).0, parts(&second).2), (200, "old"));
    assert!(
        cache_status(&second).starts_with("netlab; hit; ttl="),
        "{second}"
    );
    assert!(field(parts(&second).1, "Age").is_some());
    let url = format!("http://{}/old.txt", server.tcp());
    let through = format!("http://{}", proxy.tcp());
    let output = run(&["http", "get", "--proxy", &through, "--json", &url]);
    let answer: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["body"], "old");
    // A part of it, and nothing of it, come from there too.
    let part = ask(
        &proxy,
        &get(server.tcp(), "/old.txt", "Range: bytes=1-1\r\n"),
    );
    assert_eq!((parts(&part).0, parts(&part).2), (206, "l"));
    let tag = field(parts(&second).1, "ETag").unwrap();
    let same = ask(
        &proxy,
        &get(
            server.tcp(),
            "/old.txt",
            &format!("If-None-Match: {tag}\r\n"),
        ),
    );
    assert_eq!((parts(&same).0, parts(&same).2), (304, ""));
    let head = get(server.tcp(), "/old.txt", "").replacen("GET", "HEAD", 1);
    let head = ask(&proxy, &head);
    assert_eq!((parts(&head).0, parts(&head).2), (200, ""));
    assert_eq!(field(parts(&head).1, "Content-Length"), Some("3"));
}

/// RFC 9111 §5.2.2.4, §5.2.2.7: what a 304 says is for one user, or to be confirmed each time, is told to whom it answers only.
#[test]
fn fields_of_a_304_that_are_not_for_all_are_not_stored() {
    let origin = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=0\r\nETag: \"1\"\r\nContent-Length: 3\r\n\r\none",
        "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=60, private=\"x-user\", no-cache=\"set-cookie\"\r\nETag: \"1\"\r\n\
         X-User: ann\r\nSet-Cookie: session=1\r\n\r\n",
    ]);
    let proxy = proxy(&[]);
    let ask = || ask(&proxy, &get(origin.address, "/", ""));
    ask();
    let confirmed = ask();
    assert_eq!(field(parts(&confirmed).1, "X-User"), Some("ann"));
    assert_eq!(field(parts(&confirmed).1, "Set-Cookie"), Some("session=1"));
    let stored = ask();
    assert!(cache_status(&stored).starts_with("netlab; hit"), "{stored}");
    assert_eq!(field(parts(&stored).1, "X-User"), None, "{stored}");
    assert_eq!(field(parts(&stored).1, "Set-Cookie"), None, "{stored}");
}

/// RFC 9110 §8.8.2.2, §13.1.5: a date of the second in which the response was made does not tell versions apart.
#[test]
fn a_part_by_date_needs_a_date_that_is_strong() {
    let modified = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (made, status) in [(modified, 200), ("Sun, 06 Nov 1994 08:49:38 GMT", 206)] {
        let origin = Scripted::new(&[&format!(
            "HTTP/1.1 200 OK\r\nDate: {made}\r\nLast-Modified: {modified}\r\nCache-Control: max-age=2147483648\r\n\
             Content-Length: 3\r\n\r\none"
        )]);
        let proxy = proxy(&[]);
        ask(&proxy, &get(origin.address, "/", ""));
        let fields = format!("Range: bytes=0-0\r\nIf-Range: {modified}\r\n");
        let part = ask(&proxy, &get(origin.address, "/", &fields));
        assert!(cache_status(&part).starts_with("netlab; hit"), "{part}");
        assert_eq!(parts(&part).0, status, "{part}");
    }
}

/// RFC 9111 §4.3: a 304 makes the stored response fresh again.
#[test]
fn stale_content_is_validated() {
    let origin = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=0\r\nETag: \"1\"\r\nX-A: old\r\nContent-Length: 3\r\n\r\none",
        "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=60\r\nETag: \"1\"\r\nX-A: new\r\nContent-Length: 99\r\n\r\n",
        "HTTP/1.1 200 OK\r\nETag: \"2\"\r\nContent-Length: 3\r\n\r\ntwo",
    ]);
    let proxy = proxy(&[]);
    ask(&proxy, &get(origin.address, "/", ""));
    assert!(!origin.request().contains("If-None-Match"));
    let confirmed = ask(&proxy, &get(origin.address, "/", ""));
    let (status, head, body) = parts(&confirmed);
    assert_eq!((status, body), (200, "one"));
    assert_eq!(field(head, "X-A"), Some("new"));
    assert_eq!(
        cache_status(&confirmed),
        "netlab; fwd=stale; fwd-status=304"
    );
    assert_eq!(field(&origin.request(), "If-None-Match"), Some("\"1\""));
    let fresh = ask(&proxy, &get(origin.address, "/", ""));
    assert!(cache_status(&fresh).starts_with("netlab; hit"), "{fresh}");
    let asked = ask(
        &proxy,
        &get(origin.address, "/", "Cache-Control: no-cache\r\n"),
    );
    assert_eq!(parts(&asked).2, "two");
    assert_eq!(cache_status(&asked), "netlab; fwd=request; stored");
}

/// RFC 9111 §4.3.3: a 304 that names no validator confirms what its request asked about.
#[test]
fn a_304_without_validators_confirms_what_is_stored() {
    for validator in [
        "ETag: \"1\"",
        "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
    ] {
        let origin = Scripted::new(&[
            &format!(
                "HTTP/1.1 200 OK\r\nCache-Control: no-cache\r\n{validator}\r\nContent-Length: 3\r\n\r\none"
            ),
            "HTTP/1.1 304 Not Modified\r\n\r\n",
        ]);
        let proxy = proxy(&[]);
        ask(&proxy, &get(origin.address, "/", ""));
        let confirmed = ask(&proxy, &get(origin.address, "/", ""));
        let (status, _, body) = parts(&confirmed);
        assert_eq!((status, body), (200, "one"), "{confirmed}");
    }
}

/// RFC 9111 §4.1, §3, §4.4, §5.2.1.7.
#[test]
fn the_cache_keeps_apart_what_must_be() {
    let varying = |body: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nVary: Accept-Language\r\nContent-Length: 2\r\n\r\n{body}"
        )
    };
    let private =
        "HTTP/1.1 200 OK\r\nCache-Control: private, max-age=60\r\nContent-Length: 2\r\n\r\nmy";
    let done = "HTTP/1.1 204 No Content\r\n\r\n".to_owned();
    let answers = [
        varying("en"),
        varying("de"),
        private.into(),
        private.into(),
        done,
        varying("EN"),
    ];
    let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
    let origin = Scripted::new(&answers);
    let proxy = proxy(&[]);
    let language = |language: &str| {
        ask(
            &proxy,
            &get(
                origin.address,
                "/",
                &format!("Accept-Language: {language}\r\n"),
            ),
        )
    };
    assert_eq!(parts(&language("en")).2, "en");
    let german = language("de");
    assert_eq!(
        (parts(&german).2, cache_status(&german)),
        ("de", "netlab; fwd=vary-miss; stored")
    );
    for wanted in ["en", "de"] {
        let text = language(wanted);
        assert_eq!(parts(&text).2, wanted);
        assert!(cache_status(&text).starts_with("netlab; hit"), "{text}");
    }
    for _ in 0..2 {
        let text = ask(&proxy, &get(origin.address, "/mine", ""));
        assert_eq!(cache_status(&text), "netlab; fwd=uri-miss");
    }
    let missing = ask(
        &proxy,
        &get(origin.address, "/none", "Cache-Control: only-if-cached\r\n"),
    );
    assert_eq!(parts(&missing).0, 504);
    // What was changed is forgotten.
    let delete = get(origin.address, "/", "").replacen("GET", "DELETE", 1);
    assert_eq!(parts(&ask(&proxy, &delete)).0, 204);
    let text = language("en");
    assert_eq!(
        (parts(&text).2, cache_status(&text)),
        ("EN", "netlab; fwd=uri-miss; stored")
    );
}

/// RFC 9111 §4.2.4.
#[test]
fn stale_content_serves_while_the_origin_is_away() {
    let origin = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=0\r\nContent-Length: 3\r\nConnection: close\r\n\r\nold",
    ]);
    let proxy = proxy(&[]);
    ask(&proxy, &get(origin.address, "/", ""));
    origin.request();
    let text = ask(&proxy, &get(origin.address, "/", ""));
    assert_eq!((parts(&text).0, parts(&text).2), (200, "old"), "{text}");
    assert_eq!(cache_status(&text), "netlab; fwd=stale");
}

/// RFC 9111 §4.3.4: a 304 with another strong validator is about something that is not stored, so what is stored may not be used.
/// nginx answers so: it makes the tag of what it compressed weak, and the tag of the 304 about it strong.
#[test]
fn a_304_about_something_else_is_asked_again_without_the_condition() {
    for validator in ["W/\"1\"", "\"0\""] {
        for control in ["max-age=0", "max-age=0, must-revalidate"] {
            let origin = Scripted::new(&[
                &format!(
                    "HTTP/1.1 200 OK\r\nCache-Control: {control}\r\nETag: {validator}\r\nContent-Length: 3\r\n\r\nold"
                ),
                "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nContent-Length: 3\r\n\r\n",
                "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nETag: \"1\"\r\nContent-Length: 3\r\n\r\nnew",
            ]);
            let proxy = proxy(&[]);
            ask(&proxy, &get(origin.address, "/", ""));
            origin.request();
            let text = ask(&proxy, &get(origin.address, "/", ""));
            assert_eq!((parts(&text).0, parts(&text).2), (200, "new"), "{text}");
            assert_eq!(cache_status(&text), "netlab; fwd=stale; stored");
            assert_eq!(field(&origin.request(), "If-None-Match"), Some(validator));
            assert_eq!(field(&origin.request(), "If-None-Match"), None);
            let text = ask(&proxy, &get(origin.address, "/", ""));
            assert!(cache_status(&text).starts_with("netlab; hit"), "{text}");
        }
    }
}

/// RFC 9111 §4.3.4: a 304 without validators is about what is stored without validators; RFC 9110 §15.4.5: where nothing is
/// stored, it is for the client to understand.
#[test]
fn a_304_without_any_condition_is_about_what_is_stored() {
    let not_modified = "HTTP/1.1 304 Not Modified\r\n\r\n";
    let origin = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=0\r\nContent-Length: 3\r\n\r\nold",
        not_modified,
        not_modified,
        not_modified,
    ]);
    let proxy = proxy(&[]);
    let asked = |path, fields| {
        let text = ask(&proxy, &get(origin.address, path, fields));
        (parts(&text).0, parts(&text).2.to_owned())
    };
    assert_eq!(asked("/", ""), (200, "old".to_owned()));
    assert_eq!(asked("/", ""), (200, "old".to_owned()));
    assert_eq!(asked("/", "If-None-Match: \"1\"\r\n"), (304, String::new()));
    assert_eq!(asked("/other", ""), (304, String::new()));
}

/// RFC 9111 §4.2.4: stale content is for when the origin is out of reach; one that breaks the rules was reached.
#[test]
fn a_malformed_response_is_not_covered_up_with_stale_content() {
    let origin = Scripted::new(&[
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=0\r\nContent-Length: 3\r\n\r\nold",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnew",
    ]);
    let proxy = proxy(&[]);
    ask(&proxy, &get(origin.address, "/", ""));
    let text = ask(&proxy, &get(origin.address, "/", ""));
    assert_eq!(parts(&text).0, 502, "{text}");
}

/// RFC 9111 §4.3.2: without Last-Modified, Date says since when the content is known; but RFC 9110 §13.1.5 takes only
/// Last-Modified for what a range is of.
#[test]
fn without_a_last_modified_the_date_answers_if_modified_since() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let origin = Scripted::new(&[&format!(
        "HTTP/1.1 200 OK\r\nDate: {date}\r\nCache-Control: max-age=2000000000\r\nContent-Length: 3\r\n\r\none"
    )]);
    let proxy = proxy(&[]);
    let asked = |fields: &str| {
        let text = ask(&proxy, &get(origin.address, "/", fields));
        parts(&text).0
    };
    assert_eq!(asked(""), 200);
    assert_eq!(asked(&format!("If-Modified-Since: {date}\r\n")), 304);
    let before = "Sun, 06 Nov 1994 08:49:36 GMT";
    assert_eq!(asked(&format!("If-Modified-Since: {before}\r\n")), 200);
    let range = format!("If-Range: {date}\r\nRange: bytes=0-0\r\n");
    assert_eq!(asked(&range), 200);
}

/// RFC 9111 §4.3.5: the answer to HEAD says whether what is stored is still so.
#[test]
fn an_answer_to_head_updates_what_is_stored_or_shows_that_it_is_old() {
    let stored = "HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nETag: \"1\"\r\nX-A: old\r\nContent-Length: 3\r\n\r\none";
    for (head, is_same) in [
        ("ETag: \"1\"\r\nContent-Length: 3", true),
        ("Content-Length: 3", true),
        ("ETag: \"2\"\r\nContent-Length: 3", false),
        ("ETag: \"1\"\r\nContent-Length: 4", false),
        (
            "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 3",
            false,
        ),
    ] {
        let origin = Scripted::new(&[
            stored,
            &format!("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nX-A: new\r\n{head}\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo",
        ]);
        let proxy = proxy(&[]);
        ask(&proxy, &get(origin.address, "/", ""));
        let request = get(origin.address, "/", "Cache-Control: no-cache\r\n");
        let text = ask(&proxy, &request.replacen("GET", "HEAD", 1));
        assert_eq!((parts(&text).0, parts(&text).2), (200, ""), "{text}");
        let text = ask(&proxy, &get(origin.address, "/", ""));
        let hit = cache_status(&text).starts_with("netlab; hit");
        assert_eq!(hit, is_same, "{head}: {text}");
        if is_same {
            assert_eq!(field(parts(&text).1, "X-A"), Some("new"));
            assert_eq!(parts(&text).2, "one");
        }
    }
}

/// RFC 9111 §5.2.2.5, §5.2.2.7: nothing of a 304 that says so is stored, so that what is stored cannot be kept up to date.
#[test]
fn a_304_can_say_that_nothing_is_to_be_stored_any_more() {
    for control in ["no-store", "private"] {
        let origin = Scripted::new(&[
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=0\r\nETag: \"1\"\r\nContent-Length: 3\r\n\r\none",
            &format!(
                "HTTP/1.1 304 Not Modified\r\nCache-Control: {control}\r\nETag: \"1\"\r\n\r\n"
            ),
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo",
        ]);
        let proxy = proxy(&[]);
        for (condition, content) in [(None, "one"), (Some("\"1\""), "one"), (None, "two")] {
            let text = ask(&proxy, &get(origin.address, "/", ""));
            assert_eq!((parts(&text).0, parts(&text).2), (200, content), "{text}");
            assert_eq!(field(&origin.request(), "If-None-Match"), condition);
        }
    }
}

/// RFC 9111 §4.4: it says what was so before the POST. A new response is not stored, and a 304 does not bring an old one back.
#[test]
fn a_response_that_a_post_overtakes_is_not_stored() {
    let one = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nETag: \"1\"\r\nConnection: close\r\nContent-Length: 3\r\n\r\none";
    let unchanged = "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nConnection: close\r\n\r\n";
    for (is_stored, answer) in [(false, one), (true, unchanged)] {
        let origin = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = origin.local_addr().unwrap();
        let proxy = proxy(&[]);
        let begin = |request: &str| {
            let mut client = dial(proxy.tcp());
            client.write_all(request.as_bytes()).unwrap();
            client
        };
        let accept = || {
            let mut asked = origin.accept().unwrap().0;
            read_head(&mut asked);
            asked
        };
        let end = |asked: TcpStream, answer: &str, mut client: TcpStream| {
            (&asked).write_all(answer.as_bytes()).unwrap();
            drop(asked);
            client.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut text = String::new();
            client.read_to_string(&mut text).unwrap();
            text
        };
        if is_stored {
            let client = begin(&get(at, "/", ""));
            end(accept(), one, client);
        }
        let slow = begin(&get(at, "/", "Cache-Control: no-cache\r\n"));
        let slow_asked = accept();
        let post = get(at, "/", "Content-Length: 0\r\n").replacen("GET", "POST", 1);
        let post = begin(&post);
        assert!(end(accept(), OK, post).ends_with("ok"));
        let text = end(slow_asked, answer, slow);
        assert_eq!((parts(&text).0, parts(&text).2), (200, "one"), "{text}");
        let text = ask(&proxy, &get(at, "/", "Cache-Control: only-if-cached\r\n"));
        assert_eq!(parts(&text).0, 504, "{text}");
    }
}

/// Content that leaves without a copy is the same octets, fetched, stored and in part.
#[test]
fn large_content_is_the_same_from_the_origin_and_from_the_cache() {
    let content: String = (0..40_000).map(|number| format!("{number:05}")).collect();
    let head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n";
    let known = format!("{head}Content-Length: {}\r\n\r\n{content}", content.len());
    let chunked = format!(
        "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{content}\r\n0\r\n\r\n",
        content.len()
    );
    for response in [known, chunked] {
        let origin = Scripted::new(&[&response]);
        let proxy = proxy(&[]);
        let url = format!("http://{}/", origin.address);
        let through = format!("http://{}", proxy.tcp());
        for _ in 0..2 {
            let output = run(&["http", "get", "--proxy", &through, &url]);
            assert!(stdout(&output) == content, "{} octets", output.stdout.len());
        }
        let part = run(&[
            "http",
            "get",
            "--proxy",
            &through,
            "-H",
            "Range: bytes=1-150000",
            &url,
        ]);
        assert!(stdout(&part) == content[1..=150_000]);
    }
}
