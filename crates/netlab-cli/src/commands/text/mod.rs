//! `netlab text`: transforms of text, as a filter, a server and a client.

pub(crate) mod apply;
pub(crate) mod list;
mod octet_by_octet;
pub(crate) mod send;
pub(crate) mod serve;

use std::ffi::OsStr;

use clap::Subcommand;
use clap::builder::{PossibleValue, TypedValueParser};
use textxform::{Chain, ErrorKind};

use crate::context::Context;
use crate::exit::ExitCode;

/// The text commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the transforms
    #[command(
        after_long_help = "With --json each transform is one object: `name`, `parameter` (null if it takes none), `description`."
    )]
    List,
    /// Transform a file or stdin to stdout
    Apply(apply::Args),
    /// Answer text with transformed text over TCP and UDP
    Serve(serve::Args),
    /// Send messages to a text server and print its replies
    Send(send::Args),
}

/// Runs one of them.
pub(crate) fn run(command: &Command, context: &Context) -> anyhow::Result<ExitCode> {
    match command {
        Command::List => list::run(context),
        Command::Apply(args) => apply::run(args, context),
        Command::Serve(args) => serve::run(args, context),
        Command::Send(args) => send::run(args, context),
    }
}

/// A chain as an argument. Completions and help list the transforms of the library.
#[derive(Clone, Copy, Debug)]
struct ChainParser;

impl TypedValueParser for ChainParser {
    type Value = Chain;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Chain, clap::Error> {
        let parse: fn(&str) -> Result<Chain, String> = parse_chain;
        parse.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let transforms = textxform::ALL.iter().map(|entry| {
            // What is completed is the name; its parameter is for the user to write.
            let description = match entry.parameter() {
                Some(_) => format!("{}, as {entry}", entry.description()),
                None => entry.description().to_owned(),
            };
            PossibleValue::new(entry.name()).help(description)
        });
        Some(Box::new(transforms))
    }
}

fn parse_chain(text: &str) -> Result<Chain, String> {
    text.parse().map_err(|error: textxform::Error| {
        let meant = match error.kind() {
            ErrorKind::UnknownTransform { name } => most_like(name),
            ErrorKind::MissingName => None,
            // A name was understood, and the error says what is expected of it.
            _ => return error.to_string(),
        };
        match meant {
            Some(meant) => format!("{error}; did you mean '{meant}'?"),
            None => format!("{error}; 'netlab text list' names them all"),
        }
    })
}

/// The transform whose name is most like `name`, if one is like it enough to be worth a question.
fn most_like(name: &str) -> Option<&'static str> {
    const ALIKE_MIN: f64 = 0.8;
    let name = name.to_ascii_lowercase();
    textxform::ALL
        .iter()
        .map(|entry| (strsim::jaro_winkler(&name, entry.name()), entry.name()))
        .filter(|(alike, _)| *alike >= ALIKE_MIN)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{most_like, parse_chain};

    #[test]
    fn suggests_what_was_meant() {
        for (name, meant) in [
            ("upper", "uppercase"),
            ("UPPERCASE", "uppercase"),
            ("rot31", "rot13"),
            ("ceasar", "caesar"),
            ("base64decode", "base64-decode"),
        ] {
            assert_eq!(most_like(name), Some(meant), "{name}");
        }
        assert_eq!(most_like("zzz"), None);
        assert!(
            parse_chain("rot13|upper")
                .unwrap_err()
                .ends_with("did you mean 'uppercase'?")
        );
    }

    #[test]
    fn tells_of_the_list_who_needs_a_name() {
        let has_hint = |chain| {
            let error = parse_chain(chain).unwrap_err();
            error.ends_with("; 'netlab text list' names them all")
        };
        assert!(has_hint("zzz") && has_hint("rot13|"));
        let many = ["rot13"; 65].join("|");
        for chain in ["caesar", "caesar:x", "rot13:3", &many] {
            assert!(!has_hint(chain), "{chain}");
        }
    }
}
