#![no_std]
#![forbid(unsafe_code)]
//! In preparation.
