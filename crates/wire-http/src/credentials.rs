//! Authentication ([RFC 9110 §11](https://www.rfc-editor.org/rfc/rfc9110#section-11)): challenges, credentials, and the
//! Basic scheme ([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617)).
//!
//! ```
//! use wire_http::credentials::{BasicCredentials, Challenge};
//!
//! let mut value = Vec::new();
//! Challenge::new("Basic")?.with_parameter("realm", b"WallyWorld")?.encode(&mut value);
//! assert_eq!(value, b"Basic realm=\"WallyWorld\"");
//!
//! let basic = BasicCredentials::decode(b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")?;
//! assert!(basic.is(b"Aladdin", b"open sesame"));
//! # Ok::<(), wire_http::Error>(())
//! ```

mod basic;
mod challenge;

pub use basic::BasicCredentials;
pub use challenge::{Challenge, Credentials, decode_challenges};
