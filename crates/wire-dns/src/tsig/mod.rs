//! TSIG: messages signed with a shared secret ([RFC 8945](https://www.rfc-editor.org/rfc/rfc8945)).
//!
//! A client signs its request and keeps the [`TsigSession`] to verify what comes back; a server verifies the request and
//! signs with the session that this gives. The clock is an argument, in seconds since 1970.
//!
//! ```
//! use wire_dns::{Builder, Class, Message, NameBuf, RecordType, tsig::{TsigAlgorithm, TsigKey, TsigSession}};
//!
//! let key = TsigKey::new("key.example.".parse()?, TsigAlgorithm::HmacSha256, *b"a secret of 32 octets, or so ...");
//! let name: NameBuf = "example.".parse()?;
//! let mut query = Vec::new();
//! let mut builder = Builder::new(&mut query);
//! builder.question(&name, RecordType::SOA, Class::IN)?;
//! builder.finish();
//! let mut client = TsigSession::sign_request(&key, &mut query, 1_000, 300)?;
//!
//! // At the server, which takes ten seconds:
//! let request = Message::decode(&query)?;
//! let mut server = TsigSession::verify_request(&request, |name, algorithm| {
//!     (key.name() == name && key.algorithm() == algorithm).then_some(&key)
//! }, 1_010).unwrap();
//! let mut response = Vec::new();
//! let mut builder = Builder::new(&mut response);
//! builder.reply_to(&request)?;
//! builder.finish();
//! server.sign(&mut response, 1_010)?;
//!
//! assert_eq!(client.verify(&Message::decode(&response)?, 1_011), Ok(true));
//! # Ok::<(), wire_dns::Error>(())
//! ```

mod key;
mod mac;
mod session;

pub use key::{TsigAlgorithm, TsigKey};
pub use session::{TsigError, TsigSession, UNSIGNED_MAX};

#[cfg(test)]
mod tests;
