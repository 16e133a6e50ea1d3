//! How many sockets the process may have.

use crate::net::raise_descriptor_limit;

/// Descriptors left for everything that is no probe: standard streams, a capture, a poller.
const RESERVE: u64 = 32;

/// Raises the soft limit on open files to the hard one, and says how many probes fit below it.
pub(super) fn probes_max() -> usize {
    let files = raise_descriptor_limit().unwrap_or(u64::MAX);
    usize::try_from(files.saturating_sub(RESERVE).max(1)).unwrap_or(usize::MAX)
}
