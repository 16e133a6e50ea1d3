//! ErrorKind: every rule that can be broken, with its name, its sentence, its section and the status for it.

#[cfg(doc)]
use super::Error;
use crate::status::StatusCode;

/// What was wrong. [`ErrorKind::name`] is a stable word for machines, `Display` the sentence for people.
///
/// ```
/// use wire_http::ErrorKind;
///
/// let kind = ErrorKind::TooManyFieldLines { max: 64 };
/// assert_eq!(kind.name(), "too-many-field-lines");
/// assert_eq!(kind.to_string(), "more than 64 field lines");
/// assert_eq!(kind.suggested_status().code(), 431);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    // ---- Lines and limits of a head ----
    /// More empty lines before the start line than [`Limits::empty_lines`](crate::Limits::empty_lines).
    #[error("more than {max} empty lines before the start line")]
    EmptyLines {
        /// How many are allowed.
        max: usize,
    },
    /// A line feed that no carriage return precedes.
    #[error("line feed without carriage return")]
    BareLineFeed,
    /// A carriage return that no line feed follows.
    #[error("carriage return without line feed")]
    BareCarriageReturn,
    /// The start line is longer than [`Limits::start_line`](crate::Limits::start_line).
    #[error("start line longer than {max} octets")]
    StartLineTooLong {
        /// How many octets are allowed.
        max: usize,
    },
    /// The method alone is longer than [`Limits::start_line`](crate::Limits::start_line).
    #[error("method longer than {max} octets")]
    MethodTooLong {
        /// How many octets are allowed.
        max: usize,
    },
    /// The head is longer than [`Limits::head`](crate::Limits::head).
    #[error("head longer than {max} octets")]
    HeadTooLong {
        /// How many octets are allowed.
        max: usize,
    },
    /// More field lines than [`Limits::field_lines`](crate::Limits::field_lines).
    #[error("more than {max} field lines")]
    TooManyFieldLines {
        /// How many are allowed.
        max: usize,
    },

    // ---- Start line ----
    /// The method is empty or has an octet that no token has.
    #[error("octet {octet:#04x} in the method")]
    Method {
        /// The octet.
        octet: u8,
    },
    /// The request-target is empty.
    #[error("no request-target")]
    TargetMissing,
    /// The request-target has an octet that no URI has there (a control, a fragment's `#`, obs-text, …).
    #[error("octet {octet:#04x} in the request-target")]
    Target {
        /// The octet.
        octet: u8,
    },
    /// A `%` that two hexadecimal digits do not follow.
    #[error("percent sign without two hexadecimal digits")]
    PercentEncoding,
    /// The form of the request-target does not go with the method: `*` without OPTIONS, authority-form without CONNECT,
    /// CONNECT without it.
    #[error("request-target of a form that the method does not allow")]
    TargetForm,
    /// The authority in the request-target is no host with an optional port, or names a user; after CONNECT, it has no port
    /// from 1 on.
    #[error("request-target without a valid host and port")]
    TargetAuthority,
    /// The version is not `HTTP/` DIGIT `.` DIGIT, or not there.
    #[error("no well-formed HTTP version")]
    Version,
    /// A well-formed version other than 1.0 and 1.1.
    #[error("HTTP version {major}.{minor} is not supported")]
    VersionUnsupported {
        /// The first digit.
        major: u8,
        /// The second digit.
        minor: u8,
    },
    /// The status code is not three digits from 100 on; from [`Forward::response`](crate::Forward::response), it is a 101 that
    /// nobody asked for.
    #[error("no three-digit status code")]
    StatusCode,
    /// The reason phrase has a control octet.
    #[error("octet {octet:#04x} in the reason phrase")]
    Reason {
        /// The octet.
        octet: u8,
    },

    // ---- Field lines ----
    /// Space or tab between the start line and the first field line.
    #[error("whitespace before the first field line")]
    LeadingWhitespace,
    /// A field line that starts with space or tab (obsolete line folding).
    #[error("folded field line")]
    LineFolding,
    /// A field line without colon.
    #[error("field line without colon")]
    ColonMissing,
    /// A field name of no octets.
    #[error("empty field name")]
    FieldNameEmpty,
    /// An octet in a field name that no token has.
    #[error("octet {octet:#04x} in a field name")]
    FieldName {
        /// The octet.
        octet: u8,
    },
    /// Space or tab between field name and colon.
    #[error("whitespace between field name and colon")]
    SpaceBeforeColon,
    /// A control octet in a field value.
    #[error("octet {octet:#04x} in a field value")]
    FieldValue {
        /// The octet.
        octet: u8,
    },

    // ---- Host, connection, expectation ----
    /// HTTP/1.1 request without Host.
    #[error("HTTP/1.1 request without Host")]
    HostMissing,
    /// More than one Host line.
    #[error("more than one Host line")]
    HostRepeated,
    /// Host is not a host with an optional port.
    #[error("Host is not a host with an optional port")]
    HostInvalid,
    /// Host is empty although the target URI needs an authority.
    #[error("empty Host")]
    HostEmpty,
    /// Host differs from the authority of the request-target: refused when read if
    /// [`Limits::refuse_other_host`](crate::Limits::refuse_other_host) is set, when written always.
    #[error("Host differs from the authority of the request-target")]
    HostOther,
    /// Connection is not a list of tokens.
    #[error("Connection is not a list of tokens")]
    ConnectionInvalid,
    /// An expectation other than `100-continue`.
    #[error("unknown expectation")]
    ExpectationUnknown,

    // ---- Framing ----
    /// Content-Length is not one run of digits.
    #[error("Content-Length is not one run of digits")]
    ContentLengthInvalid,
    /// Content-Length is more than 2^64 - 1.
    #[error("Content-Length beyond 64 bits")]
    ContentLengthOverflow,
    /// More than one Content-Length line, even if they agree.
    #[error("more than one Content-Length line")]
    ContentLengthRepeated,
    /// Content-Length beside Transfer-Encoding.
    #[error("Content-Length beside Transfer-Encoding")]
    FramingConflict,
    /// Transfer-Encoding is not a plain list of coding names.
    #[error("Transfer-Encoding is not a list of coding names")]
    TransferEncodingInvalid,
    /// More than one Transfer-Encoding line.
    #[error("more than one Transfer-Encoding line")]
    TransferEncodingRepeated,
    /// The final transfer coding is not `chunked`, or `chunked` is there twice.
    #[error("chunked is not the final transfer coding, once")]
    ChunkedNotFinal,
    /// A transfer coding other than `chunked` under a final `chunked`.
    #[error("transfer coding other than chunked")]
    TransferCodingUnsupported,
    /// Transfer-Encoding in HTTP/1.0.
    #[error("Transfer-Encoding in HTTP/1.0")]
    TransferEncodingInHttp10,
    /// The body is longer than [`Limits::body`](crate::Limits::body).
    #[error("body longer than {max} octets")]
    BodyTooLong {
        /// How many octets are allowed.
        max: u64,
    },

    // ---- Bodies ----
    /// The chunk-size is empty or has an octet that is no hexadecimal digit.
    #[error("octet {octet:#04x} in a chunk-size")]
    ChunkSize {
        /// The octet.
        octet: u8,
    },
    /// The chunk-size is more than 2^64 - 1.
    #[error("chunk-size beyond 64 bits")]
    ChunkSizeOverflow,
    /// An octet that the grammar of a chunk extension does not have there.
    #[error("octet {octet:#04x} in a chunk extension")]
    ChunkExtension {
        /// The octet.
        octet: u8,
    },
    /// One chunk line has more extension octets than
    /// [`Limits::chunk_extension_line`](crate::Limits::chunk_extension_line).
    #[error("more than {max} octets of chunk extension in a line")]
    ChunkExtensionLineTooLong {
        /// How many octets are allowed.
        max: usize,
    },
    /// All chunk lines of a body have more extension octets than
    /// [`Limits::chunk_extensions`](crate::Limits::chunk_extensions).
    #[error("more than {max} octets of chunk extension in a body")]
    ChunkExtensionsTooLong {
        /// How many octets are allowed.
        max: usize,
    },
    /// Chunk data is not followed by CRLF.
    #[error("octet {octet:#04x} where chunk data must end with CRLF")]
    ChunkDataEnd {
        /// The octet.
        octet: u8,
    },
    /// The trailer section is longer than [`Limits::trailers`](crate::Limits::trailers).
    #[error("trailer section longer than {max} octets")]
    TrailersTooLong {
        /// How many octets are allowed.
        max: usize,
    },
    /// More trailer lines than [`Limits::trailer_lines`](crate::Limits::trailer_lines).
    #[error("more than {max} trailer lines")]
    TooManyTrailerLines {
        /// How many are allowed.
        max: usize,
    },
    /// A field that frames, routes or changes a message does not belong in a trailer section.
    #[error("field that must not be in a trailer section")]
    TrailerForbidden,
    /// The input ended inside a body, or inside a head where `MessageCodec` reads it.
    #[error("end of input inside a message")]
    Truncated,

    // ---- Writing ----
    /// A field that the writer decides itself: Content-Length, Transfer-Encoding, Connection, Keep-Alive, Proxy-Connection, TE,
    /// Upgrade, and Host in a request.
    #[error("field that only the writer sets")]
    FieldReserved,
    /// The message cannot have this body: one in a 1xx, 204, 205 or a 2xx to CONNECT, one in a CONNECT or TRACE, UntilClose in a
    /// request, chunked in an HTTP/1.0 request. Or [`BodyWriter::count`](crate::BodyWriter::count) does not go with it.
    #[error("the message cannot have this kind of body")]
    BodyKindNotAllowed,
    /// More body octets than declared.
    #[error("more body octets than the {declared} declared")]
    BodyOctetsTooMany {
        /// The length in the head.
        declared: u64,
    },
    /// Fewer body octets than declared.
    #[error("{written} body octets written of {declared} declared")]
    BodyOctetsTooFew {
        /// The length in the head.
        declared: u64,
        /// How many were written.
        written: u64,
    },
    /// Trailers need a chunked body.
    #[error("trailers without a chunked body")]
    TrailersNotAllowed,
    /// The output has no room; nothing was written.
    #[error("output without room for {needed} octets")]
    OutputFull {
        /// How many octets are needed.
        needed: usize,
    },
    // ---- Field values ----
    /// The value of one field does not follow its own grammar.
    #[error("{field}: expected {expected}")]
    FieldSyntax {
        /// The field, or the part of it.
        field: &'static str,
        /// What the grammar wants at the offset.
        expected: &'static str,
        /// The section that has the grammar.
        reference: &'static str,
    },
    /// A segment of a path is `..`, percent-encoded or not.
    #[error("path with a dot segment")]
    PathDotSegment,
    /// A segment of a path stands for an octet that could end or change a file name: a control, `/` or `\`.
    #[error("octet {octet:#04x} in a path segment")]
    PathOctet {
        /// The octet, decoded.
        octet: u8,
    },
    /// A segment of a path is not UTF-8 once decoded.
    #[error("path segment that is not UTF-8")]
    PathNotUtf8,
}

impl ErrorKind {
    /// A stable word for machines: lower-case letters, digits and hyphens.
    ///
    /// ```
    /// let error = wire_http::RequestHead::decode(b"GET / HTTP/1.1\r\n\r\n").unwrap_err();
    /// assert_eq!(error.kind().name(), "host-missing");
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EmptyLines { .. } => "empty-lines",
            Self::BareLineFeed => "bare-line-feed",
            Self::BareCarriageReturn => "bare-carriage-return",
            Self::StartLineTooLong { .. } => "start-line-too-long",
            Self::MethodTooLong { .. } => "method-too-long",
            Self::HeadTooLong { .. } => "head-too-long",
            Self::TooManyFieldLines { .. } => "too-many-field-lines",
            Self::Method { .. } => "method",
            Self::TargetMissing => "target-missing",
            Self::Target { .. } => "target",
            Self::PercentEncoding => "percent-encoding",
            Self::TargetForm => "target-form",
            Self::TargetAuthority => "target-authority",
            Self::Version => "version",
            Self::VersionUnsupported { .. } => "version-unsupported",
            Self::StatusCode => "status-code",
            Self::Reason { .. } => "reason",
            Self::LeadingWhitespace => "leading-whitespace",
            Self::LineFolding => "line-folding",
            Self::ColonMissing => "colon-missing",
            Self::FieldNameEmpty => "field-name-empty",
            Self::FieldName { .. } => "field-name",
            Self::SpaceBeforeColon => "space-before-colon",
            Self::FieldValue { .. } => "field-value",
            Self::HostMissing => "host-missing",
            Self::HostRepeated => "host-repeated",
            Self::HostInvalid => "host-invalid",
            Self::HostEmpty => "host-empty",
            Self::HostOther => "host-other",
            Self::ConnectionInvalid => "connection-invalid",
            Self::ExpectationUnknown => "expectation-unknown",
            Self::ContentLengthInvalid => "content-length-invalid",
            Self::ContentLengthOverflow => "content-length-overflow",
            Self::ContentLengthRepeated => "content-length-repeated",
            Self::FramingConflict => "framing-conflict",
            Self::TransferEncodingInvalid => "transfer-encoding-invalid",
            Self::TransferEncodingRepeated => "transfer-encoding-repeated",
            Self::ChunkedNotFinal => "chunked-not-final",
            Self::TransferCodingUnsupported => "transfer-coding-unsupported",
            Self::TransferEncodingInHttp10 => "transfer-encoding-in-http10",
            Self::BodyTooLong { .. } => "body-too-long",
            Self::ChunkSize { .. } => "chunk-size",
            Self::ChunkSizeOverflow => "chunk-size-overflow",
            Self::ChunkExtension { .. } => "chunk-extension",
            Self::ChunkExtensionLineTooLong { .. } => "chunk-extension-line-too-long",
            Self::ChunkExtensionsTooLong { .. } => "chunk-extensions-too-long",
            Self::ChunkDataEnd { .. } => "chunk-data-end",
            Self::TrailersTooLong { .. } => "trailers-too-long",
            Self::TooManyTrailerLines { .. } => "too-many-trailer-lines",
            Self::TrailerForbidden => "trailer-forbidden",
            Self::Truncated => "truncated",
            Self::FieldReserved => "field-reserved",
            Self::BodyKindNotAllowed => "body-kind-not-allowed",
            Self::BodyOctetsTooMany { .. } => "body-octets-too-many",
            Self::BodyOctetsTooFew { .. } => "body-octets-too-few",
            Self::TrailersNotAllowed => "trailers-not-allowed",
            Self::OutputFull { .. } => "output-full",
            Self::FieldSyntax { .. } => "field-syntax",
            Self::PathDotSegment => "path-dot-segment",
            Self::PathOctet { .. } => "path-octet",
            Self::PathNotUtf8 => "path-not-utf8",
        }
    }

    /// The section that makes the rule, in the form `RFC 9112 section 6.3`.
    ///
    /// ```
    /// assert_eq!(wire_http::ErrorKind::FramingConflict.reference(), "RFC 9112 section 6.1");
    /// ```
    #[must_use]
    pub const fn reference(&self) -> &'static str {
        match self {
            Self::EmptyLines { .. }
            | Self::BareLineFeed
            | Self::BareCarriageReturn
            | Self::LeadingWhitespace => "RFC 9112 section 2.2",
            Self::StartLineTooLong { .. } | Self::MethodTooLong { .. } => "RFC 9112 section 3",
            Self::HeadTooLong { .. } | Self::TooManyFieldLines { .. } => "RFC 9110 section 5.4",
            Self::Method { .. } => "RFC 9112 section 3.1",
            Self::TargetMissing
            | Self::Target { .. }
            | Self::TargetForm
            | Self::HostMissing
            | Self::HostRepeated
            | Self::HostInvalid
            | Self::HostEmpty => "RFC 9112 section 3.2",
            Self::PercentEncoding => "RFC 3986 section 2.1",
            Self::TargetAuthority => "RFC 9110 section 4.2",
            Self::Version => "RFC 9112 section 2.3",
            Self::VersionUnsupported { .. } => "RFC 9110 section 15.6.6",
            Self::StatusCode | Self::Reason { .. } => "RFC 9112 section 4",
            Self::LineFolding => "RFC 9112 section 5.2",
            Self::ColonMissing | Self::SpaceBeforeColon => "RFC 9112 section 5.1",
            Self::FieldNameEmpty | Self::FieldName { .. } => "RFC 9110 section 5.1",
            Self::FieldValue { .. } => "RFC 9110 section 5.5",
            Self::HostOther => "RFC 9112 section 3.2.2",
            Self::ConnectionInvalid => "RFC 9110 section 7.6.1",
            Self::ExpectationUnknown => "RFC 9110 section 10.1.1",
            Self::ContentLengthInvalid | Self::ContentLengthOverflow => "RFC 9110 section 8.6",
            Self::ContentLengthRepeated | Self::ChunkedNotFinal => "RFC 9112 section 6.3",
            Self::FramingConflict
            | Self::TransferEncodingInvalid
            | Self::TransferEncodingRepeated
            | Self::TransferCodingUnsupported
            | Self::TransferEncodingInHttp10 => "RFC 9112 section 6.1",
            Self::BodyTooLong { .. } => "RFC 9110 section 15.5.14",
            Self::ChunkSize { .. } | Self::ChunkSizeOverflow | Self::ChunkDataEnd { .. } => {
                "RFC 9112 section 7.1"
            }
            Self::ChunkExtension { .. }
            | Self::ChunkExtensionLineTooLong { .. }
            | Self::ChunkExtensionsTooLong { .. } => "RFC 9112 section 7.1.1",
            Self::TrailersTooLong { .. } | Self::TooManyTrailerLines { .. } => {
                "RFC 9112 section 7.1.2"
            }
            Self::TrailerForbidden | Self::TrailersNotAllowed => "RFC 9110 section 6.5.1",
            Self::Truncated => "RFC 9112 section 8",
            Self::FieldReserved
            | Self::BodyKindNotAllowed
            | Self::BodyOctetsTooMany { .. }
            | Self::BodyOctetsTooFew { .. }
            | Self::OutputFull { .. } => "RFC 9112 section 6",
            Self::FieldSyntax { reference, .. } => reference,
            Self::PathDotSegment | Self::PathOctet { .. } | Self::PathNotUtf8 => {
                "RFC 9110 section 17.3"
            }
        }
    }

    /// What a server answers before it closes the connection; as [`Error::suggested_status`].
    #[must_use]
    pub const fn suggested_status(&self) -> StatusCode {
        match self {
            Self::BodyTooLong { .. } => StatusCode::CONTENT_TOO_LARGE,
            Self::StartLineTooLong { .. } => StatusCode::URI_TOO_LONG,
            Self::ExpectationUnknown => StatusCode::EXPECTATION_FAILED,
            Self::HeadTooLong { .. }
            | Self::TooManyFieldLines { .. }
            | Self::TrailersTooLong { .. }
            | Self::TooManyTrailerLines { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::MethodTooLong { .. } | Self::TransferCodingUnsupported => {
                StatusCode::NOT_IMPLEMENTED
            }
            Self::VersionUnsupported { .. } => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}
