//! Names of members: what is left of a wish, and when two names are the same.

/// The most characters of a name.
pub(super) const NAME_CHARACTERS_MAX: usize = 24;

/// A wished name made fit for every terminal, or nothing if nothing is left of it.
///
/// White space becomes `-`; controls, characters that reorder a line or cannot be seen, and the colon that ends a name before a
/// message are left out, as are `*` and `/` at the start, which mark notices and commands. At most [`NAME_CHARACTERS_MAX`] stay.
pub(super) fn sanitized(wish: &str) -> Option<String> {
    let name: String = wish
        .trim()
        .chars()
        .map(|character| {
            if character.is_whitespace() {
                '-'
            } else {
                character
            }
        })
        .filter(|character| *character != ':' && !is_unseen(*character))
        .skip_while(|character| matches!(character, '*' | '/' | '-'))
        .take(NAME_CHARACTERS_MAX)
        .collect();
    name.chars().any(char::is_alphanumeric).then_some(name)
}

/// What two names have in common when people would take them for the same.
pub(super) fn folded(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// `name` with a number, shortened so that it stays within the limit.
pub(super) fn numbered(name: &str, number: u64) -> String {
    let suffix = format!("-{number}");
    let room = NAME_CHARACTERS_MAX.saturating_sub(suffix.len());
    name.chars().take(room).chain(suffix.chars()).collect()
}

/// Controls, and the format characters (general category Cf) and fillers that change or hide what is around them.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{600}'..='\u{605}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::{NAME_CHARACTERS_MAX, folded, numbered, sanitized};

    #[test]
    fn keeps_what_can_be_seen() {
        for (wish, name) in [
            ("alice", Some("alice")),
            ("  José 2 ", Some("José-2")),
            ("李雷", Some("李雷")),
            ("a:b", Some("ab")),
            ("*** alice", Some("alice")),
            ("/quit", Some("quit")),
            ("\u{1b}[31mred\u{7}", Some("[31mred")),
            ("al\u{202e}ice\u{200b}", Some("alice")),
            ("", None),
            ("\u{202e}\u{200b}", None),
            ("***", None),
            ("...", None),
        ] {
            assert_eq!(sanitized(wish).as_deref(), name, "{wish:?}");
        }
    }

    #[test]
    fn is_never_too_long() {
        let long = "é".repeat(1000);
        let name = sanitized(&long).unwrap();
        assert_eq!(name.chars().count(), NAME_CHARACTERS_MAX);
        let other = numbered(&name, 1234);
        assert_eq!(other.chars().count(), NAME_CHARACTERS_MAX);
        assert!(other.ends_with("-1234"));
    }

    #[test]
    fn case_does_not_tell_names_apart() {
        assert_eq!(folded("ALICE"), folded("alice"));
        assert_eq!(folded("ÉMILE"), folded("émile"));
        assert_ne!(folded("alice"), folded("alicia"));
    }
}
