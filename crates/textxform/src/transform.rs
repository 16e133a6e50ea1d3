//! The one trait: push chunks of octets in, octets come out, then finish.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::Error;
#[cfg(doc)]
use crate::ErrorKind;

/// Turns a stream of octets into another one.
///
/// # Laws
///
/// - **Split anywhere, same result.** What comes out depends on the octets pushed, never on where one chunk ends and the
///   next begins, also when that is in the middle of a UTF-8 character or of a base64 quantum.
/// - **Nothing right is lost.** When [`push`](Self::push) or [`finish`](Self::finish) returns an error, the output of
///   everything before the fault has been appended.
/// - **After the end it is as new.** `finish` and every error end the input: the next chunk is the start of another one.
///
/// The laws hold for everything in [`ALL`](crate::ALL) and for [`Chain`](crate::Chain); `tests/laws.rs` checks them.
///
/// # Examples
///
/// ```
/// use textxform::{Swapcase, Transform};
///
/// let mut swap = Swapcase::new();
/// let mut out = Vec::new();
/// swap.push(b"Ab", &mut out)?;
/// swap.push(b"C", &mut out)?;
/// swap.finish(&mut out)?;
/// assert_eq!(out, b"aBc");
/// # Ok::<(), textxform::Error>(())
/// ```
pub trait Transform: fmt::Debug + Send + Sync {
    /// The name that a chain uses, such as `rot13`.
    fn name(&self) -> &'static str;

    /// What it does, in one sentence without full stop.
    fn description(&self) -> &'static str;

    /// Transforms the next octets of the input and appends what is certain so far to `out`.
    ///
    /// What is already in `out` stays. An empty chunk is allowed and changes nothing.
    ///
    /// # Errors
    ///
    /// What the input may not contain is an [`Error`] with its offset in the whole input; each transform's page says what.
    #[doc(alias = "write")]
    #[doc(alias = "update")]
    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error>;

    /// Ends the input and appends what was held back.
    ///
    /// # Errors
    ///
    /// Most often [`ErrorKind::Incomplete`]: the input may not end here.
    #[doc(alias = "flush")]
    #[doc(alias = "finalize")]
    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let _ = out;
        self.reset();
        Ok(())
    }

    /// Forgets the input seen so far: the next chunk is the first.
    fn reset(&mut self);

    /// Whether nothing of the input seen so far matters any more: the next chunk may be the first of another input.
    ///
    /// Between two pushes for which this holds, one transform can serve many streams, and none of them needs its own. A
    /// transform may answer `false` without need, and does so unless it says otherwise.
    ///
    /// ```
    /// use textxform::{InPlace, Transform, Uppercase, Vigenere};
    ///
    /// let mut shared = Uppercase::new();
    /// shared.push_in_place(&mut b"one".clone());
    /// assert!(shared.is_at_start());
    ///
    /// let mut cipher = Vigenere::new("key").unwrap();
    /// cipher.push_in_place(&mut b"four".clone());
    /// assert!(!cipher.is_at_start());
    /// ```
    fn is_at_start(&self) -> bool {
        false
    }

    /// A copy with the state it has now, for a trait object.
    fn boxed_clone(&self) -> Box<dyn Transform>;

    /// The way that needs no second buffer, for a transform that keeps the length.
    fn as_in_place(&mut self) -> Option<&mut dyn InPlace> {
        None
    }

    /// Transforms one whole input. To have what was right before an error, use [`push`](Self::push).
    ///
    /// ```
    /// use textxform::{Rot13, Transform};
    ///
    /// assert_eq!(Rot13::new().apply(b"Uryyb").unwrap(), b"Hello");
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`push`](Self::push) and [`finish`](Self::finish).
    fn apply(&mut self, input: &[u8]) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        self.reset();
        self.push(input, &mut out)?;
        self.finish(&mut out)?;
        Ok(out)
    }
}

/// A [`Transform`] that puts out one octet for each octet in, at once, and refuses nothing.
///
/// ```
/// use textxform::{InPlace, Uppercase};
///
/// let mut text = *b"hello";
/// Uppercase::new().push_in_place(&mut text);
/// assert_eq!(&text, b"HELLO");
/// ```
pub trait InPlace: Transform {
    /// Transforms the next octets of the input where they stand, without allocation.
    fn push_in_place(&mut self, chunk: &mut [u8]);
}
