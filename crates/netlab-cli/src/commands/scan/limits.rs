//! How many sockets the process may have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors left for everything that is no probe: standard streams, a capture, a poller.
const RESERVE: u64 = 32;

/// Raises the soft limit on open files to the hard one, and says how many probes fit below it.
pub(super) fn probes_max() -> usize {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        };
        // Where the system refuses (an unlimited hard limit on macOS), the soft limit stays what it was.
        let _ = setrlimit(Resource::Nofile, raised);
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(files.saturating_sub(RESERVE).max(1)).unwrap_or(usize::MAX)
}
