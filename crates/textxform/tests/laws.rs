//! The laws of `Transform`, checked for everything in `ALL` and for chains of it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests may be blunt"
)]

use proptest::prelude::*;
use textxform::{ALL, Chain, Entry, Error, Transform};

/// Every transform, with a parameter where it needs one.
fn transforms() -> Vec<Box<dyn Transform>> {
    ALL.iter().map(build).collect()
}

fn build(entry: &Entry) -> Box<dyn Transform> {
    let parameter = match entry.name() {
        "caesar" => Some("-7"),
        "vigenere" => Some("Lemon"),
        _ => None,
    };
    entry.build(parameter).unwrap()
}

/// Pushes the input in pieces that end at `cuts` and returns what came out and whether it was refused.
fn run(
    transform: &mut dyn Transform,
    input: &[u8],
    cuts: &[usize],
) -> (Vec<u8>, Result<(), Error>) {
    let mut out = b"kept".to_vec();
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (input.len() + 1)).collect();
    ends.push(input.len());
    ends.sort_unstable();
    let mut start = 0;
    for end in ends {
        if let Err(error) = transform.push(&input[start..end], &mut out) {
            return (out, Err(error));
        }
        start = end;
    }
    let result = transform.finish(&mut out);
    (out, result)
}

/// Octets of every kind, and text that comes near to what each transform looks for.
fn inputs() -> impl Strategy<Value = Vec<u8>> {
    let near_text = proptest::collection::vec(
        prop_oneof![
            any::<char>().prop_map(|c| c.to_string()),
            "[ -~]{1,8}",
            "[0-9a-fA-F]{1,8}",
            "[A-Za-z0-9+/]{1,8}={0,2}",
            "(%[0-9a-f]{2}){1,3}",
            "[ \t\r\n.\u{a0}\u{2003}\u{3000}]{1,4}",
            "[ΣσςΑα' \u{301}\u{307}.:’ßİıǆﬁ가각é\u{1100}\u{327}]{1,8}",
        ],
        0..12,
    )
    .prop_map(|parts| parts.concat().into_bytes());
    prop_oneof![
        3 => near_text.clone(),
        1 => proptest::collection::vec(any::<u8>(), 0..64),
        1 => (near_text, any::<usize>(), any::<u8>()).prop_map(|(mut text, at, octet)| {
            let at = at % (text.len() + 1);
            text.insert(at, octet);
            text
        }),
    ]
}

fn cuts() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(any::<usize>(), 0..6)
}

fn chains() -> impl Strategy<Value = Chain> {
    proptest::collection::vec(0..ALL.len(), 0..4).prop_map(|picks| {
        let mut chain = Chain::default();
        for pick in picks {
            chain.append(build(&ALL[pick])).unwrap();
        }
        chain
    })
}

proptest! {
    #[test]
    fn split_anywhere_same_result(input in inputs(), cuts in cuts()) {
        let each_octet: Vec<usize> = (0..input.len()).collect();
        for mut transform in transforms() {
            let name = transform.name();
            let whole = run(&mut *transform, &input, &[]);
            prop_assert_eq!(&whole, &run(&mut *transform, &input, &cuts), "{}", name);
            prop_assert_eq!(&whole, &run(&mut *transform, &input, &each_octet), "{} octet by octet", name);
        }
    }

    #[test]
    fn chains_split_anywhere_same_result(mut chain in chains(), input in inputs(), cuts in cuts()) {
        let each_octet: Vec<usize> = (0..input.len()).collect();
        let whole = run(&mut chain, &input, &[]);
        prop_assert_eq!(&whole, &run(&mut chain, &input, &cuts), "{}", chain);
        prop_assert_eq!(&whole, &run(&mut chain, &input, &each_octet), "{} octet by octet", chain);
    }

    #[test]
    fn a_chain_is_one_transform_after_the_other(mut chain in chains(), input in inputs()) {
        let mut expected = Ok(input.clone());
        for stage in chain.clone().iter() {
            expected = expected.and_then(|text| stage.boxed_clone().apply(&text));
        }
        match (chain.apply(&input), expected) {
            (Ok(out), Ok(expected)) => prop_assert_eq!(out, expected, "{}", chain),
            (out, expected) => prop_assert_eq!(out.is_err(), expected.is_err(), "{}", chain),
        }
    }

    #[test]
    fn in_place_is_the_same(input in inputs(), cuts in cuts()) {
        for mut transform in transforms() {
            let expected = run(&mut *transform, &input, &cuts).0;
            let name = transform.name();
            let Some(in_place) = transform.as_in_place() else { continue };
            let mut text = input.clone();
            let (head, tail) = text.split_at_mut(input.len() / 3);
            in_place.push_in_place(head);
            in_place.push_in_place(tail);
            prop_assert_eq!(&text, &expected[4..], "{}", name);
        }
    }

    #[test]
    fn an_error_is_inside_the_input(input in inputs()) {
        for mut transform in transforms() {
            if let (_, Err(error)) = run(&mut *transform, &input, &[]) {
                prop_assert!(error.offset() < input.len() as u64, "{}: {error}", transform.name());
            }
        }
    }

    #[test]
    fn at_its_start_it_is_as_new(chain in chains(), first in inputs(), second in inputs()) {
        for mut transform in transforms().into_iter().chain([chain.boxed_clone()]) {
            let expected = run(&mut *transform.boxed_clone(), &second, &[]);
            if transform.push(&first, &mut Vec::new()).is_ok() && transform.is_at_start() {
                prop_assert_eq!(run(&mut *transform, &second, &[]), expected, "{}", transform.name());
            }
        }
    }

    #[test]
    fn after_the_end_it_is_as_new(first in inputs(), second in inputs()) {
        for mut transform in transforms() {
            let expected = run(&mut *transform.boxed_clone(), &second, &[]);
            let _ = run(&mut *transform, &first, &[]);
            prop_assert_eq!(run(&mut *transform, &second, &[]), expected, "{}", transform.name());
        }
    }

    #[test]
    fn after_a_reset_it_is_as_new(chain in chains(), first in inputs(), second in inputs()) {
        for mut transform in transforms().into_iter().chain([chain.boxed_clone()]) {
            let expected = run(&mut *transform.boxed_clone(), &second, &[]);
            let _ = transform.push(&first, &mut Vec::new());
            transform.reset();
            prop_assert_eq!(run(&mut *transform, &second, &[]), expected, "{}", transform.name());
        }
    }

    #[test]
    fn a_clone_goes_on_from_the_same_state(chain in chains(), first in inputs(), second in inputs()) {
        for mut transform in transforms().into_iter().chain([Box::new(chain) as _]) {
            let _ = transform.push(&first, &mut Vec::new());
            let mut clone = transform.boxed_clone();
            prop_assert_eq!(
                run(&mut *clone, &second, &[]),
                run(&mut *transform, &second, &[]),
                "{}",
                transform.name()
            );
        }
    }

    #[test]
    fn a_chain_reads_what_it_prints(chain in chains()) {
        let text = chain.to_string();
        if !text.is_empty() && !text.contains("caesar") && !text.contains("vigenere") {
            prop_assert_eq!(text.parse::<Chain>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn any_text_parses_or_points_into_itself(text in "[a-z0-9:| \\-é]{0,40}") {
        if let Err(error) = text.parse::<Chain>() {
            let offset = usize::try_from(error.offset()).unwrap();
            prop_assert!(offset <= text.len() && text.is_char_boundary(offset));
        }
    }
}

/// What is held back of one input must not reach into the next, after `finish` and after `reset`.
#[test]
fn what_ended_does_not_reach_into_what_comes() {
    for (name, first, second, expected) in [
        ("crlf", &b"a\r"[..], &b"\nb"[..], &b"\r\nb"[..]),
        ("dot-stuff", b"a", b".b", b"..b"),
        ("trim", b"a", b" b", b"b"),
        ("vigenere:ab", b"a", b"a", b"a"),
        ("base64", b"a", b"abc", b"YWJj"),
        ("titlecase", b"a", b"b", b"B"),
    ] {
        let mut chain: Chain = name.parse().unwrap();
        for ends in [true, false] {
            chain.push(first, &mut Vec::new()).unwrap();
            if ends {
                chain.finish(&mut Vec::new()).unwrap();
            } else {
                chain.reset();
            }
            let (out, result) = run(&mut chain, second, &[]);
            assert_eq!((&out[4..], result), (expected, Ok(())), "{name} {ends}");
        }
    }
}

/// What the pages of these transforms promise, for every character at the start, inside and at the end of a word.
#[test]
fn twice_is_the_same_as_once() {
    for name in [
        "trim",
        "titlecase",
        "unicode-lowercase",
        "unicode-casefold",
        "nfc",
        "crlf",
    ] {
        let mut chain: Chain = name.parse().unwrap();
        // Beyond plane 1 nothing has case.
        for character in '\0'..='\u{1ffff}' {
            let text = format!("{character} Ab{character}c{character}");
            let once = chain.apply(text.as_bytes()).unwrap();
            assert_eq!(chain.apply(&once).unwrap(), once, "{name}: {character:?}");
        }
    }
}

#[test]
fn what_remembers_nothing_is_always_at_its_start() {
    let text = "uppercase|lowercase|swapcase|rot13|caesar:3|rot47|atbash|hex|percent-encode";
    let mut chain: Chain = text.parse().unwrap();
    chain.push(b"some", &mut Vec::new()).unwrap();
    assert!(chain.is_at_start());
    let mut chain: Chain = "rot13|vigenere:ab|hex".parse().unwrap();
    chain.push(b"odd", &mut Vec::new()).unwrap();
    assert!(!chain.is_at_start());
    chain.push(b".s", &mut Vec::new()).unwrap();
    assert!(chain.is_at_start());
}
