//! `netlab http get` where curl's habits and odd servers meet.

use crate::harness::{closed_port, run, stderr, stdout};
use crate::http::{Folder, field};
use crate::http_get::Scripted;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// As curl: `Name:` leaves a field out, `Name;` sends it empty.
#[test]
fn a_field_can_be_left_out_or_sent_empty() {
    let origin = Scripted::new(&[OK]);
    let url = format!("http://{}/", origin.address);
    let fields = ["User-Agent:", "accept: ", "X-Empty;", "X-None:", "X-A: ;"];
    let mut args = vec!["http", "get"];
    for line in fields {
        args.extend(["-H", line]);
    }
    args.push(&url);
    let output = run(&args);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let request = origin.request();
    for gone in ["User-Agent", "Accept", "X-None"] {
        assert_eq!(field(&request, gone), None, "{request}");
    }
    assert_eq!(field(&request, "X-Empty"), Some(""));
    assert_eq!(field(&request, "X-A"), Some(";"));
    let output = run(&["http", "get", "-H", "no colon", &url]);
    assert_eq!(output.status.code(), Some(2));
    let output = run(&["http", "get", "-H", "Host:", &url]);
    assert_eq!(output.status.code(), Some(2));
    let errors = stderr(&output);
    assert!(errors.contains("without Host breaks RFC 9112"), "{errors}");
}

/// As curl: the others are fetched all the same.
#[test]
fn one_that_fails_does_not_stop_the_others() {
    let origin = Scripted::new(&["HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", OK]);
    let there = format!("http://{}/", origin.address);
    let nowhere = format!("http://127.0.0.1:{}/", closed_port());
    let output = run(&["http", "get", "--fail", &there, &nowhere, &there]);
    assert_eq!(stdout(&output), "ok");
    let errors = stderr(&output);
    assert_eq!(errors.lines().count(), 2, "{errors}");
    assert!(errors.contains("gives 404"), "{errors}");
    assert!(errors.contains("connection refused"), "{errors}");
    assert_eq!(output.status.code(), Some(10), "the first one's");
}

/// That cookies cannot be kept does not hide what went wrong before.
#[test]
fn a_refused_connection_is_told_where_cookies_cannot_be_kept() {
    let folder = Folder::new();
    let jar = folder.text("none/jar");
    let nowhere = format!("http://127.0.0.1:{}/", closed_port());
    let output = run(&["http", "get", "--cookies", &jar, &nowhere]);
    let errors = stderr(&output);
    assert!(errors.contains("connection refused"), "{errors}");
    assert!(errors.contains(&format!("cannot write {jar}")), "{errors}");
    assert_eq!(output.status.code(), Some(7));
    let origin = Scripted::new(&[OK]);
    let there = format!("http://{}/", origin.address);
    let output = run(&["http", "get", "--cookies", &jar, &there]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

/// An empty Location leads nowhere, as with curl and browsers.
#[test]
fn an_empty_location_leads_nowhere() {
    let origin =
        Scripted::new(&["HTTP/1.1 302 Found\r\nLocation: \r\nContent-Length: 4\r\n\r\nhere"]);
    let output = run(&["http", "get", "-L", &format!("{}/", origin.address)]);
    assert_eq!(stdout(&output), "here", "{}", stderr(&output));
}

/// Content of a redirection that does not end is not waited for.
#[test]
fn an_endless_redirection_is_left() {
    let body = "x".repeat(3 * 1024 * 1024);
    let origin = Scripted::new(&[
        &format!(
            "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 9000000000\r\nConnection: close\r\n\r\n{body}"
        ),
        OK,
    ]);
    let output = run(&["http", "get", "-L", &format!("{}/a", origin.address)]);
    assert_eq!(stdout(&output), "ok", "{}", stderr(&output));
    assert!(origin.request().starts_with("GET /a "));
    assert!(origin.request().starts_with("GET /b "));
}

/// RFC 6265 §5.4: longer paths first, then the older cookie, all in one field; §5.3: none for another host.
#[test]
fn cookies_go_in_their_order_in_one_field() {
    let folder = Folder::site();
    let jar = folder.text("jar.json");
    let sets = [
        "z=1; Path=/",
        "y=2; Path=/",
        "x=3; Path=/deep",
        "w=4; Path=/",
        "v=5; Path=/deep/er",
        "u=6; Domain=b.test",
        "t=7; Domain= . a.test",
        "s=8; Domain=test",
        "r=9; Path=/; Domain=A.test",
        // It cannot be sent, and keeps none of the others from it.
        "q=1\t0; Path=/",
    ];
    let sets: String = sets
        .iter()
        .map(|set| format!("Set-Cookie: {set}\r\n"))
        .collect();
    let origin = Scripted::new(&[
        &format!("HTTP/1.1 200 OK\r\n{sets}Content-Length: 0\r\n\r\n"),
        OK,
    ]);
    let proxy = format!("http://{}", origin.address);
    let get = |more: &[&str]| {
        let args = ["http", "get", "-x", &proxy, "--cookies", &jar];
        let args = [&args, more].concat();
        let output = run(&args);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        origin.request()
    };
    get(&["http://a.test/deep/er/x"]);
    let request = get(&["-H", "Cookie: own=0", "http://a.test/deep/er/y"]);
    let lines = request.lines();
    let cookies: Vec<&str> = lines.filter(|line| line.starts_with("Cookie:")).collect();
    assert_eq!(
        cookies,
        ["Cookie: v=5; x=3; z=1; y=2; w=4; r=9; own=0"],
        "{request}"
    );
}

/// RFC 6265 §5.1.1: whatever form the date has, a cookie whose time is over is gone.
#[test]
fn cookies_end_by_dates_of_any_form() {
    let folder = Folder::new();
    for date in [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Thu, 1 Jan 1970 00:00:00 -0000",
        "Thu Jan 01 1970 00:00:00 GMT+0000 (UTC)",
    ] {
        let jar = folder.text("jar.json");
        let ends = format!(
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=; Expires={date}\r\nContent-Length: 0\r\n\r\n"
        );
        let origin = Scripted::new(&[
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n",
            &ends,
            OK,
        ]);
        let url = format!("http://{}/", origin.address);
        let output = run(&["http", "get", "--cookies", &jar, &url, &url, &url]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let cookies = [(); 3].map(|()| field(&origin.request(), "Cookie").map(str::to_owned));
        assert_eq!(cookies, [None, Some("a=1".to_owned()), None], "{date}");
    }
}

/// As curl: with -i every head on the way is shown, and with --fail the head although not the content.
#[test]
fn every_head_is_shown() {
    let origin = Scripted::new(&[
        "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 4\r\n\r\naway",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
    ]);
    let output = run(&["http", "get", "-iL", "-f", &format!("{}/a", origin.address)]);
    assert_eq!(
        stdout(&output),
        "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 4\r\n\r\n\
         HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n"
    );
    assert_eq!(output.status.code(), Some(10), "{}", stderr(&output));
}
