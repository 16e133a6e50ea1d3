//! What a person looks at: dissections, traces, captures.

mod capture;
mod dissect_dns;
mod dissect_http;
mod dissection;
mod progress;
mod tap;

pub(crate) use capture::{Capture, CaptureForm, PDU_OCTETS_MAX};
pub(crate) use dissect_dns::dissect_dns;
pub(crate) use dissect_http::{dissect_http_request, dissect_http_response};
pub(crate) use dissection::{Dissection, dissect_data};
pub(crate) use progress::Progress;
pub(crate) use tap::{Kept, Protocol, ResponseTo, Seen, Tap, Transport, describe};
