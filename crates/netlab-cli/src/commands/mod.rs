//! One subcommand a file: its arguments, and a `run` that calls a library and prints.

pub(crate) mod ask;
pub(crate) mod chat;
pub(crate) mod completions;
pub(crate) mod connect;
pub(crate) mod dissect;
pub(crate) mod dns;

pub(crate) mod greet;
pub(crate) mod help;
pub(crate) mod http;
pub(crate) mod man;
pub(crate) mod proxy;
pub(crate) mod scan;
pub(crate) mod text;
pub(crate) mod tour;
pub(crate) mod usage;
