//! What of a directory `netlab http serve` gives, and what it does not.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::harness::dial;
use crate::http::{Folder, converse, field, get, parts, serve, serve_with};

#[test]
fn nothing_outside_of_the_directory_is_seen() {
    let folder = Folder::site();
    symlink(folder.path("secret.txt"), folder.path("site/out.txt")).unwrap();
    symlink(folder.path("."), folder.path("site/outdir")).unwrap();
    symlink("a.txt", folder.path("site/in.txt")).unwrap();
    let server = serve(&folder);
    for path in [
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/sub/..%2f..%2fsecret.txt",
        "//../secret.txt",
        "/a.txt%00.html",
        "/.hidden",
        "/./.hidden",
        "/%2ehidden",
        "/out.txt",
        "/outdir/secret.txt",
        "http://a.test/../secret.txt",
    ] {
        let text = converse(server.tcp(), get(path, "").as_bytes());
        assert!(text.starts_with("HTTP/1.1 4"), "{path}: {text}");
        assert!(
            !text.contains("secret\n") && !text.ends_with("secret"),
            "{path}"
        );
    }
    for path in ["/in.txt", "/./in.txt"] {
        let text = converse(server.tcp(), get(path, "").as_bytes());
        assert_eq!(parts(&text).2, "0123456789");
    }
    let absolute = folder.path("site/a.txt");
    symlink(absolute, folder.path("site/absolute.txt")).unwrap();
    let text = converse(server.tcp(), get("/absolute.txt", "").as_bytes());
    assert_eq!(parts(&text).2, "0123456789");
    let text = converse(server.tcp(), get("/a.txt/", "").as_bytes());
    assert_eq!(parts(&text).0, 404);
    let _socket = std::os::unix::net::UnixListener::bind(folder.path("site/sock")).unwrap();
    let text = converse(server.tcp(), get("/sock", "").as_bytes());
    assert_eq!(parts(&text).0, 404);
    let listing = converse(server.tcp(), get("/", "").as_bytes());
    assert!(listing.contains("\"in.txt\""), "{listing}");
    assert!(!listing.contains("sock"), "{listing}");
    // A name that leads to 404 tells what is outside all the same.
    assert!(
        !listing.contains("out.txt") && !listing.contains("outdir"),
        "{listing}"
    );
}

#[test]
fn directories() {
    let folder = Folder::site();
    let server = serve(&folder);
    let listing = converse(server.tcp(), get("/sub/", "").as_bytes());
    let (status, _, body) = parts(&listing);
    assert_eq!(status, 200);
    assert!(
        body.contains("<a href=\"b%20&amp;%20c.html\">b &amp; c.html</a>")
            || body.contains("<a href=\"b%20%26%20c.html\">b &amp; c.html</a>"),
        "{body}"
    );
    let elsewhere = converse(server.tcp(), get("/sub?x=1", "").as_bytes());
    let (status, head, _) = parts(&elsewhere);
    assert_eq!((status, field(head, "Location")), (301, Some("/sub/?x=1")));
    fs::write(folder.path("site/sub/index.html"), "<p>index").unwrap();
    let index = converse(server.tcp(), get("/sub/", "").as_bytes());
    assert_eq!(parts(&index).2, "<p>index");
}

/// An address with a slash at its end and a path with one at its start, joined as texts.
#[test]
fn slashes_in_a_row_are_one() {
    let folder = Folder::site();
    let server = serve(&folder);
    let text = converse(server.tcp(), get("//a.txt", "").as_bytes());
    let (status, _, body) = parts(&text);
    assert_eq!((status, body), (200, "0123456789"));
    // What the link in `Location` leads to must not be another host.
    let text = converse(server.tcp(), get("//sub", "").as_bytes());
    let (status, head, _) = parts(&text);
    assert_eq!((status, field(head, "Location")), (301, Some("/sub/")));
}

#[test]
fn a_large_file_arrives_whole() {
    let folder = Folder::site();
    let content: Vec<u8> = (0..3_000_000_u32)
        .map(|number| u8::try_from(number % 251).unwrap())
        .collect();
    fs::write(folder.path("site/big"), &content).unwrap();
    let server = serve(&folder);
    let mut stream = dial(server.tcp());
    stream.write_all(get("/big", "").as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.ends_with(&content));
    assert!(Path::new(&folder.path("site/big")).exists());
}

/// Parts of a large file are sent in other ways than small ones, and than those that somebody watches.
#[test]
fn large_and_small_parts_of_a_file_are_the_same_octets() {
    let folder = Folder::site();
    let content: String = (0..100_000_u32)
        .map(|number| char::from(b'a' + (number % 23) as u8))
        .collect();
    fs::write(folder.path("site/big.txt"), &content).unwrap();
    for watched in [&[][..], &["--trace", "-q"]] {
        let server = serve_with(&folder, watched);
        let mut requests = String::new();
        let ranges = [
            (0, 99_999),
            (1, 90_000),
            (40_000, 72_767),
            (5, 5),
            (99_990, 99_999),
        ];
        for (first, last) in ranges {
            requests += &format!(
                "GET /big.txt HTTP/1.1\r\nHost: a.test\r\nRange: bytes={first}-{last}\r\n\r\n"
            );
        }
        requests += &get("/big.txt", "Range: bytes=0-40000,50000-50001\r\n");
        // All on one connection: each reply begins where the one before ended.
        let text = converse(server.tcp(), requests.as_bytes());
        let mut rest = text.as_str();
        for (first, last) in ranges {
            let (head, body) = rest.split_once("\r\n\r\n").unwrap();
            assert_eq!(
                field(head, "Content-Length"),
                Some(&*(last - first + 1).to_string())
            );
            let (part, more) = body.split_at(last - first + 1);
            assert!(part == &content[first..=last], "{first}-{last}");
            rest = more;
        }
        let (_, head, body) = parts(rest);
        let length: usize = field(head, "Content-Length").unwrap().parse().unwrap();
        assert_eq!(body.len(), length);
        assert!(body.contains(&content[..=40_000]));
    }
}

/// What makes a site anew often removes its directory first.
#[test]
fn a_directory_that_was_made_anew_is_served() {
    let folder = Folder::site();
    let server = serve(&folder);
    let ask = |path| {
        let text = converse(server.tcp(), get(path, "").as_bytes());
        let (status, _, body) = parts(&text);
        (status, body.to_owned())
    };
    assert_eq!(ask("/a.txt"), (200, "0123456789".to_owned()));
    fs::remove_dir_all(folder.path("site")).unwrap();
    assert_eq!(ask("/a.txt").0, 404);
    assert_eq!(ask("/").0, 404);
    fs::create_dir_all(folder.path("site/sub")).unwrap();
    symlink(folder.path("secret.txt"), folder.path("site/out.txt")).unwrap();
    for (file, text) in [("a.txt", "new"), ("sub/index.html", "new page")] {
        fs::write(folder.path("site").join(file), text).unwrap();
    }
    assert_eq!(ask("/a.txt"), (200, "new".to_owned()));
    assert_eq!(ask("/sub/"), (200, "new page".to_owned()));
    assert_eq!(ask("/out.txt").0, 404);
    assert_eq!(ask("/none.txt").0, 404);
    assert!(ask("/").1.contains("a.txt"));
}

/// What is there must not be said to be forbidden or cut off when the server is short of something.
#[cfg(target_os = "linux")]
#[test]
fn without_a_descriptor_for_it_a_file_or_a_listing_gets_503() {
    let folder = Folder::site();
    fs::write(folder.path("site/sub/index.html"), "index").unwrap();
    let server = serve(&folder);
    let mut stream = dial(server.tcp());
    let mut ask = |path| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = Vec::new();
        while !reply.ends_with(b"\r\n\r\n") {
            let mut octet = [0];
            stream.read_exact(&mut octet).unwrap();
            reply.extend(octet);
        }
        let head = String::from_utf8(reply).unwrap();
        let length = field(&head, "Content-Length").unwrap().parse().unwrap();
        stream.read_exact(&mut vec![0; length]).unwrap();
        parts(&head).0
    };
    // No file that is asked for below: one that was sent a moment ago need not be opened.
    assert_eq!(ask("/none"), 404);
    server.while_it_gets_no_descriptor(|| {
        for path in ["/a.txt", "/sub/", "/"] {
            assert_eq!(ask(path), 503, "{path}");
        }
    });
    for path in ["/a.txt", "/sub/", "/"] {
        assert_eq!(ask(path), 200, "{path}");
    }
}
