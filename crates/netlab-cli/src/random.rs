//! What nobody can guess.

use std::io;

/// Octets from the system's source of randomness.
pub(crate) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets)
        .map_err(|error| io::Error::other(format!("no random number: {error}")))?;
    Ok(octets)
}
