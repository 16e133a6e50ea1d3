//! What a line asks for.

use crate::output::terminal_safe;

/// One line, understood.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Command<'a> {
    /// Only white space: a sign of life, nothing more.
    Nothing,
    /// A message, safe for every terminal.
    Say(String),
    /// `/nick NAME`; the name as it was written.
    Nick(&'a str),
    /// `/who`.
    Who,
    /// `/quit`.
    Quit,
    /// Another word after a slash, safe for every terminal.
    Unknown(String),
}

/// Whether somebody who says this line leaves.
pub(in crate::commands::chat) fn is_quit(line: &[u8]) -> bool {
    Command::parse(&String::from_utf8_lossy(line)) == Command::Quit
}

impl<'a> Command<'a> {
    /// Reads a line without its end.
    pub(super) fn parse(line: &'a str) -> Self {
        let text = line.trim();
        if text.is_empty() {
            return Self::Nothing;
        }
        let Some(rest) = text.strip_prefix('/') else {
            return Self::Say(terminal_safe(line.trim_end()).into_owned());
        };
        if rest.starts_with('/') {
            return Self::Say(terminal_safe(rest).into_owned());
        }
        let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        match word {
            "nick" => Self::Nick(argument.trim()),
            "who" => Self::Who,
            "quit" => Self::Quit,
            _ => {
                const WORD_SHOWN_MAX: usize = 32;
                let shown: String = word.chars().take(WORD_SHOWN_MAX).collect();
                Self::Unknown(terminal_safe(&format!("/{shown}")).into_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, is_quit};

    #[test]
    fn tells_commands_from_messages() {
        let say = |text: &str| Command::Say(text.to_owned());
        assert_eq!(Command::parse(" \t"), Command::Nothing);
        assert_eq!(Command::parse("hi there "), say("hi there"));
        assert_eq!(Command::parse("  indented"), say("  indented"));
        assert_eq!(Command::parse("//etc"), say("/etc"));
        assert_eq!(
            Command::parse("/nick  Mary Ann "),
            Command::Nick("Mary Ann")
        );
        assert_eq!(Command::parse("/who"), Command::Who);
        assert_eq!(Command::parse(" /quit "), Command::Quit);
        assert_eq!(
            Command::parse("/nicky x"),
            Command::Unknown("/nicky".into())
        );
    }

    #[test]
    fn knows_who_leaves() {
        for line in ["/quit", " /quit ", "/quit\r\n", "/quit now"] {
            assert!(is_quit(line.as_bytes()), "{line:?}");
        }
        for line in ["", "quit", "//quit", "/quitter", "say /quit"] {
            assert!(!is_quit(line.as_bytes()), "{line:?}");
        }
    }

    #[test]
    fn a_message_cannot_steer_a_terminal() {
        for line in ["\u{1b}[2J", "a\u{7}b", "a\rb", "\u{202e}abc", "a\u{9b}31m"] {
            let Command::Say(text) = Command::parse(line) else {
                panic!("{line:?} is a message");
            };
            assert!(text.is_ascii(), "{text:?}");
            assert!(!text.chars().any(char::is_control), "{text:?}");
        }
        let Command::Unknown(word) = Command::parse("/\u{1b}]0;x") else {
            panic!("an unknown command");
        };
        assert!(!word.contains('\u{1b}'));
    }
}
