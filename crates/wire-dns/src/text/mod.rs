//! The presentation form (RFC 1035 §5): tokens, and the encodings that RDATA is written in.

pub(crate) mod encoding;
pub(crate) mod lexer;
