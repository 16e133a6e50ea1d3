//! Much work behind pointers makes the check of a message begin again with a memory of names; the verdict is the same.
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "tests")]

use wire_dns::{ErrorKind, Message};

/// A message of `count` questions.
fn message(count: u16, questions: &[u8]) -> Vec<u8> {
    let [high, low] = count.to_be_bytes();
    [&[0, 0, 0, 0, high, low, 0, 0, 0, 0, 0, 0], questions].concat()
}

/// The same names with and without much work before them.
#[test]
fn checks_with_and_without_memory_agree() {
    // 200 names of 100 labels are far more than the plain walk takes; then a few more names decide.
    let labels: Vec<u8> = [1, b'a'].repeat(100);
    let long = [&labels[..], &[0, 0, 1, 0, 1]].concat();
    let verdict = |fillers: u16, names: &dyn Fn(usize) -> Vec<Vec<u8>>| {
        let mut rest = long.clone();
        for _ in 0..fillers {
            rest.extend_from_slice(&[0xC0, 12, 0, 1, 0, 1]);
        }
        let names = names(12 + rest.len());
        for name in &names {
            rest.extend_from_slice(name);
            rest.extend_from_slice(&[0, 1, 0, 1]);
        }
        let count = fillers + 1 + u16::try_from(names.len()).unwrap();
        let octets = message(count, &rest);
        Message::decode(&octets)
            .map(|message| {
                let questions = message.questions().skip(usize::from(fillers) + 1);
                questions
                    .map(|question| question.name.to_string())
                    .collect::<Vec<_>>()
            })
            .map_err(|error| match error.kind() {
                ErrorKind::PointerNotBackwards { .. } => "not backwards".to_owned(),
                kind => kind.to_string(),
            })
    };
    let agree = |names: &dyn Fn(usize) -> Vec<Vec<u8>>| {
        let (few, many) = (verdict(1, names), verdict(200, names));
        assert_eq!(few, many);
        few.map_or(0, |names| names.len())
    };
    let pointer = |at: usize| (0xC000 | u16::try_from(at).unwrap()).to_be_bytes().to_vec();
    for (tail, is_name) in [
        (&[0xC0, 12][..], true),
        (&[1, b'b', 0xC0, 12], true),
        (&[&[1, b'b'].repeat(27)[..], &[0xC0, 12]].concat(), true),
        (&[&[1, b'b'].repeat(28)[..], &[0xC0, 12]].concat(), false),
        (&[0xC0, 11], false),
        (&[0xFF, 0xFF], false),
        (&[0x80], false),
    ] {
        assert_eq!(
            agree(&|_| vec![tail.to_vec()]),
            usize::from(is_name),
            "{tail:?}"
        );
    }
    // From any label of a name that is remembered, and from a name that itself goes on elsewhere.
    for label in 0..100 {
        let into = |at: usize| {
            vec![
                [&[1, b'b'], &pointer(12 + 2 * label)[..]].concat(),
                pointer(at),
            ]
        };
        assert_eq!(agree(&into), 2, "{label}");
    }
    // Each name is a pointer to the one before it. RFC 1035 has no bound on them; 127 is ours.
    for (pointers, is_name) in [(1, true), (127, true), (128, false)] {
        let staircase = |at: usize| {
            let first = core::iter::once(vec![1, b'c', 0]);
            first
                .chain(
                    (0..pointers)
                        .map(|step| pointer(if step == 0 { at } else { at + 1 + 6 * step })),
                )
                .collect()
        };
        assert_eq!(agree(&staircase) > 0, is_name, "{pointers}");
    }
}
