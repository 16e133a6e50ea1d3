use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Name, NameBuf};
use crate::error::ErrorKind;

fn name(text: &str) -> NameBuf {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// RFC 4034 §6.1, the list of the RFC itself.
#[test]
fn orders_canonically() {
    let sorted: Vec<NameBuf> = [
        "example",
        "a.example",
        "yljkjljk.a.example",
        "Z.a.example",
        "zABC.a.EXAMPLE",
        "z.example",
        r"\001.z.example",
        "*.z.example",
        r"\200.z.example",
    ]
    .iter()
    .map(|text| name(text))
    .collect();
    let mut shuffled = sorted.clone();
    shuffled.reverse();
    shuffled.sort();
    assert_eq!(shuffled, sorted);
}

#[test]
fn text_goes_both_ways() {
    for (text, wire) in [
        (".", &b"\0"[..]),
        ("a.", b"\x01a\0"),
        (r"a\.b.c.", b"\x03a.b\x01c\0"),
        (r"\000\255\032.", b"\x03\x00\xff \0"),
        (r"\@\$\(\)\;\\.", b"\x06@$();\\\0"),
        ("*.x.", b"\x01*\x01x\0"),
    ] {
        assert_eq!(name(text).octets(), wire, "{text}");
        assert_eq!(Name::decode(wire).unwrap().to_string(), text);
    }
}

#[test]
fn refuses_bad_text() {
    let long = "a".repeat(64);
    for (text, kind) in [
        ("", ErrorKind::MissingField),
        ("a..b", ErrorKind::EmptyLabel),
        (".a", ErrorKind::EmptyLabel),
        ("..", ErrorKind::EmptyLabel),
        (r"a\", ErrorKind::BadEscape),
        (r"\256.", ErrorKind::BadEscape),
        (r"\12.", ErrorKind::BadEscape),
        (long.as_str(), ErrorKind::LabelTooLong),
    ] {
        assert_eq!(text.parse::<NameBuf>().unwrap_err().kind(), &kind, "{text}");
    }
}

/// RFC 1035 §2.3.4: 255 octets are a name, 256 are not.
#[test]
fn length_limits() {
    let label = "a".repeat(63);
    let text = [label.as_str(), &label, &label, &"b".repeat(61)].join(".");
    assert_eq!(name(&text).octets().len(), 255);
    assert_eq!(
        [text.as_str(), "c"]
            .join(".")
            .parse::<NameBuf>()
            .unwrap_err()
            .kind(),
        &ErrorKind::NameTooLong
    );
    let text = [label.as_str(), &label, &label, &"b".repeat(62)].join(".");
    assert_eq!(
        text.parse::<NameBuf>().unwrap_err().kind(),
        &ErrorKind::NameTooLong
    );
}

#[test]
fn compares_and_hashes_without_case() {
    use core::hash::BuildHasher;
    let state = std::hash::RandomState::new();
    let (a, b) = (name("WWW.Example.COM"), name("www.example.com."));
    assert_eq!(a, b);
    assert_eq!(state.hash_one(&a), state.hash_one(&b));
    assert!(!a.as_name().eq_with_case(b.as_name()));
    // The octets 0x40 and 0x60 differ by the bit that letters fold, and are no letters.
    assert_ne!(name(r"\064"), name(r"\096"));
    assert_ne!(name("ab.c"), name("a.bc"));
}

#[test]
fn walks_up() {
    let www = name("www.example.com");
    let parents: Vec<_> = www
        .as_name()
        .ancestors()
        .map(|name| name.to_string())
        .collect();
    assert_eq!(parents, ["www.example.com.", "example.com.", "com.", "."]);
    assert!(www.as_name().is_subdomain_of(name("EXAMPLE.com").as_name()));
    assert!(www.as_name().is_subdomain_of(Name::ROOT));
    assert!(!www.as_name().is_subdomain_of(name("ample.com").as_name()));
    assert!(!name("com").as_name().is_subdomain_of(www.as_name()));
}

/// RFC 6672 §2.2, table 1.
#[test]
fn dname_substitution() {
    let replace = |qname: &str, owner: &str, target: &str| {
        NameBuf::replace_ancestor(
            name(qname).as_name(),
            name(owner).as_name(),
            name(target).as_name(),
        )
        .unwrap()
    };
    assert_eq!(
        replace("a.example.com.", "example.com.", "example.net."),
        Some(name("a.example.net."))
    );
    assert_eq!(
        replace("example.com.", "example.com.", "example.net."),
        None
    );
    assert_eq!(
        replace("foo.bar.example.com.", "example.com.", "."),
        Some(name("foo.bar."))
    );
    assert_eq!(
        replace("ab.example.com.", "b.example.com.", "example.net."),
        None
    );
}

#[test]
fn reverse_names() {
    let v6 = NameBuf::reverse("4321:0:1:2:3:4:567:89ab".parse().unwrap());
    // RFC 3596 §2.5, the example of the RFC.
    assert_eq!(
        v6.to_string(),
        "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa."
    );
    for address in ["10.2.0.52", "255.0.100.9", "4321:0:1:2:3:4:567:89ab", "::"] {
        let address = address.parse().unwrap();
        assert_eq!(
            NameBuf::reverse(address).as_name().reverse_address(),
            Some(address)
        );
    }
    for other in [
        "0.192.in-addr.arpa",
        "01.2.0.192.in-addr.arpa",
        "256.2.0.192.in-addr.arpa",
        "a.b.c.d.e.f",
    ] {
        assert_eq!(name(other).as_name().reverse_address(), None, "{other}");
    }
}
