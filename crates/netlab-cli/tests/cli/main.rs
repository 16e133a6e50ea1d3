//! The real binary on 127.0.0.1, port 0 everywhere.
#![allow(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "no_std hygiene is for the libraries; the tool is a std program"
)]

mod ask;
mod chat;
mod connect;
mod dissect;
mod dns;
mod general;
mod harness;
mod scan;
mod tour;
