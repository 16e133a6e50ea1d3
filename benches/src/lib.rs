//! Inputs that the benches share.

pub mod dns;
