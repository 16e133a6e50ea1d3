//! Signing and verifying one exchange: a request, its response, and the further messages of a stream (RFC 8945 §5).

use alloc::vec::Vec;
use core::fmt;

use super::key::{TsigAlgorithm, TsigKey};
use super::mac::{Hasher, Mac};
use crate::error::{Error, ErrorKind};
use crate::limits::{HEADER_OCTETS, MESSAGE_OCTETS_MAX};
use crate::rdata::{Rdata, Tsig};
use crate::sink::Length;
use crate::{Class, Message, Name, Rcode, RecordType, Ttl};

/// Most messages of a stream between two signed ones
/// ([RFC 8945 §5.3.1](https://www.rfc-editor.org/rfc/rfc8945#section-5.3.1)).
pub const UNSIGNED_MAX: u8 = 99;

/// Why a message is not to be trusted.
///
/// ```
/// use wire_dns::{Message, Rcode, tsig::{TsigAlgorithm, TsigError, TsigKey, TsigSession}};
///
/// let key = TsigKey::new("key.example".parse()?, TsigAlgorithm::HmacSha256, *b"secret");
/// let mut query = vec![0; 12];
/// TsigSession::sign_request(&key, &mut query, 1_000, 300)?;
/// let request = Message::decode(&query)?;
/// // The server's clock is 301 seconds ahead.
/// let error = TsigSession::verify_request(&request, |_, _| Some(&key), 1_301).unwrap_err();
/// assert_eq!(error, TsigError::BadTime { time_signed: 1_000, fudge: 300 });
/// assert_eq!(error.rcode(), Rcode::NOTAUTH);
/// let error = TsigSession::verify_request(&request, |_, _| None, 1_000).unwrap_err();
/// assert_eq!(error, TsigError::BadKey);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TsigError {
    /// No TSIG record where there must be one.
    #[error("the message is not signed")]
    Missing,
    /// A TSIG record whose fields cannot be ([RFC 8945 §5.2](https://www.rfc-editor.org/rfc/rfc8945#section-5.2)): FORMERR.
    #[error("the TSIG record is malformed")]
    Malformed,
    /// No key of this name and algorithm ([RFC 8945 §5.2.1](https://www.rfc-editor.org/rfc/rfc8945#section-5.2.1)).
    #[error("the key is not known here")]
    BadKey,
    /// The MAC is not that of the message ([RFC 8945 §5.2.2](https://www.rfc-editor.org/rfc/rfc8945#section-5.2.2)).
    #[error("the signature is wrong")]
    BadSig,
    /// Signed too long ago, or in the future ([RFC 8945 §5.2.3](https://www.rfc-editor.org/rfc/rfc8945#section-5.2.3)).
    #[error("signed at {time_signed}, which is not within {fudge} seconds of now")]
    BadTime {
        /// When the message says that it was signed, in seconds since 1970.
        time_signed: u64,
        /// The seconds either way that it allows.
        fudge: u16,
    },
    /// The MAC is shorter than this side takes ([RFC 8945 §5.2.4](https://www.rfc-editor.org/rfc/rfc8945#section-5.2.4)).
    #[error("the signature is shorter than is taken here")]
    BadTrunc,
    /// The peer says this error about what was sent. With BADKEY and BADSIG the peer's word is not signed.
    #[error("the peer answers {0}")]
    Peer(Rcode),
}

impl TsigError {
    /// The response code in the header that a server answers with
    /// ([RFC 8945 §5.2](https://www.rfc-editor.org/rfc/rfc8945#section-5.2)): FORMERR for a malformed record, NOTAUTH for a
    /// bad key, MAC, time or truncation. A message that should be signed and is not is REFUSED.
    #[must_use]
    pub const fn rcode(&self) -> Rcode {
        match self {
            Self::Malformed => Rcode::FORMERR,
            Self::Missing | Self::Peer(_) => Rcode::REFUSED,
            _ => Rcode::NOTAUTH,
        }
    }

    /// The error field of the TSIG record that a server answers with, if it has one.
    const fn tsig_rcode(&self) -> Option<Rcode> {
        match self {
            // 16 is BADVERS elsewhere (RFC 8945 §3).
            Self::BadSig => Some(Rcode(16)),
            Self::BadKey => Some(Rcode::BADKEY),
            Self::BadTime { .. } => Some(Rcode::BADTIME),
            Self::BadTrunc => Some(Rcode::BADTRUNC),
            _ => None,
        }
    }
}

/// One side of an exchange: the key, and the MAC that the next signature builds on.
///
/// The module has the exchange of a query and a response. In a stream, as of a zone transfer, not every message must be
/// signed ([RFC 8945 §5.3.1](https://www.rfc-editor.org/rfc/rfc8945#section-5.3.1)):
///
/// ```
/// use wire_dns::{Message, tsig::{TsigAlgorithm, TsigKey, TsigSession}};
///
/// let key = TsigKey::new("key.example".parse()?, TsigAlgorithm::HmacSha256, *b"secret");
/// let mut query = vec![0; 12];
/// let mut client = TsigSession::sign_request(&key, &mut query, 1_000, 300)?;
/// let mut server = TsigSession::verify_request(&Message::decode(&query)?, |_, _| Some(&key), 1_000).unwrap();
///
/// let mut messages = [vec![0; 12], vec![0; 12], vec![0; 12]];
/// let [first, second, third] = &mut messages;
/// server.sign(first, 1_000)?;
/// server.pass(&Message::decode(second)?).unwrap();
/// server.sign(third, 1_001)?;
///
/// let verified = messages.map(|octets| client.verify(&Message::decode(&octets).unwrap(), 1_001));
/// assert_eq!(verified, [Ok(true), Ok(false), Ok(true)]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone)]
pub struct TsigSession<'k> {
    key: &'k TsigKey,
    prior: Mac,
    fudge: u16,
    /// A response was signed or verified: what follows has no variables but the timers (RFC 8945 §5.3.1).
    begun: bool,
    /// The messages of the stream since the last signature, and how many there are.
    unsigned: Option<(Hasher, u8)>,
}

/// The TSIG variables of a signature (RFC 8945 §4.3.3).
#[derive(Clone, Copy)]
struct Variables<'a> {
    time_signed: u64,
    fudge: u16,
    error: Rcode,
    other_data: &'a [u8],
}

impl Variables<'_> {
    /// Those of a message that says no error.
    const fn new(time_signed: u64, fudge: u16) -> Self {
        Self {
            time_signed,
            fudge,
            error: Rcode::NOERROR,
            other_data: &[],
        }
    }
}

impl<'k> TsigSession<'k> {
    /// Behind a request with the MAC `prior`.
    const fn behind_request(key: &'k TsigKey, prior: Mac, fudge: u16) -> Self {
        Self {
            key,
            prior,
            fudge,
            begun: false,
            unsigned: None,
        }
    }

    /// Signs a request: appends the TSIG record to a whole message, which nothing may change afterwards but its ID.
    ///
    /// `now` is in seconds since 1970, of which 48 bits are kept; `fudge` is how many seconds the clocks may differ, 300 as
    /// [RFC 8945 §10](https://www.rfc-editor.org/rfc/rfc8945#section-10) recommends.
    ///
    /// # Errors
    ///
    /// As [`Message::decode`] where the octets are no message; [`ErrorKind::TsigNotLast`] when they have a TSIG record;
    /// [`ErrorKind::BufferFull`] or [`ErrorKind::TooManyRecords`] when there is no room for one. The message stays as it was
    /// then.
    pub fn sign_request(
        key: &'k TsigKey,
        message: &mut Vec<u8>,
        now: u64,
        fudge: u16,
    ) -> Result<Self, Error> {
        let variables = Variables::new(now, fudge);
        let mut hasher = hasher(key)?;
        hasher.update(message);
        update_variables(&mut hasher, key, variables);
        let mac = hasher.finish(key.mac_octets());
        append(
            message,
            key.name(),
            key.algorithm().name(),
            variables,
            mac.octets(),
        )?;
        Ok(Self::behind_request(key, mac, fudge))
    }

    /// Verifies a request. `find` gives the key of a name and algorithm; `now` is in seconds since 1970.
    ///
    /// # Errors
    ///
    /// [`TsigError::Missing`] for a request that is not signed; then, in the order of
    /// [RFC 8945 §5.2](https://www.rfc-editor.org/rfc/rfc8945#section-5.2), [`TsigError::Malformed`], [`TsigError::BadKey`],
    /// [`TsigError::BadSig`], [`TsigError::BadTime`], [`TsigError::BadTrunc`]. [`reject`](Self::reject) answers them.
    pub fn verify_request(
        request: &Message<'_>,
        find: impl FnOnce(Name<'_>, TsigAlgorithm) -> Option<&'k TsigKey>,
        now: u64,
    ) -> Result<Self, TsigError> {
        let signed = Signed::of(request)?.ok_or(TsigError::Missing)?;
        let tsig = signed.tsig;
        let algorithm = TsigAlgorithm::from_name(tsig.algorithm_name).ok_or(TsigError::BadKey)?;
        let key = find(signed.key_name, algorithm).ok_or(TsigError::BadKey)?;
        signed.check_length(key)?;
        let mut hasher = hasher(key).map_err(|_| TsigError::BadSig)?;
        signed.update(&mut hasher, request);
        update_variables(&mut hasher, key, signed.variables());
        if !hasher.verify(tsig.mac) {
            return Err(TsigError::BadSig);
        }
        signed.check_time(now)?;
        signed.check_policy(key)?;
        Ok(Self::behind_request(key, Mac::new(tsig.mac), tsig.fudge))
    }

    /// Appends the TSIG record to a response, or to the next message of a stream.
    ///
    /// # Errors
    ///
    /// As [`TsigSession::sign_request`]; the session stays as it was then.
    pub fn sign(&mut self, message: &mut Vec<u8>, now: u64) -> Result<(), Error> {
        self.sign_with(message, Variables::new(now, self.fudge))
    }

    fn sign_with(&mut self, message: &mut Vec<u8>, variables: Variables<'_>) -> Result<(), Error> {
        let mut hasher = self.begin()?;
        hasher.update(message);
        self.update_variables(&mut hasher, variables);
        let mac = hasher.finish(self.key.mac_octets());
        let (name, algorithm) = (self.key.name(), self.key.algorithm().name());
        append(message, name, algorithm, variables, mac.octets())?;
        self.prior = mac;
        self.begun = true;
        self.unsigned = None;
        Ok(())
    }

    /// Verifies the response to a request, or the next message of a stream.
    ///
    /// `Ok(false)` is for a message of a stream without a signature, which the next signed one covers: what is in it is not
    /// to be believed before that, and the last message of a stream must be signed
    /// ([RFC 8945 §5.3.1](https://www.rfc-editor.org/rfc/rfc8945#section-5.3.1)).
    ///
    /// # Errors
    ///
    /// The message is not to be trusted, and a stream ends with it: [`TsigError::Missing`] for the first message without a
    /// signature or too many of them, [`TsigError::Peer`] for what the peer says, and those of
    /// [`TsigSession::verify_request`].
    pub fn verify(&mut self, message: &Message<'_>, now: u64) -> Result<bool, TsigError> {
        let Some(signed) = Signed::of(message)? else {
            return self.pass(message).map(|()| false);
        };
        let (tsig, key) = (signed.tsig, self.key);
        let is_our_key = signed.key_name == key.name()
            && TsigAlgorithm::from_name(tsig.algorithm_name) == Some(key.algorithm());
        if !is_our_key {
            return Err(TsigError::BadKey);
        }
        if tsig.mac.is_empty() && tsig.error != Rcode::NOERROR {
            return Err(TsigError::Peer(tsig.error));
        }
        signed.check_length(key)?;
        let mut hasher = self.begin().map_err(|_| TsigError::BadSig)?;
        signed.update(&mut hasher, message);
        self.update_variables(&mut hasher, signed.variables());
        if !hasher.verify(tsig.mac) {
            return Err(TsigError::BadSig);
        }
        if tsig.error != Rcode::NOERROR {
            return Err(TsigError::Peer(tsig.error));
        }
        signed.check_time(now)?;
        signed.check_policy(key)?;
        self.prior = Mac::new(tsig.mac);
        self.begun = true;
        self.unsigned = None;
        Ok(true)
    }

    /// Takes note of a message of a stream that goes out without a signature; the next one that is signed covers it.
    ///
    /// # Errors
    ///
    /// [`TsigError::Missing`] for the first message, and for more than [`UNSIGNED_MAX`] one behind the other.
    pub fn pass(&mut self, message: &Message<'_>) -> Result<(), TsigError> {
        if !self.begun {
            return Err(TsigError::Missing);
        }
        let (mut hasher, count) = match self.unsigned.take() {
            Some(unsigned) => unsigned,
            None => (self.begin().map_err(|_| TsigError::BadSig)?, 0),
        };
        if count >= UNSIGNED_MAX {
            return Err(TsigError::Missing);
        }
        hasher.update(message.octets());
        self.unsigned = Some((hasher, count.saturating_add(1)));
        Ok(())
    }

    /// A hasher that has the prior MAC behind it, and the messages since.
    fn begin(&self) -> Result<Hasher, Error> {
        if let Some((hasher, _)) = &self.unsigned {
            return Ok(hasher.clone());
        }
        let mut hasher = hasher(self.key)?;
        let prior = self.prior.octets();
        let len = u16::try_from(prior.len()).unwrap_or(0);
        hasher.update(&len.to_be_bytes());
        hasher.update(prior);
        Ok(hasher)
    }

    fn update_variables(&self, hasher: &mut Hasher, variables: Variables<'_>) {
        if self.begun {
            hasher.update(&timers(variables));
        } else {
            update_variables(hasher, self.key, variables);
        }
    }

    /// Appends to a server's response the TSIG record that says why the request was not taken
    /// ([RFC 8945 §5.3.2](https://www.rfc-editor.org/rfc/rfc8945#section-5.3.2)).
    ///
    /// BADKEY and BADSIG are said without a signature, BADTIME and BADTRUNC with one by `key`. The response code in the
    /// header is the caller's to set: [`TsigError::rcode`]. For other errors nothing is appended.
    ///
    /// # Errors
    ///
    /// As [`TsigSession::sign_request`], for `response`.
    ///
    /// ```
    /// use wire_dns::{Builder, Message, Rcode, tsig::{TsigAlgorithm, TsigError, TsigKey, TsigSession}};
    ///
    /// let key = TsigKey::new("key.example".parse()?, TsigAlgorithm::HmacSha256, *b"secret");
    /// let mut query = vec![0; 12];
    /// let mut client = TsigSession::sign_request(&key, &mut query, 1_000, 300)?;
    ///
    /// // A server that does not have the key:
    /// let request = Message::decode(&query)?;
    /// let error = TsigSession::verify_request(&request, |_, _| None, 1_000).unwrap_err();
    /// let mut response = Vec::new();
    /// let mut builder = Builder::new(&mut response);
    /// builder.reply_to(&request)?;
    /// builder.set_rcode(error.rcode());
    /// builder.finish();
    /// TsigSession::reject(error, &request, None, &mut response, 1_000)?;
    ///
    /// let response = Message::decode(&response)?;
    /// assert_eq!(response.rcode(), Rcode::NOTAUTH);
    /// assert_eq!(client.verify(&response, 1_001), Err(TsigError::Peer(Rcode::BADKEY)));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn reject(
        error: TsigError,
        request: &Message<'_>,
        key: Option<&'k TsigKey>,
        response: &mut Vec<u8>,
        now: u64,
    ) -> Result<(), Error> {
        let (Some(rcode), Ok(Some(signed))) = (error.tsig_rcode(), Signed::of(request)) else {
            return Ok(());
        };
        let [_, _, server_time @ ..] = now.to_be_bytes();
        let is_time = matches!(error, TsigError::BadTime { .. });
        let variables = Variables {
            // The client's own time, so that it takes the answer; ours is in Other Data (RFC 8945 §5.2.3).
            time_signed: if is_time {
                signed.tsig.time_signed
            } else {
                now
            },
            fudge: signed.tsig.fudge,
            error: rcode,
            other_data: if is_time { &server_time } else { &[] },
        };
        match (error, key) {
            (TsigError::BadTime { .. } | TsigError::BadTrunc, Some(key)) => {
                let prior = Mac::new(signed.tsig.mac);
                Self::behind_request(key, prior, signed.tsig.fudge).sign_with(response, variables)
            }
            _ => append(
                response,
                signed.key_name,
                signed.tsig.algorithm_name,
                variables,
                &[],
            ),
        }
    }
}

impl fmt::Debug for TsigSession<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TsigSession")
            .field("key", self.key)
            .field("begun", &self.begun)
            .finish_non_exhaustive()
    }
}

/// The signature of a message.
struct Signed<'a> {
    key_name: Name<'a>,
    tsig: Tsig<'a>,
    /// Where the TSIG record begins.
    start: usize,
}

impl<'a> Signed<'a> {
    fn of(message: &Message<'a>) -> Result<Option<Self>, TsigError> {
        let Some(record) = message.tsig() else {
            return Ok(None);
        };
        let Rdata::Tsig(tsig) = record.rdata() else {
            return Err(TsigError::Malformed);
        };
        if record.class() != Class::ANY || record.ttl() != Ttl(0) {
            return Err(TsigError::Malformed);
        }
        Ok(Some(Self {
            key_name: record.owner(),
            tsig,
            start: record.layout().owner.start,
        }))
    }

    const fn variables(&self) -> Variables<'a> {
        Variables {
            time_signed: self.tsig.time_signed,
            fudge: self.tsig.fudge,
            error: self.tsig.error,
            other_data: self.tsig.other_data,
        }
    }

    /// Feeds the message as it was before it was signed (RFC 8945 §4.3.2).
    fn update(&self, hasher: &mut Hasher, message: &Message<'_>) {
        let mut header = message.header();
        header.id = self.tsig.original_id;
        header.additional_count = header.additional_count.saturating_sub(1);
        hasher.update(&header.to_octets());
        let rest = message.octets().get(HEADER_OCTETS..self.start);
        hasher.update(rest.unwrap_or_default());
    }

    /// RFC 8945 §5.2.2.1.
    fn check_length(&self, key: &TsigKey) -> Result<(), TsigError> {
        let algorithm = key.algorithm();
        let allowed = algorithm.mac_octets_min()..=algorithm.mac_octets();
        if allowed.contains(&self.tsig.mac.len()) {
            Ok(())
        } else {
            Err(TsigError::Malformed)
        }
    }

    fn check_time(&self, now: u64) -> Result<(), TsigError> {
        let Tsig {
            time_signed, fudge, ..
        } = self.tsig;
        if now.abs_diff(time_signed) <= u64::from(fudge) {
            Ok(())
        } else {
            Err(TsigError::BadTime { time_signed, fudge })
        }
    }

    fn check_policy(&self, key: &TsigKey) -> Result<(), TsigError> {
        if self.tsig.mac.len() < key.mac_octets() {
            return Err(TsigError::BadTrunc);
        }
        Ok(())
    }
}

fn hasher(key: &TsigKey) -> Result<Hasher, Error> {
    Hasher::new(key).ok_or_else(|| Error::new(0, ErrorKind::FieldTooLong { max: u16::MAX }))
}

/// Time and fudge.
fn timers(variables: Variables<'_>) -> [u8; 8] {
    let [_, _, a, b, c, d, e, f] = variables.time_signed.to_be_bytes();
    let [g, h] = variables.fudge.to_be_bytes();
    [a, b, c, d, e, f, g, h]
}

/// Feeds the variables, names in canonical form (RFC 8945 §4.3.3).
fn update_variables(hasher: &mut Hasher, key: &TsigKey, variables: Variables<'_>) {
    let mut octets = Vec::with_capacity(80);
    key.name().encode_canonical_into(&mut octets);
    octets.extend_from_slice(&Class::ANY.0.to_be_bytes());
    octets.extend_from_slice(&[0; 4]);
    key.algorithm().name().encode_canonical_into(&mut octets);
    octets.extend_from_slice(&timers(variables));
    octets.extend_from_slice(&variables.error.0.to_be_bytes());
    let len = u16::try_from(variables.other_data.len()).unwrap_or(0);
    octets.extend_from_slice(&len.to_be_bytes());
    octets.extend_from_slice(variables.other_data);
    hasher.update(&octets);
}

/// Appends a TSIG record to a message.
fn append(
    message: &mut Vec<u8>,
    key_name: Name<'_>,
    algorithm_name: Name<'_>,
    variables: Variables<'_>,
    mac: &[u8],
) -> Result<(), Error> {
    let checked = Message::decode(message)?;
    if let Some(tsig) = checked.tsig() {
        return Err(Error::new(
            tsig.layout().owner.start,
            ErrorKind::TsigNotLast,
        ));
    }
    let mut header = checked.header();
    let rdata = Rdata::from(Tsig {
        algorithm_name,
        time_signed: variables.time_signed,
        fudge: variables.fudge,
        mac,
        original_id: header.id,
        error: variables.error,
        other_data: variables.other_data,
    });
    let len = message.len();
    header.additional_count = header
        .additional_count
        .checked_add(1)
        .ok_or_else(|| Error::new(len, ErrorKind::TooManyRecords))?;
    let mut rdlength = Length(0);
    rdata.write(&mut rdlength)?;
    let rdlength = u16::try_from(rdlength.0).unwrap_or(u16::MAX);
    key_name.encode_into(message);
    message.extend_from_slice(&RecordType::TSIG.0.to_be_bytes());
    message.extend_from_slice(&Class::ANY.0.to_be_bytes());
    message.extend_from_slice(&[0; 4]);
    message.extend_from_slice(&rdlength.to_be_bytes());
    rdata.write(message)?;
    if message.len() > MESSAGE_OCTETS_MAX {
        message.truncate(len);
        let limit = u32::try_from(MESSAGE_OCTETS_MAX).unwrap_or(u32::MAX);
        return Err(Error::new(len, ErrorKind::BufferFull { limit }));
    }
    if let Some(slot) = message.first_chunk_mut() {
        *slot = header.to_octets();
    }
    Ok(())
}
