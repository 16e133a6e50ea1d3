use super::{Challenge, Credentials, decode_challenges};
use alloc::format;
use alloc::vec::Vec;

fn schemes(line: &'static str) -> Vec<(&'static str, usize)> {
    let challenges = decode_challenges([line.as_bytes()]).unwrap();
    challenges
        .iter()
        .map(|challenge| (challenge.scheme(), challenge.parameters().len()))
        .collect()
}

/// RFC 9110 §11.6.1.
#[test]
fn reads_the_example() {
    let line = r#"Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"""#;
    assert_eq!(schemes(line), [("Basic", 1), ("Newauth", 3)]);
}

#[test]
fn commas_part_challenges_and_parameters() {
    assert_eq!(schemes("Negotiate"), [("Negotiate", 0)]);
    assert_eq!(
        schemes("Negotiate, Basic realm=x"),
        [("Negotiate", 0), ("Basic", 1)]
    );
    assert_eq!(
        schemes(", ,Digest , , a = b ,, c=\"d, e=f\" , Basic realm = \"x\","),
        [("Digest", 2), ("Basic", 1)]
    );
    let token68 = decode_challenges([&b"Negotiate YII=, Bearer"[..]]).unwrap();
    assert_eq!(token68[0].token68(), Some("YII="));
    assert_eq!(token68[1].token68(), None);
    assert_eq!(
        decode_challenges([&b"Digest a=b"[..], b"c=d, Basic realm=x"])
            .unwrap()
            .len(),
        2
    );
    assert!(decode_challenges([&b""[..]]).unwrap().is_empty());
}

#[test]
fn refuses_what_is_no_challenge_and_says_where() {
    for (value, offset) in [
        ("Basic realm=\"x", 14),
        ("Basic, realm=x", 7),
        ("realm=x", 0),
        ("Negotiate a=, b=c", 14),
        ("Basic realm=x y", 14),
        ("Basic a=b realm=,", 10),
        ("\"x\"", 0),
    ] {
        let error = decode_challenges([value.as_bytes()]).unwrap_err();
        assert_eq!(error.offset(), offset, "{value}: {error}");
    }
}

#[test]
fn writes_what_it_read() {
    let line = br#"Digest realm="a \"b\"", algorithm=SHA-256, qop="auth", stale=true"#;
    let read = decode_challenges([&line[..]]).unwrap();
    let mut out = Vec::new();
    read[0].encode(&mut out);
    assert_eq!(out, line);
    assert!(Challenge::new("a b").is_err());
    assert!(
        Challenge::new("a")
            .unwrap()
            .with_parameter("realm", b"a\r\nb")
            .is_err()
    );
}

#[test]
fn credentials_are_one_and_secret() {
    let digest =
        Credentials::decode(b"Digest username=\"Mufasa\", uri=\"/dir/index.html\"").unwrap();
    assert_eq!(digest.parameter("URI").unwrap(), b"/dir/index.html");
    assert_eq!(
        format!("{digest:?}"),
        "Credentials { scheme: \"Digest\", .. }"
    );
    assert_eq!(Credentials::decode(b"").unwrap_err().offset(), 0);
    assert_eq!(
        Credentials::decode(b"Basic YTpi, Basic YTpj")
            .unwrap_err()
            .offset(),
        12
    );
}
