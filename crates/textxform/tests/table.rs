//! Inputs and outputs of every transform, the texts of errors, and that lists and pages are whole.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests may be blunt"
)]

use textxform::{ALL, Chain, Entry, Rot13, Transform, by_name};

fn apply(chain: &str, input: &[u8]) -> Result<Vec<u8>, String> {
    let mut chain: Chain = chain
        .parse()
        .unwrap_or_else(|error| panic!("{chain}: {error}"));
    chain.apply(input).map_err(|error| error.to_string())
}

const TABLE: &[(&str, &str, &str)] = &[
    ("uppercase", "a-z é ß @[`{ \u{7f}", "A-Z é ß @[`{ \u{7f}"),
    ("lowercase", "A-Z É @[`{", "a-z É @[`{"),
    ("swapcase", "aBc É @[`{", "AbC É @[`{"),
    (
        "rot13",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz",
        "NOPQRSTUVWXYZABCDEFGHIJKLM nopqrstuvwxyzabcdefghijklm",
    ),
    (
        "caesar:3",
        "The quick brown fox, xyz é",
        "Wkh txlfn eurzq ira, abc é",
    ),
    (
        "caesar:-3",
        "Wkh txlfn eurzq ira, abc",
        "The quick brown fox, xyz",
    ),
    ("caesar:0", "same", "same"),
    ("caesar:26", "same", "same"),
    ("caesar:-27", "bcd", "abc"),
    ("caesar:2147483647", "a", "x"),
    ("caesar:-2147483648", "a", "c"),
    (
        "rot47",
        "The Quick Brown Fox! ~é",
        "%96 \"F:4< qC@H? u@IP Oé",
    ),
    ("atbash", "abc xyz ABC", "zyx cba ZYX"),
    ("vigenere:LEMON", "ATTACK AT DAWN", "LXFOPV EF RNHR"),
    ("vigenere:lemon", "attack at dawn", "lxfopv ef rnhr"),
    ("vigenere:-lemon", "LXFOPV EF RNHR", "ATTACK AT DAWN"),
    ("vigenere:a", "Same", "Same"),
    // What stands beside the letters is none and takes no letter of the key.
    ("vigenere:lemon", "@A[Z`a{z", "@L[D`m{n"),
    ("reverse", "", ""),
    ("reverse", "añ→😀b\n", "\nb😀→ña"),
    ("nfc|reverse", "e\u{301}x", "xé"),
    ("trim", " \t\r\n\u{b}\u{c}\u{85}\u{a0}\u{2003}\u{3000} ", ""),
    ("trim", "\n two  words \r\n", "two  words"),
    ("trim", " é → é  \n", "é → é"),
    ("titlecase", "don't PANIC, élan", "Don't Panic, Élan"),
    (
        "unicode-uppercase",
        "straße ﬁn ŉ ΐ",
        "STRASSE FIN ʼN \u{399}\u{308}\u{301}",
    ),
    (
        "unicode-lowercase",
        "İSTANBUL ΌΣΟΣ Σ.Α",
        "i̇stanbul όσος σ.α",
    ),
    (
        "unicode-casefold",
        "Maße MASSE ẞ ſ ς ı Ꭰ ꭰ ﬃ",
        "masse masse ss s σ ı Ꭰ Ꭰ ffi",
    ),
    (
        "nfc",
        "A\u{30a} \u{212b} \u{1112}\u{1161}\u{11ab} q\u{307}\u{323} \u{958}",
        "Å Å 한 q\u{323}\u{307} \u{915}\u{93c}",
    ),
    ("base64", "\u{fffd}>?", "77+9Pj8="),
    ("base64-decode", "77+9\r\n Pj8=\n", "\u{fffd}>?"),
    ("hex", "Az\n", "417a0a"),
    ("hex-decode", "41 7A\t0a\n", "Az\n"),
    (
        "percent-encode",
        "a-Z_0.9~ /?#%+é",
        "a-Z_0.9~%20%2F%3F%23%25%2B%C3%A9",
    ),
    ("percent-decode", "%41%c3%A9+%2525", "Aé+%25"),
    (
        "dot-stuff",
        ".\r\n.a\n b.\r\n\r\n..",
        "..\r\n..a\n b.\r\n\r\n...",
    ),
    ("crlf", "\na\r\n\r\r\n\n\rb", "\r\na\r\n\r\n\r\n\r\n\r\nb"),
    ("uppercase | rot13", "hello", "URYYB"),
    (
        "base64|reverse|reverse|base64-decode|hex|hex-decode",
        "round",
        "round",
    ),
    ("base64 | base64-decode | swapcase", "Trip", "tRIP"),
];

#[test]
fn every_row_comes_out_as_written() {
    for (chain, input, output) in TABLE {
        assert_eq!(
            apply(chain, input.as_bytes()).as_deref(),
            Ok(output.as_bytes()),
            "{chain}: {input:?}"
        );
    }
}

#[test]
fn every_transform_has_a_row() {
    for entry in ALL {
        let name = |chain: &str| chain.split([':', '|', ' ']).next().unwrap() == entry.name();
        assert!(TABLE.iter().any(|(chain, ..)| name(chain)), "{entry}");
    }
}

const REFUSED: &[(&str, &[u8], &str)] = &[
    ("reverse", b"ab\xff", "octet 2: not UTF-8"),
    (
        "titlecase",
        b"ab\xc3",
        "octet 2: a UTF-8 character is not complete",
    ),
    (
        "base64-decode",
        b"Zm9v*",
        "octet 4: expected a base64 digit, found 0x2a",
    ),
    (
        "base64-decode",
        b"Zm9vZ",
        "octet 4: a group of four base64 digits is not complete",
    ),
    (
        "base64-decode",
        b"Zg=x",
        "octet 3: expected a second `=`, found 0x78",
    ),
    (
        "base64-decode",
        b"Zg==x",
        "octet 4: expected nothing after the padding, found 0x78",
    ),
    (
        "base64-decode",
        b"Zm*=",
        "octet 2: expected a base64 digit, found 0x2a",
    ),
    (
        "base64-decode",
        b"Zm9*",
        "octet 3: expected a base64 digit, found 0x2a",
    ),
    (
        "base64-decode",
        b"Zg=*",
        "octet 3: expected a second `=`, found 0x2a",
    ),
    (
        "base64-decode",
        b"Zh==",
        "octet 1: expected a digit without unused bits before the padding, found 0x68",
    ),
    (
        "hex-decode",
        b"abc",
        "octet 2: a pair of hexadecimal digits is not complete",
    ),
    (
        "hex-decode",
        b"ab0g",
        "octet 3: expected a hexadecimal digit, found 0x67",
    ),
    (
        "percent-decode",
        b"a%4",
        "octet 1: a percent-encoded octet is not complete",
    ),
    (
        "percent-decode",
        b"a%zz",
        "octet 2: expected a hexadecimal digit after `%`, found 0x7a",
    ),
    (
        "hex-decode|reverse",
        b"c3",
        "octet 0 of the input of transform 2: a UTF-8 character is not complete",
    ),
    (
        "hex-decode|unicode-uppercase",
        b"61 ff 62 zz",
        "octet 1 of the input of transform 2: not UTF-8",
    ),
];

#[test]
fn every_refusal_says_where_and_why() {
    for (chain, input, error) in REFUSED {
        assert_eq!(
            apply(chain, input),
            Err((*error).to_owned()),
            "{chain}: {}",
            input.escape_ascii()
        );
    }
}

#[test]
fn an_error_names_the_transform_that_refused() {
    for (chain, input, stage) in [
        ("hex-decode|reverse", &b"6x"[..], 0),
        ("hex-decode|reverse", b"ff", 1),
        ("hex-decode|rot13|reverse", b"ff", 2),
    ] {
        let mut chain: Chain = chain.parse().unwrap();
        assert_eq!(chain.apply(input).unwrap_err().stage(), stage, "{chain}");
    }
}

#[test]
fn what_was_right_before_a_fault_is_not_lost() {
    for (chain, input, before) in [
        ("hex-decode|base64", &b"666f6f62!"[..], &b"Zm9vYg=="[..]),
        ("base64-decode|reverse", b"Zm9v?", b"oof"),
        ("reverse", b"abc\xff", b"cba"),
        (
            "unicode-lowercase",
            "ΑΣ\u{301}\u{fffd}".as_bytes().split_last().unwrap().1,
            "ας\u{301}".as_bytes(),
        ),
        ("nfc|hex", b"e\xcc\x81\xff", b"c3a9"),
    ] {
        let mut chain: Chain = chain.parse().unwrap();
        let mut out = Vec::new();
        let pushed = chain.push(input, &mut out);
        let result = pushed.and_then(|()| chain.finish(&mut out));
        assert!(result.is_err());
        assert_eq!(out, before, "{chain}");
    }
}

#[test]
fn a_chain_that_does_not_parse_points_into_its_text() {
    for (text, error) in [
        ("", "octet 0: expected the name of a transform"),
        ("  ", "octet 0: expected the name of a transform"),
        ("rot13|", "octet 6: expected the name of a transform"),
        ("rot13||hex", "octet 6: expected the name of a transform"),
        (":3", "octet 0: expected the name of a transform"),
        (
            " uppercase | rot31 ",
            "octet 13: no transform is named `rot31`",
        ),
        ("Rot13", "octet 0: no transform is named `Rot13`"),
        (
            "hex|caesar",
            "octet 10: `caesar` needs a parameter: a whole number of places, such as 3 or -3",
        ),
        (
            "hex|caesar:x",
            "octet 11: the parameter of `caesar` has to be a whole number of places, such as 3 or -3",
        ),
        (
            "caesar:3.5",
            "octet 7: the parameter of `caesar` has to be a whole number of places, such as 3 or -3",
        ),
        (
            "vigenere:",
            "octet 9: the parameter of `vigenere` has to be ASCII letters, after a `-` to decipher",
        ),
        (
            "vigenere:-",
            "octet 9: the parameter of `vigenere` has to be ASCII letters, after a `-` to decipher",
        ),
        (
            "vigenere:ké",
            "octet 9: the parameter of `vigenere` has to be ASCII letters, after a `-` to decipher",
        ),
        ("rot13:13", "octet 6: `rot13` takes no parameter"),
    ] {
        assert_eq!(
            text.parse::<Chain>().unwrap_err().to_string(),
            error,
            "{text:?}"
        );
    }
    let long = ["hex"; 65].join("|");
    let error = long.parse::<Chain>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "octet 256: more than 64 transforms in one chain"
    );
}

#[test]
fn the_list_is_in_order_and_each_name_finds_its_own() {
    for entry in ALL {
        assert_eq!(by_name(entry.name()).unwrap().name(), entry.name());
        let parameter = entry
            .parameter()
            .map(|syntax| if syntax == "N" { "1" } else { "K" });
        let transform = entry.build(parameter).unwrap();
        assert_eq!(
            (transform.name(), transform.description()),
            (entry.name(), entry.description())
        );
        assert!(
            !entry.description().is_empty()
                && !entry.description().ends_with('.')
                && entry.description().len() < 80,
            "{entry}"
        );
    }
    assert_eq!(ALL.len(), 23);
    let mut told_apart: Vec<_> = ALL.iter().map(Entry::description).collect();
    told_apart.sort_unstable();
    told_apart.dedup();
    assert_eq!(told_apart.len(), ALL.len());
}

#[test]
fn the_pages_name_every_transform() {
    for (page, text) in [
        ("the crate page", include_str!("../src/lib.rs")),
        ("README.md", include_str!("../README.md")),
        ("CHANGELOG.md", include_str!("../CHANGELOG.md")),
    ] {
        for entry in ALL {
            assert!(
                text.contains(&format!("`{entry}`")),
                "{page} does not name {entry}"
            );
        }
    }
}

#[test]
fn an_empty_chain_passes_everything_through() {
    let mut chain = Chain::default();
    assert!(chain.is_empty());
    assert_eq!(chain.apply(b"any\xff").unwrap(), b"any\xff");
    assert!(chain.as_in_place().is_some());
}

#[test]
fn a_chain_counts_and_shows_what_was_appended() {
    let mut chain: Chain = "hex".parse().unwrap();
    chain.append(Box::new(Rot13::new())).unwrap();
    chain
        .append(Box::new("trim|hex".parse::<Chain>().unwrap()))
        .unwrap();
    assert_eq!(
        (chain.len(), chain.is_empty(), chain.to_string().as_str()),
        (3, false, "hex|rot13|chain")
    );
    let names: Vec<_> = chain.iter().map(|stage| stage.name()).collect();
    assert_eq!(names, ["hex", "rot13", "chain"]);
    assert!(!chain.description().is_empty());
    assert_eq!(chain.apply(b"o").unwrap(), b"3673"); // 6f, 6s, and that in hex
    while chain.len() < Chain::TRANSFORMS_MAX {
        chain.append(Box::new(Rot13::new())).unwrap();
    }
    let error = chain.append(Box::new(Rot13::new())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "octet 0: more than 64 transforms in one chain"
    );
}

#[test]
fn a_chain_works_in_place_when_all_its_transforms_do() {
    let mut chain: Chain = "uppercase|rot13|vigenere:key".parse().unwrap();
    let mut text = b"Hello, world".repeat(5000);
    let expected = chain.apply(&text).unwrap();
    chain.as_in_place().unwrap().push_in_place(&mut text);
    assert_eq!(text, expected);
    assert!(
        "uppercase|hex"
            .parse::<Chain>()
            .unwrap()
            .as_in_place()
            .is_none()
    );
}
