//! The chunked transfer coding (RFC 9112 §7.1).

mod decoder;
mod encoder;
#[cfg(test)]
mod tests;

pub use decoder::ChunkedDecoder;
pub use encoder::ChunkedEncoder;
