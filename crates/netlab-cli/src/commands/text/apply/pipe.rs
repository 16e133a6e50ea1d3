//! Pipes with room for whole blocks.

use std::fs::File;

use nix::fcntl::{FcntlArg, fcntl};

/// Makes room for two blocks in a pipe, so that neither side waits for the other at each of its 64 KiB.
///
/// What is no pipe stays as it is, and so does a pipe that the system will not let grow.
pub(super) fn widen(pipe: &File) {
    let _ = fcntl(pipe, FcntlArg::F_SETPIPE_SZ(PIPE_OCTETS));
}

const PIPE_OCTETS: i32 = 256 * 1024;
