//! `netlab proxy`.
