//! The Basic scheme (RFC 7617).

use alloc::vec::Vec;
use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::credentials::Credentials;
use crate::error::Error;
use crate::grammar::trim_ows;
use crate::productions::{Field, skip_ows};

const BASIC: Field = Field {
    name: "Basic credentials",
    reference: "RFC 7617 section 2",
};

/// A user-id and a password ([RFC 7617 §2](https://www.rfc-editor.org/rfc/rfc7617#section-2)). They are octets:
/// which charset they are in is between client and server (UTF-8 where
/// the challenge says `charset="UTF-8"`). `Debug` does not show them.
///
/// ```
/// use wire_http::credentials::BasicCredentials;
///
/// let basic = BasicCredentials::new(b"test", "123\u{a3}".as_bytes())?;
/// let mut value = Vec::new();
/// basic.encode(&mut value);
/// assert_eq!(value, b"Basic dGVzdDoxMjPCow==");
/// assert!(BasicCredentials::decode(&value)?.is(b"test", "123\u{a3}".as_bytes()));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone)]
pub struct BasicCredentials {
    user: Vec<u8>,
    password: Vec<u8>,
}

impl BasicCredentials {
    /// Credentials for writing.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when the user-id has a colon, or one of the two a control.
    pub fn new(user: &[u8], password: &[u8]) -> Result<Self, Error> {
        if let Some(offset) = user
            .iter()
            .position(|octet| *octet == b':' || octet.is_ascii_control())
        {
            return Err(BASIC.refuse(offset, "no colon and no control character"));
        }
        if let Some(offset) = password.iter().position(u8::is_ascii_control) {
            return Err(BASIC.refuse(offset, "no control character"));
        }
        Ok(Self {
            user: user.to_vec(),
            password: password.to_vec(),
        })
    }

    /// Reads the value of an `Authorization` or `Proxy-Authorization` field whose scheme is Basic.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) for another scheme, broken base64 (its padding is part of it), no
    /// colon, or a control character. Answer 401 (or 407) with a challenge.
    ///
    /// ```
    /// use wire_http::{RequestHead, credentials::BasicCredentials};
    ///
    /// let input = b"GET / HTTP/1.0\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// let value = head.fields().get_only("authorization").expect("one line");
    /// let basic = BasicCredentials::decode(value.as_bytes())?;
    /// assert_eq!((basic.user(), basic.password()), (&b"Aladdin"[..], &b"open sesame"[..]));
    /// assert!(BasicCredentials::decode(b"Bearer abc").is_err());
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn decode(value: &[u8]) -> Result<Self, Error> {
        let credentials = Credentials::decode(value)?;
        if !credentials.is("Basic") {
            return Err(BASIC.refuse(0, "the scheme \"Basic\""));
        }
        let blanks = value.len().saturating_sub(skip_ows(value).len());
        let words = trim_ows(value)
            .len()
            .saturating_sub(credentials.token68().map_or(0, str::len));
        let start = blanks.saturating_add(words);
        let refuse = |expected| BASIC.refuse(start, expected);
        let token68 = credentials.token68().ok_or_else(|| refuse("a token68"))?;
        let user_pass = STANDARD
            .decode(token68)
            .map_err(|_| refuse("base64 with its padding"))?;
        let colon = user_pass
            .iter()
            .position(|octet| *octet == b':')
            .ok_or_else(|| refuse("a colon in what is encoded"))?;
        let (user, password) = user_pass.split_at_checked(colon).unwrap_or_default();
        Self::new(user, password.get(1..).unwrap_or_default())
            .map_err(|_| refuse("no control character"))
    }

    /// The user-id: what is before the first colon.
    #[must_use]
    pub fn user(&self) -> &[u8] {
        &self.user
    }

    /// The password: what is after the first colon.
    #[must_use]
    pub fn password(&self) -> &[u8] {
        &self.password
    }

    /// Whether these are the user-id and the password given. All octets are compared, wherever the first difference
    /// is, so that the time taken tells little.
    #[must_use]
    pub fn is(&self, user: &[u8], password: &[u8]) -> bool {
        same_octets(&self.user, user) & same_octets(&self.password, password)
    }

    /// Appends the value of an `Authorization` or `Proxy-Authorization` field.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let user_pass = [self.user.as_slice(), self.password.as_slice()].join(&b':');
        out.extend_from_slice(b"Basic ");
        out.extend_from_slice(STANDARD.encode(user_pass).as_bytes());
    }
}

impl fmt::Debug for BasicCredentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BasicCredentials")
            .finish_non_exhaustive()
    }
}

/// Compares without stopping at the first difference.
fn same_octets(left: &[u8], right: &[u8]) -> bool {
    let differences = left
        .iter()
        .zip(right)
        .fold(0_u8, |all, (left, right)| all | (left ^ right));
    left.len() == right.len() && core::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests {
    use super::BasicCredentials;
    use alloc::format;

    /// RFC 7617 §2 and §2.1.
    #[test]
    fn reads_the_examples() {
        let basic = BasicCredentials::decode(b"basic   QWxhZGRpbjpvcGVuIHNlc2FtZQ==").unwrap();
        assert_eq!(
            (basic.user(), basic.password()),
            (&b"Aladdin"[..], &b"open sesame"[..])
        );
        assert_eq!(
            BasicCredentials::decode(b"Basic dGVzdDoxMjPCow==")
                .unwrap()
                .password(),
            "123\u{a3}".as_bytes()
        );
    }

    #[test]
    fn only_the_first_colon_parts() {
        let basic = BasicCredentials::decode(b"Basic YTpiOmM=").unwrap();
        assert_eq!((basic.user(), basic.password()), (&b"a"[..], &b"b:c"[..]));
        let basic = BasicCredentials::decode(b"Basic Og==").unwrap();
        assert!(basic.is(b"", b""));
        assert!(!basic.is(b"", b"x"));
    }

    #[test]
    fn is_nobody_else() {
        let basic = BasicCredentials::new(b"user", b"pass").unwrap();
        assert!(basic.is(b"user", b"pass"));
        for (user, password) in [
            (&b"user"[..], &b"pasS"[..]),
            (b"user", b"qbss"),
            (b"user", b"pbrs"),
            (b"user", b"pas"),
            (b"user", b"passs"),
            (b"user", b""),
            (b"uses", b"pass"),
            (b"tser", b"pass"),
            (b"ures", b"pass"),
        ] {
            assert!(!basic.is(user, password), "{}", password.escape_ascii());
        }
    }

    #[test]
    fn refuses_what_is_no_basic() {
        for value in [
            &b"Basic"[..],
            b"Basic ",
            b"Bearer YTpi",
            b"Basic YWI=",
            b"Basic YTpi=",
            b"Basic YTp",
            b"Basic YTpj\x00",
            b"Basic YQpiOmM=",
            b"Basic Og=",
            b"Basic -_==",
            b"Basic realm=x",
            b"Basic YTpi YTpi",
        ] {
            assert!(
                BasicCredentials::decode(value).is_err(),
                "{}",
                value.escape_ascii()
            );
        }
        assert!(BasicCredentials::new(b"a:b", b"").is_err());
        assert!(BasicCredentials::new(b"a", b"\n").is_err());
    }

    #[test]
    fn debug_keeps_the_secret() {
        assert_eq!(
            format!("{:?}", BasicCredentials::new(b"user", b"pass").unwrap()),
            "BasicCredentials { .. }"
        );
    }
}
