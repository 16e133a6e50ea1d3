//! `netlab text list`: every transform of the library.

use serde_json::json;

use crate::context::Context;
use crate::exit::ExitCode;

/// Prints name and description of each.
pub(crate) fn run(context: &Context) -> anyhow::Result<ExitCode> {
    let out = &context.out;
    for entry in textxform::ALL {
        out.line(&format!("{entry:<20} {}", entry.description()))?;
        out.json(&json!({
            "name": entry.name(),
            "parameter": entry.parameter(),
            "description": entry.description(),
        }))?;
    }
    Ok(ExitCode::Done)
}
