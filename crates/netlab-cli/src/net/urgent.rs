//! TCP's urgent data (RFC 9293 §3.8.5): nobody here has use for it, but `telnet` sends some when a user interrupts it.
//!
//! A read stops in front of it, so one that gives less than there was room for has not taken everything.

use mio::Interest;

/// What to have a poll tell of a stream that is read: also that urgent data is in it, where the system does.
pub(crate) const READING: Interest = {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        Interest::READABLE.add(Interest::PRIORITY)
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        Interest::READABLE
    }
};
