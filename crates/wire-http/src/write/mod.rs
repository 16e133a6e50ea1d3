//! Writing messages that can be read in one way only (RFC 9112).

mod body;
mod lines;
mod request;
mod response;

pub use body::{BodyKind, BodyWriter};
#[cfg(feature = "http")]
pub(crate) use lines::is_reserved;
pub use request::RequestWriter;
pub use response::ResponseWriter;

use crate::error::{Error, ErrorKind};
use bytes::BufMut;

/// Refuses to write `needed` octets where there is no room, for `BufMut` would panic.
pub(crate) fn room_for(needed: usize, out: &impl BufMut) -> Result<(), Error> {
    if out.remaining_mut() < needed {
        return Err(Error::new(0, ErrorKind::OutputFull { needed }));
    }
    Ok(())
}
