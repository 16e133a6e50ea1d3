use super::{SameSite, SetCookie};
use crate::date::HttpDate;
use alloc::format;
use alloc::vec::Vec;

fn decode(value: &'static str) -> SetCookie<'static> {
    SetCookie::decode(value.as_bytes()).unwrap()
}

/// RFC 6265 §3.1, all its examples.
#[test]
fn reads_the_examples() {
    let plain = decode("SID=31d4d96e407aad42");
    assert_eq!(
        (plain.name(), plain.value()),
        (&b"SID"[..], &b"31d4d96e407aad42"[..])
    );
    let scoped = decode("SID=31d4d96e407aad42; Path=/; Domain=example.com");
    assert_eq!(
        (scoped.path(), scoped.domain()),
        (Some(&b"/"[..]), Some(&b"example.com"[..]))
    );
    let secure = decode("SID=31d4d96e407aad42; Path=/; Secure; HttpOnly");
    assert!(secure.secure && secure.http_only);
    let expiring = decode("lang=en-US; Expires=Wed, 09 Jun 2021 10:18:14 GMT");
    assert_eq!(expiring.expires.unwrap().to_unix(), 1_623_233_894);
    let gone = decode("lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(
        (gone.value(), gone.expires.unwrap().to_unix()),
        (&b""[..], 784_111_777)
    );
}

/// RFC 6265 §5.2 and §5.2.1 to §5.2.6.
#[test]
fn attributes_as_user_agents_read_them() {
    assert_eq!(decode("a = b = c ;x").value(), b"b = c");
    assert_eq!(decode("a=\"b c\"").value(), b"\"b c\"");
    assert_eq!(decode("a=b; Expires=never").expires, None);
    assert_eq!(decode("a=b; MAX-AGE=60; max-age=x").max_age, Some(60));
    for (text, seconds) in [
        ("-1", Some(-1)),
        ("0", Some(0)),
        ("+1", None),
        ("1.5", None),
        ("", None),
        ("-", None),
    ] {
        let value = format!("a=b; Max-Age={text}");
        assert_eq!(
            SetCookie::decode(value.as_bytes()).unwrap().max_age,
            seconds,
            "{text}"
        );
    }
    assert_eq!(
        decode("a=b; Max-Age=99999999999999999999").max_age,
        Some(i64::MAX)
    );
    assert_eq!(
        decode("a=b; Max-Age=-99999999999999999999").max_age,
        Some(-i64::MAX)
    );
    assert_eq!(
        decode("a=b; Domain=.Example.com").domain(),
        Some(&b"Example.com"[..])
    );
    assert_eq!(
        decode("a=b; Domain=x.org; Domain=").domain(),
        Some(&b"x.org"[..])
    );
    assert_eq!(decode("a=b; Path=/x; Path=y").path(), None);
    assert_eq!(decode("a=b; Path=/x; Path=/y").path(), Some(&b"/y"[..]));
    assert!(decode("a=b;secure=no").secure);
    assert_eq!(decode("a=b; SameSite=LAX").same_site, Some(SameSite::Lax));
    assert_eq!(decode("a=b; SameSite=Lax; SameSite=what").same_site, None);
    assert_eq!(decode("a=b;;; ;=;Unknown=1").max_age, None);
    assert_eq!(SetCookie::decode(b"\xff=\xfe").unwrap().value(), b"\xfe");
    // §5.2.3 cuts the dot off; §5.3 step 6 takes the empty domain that is left for none, and step 4 the last attribute.
    for value in ["a=b; Domain=.", "a=b; Domain=x.org; Domain=."] {
        assert_eq!(decode(value).domain(), None, "{value}");
    }
}

#[test]
fn refuses_what_user_agents_ignore() {
    for (value, offset) in [
        (&b""[..], 0),
        (b"a", 1),
        (b"a; b=c", 1),
        (b"=b", 0),
        (b" = b", 0),
        (b"a=b\x00", 3),
        (b"a=b; c=\n", 7),
    ] {
        assert_eq!(
            SetCookie::decode(value).unwrap_err().offset(),
            offset,
            "{}",
            value.escape_ascii()
        );
    }
    let mut long = b"a=".to_vec();
    long.resize(2 + 4095, b'x');
    assert!(SetCookie::decode(&long).is_ok());
    long.push(b'x');
    assert!(SetCookie::decode(&long).is_err());
    let mut attribute = b"a=b; Path=/".to_vec();
    attribute.resize(attribute.len() + 1024, b'x');
    assert_eq!(SetCookie::decode(&attribute).unwrap().path(), None);
}

/// RFC 6265 §5.3: Max-Age goes before Expires.
#[test]
fn ends() {
    let now = HttpDate::from_unix(1000).unwrap();
    assert_eq!(decode("a=b").expires_at(now), None);
    assert_eq!(
        decode("a=b; Max-Age=5; Expires=Sun, 06 Nov 1994 08:49:37 GMT")
            .expires_at(now)
            .unwrap()
            .to_unix(),
        1005
    );
    assert_eq!(
        decode("a=b; Max-Age=0").expires_at(now),
        Some(HttpDate::MIN)
    );
    assert_eq!(
        decode("a=b; Max-Age=-5").expires_at(now),
        Some(HttpDate::MIN)
    );
    assert_eq!(
        decode("a=b; Max-Age=99999999999999999999").expires_at(now),
        Some(HttpDate::MAX)
    );
}

/// RFC 6265 §4.1.1.
#[test]
fn writes_what_servers_should() {
    let mut cookie = SetCookie::new("SID", "31d4")
        .unwrap()
        .with_path("/a")
        .unwrap()
        .with_domain("example.com")
        .unwrap();
    cookie.expires = HttpDate::from_unix(784_111_777);
    cookie.max_age = Some(60);
    cookie.secure = true;
    cookie.http_only = true;
    cookie.same_site = Some(SameSite::Strict);
    let mut out = Vec::new();
    cookie.encode(&mut out);
    assert_eq!(
        out,
        b"SID=31d4; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=60; Domain=example.com; Path=/a; Secure; HttpOnly; SameSite=Strict"
    );
    assert_eq!(SetCookie::decode(&out), Ok(cookie));
}

#[test]
fn cannot_be_made_to_inject() {
    for value in [
        "a b", "a;b", "a,b", "a\\b", "a\r\nb", "\u{e9}", "\"a", "a\"b",
    ] {
        assert!(SetCookie::new("a", value).is_err(), "{value}");
    }
    assert!(SetCookie::new("a", "\"b\"").is_ok());
    assert!(SetCookie::new("", "b").is_err());
    assert!(SetCookie::new("a=", "b").is_err());
    let cookie = SetCookie::new("a", "b").unwrap();
    for path in ["", "a", "/a;b", "/a\n", "/a "] {
        assert!(cookie.with_path(path).is_err(), "{path}");
    }
    for domain in ["", ".a", "a;b", "a b", "a\r"] {
        assert!(cookie.with_domain(domain).is_err(), "{domain}");
    }
    assert_eq!(format!("{cookie:?}"), "SetCookie { name: \"a\", .. }");
}
