//! Cookies ([RFC 6265](https://www.rfc-editor.org/rfc/rfc6265)): `Set-Cookie` as user agents must read it and servers should
//! write it, and `Cookie`.
//!
//! The rules of a store are here as functions ([`domain_matches`], [`path_matches`], [`default_path`],
//! [`SetCookie::expires_at`]); the store itself is the caller's.
//!
//! ```
//! use wire_http::cookie::{SetCookie, pairs};
//!
//! let cookie = SetCookie::decode(b"SID=31d4d96e407aad42; Path=/; Secure; HttpOnly")?;
//! assert_eq!((cookie.name(), cookie.value()), (&b"SID"[..], &b"31d4d96e407aad42"[..]));
//! assert!(cookie.secure && cookie.http_only);
//!
//! let sent: Vec<_> = pairs(b"SID=31d4d96e407aad42; lang=en-US").collect();
//! assert_eq!(sent[1], (&b"lang"[..], &b"en-US"[..]));
//! # Ok::<(), wire_http::Error>(())
//! ```

mod cookie_date;
mod request;
mod scope;
mod set_cookie;

pub use cookie_date::decode_cookie_date;
pub use request::{Pairs, encode_pairs, pairs};
pub use scope::{default_path, domain_matches, path_matches};
pub use set_cookie::{SameSite, SetCookie};
