//! `netlab chat`: one room for people who come over TCP and UDP.

mod lines;
mod names;
mod room;
mod turns;
