//! Everything can be sent to and shared with other threads.

use textxform::{Chain, Entry, Error, ErrorKind, InPlace, Transform};

fn thread_safe<T: Send + Sync + Unpin + ?Sized>() {}

#[test]
fn all_types_are_thread_safe() {
    thread_safe::<Box<dyn Transform>>();
    thread_safe::<Box<dyn InPlace>>();
    thread_safe::<Chain>();
    thread_safe::<Entry>();
    thread_safe::<Error>();
    thread_safe::<ErrorKind>();
}

#[test]
fn errors_are_errors() {
    fn is_error<T: core::error::Error + 'static>() {}
    is_error::<Error>();
    is_error::<ErrorKind>();
}
