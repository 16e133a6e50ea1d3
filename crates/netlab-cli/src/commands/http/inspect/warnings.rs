//! What is odd or dangerous about a message that the rules still allow.

use wire_http::cookie::SetCookie;
use wire_http::credentials::Credentials;
use wire_http::{Error, Fields, Framing, RequestHead, RequestTarget, ResponseHead, Version};

/// What is odd about a request.
pub(super) fn of_request(head: &RequestHead<'_>) -> Vec<String> {
    let mut warnings = of_fields(head.fields());
    let fields = head.fields();
    let target = head.target_text().to_ascii_lowercase();
    for (pattern, what) in TARGET_PATTERNS {
        if target.contains(pattern) {
            warnings.push(format!("the target holds {pattern}: {what}"));
        }
    }
    if let (RequestTarget::Absolute { authority, .. }, Some(host)) =
        (head.target(), fields.get_only("Host"))
        && !host
            .to_str()
            .is_some_and(|host| host.eq_ignore_ascii_case(authority.as_str()))
    {
        warnings.push(format!(
            "the target names {authority} and Host names {host}: the target wins (RFC 9112 section 3.2.2), but not every server knows"
        ));
    }
    for name in ["Authorization", "Proxy-Authorization"] {
        let value = fields.get(name);
        let credentials = value.and_then(|value| Credentials::decode(value.as_bytes()).ok());
        if credentials.is_some_and(|credentials| credentials.is("Basic")) {
            warnings.push(format!(
                "{name} has a password that everybody on the way can read (RFC 7617 section 4)"
            ));
        }
    }
    if head.version() == Version::Http10 {
        warnings.push("HTTP/1.0: no chunks, and Host is not certain".to_owned());
    }
    warnings
}

/// What is odd about a response.
pub(super) fn of_response(head: &ResponseHead<'_>) -> Vec<String> {
    let mut warnings = of_fields(head.fields());
    for value in head.fields().get_all("Set-Cookie") {
        let Ok(cookie) = SetCookie::decode(value.as_bytes()) else {
            warnings.push(format!(
                "Set-Cookie {value} is no cookie (RFC 6265 section 5.2)"
            ));
            continue;
        };
        let name = String::from_utf8_lossy(cookie.name()).into_owned();
        if !cookie.http_only {
            warnings.push(format!(
                "the cookie {name} can be read by scripts: no HttpOnly"
            ));
        }
        if !cookie.secure {
            warnings.push(format!(
                "the cookie {name} is also sent without TLS: no Secure"
            ));
        }
    }
    if head.framing() == Framing::UntilClose {
        warnings.push(
            "the body ends with the connection: nobody can tell whether it is whole (RFC 9112 section 8)"
                .to_owned(),
        );
    }
    if head.status().is_successful() && !head.fields().contains("Content-Type") {
        let has_body = !matches!(head.framing(), Framing::None | Framing::ContentLength(0));
        if has_body {
            warnings.push("no Content-Type: clients will guess".to_owned());
        }
    }
    if !head.fields().contains("Date") && !head.status().is_informational() {
        warnings
            .push("no Date, which a server with a clock sends (RFC 9110 section 6.6.1)".to_owned());
    }
    warnings
}

/// What a refusal means for whoever sits behind a more tolerant reader.
pub(super) fn of_refusal(error: &Error) -> String {
    use wire_http::ErrorKind as Kind;
    let why = match error.kind() {
        Kind::FramingConflict
        | Kind::ContentLengthRepeated
        | Kind::ContentLengthInvalid
        | Kind::ContentLengthOverflow
        | Kind::TransferEncodingInvalid
        | Kind::TransferEncodingRepeated
        | Kind::ChunkedNotFinal
        | Kind::ChunkSize { .. }
        | Kind::ChunkSizeOverflow
        | Kind::ChunkDataEnd { .. }
        | Kind::ChunkExtension { .. } => {
            "two readers could see different ends of this message: the way to smuggle a request"
        }
        Kind::BareLineFeed
        | Kind::BareCarriageReturn
        | Kind::LineFolding
        | Kind::SpaceBeforeColon
        | Kind::LeadingWhitespace => {
            "two readers could see different field lines: the way to hide a field"
        }
        Kind::HostMissing
        | Kind::HostRepeated
        | Kind::HostInvalid
        | Kind::HostEmpty
        | Kind::HostOther => "two readers could see different hosts",
        _ => "a message that breaks a rule is not acted on",
    };
    format!("refused: {error} ({}); {why}", error.reference())
}

const TARGET_PATTERNS: &[(&str, &str)] = &[
    ("../", "a path that climbs out of its directory"),
    ("..%2f", "a path that climbs out of its directory"),
    ("%2e%2e", "a path that climbs out of its directory"),
    ("%2f", "an encoded slash, which readers split at or not"),
    ("%5c", "a backslash, which some systems take for a slash"),
    ("%00", "a NUL, which ends text for some readers"),
    ("%0d", "a line end, which may end up in a head"),
    ("%0a", "a line end, which may end up in a head"),
    ("%3cscript", "a script, which may end up in a page"),
];

/// Patterns in values that attack those who pass them on.
const VALUE_PATTERNS: &[(&str, &str)] = &[
    ("() {", "a shell function, as in Shellshock (CVE-2014-6271)"),
    ("(){", "a shell function, as in Shellshock (CVE-2014-6271)"),
    (
        "${jndi:",
        "a JNDI look-up, as in Log4Shell (CVE-2021-44228)",
    ),
    ("<script", "a script, which may end up in a page"),
    ("../", "a path that climbs out of its directory"),
];

/// Fields that make sense once only.
const SINGLE: &[&str] = &[
    "Age",
    "Authorization",
    "Content-Location",
    "Content-Range",
    "Content-Type",
    "Cookie",
    "Date",
    "ETag",
    "Expect",
    "Expires",
    "From",
    "If-Modified-Since",
    "If-Range",
    "If-Unmodified-Since",
    "Last-Modified",
    "Location",
    "Max-Forwards",
    "Origin",
    "Proxy-Authorization",
    "Range",
    "Referer",
    "Retry-After",
    "Server",
    "User-Agent",
];

/// Fields in which software names itself to the world.
const NAMES_SOFTWARE: &[&str] = &[
    "Server",
    "X-AspNet-Version",
    "X-AspNetMvc-Version",
    "X-Generator",
    "X-Powered-By",
];

fn of_fields(fields: &Fields<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    for line in fields {
        let name = line.name().as_str();
        let text = String::from_utf8_lossy(line.value().as_bytes()).to_ascii_lowercase();
        if let Some((_, what)) = VALUE_PATTERNS
            .iter()
            .find(|(pattern, _)| text.contains(pattern))
        {
            warnings.push(format!("{name} holds {what}"));
        }
        if !line.value().as_bytes().is_ascii() {
            warnings.push(format!(
                "{name} has octets outside of ASCII, which readers take for different characters"
            ));
        }
        let is_software = NAMES_SOFTWARE.iter().any(|known| line.name().is(known));
        if is_software && text.bytes().any(|octet| octet.is_ascii_digit()) {
            warnings.push(format!(
                "{name} tells its version to those who look for old ones"
            ));
        }
        if line.name().is("X-Forwarded-For") || line.name().is("Forwarded") {
            warnings.push(format!(
                "{name} is what somebody claims; anybody can send it"
            ));
        }
    }
    for name in SINGLE {
        let lines = fields.get_all(name).count();
        if lines > 1 {
            warnings.push(format!(
                "{name} comes {lines} times; readers take the first, the last or all (RFC 9110 section 5.3)"
            ));
        }
    }
    warnings
}
