//! `netlab completions SHELL`.

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use serde_json::json;

use crate::args::Cli;
use crate::context::Context;
use crate::exit::ExitCode;

/// Which shell.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "In bash, for this shell alone: source <(netlab completions bash)")]
pub(crate) struct Args {
    /// The shell to complete for
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the completion script.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    clap_complete::generate(args.shell, &mut command, "netlab", &mut script);
    if args.shell == Shell::Fish {
        script.extend_from_slice(fish_words(&command).as_bytes());
    }
    if context.out.is_json() {
        let script = String::from_utf8_lossy(&script);
        let shell = args.shell.to_string();
        context
            .out
            .json(&json!({"shell": shell, "script": script}))?;
    } else {
        context.out.octets(&script)?;
    }
    Ok(ExitCode::Done)
}

/// Names of transforms, questions and shells: words without a dash, which the generated fish script leaves out.
fn fish_words(command: &Command) -> String {
    let mut lines = String::new();
    for outer in command.get_subcommands() {
        let condition = format!("__fish_netlab_using_subcommand {}", outer.get_name());
        lines.push_str(&fish_lines(outer, &condition));
        for inner in outer.get_subcommands() {
            let seen = format!("; and __fish_seen_subcommand_from {}", inner.get_name());
            lines.push_str(&fish_lines(inner, &format!("{condition}{seen}")));
        }
    }
    lines
}

fn fish_lines(command: &Command, condition: &str) -> String {
    let quoted = |text: String| text.replace('\\', "\\\\").replace('\'', "\\'");
    let values = command
        .get_positionals()
        .flat_map(|word| word.get_possible_values());
    values
        .map(|value| {
            let help = value.get_help().map(ToString::to_string);
            let (name, help) = (value.get_name(), quoted(help.unwrap_or_default()));
            format!("complete -c netlab -n \"{condition}\" -a \"{name}\" -d '{help}'\n")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the fish script what a value of an option means stands between double quotes, and these are not escaped there.
    #[test]
    fn what_a_value_means_can_stand_in_double_quotes() {
        let mut cli = Cli::command();
        cli.build();
        let mut commands = vec![cli];
        while let Some(command) = commands.pop() {
            for argument in command.get_opts() {
                for value in argument.get_possible_values() {
                    let help = value.get_help().map(ToString::to_string);
                    assert!(!help.unwrap_or_default().contains(['"', '$']), "{argument}");
                }
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }
}
