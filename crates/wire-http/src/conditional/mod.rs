//! Conditional requests ([RFC 9110 §13](https://www.rfc-editor.org/rfc/rfc9110#section-13)): validators, preconditions and
//! the order they are evaluated in.
//!
//! ```
//! use wire_http::Method;
//! use wire_http::conditional::{EntityTag, Outcome, Preconditions, Representation};
//! use wire_http::date::HttpDate;
//!
//! let now = HttpDate::from_unix(1_800_000_000).expect("before the year 10000");
//! let fields = [("If-None-Match", &b"\"xyzzy\", W/\"r2d2xxxx\""[..])];
//! let preconditions = Preconditions::decode(fields, now)?;
//! let current = Representation::new(Some(EntityTag::decode(b"\"r2d2xxxx\"")?), None, now);
//! assert_eq!(preconditions.evaluate(Method::GET, Some(&current)), Outcome::NotModified);
//! # Ok::<(), wire_http::Error>(())
//! ```

mod entity_tag;
mod preconditions;

pub use entity_tag::{EntityTag, EntityTags};
pub use preconditions::{IfRange, Outcome, Preconditions, Representation};
