//! `WWW-Authenticate`, `Proxy-Authenticate`, `Authorization`, `Proxy-Authorization` (RFC 9110 §11.3 and §11.4).

use alloc::vec::Vec;
use core::fmt;

use crate::error::Error;
use crate::parameter::{self, Parameter, ParameterValue};
use crate::productions::{
    Field, Parsed, check_token, expect, skip_commas, skip_ows, spaced_value, token, token68,
};

const CHALLENGE: Field = Field {
    name: "challenge",
    reference: "RFC 9110 section 11.3",
};
const CREDENTIALS: Field = Field {
    name: "credentials",
    reference: "RFC 9110 section 11.4",
};

/// One challenge: a scheme, and either a token68 or parameters
/// ([RFC 9110 §11.3](https://www.rfc-editor.org/rfc/rfc9110#section-11.3)). Schemes and parameter names are compared without
/// regard to case.
///
/// ```
/// use wire_http::{ResponseWriter, StatusCode, credentials::Challenge};
///
/// let (mut value, mut out) = (Vec::new(), Vec::new());
/// Challenge::new("Bearer")?.with_parameter("realm", b"api")?.with_parameter("scope", b"read write")?.encode(&mut value);
/// ResponseWriter::new(StatusCode::UNAUTHORIZED).field("WWW-Authenticate", &value)?.send(b"", &mut out)?;
/// assert_eq!(
///     out,
///     b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"api\", scope=\"read write\"\r\nContent-Length: 0\r\n\r\n"
/// );
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Challenge<'a> {
    scheme: &'a str,
    token68: Option<&'a str>,
    parameters: Vec<Parameter<'a>>,
}

impl<'a> Challenge<'a> {
    /// A challenge of this scheme, for writing.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when the scheme is not a token.
    pub fn new(scheme: &'a str) -> Result<Self, Error> {
        check_token(scheme, CHALLENGE)?;
        Ok(Self {
            scheme,
            token68: None,
            parameters: Vec::new(),
        })
    }

    /// The same with one more parameter, in place of a token68.
    ///
    /// # Errors
    ///
    /// As [`Parameter::new`].
    pub fn with_parameter(mut self, name: &'a str, value: &'a [u8]) -> Result<Self, Error> {
        self.token68 = None;
        self.parameters.push(Parameter::new(name, value)?);
        Ok(self)
    }

    /// The scheme as it was sent.
    #[must_use]
    pub fn scheme(&self) -> &'a str {
        self.scheme
    }

    /// Whether this is the scheme `name`; case does not count.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(name)
    }

    /// The token68, for the schemes that have one in place of parameters.
    #[must_use]
    pub fn token68(&self) -> Option<&'a str> {
        self.token68
    }

    /// The parameters in the order sent.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter<'a>] {
        &self.parameters
    }

    /// The first parameter called `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<ParameterValue<'a>> {
        parameter::find(&self.parameters, name)
    }

    /// `realm` (RFC 9110 §11.5).
    #[must_use]
    pub fn realm(&self) -> Option<ParameterValue<'a>> {
        self.parameter("realm")
    }

    /// Appends the challenge. Values are quoted, as old clients expect of `realm`, except those that
    /// [RFC 7616 §3.3](https://www.rfc-editor.org/rfc/rfc7616#section-3.3) wants as tokens.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.scheme.as_bytes());
        if let Some(token68) = self.token68 {
            out.push(b' ');
            out.extend_from_slice(token68.as_bytes());
        }
        for (place, parameter) in self.parameters.iter().enumerate() {
            out.extend_from_slice(if place == 0 { b" " } else { b", " });
            out.extend_from_slice(parameter.name().as_bytes());
            out.push(b'=');
            if ["algorithm", "stale", "userhash"]
                .iter()
                .any(|name| parameter.is(name))
            {
                parameter.value().encode(out);
            } else {
                parameter.value().encode_quoted(out);
            }
        }
    }
}

impl PartialEq for Challenge<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.is(other.scheme)
            && self.token68 == other.token68
            && self.parameters == other.parameters
    }
}

impl Eq for Challenge<'_> {}

/// Reads all lines of a `WWW-Authenticate` or `Proxy-Authenticate` field
/// ([RFC 9110 §11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1), §11.7.1).
///
/// Commas part both challenges and parameters: a name that `=` follows is a parameter of the challenge before it.
///
/// # Errors
///
/// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where it is not a list of challenges.
///
/// ```
/// use wire_http::credentials::decode_challenges;
///
/// let line = b"Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"";
/// let challenges = decode_challenges([&line[..]])?;
/// assert_eq!(challenges.len(), 2);
/// assert_eq!(challenges[0].parameter("title").expect("a title"), b"Login to \"apps\"");
/// assert_eq!(challenges[1].realm().expect("a realm"), b"simple");
/// # Ok::<(), wire_http::Error>(())
/// ```
pub fn decode_challenges<'a>(
    lines: impl IntoIterator<Item = impl Into<&'a [u8]>>,
) -> Result<Vec<Challenge<'a>>, Error> {
    decode_list(lines, CHALLENGE, usize::MAX)
}

/// What a client shows to be let in: a scheme, and either a token68 or parameters
/// ([RFC 9110 §11.4](https://www.rfc-editor.org/rfc/rfc9110#section-11.4)). `Debug` shows the scheme only, so that a log
/// does not hold secrets. [`BasicCredentials`](crate::credentials::BasicCredentials) decodes that scheme.
///
/// ```
/// use wire_http::credentials::Credentials;
///
/// let digest = Credentials::decode(b"Digest username=\"Mufasa\", nc=00000001, qop=auth")?;
/// assert!(digest.is("digest"));
/// assert_eq!(digest.parameter("nc").expect("sent"), b"00000001");
/// assert!(!format!("{digest:?}").contains("Mufasa"));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Credentials<'a>(Challenge<'a>);

impl<'a> Credentials<'a> {
    /// Reads the value of an `Authorization` or `Proxy-Authorization` field.
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) when it is broken, empty, or names two schemes.
    ///
    /// ```
    /// use wire_http::credentials::Credentials;
    ///
    /// let bearer = Credentials::decode(b"Bearer mF_9.B5f-4.1JqM")?;
    /// assert!(bearer.is("bearer"));
    /// assert_eq!(bearer.token68(), Some("mF_9.B5f-4.1JqM"));
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    pub fn decode(value: &'a [u8]) -> Result<Self, Error> {
        let all = decode_list([value], CREDENTIALS, 1)?;
        match all.into_iter().next() {
            Some(only) => Ok(Self(only)),
            None => Err(CREDENTIALS.refuse(value.len(), "a scheme")),
        }
    }

    /// The scheme as it was sent.
    #[must_use]
    pub fn scheme(&self) -> &'a str {
        self.0.scheme
    }

    /// Whether this is the scheme `name`; case does not count.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.0.is(name)
    }

    /// The token68, for the schemes that have one in place of parameters.
    #[must_use]
    pub fn token68(&self) -> Option<&'a str> {
        self.0.token68
    }

    /// The parameters in the order sent.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter<'a>] {
        &self.0.parameters
    }

    /// The first parameter called `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<ParameterValue<'a>> {
        self.0.parameter(name)
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("scheme", &self.0.scheme)
            .finish_non_exhaustive()
    }
}

/// `#( auth-scheme [ 1*SP ( token68 / #auth-param ) ] )`: each element is looked at once, and its first word twice.
fn decode_list<'a>(
    lines: impl IntoIterator<Item = impl Into<&'a [u8]>>,
    field: Field,
    schemes_max: usize,
) -> Result<Vec<Challenge<'a>>, Error> {
    let mut challenges: Vec<Challenge<'a>> = Vec::new();
    // Whether the last challenge may get parameters.
    let mut takes_parameters = false;
    let mut line_start = 0_usize;
    for line in lines.into_iter().map(Into::into) {
        let located = |error: nom::Err<_>| field.located(line, &error).moved_by(line_start);
        let refuse = |rest: &[u8], expected| {
            Err(field.refuse(
                line_start.saturating_add(line.len().saturating_sub(rest.len())),
                expected,
            ))
        };
        let mut rest = skip_commas(line);
        while !rest.is_empty() {
            let (after, name) = expect(rest, "a scheme", token).map_err(located)?;
            let is_parameter = skip_ows(after).first() == Some(&b'=');
            if is_parameter {
                let Some(challenge) = challenges.last_mut().filter(|_| takes_parameters) else {
                    return refuse(rest, "a scheme before its parameters");
                };
                let (after, value) = spaced_value(after).map_err(located)?;
                challenge
                    .parameters
                    .push(Parameter::from_parts(name, value));
                rest = after;
            } else if challenges.len() >= schemes_max {
                return refuse(rest, "a single scheme");
            } else {
                let (after, challenge) = first_words(name, after).map_err(located)?;
                takes_parameters =
                    skip_ows(after).len() < after.len() || !challenge.parameters.is_empty();
                challenges.push(challenge);
                rest = after;
            }
            rest = skip_ows(rest);
            if !rest.is_empty() && rest.first() != Some(&b',') {
                return refuse(rest, "a comma or the end of the value");
            }
            rest = skip_commas(rest);
        }
        line_start = line_start.saturating_add(line.len()).saturating_add(2);
    }
    Ok(challenges)
}

/// `[ 1*SP ( token68 / auth-param ) ]` after a scheme; blanks that nothing follows stay.
fn first_words<'a>(scheme: &'a str, after: &'a [u8]) -> Parsed<'a, Challenge<'a>> {
    let mut challenge = Challenge {
        scheme,
        token68: None,
        parameters: Vec::new(),
    };
    let rest = skip_ows(after);
    if rest.len() == after.len() || matches!(rest.first(), None | Some(b',')) {
        return Ok((after, challenge));
    }
    if let Ok((end, text)) = token68(rest)
        && matches!(skip_ows(end).first(), None | Some(b','))
    {
        challenge.token68 = Some(text);
        // Blanks before a comma do not open a list of parameters.
        return Ok((skip_ows(end), challenge));
    }
    let (rest, name) = expect(rest, "a token68 or a parameter", token)?;
    let (rest, value) = spaced_value(rest)?;
    challenge
        .parameters
        .push(Parameter::from_parts(name, value));
    Ok((rest, challenge))
}

#[cfg(test)]
mod tests;
