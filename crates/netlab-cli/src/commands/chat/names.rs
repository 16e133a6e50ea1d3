//! Names of members: what is left of a wish, and when two names are the same.

use textxform::{Nfc, Transform as _, UnicodeCasefold};

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

/// What two names have in common when people would take them for the same: neither case nor how an accent is written tells
/// them apart (Unicode Standard section 3.13, canonical caseless matching).
pub(super) fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let fold = || -> Result<Vec<u8>, textxform::Error> {
        let composed = Nfc::new().apply(name.as_bytes())?;
        let without_case = UnicodeCasefold::new().apply(&composed)?;
        Nfc::new().apply(&without_case)
    };
    // Text as short as a name folds.
    fold()
        .ok()
        .and_then(|octets| String::from_utf8(octets).ok())
        .unwrap_or_else(|| name.to_lowercase())
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
                | '\u{1bca0}'..='\u{1bca3}'
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
            ("host\u{1bca0}", Some("host")),
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
        assert_eq!(folded("STRASSE"), folded("straße"));
        assert_eq!(folded("\u{212a}elvin"), folded("kelvin"));
    }

    /// Unicode Standard section 3.13, D145.
    #[test]
    fn how_an_accent_is_written_does_not_tell_names_apart() {
        assert_eq!(folded("Jos\u{e9}"), folded("JOSE\u{301}"));
        assert_eq!(folded("\u{1100}\u{1161}"), folded("\u{ac00}"));
        assert_eq!(folded("\u{1fb4}"), folded("\u{3b1}\u{345}\u{301}"));
        assert_ne!(folded("jose"), folded("jos\u{e9}"));
    }
}
