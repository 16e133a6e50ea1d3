//! Caching ([RFC 9111](https://www.rfc-editor.org/rfc/rfc9111)): what may be stored, for how long it is fresh, and when it
//! may be reused.
//!
//! Pure functions: the clock is an argument, the store belongs to the caller. A cache
//!
//! 1. makes the [`CacheKey`] of a request and looks for stored responses whose [`Vary::key`] is that of the request,
//! 2. asks [`reuse()`] what to do with the one it found,
//! 3. on a miss forwards, and asks [`may_store`] about the answer; [`stored_fields`] says which fields to keep,
//! 4. on a 304 that [`validates`] the stored response, replaces its fields by the [`stored_fields`] among [`updated_fields`],
//! 5. when the origin fails, asks [`may_serve_on_failure`],
//! 6. forgets what [`invalidates`] says an unsafe request made untrue.
//!
//! ```
//! use wire_http::Method;
//! use wire_http::StatusCode;
//! use wire_http::caching::{CachePolicy, RequestMetadata, ResponseMetadata, Reuse, may_store, reuse};
//! use wire_http::date::HttpDate;
//!
//! let at = |seconds: i64| HttpDate::from_unix(1_800_000_000 + seconds).expect("before the year 10000");
//! let policy = CachePolicy::shared();
//! let request = RequestMetadata::decode(Method::GET, [("Host", &b"example.com"[..])])?;
//! let response = ResponseMetadata::decode(StatusCode::OK, [("Cache-Control", &b"max-age=60"[..])], at(0), at(1))?;
//! assert_eq!(may_store(&request, &response, &policy), Ok(()));
//! assert!(matches!(reuse(&request, &response, at(31), &policy), Reuse::Fresh { age, .. } if age.get() == 31));
//! assert!(matches!(reuse(&request, &response, at(61), &policy), Reuse::Validate(_)));
//! # Ok::<(), wire_http::Error>(())
//! ```

mod cache_control;
mod cache_key;
mod cache_status;
mod delta_seconds;
mod invalidation;
mod metadata;
mod policy;
mod reuse;
mod storing;
mod update;
mod vary;

pub use cache_control::{CacheControl, Directive, FieldNames, MaxStale};
pub use cache_key::CacheKey;
pub use cache_status::{CacheStatus, ForwardReason};
pub use delta_seconds::DeltaSeconds;
pub use invalidation::invalidates;
pub use metadata::{LifetimeSource, RequestMetadata, ResponseMetadata};
pub use policy::CachePolicy;
pub use reuse::{Failure, Reuse, ValidateReason, may_serve_on_failure, reuse};
pub use storing::{NotStored, may_store, stored_fields};
pub use update::{describes, updated_fields, validates};
pub use vary::Vary;
