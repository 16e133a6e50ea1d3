//! The real binary on 127.0.0.1, port 0 everywhere.

mod connect;
mod general;
mod harness;
