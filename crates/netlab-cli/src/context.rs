//! What every command is given: where to print, and who watches the messages.

use crate::output::Output;
use crate::show::Tap;

/// The surroundings of one run of a command; clones share them.
#[derive(Clone)]
pub(crate) struct Context {
    /// Results and remarks.
    pub(crate) out: Output,
    /// Sees every message sent or received (`--trace`, `--capture`).
    pub(crate) tap: Tap,
}
