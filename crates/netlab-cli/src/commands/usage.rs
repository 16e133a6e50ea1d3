//! A wrong command line, answered in one sentence.

use std::io;

use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory as _, FromArgMatches as _, ValueEnum as _};

use crate::args::Cli;
use crate::exit::ExitCode;
use crate::net::system_text;
use crate::output::{ColorChoice, Output, Verbosity};

/// The command line.
pub(crate) fn parse() -> Result<Cli, clap::Error> {
    let command = Cli::command().color(match color() {
        ColorChoice::Auto => clap::ColorChoice::Auto,
        ColorChoice::Always => clap::ColorChoice::Always,
        ColorChoice::Never => clap::ColorChoice::Never,
    });
    Cli::from_arg_matches(&command.try_get_matches()?)
}

/// The `--color` of a command line that is not parsed yet, or could not be.
fn color() -> ColorChoice {
    let mut words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    let mut color = ColorChoice::default();
    while let Some(word) = words.next().filter(|word| word != "--") {
        let value = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(value) => value.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        if let Some(Ok(value)) = value.map(|value| ColorChoice::from_str(&value, false)) {
            color = value;
        }
    }
    color
}

/// Prints what clap has to say: help and version in full, an error as one sentence with the way out.
pub(crate) fn report(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match error.print() {
            // A reader that has seen enough is no error.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let out = Output::process(false, color(), Verbosity::Normal);
                out.error(&format!("cannot write to stdout: {}", system_text(&error)));
                ExitCode::Failed
            }
            _ => ExitCode::Done,
        },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            ExitCode::Usage
        }
        _ => {
            let out = Output::process(false, color(), Verbosity::Normal);
            out.error(&sentence(error));
            ExitCode::Usage
        }
    }
}

fn sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    // The first paragraph is the error; lists of missing arguments follow it on lines of their own.
    let paragraph: Vec<&str> = text
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim)
        .collect();
    let joined = STD_WORDS
        .iter()
        .fold(paragraph.join(" "), |text, (said, meant)| {
            text.replace(said, meant)
        });
    let first = joined.strip_prefix("error: ").unwrap_or(&joined);
    let suggestion = match error.get(ContextKind::SuggestedSubcommand).or_else(|| {
        error
            .get(ContextKind::SuggestedArg)
            .or_else(|| error.get(ContextKind::SuggestedValue))
    }) {
        Some(clap::error::ContextValue::String(name)) => format!("; did you mean '{name}'?"),
        Some(clap::error::ContextValue::Strings(names)) if !names.is_empty() => {
            format!("; did you mean '{}'?", names.join("' or '"))
        }
        // A message that begins with a hyphen.
        _ if error.kind() == ErrorKind::UnknownArgument && takes_values(error) => format!(
            "; --help shows the usage, and to pass {} as a value, write -- before it",
            match error.get(ContextKind::InvalidArg) {
                Some(clap::error::ContextValue::String(argument)) => format!("'{argument}'"),
                _ => "it".to_owned(),
            }
        ),
        // The reason already asks what was meant.
        _ if first.ends_with('?') => String::new(),
        _ => "; --help shows the usage".to_owned(),
    };
    format!("{first}{suggestion}")
}

/// Whether the command has a place for the argument behind `--`, which is what clap suggests then.
fn takes_values(error: &clap::Error) -> bool {
    matches!(
        error.get(ContextKind::Suggested),
        Some(clap::error::ContextValue::StyledStrs(hints)) if hints.iter().any(|hint| hint.to_string().contains("as a value"))
    )
}

/// What std says of a value that is none, which says little about what one looks like, and what it means.
const STD_WORDS: &[(&str, &str)] = &[
    (
        "invalid socket address syntax",
        "not an address and a port such as 127.0.0.1:8080 or [::1]:0",
    ),
    ("invalid digit found in string", "not a whole number"),
    (
        "cannot parse integer from empty string",
        "not a whole number",
    ),
    (
        "number too large to fit in target type",
        "larger than any number taken here",
    ),
];

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::sentence;
    use crate::args::Cli;

    fn said(line: &[&str]) -> String {
        sentence(&Cli::try_parse_from(line).unwrap_err())
    }

    #[test]
    fn one_sentence_with_the_way_out() {
        assert_eq!(
            said(&["netlab", "completion"]),
            "unrecognized subcommand 'completion'; did you mean 'completions'?"
        );
        assert_eq!(
            said(&["netlab", "man", "--jso"]),
            "unexpected argument '--jso' found; did you mean '--json'?"
        );
        assert_eq!(
            said(&["netlab", "greet", "--listen", "nowhere"]),
            "invalid value 'nowhere' for '--listen <ADDR:PORT>': not an address and a port such as 127.0.0.1:8080 or [::1]:0; --help shows the usage"
        );
        assert_eq!(
            said(&["netlab", "proxy", "--cache", "lots"]),
            "invalid value 'lots' for '--cache <MIB>': not a whole number; --help shows the usage"
        );
        assert_eq!(
            said(&["netlab", "text", "apply", "uppercas"]),
            "invalid value 'uppercas' for '<CHAIN>': octet 0: no transform is named `uppercas`; did you mean 'uppercase'?"
        );
        assert_eq!(
            said(&["netlab", "text", "send", "127.0.0.1:9", "-x"]),
            "unexpected argument '-x' found; --help shows the usage, and to pass '-x' as a value, write -- before it"
        );
        let missing = said(&["netlab", "completions"]);
        assert!(!missing.contains('\n'), "{missing}");
        assert!(missing.ends_with("; --help shows the usage"), "{missing}");
    }
}
