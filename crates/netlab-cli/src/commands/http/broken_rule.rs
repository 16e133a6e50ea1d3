//! A broken rule of HTTP on its way through [`io::Error`], among what the system says.

use std::io;

/// The error that holds it.
pub(crate) fn malformed(error: wire_http::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// What is behind an error of [`malformed`].
pub(crate) fn refusal(error: &io::Error) -> Option<&wire_http::Error> {
    error.get_ref()?.downcast_ref()
}
