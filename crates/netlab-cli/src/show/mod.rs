//! What a person looks at: dissections, traces, captures.

mod capture;
mod dissection;
mod tap;

pub(crate) use capture::{Capture, CaptureForm};
pub(crate) use dissection::{Dissection, dissect_data};
pub(crate) use tap::{Protocol, Seen, Tap, Transport, describe};
