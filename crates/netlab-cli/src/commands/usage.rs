//! A wrong command line, answered in one sentence.

use std::io;
use std::net::SocketAddr;

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
        _ if let Some(hint) = way_out(error) => format!("; {hint}"),
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

/// How to say what was probably meant: other tools take where to listen, a file or a text without a flag before it.
fn way_out(error: &clap::Error) -> Option<String> {
    /// Flags that take what some give alone, and what that is.
    const FLAGS: [(&str, &str); 4] = [
        ("zone", "a zone file"),
        ("origin", "an origin"),
        ("message", "a text"),
        ("name", "a name"),
    ];
    let Some(clap::error::ContextValue::String(value)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let command = command_of(error)?;
    let takes = |flag: &&str| {
        let mut arguments = command.get_arguments();
        arguments.any(|one| one.get_long() == Some(flag) && one.get_action().takes_values())
    };
    let listen = ["listen", "tcp"].into_iter().find(takes);
    let is_flag = value.starts_with('-');
    let meant = FLAGS.into_iter().find(|(flag, _)| !is_flag && takes(flag));
    let is_port = value.parse::<u16>().is_ok();
    let is_address = value.parse::<SocketAddr>().is_ok();
    Some(match (listen, meant) {
        (Some(flag), _) if is_port => format!("a port is given as --{flag} 127.0.0.1:{value}"),
        (Some(flag), _) if is_address => format!("where to listen is given as --{flag} {value}"),
        (None, _) if is_port && usage(error).contains("<HOST:PORT>") => {
            "a host and its port are written HOST:PORT".to_owned()
        }
        (_, Some((flag, what))) => format!("{what} is given as --{flag} {value}"),
        // Or the port stands before it and was taken for the directory.
        (Some(flag), None)
            if !is_flag || ["-p", "--port", "--listen"].contains(&value.as_str()) =>
        {
            format!("where to listen is given as --{flag} 127.0.0.1:PORT")
        }
        _ => return None,
    })
}

/// How the command is used to which an error belongs.
fn usage(error: &clap::Error) -> String {
    match error.get(ContextKind::Usage) {
        Some(clap::error::ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    }
}

/// The command to which an error belongs.
fn command_of(error: &clap::Error) -> Option<clap::Command> {
    let usage = usage(error);
    let words = usage
        .split_whitespace()
        .skip_while(|word| *word != "netlab");
    let mut command = Cli::command();
    for word in words
        .skip(1)
        .take_while(|word| !word.starts_with(['[', '<', '-']))
    {
        command = command.find_subcommand(word)?.clone();
    }
    Some(command)
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
        for (line, hint) in [
            ("proxy 8080", "a port is given as --listen 127.0.0.1:8080"),
            (
                "greet [::1]:80",
                "where to listen is given as --listen [::1]:80",
            ),
            ("greet hello", "a text is given as --message hello"),
            (
                "http serve . 8080",
                "a port is given as --listen 127.0.0.1:8080",
            ),
            (
                "http serve 8080 .",
                "where to listen is given as --listen 127.0.0.1:PORT",
            ),
            (
                "http serve -p 8080",
                "where to listen is given as --listen 127.0.0.1:PORT",
            ),
            (
                "dns serve lab.zone",
                "a zone file is given as --zone lab.zone",
            ),
            (
                "http inspect 8000",
                "where to listen is given as --listen 127.0.0.1:8000; --help shows the usage",
            ),
            ("dns serve 53", "a port is given as --listen 127.0.0.1:53"),
            (
                "text serve rot13 12000",
                "a port is given as --tcp 127.0.0.1:12000",
            ),
            (
                "chat serve --listen 127.0.0.1:0",
                "where to listen is given as --tcp 127.0.0.1:PORT",
            ),
            ("chat join [::1]:9000 ann", "a name is given as --name ann"),
            (
                "connect localhost 80",
                "a host and its port are written HOST:PORT",
            ),
        ] {
            let words: Vec<&str> = std::iter::once("netlab").chain(line.split(' ')).collect();
            let said = said(&words);
            assert!(said.ends_with(&format!("; {hint}")), "{line}: {said}");
        }
        let missing = said(&["netlab", "completions"]);
        assert!(!missing.contains('\n'), "{missing}");
        assert!(missing.ends_with("; --help shows the usage"), "{missing}");
    }
}
