//! The real binary on 127.0.0.1, port 0 everywhere.
#![allow(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "no_std hygiene is for the libraries; the tool is a std program"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a failed expectation in a test or its helpers is a failed test"
)]

mod ask;
mod captures;
mod chat;
mod chat_join;
mod connect;
mod dissect;
mod dissect_capture;
mod dissect_capture_files;
mod dissect_capture_layers;
mod dissect_capture_streams;
mod dissect_live;
mod dns;
#[cfg(target_os = "linux")]
mod dns_resolve;
mod dns_tcp;
#[cfg(target_os = "linux")]
mod dns_trace;
mod dns_transfer;
mod general;
mod greet;
mod harness;
mod http;
mod http_files;
mod http_get;
mod http_get_habits;
mod http_inspect;
mod messages;
#[cfg(target_os = "linux")]
mod name_servers;
mod proxy;
mod proxy_bodies;
mod proxy_cache;
mod scan;
mod signals;
mod text;
mod text_apply;
mod text_send;
mod text_serve;
mod tour;
#[cfg(target_os = "linux")]
mod wildcard;
