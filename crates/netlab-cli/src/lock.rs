//! Mutexes that outlive a panic: a bug in one conversation must not end the others.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also where whoever held it before has panicked.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
