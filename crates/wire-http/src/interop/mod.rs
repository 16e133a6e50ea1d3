//! Other crates' types, each behind the feature named for it.

#[cfg(feature = "http")]
mod http;
#[cfg(feature = "tokio-util")]
pub(crate) mod tokio_codec;
