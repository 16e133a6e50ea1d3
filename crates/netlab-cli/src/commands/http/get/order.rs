//! What is asked: the command line's part of a request.

use std::fs;

use wire_http::credentials::BasicCredentials;
use wire_http::{Method, RequestWriter, Version};

use super::Args;
use crate::commands::http::web_url::WebUrl;
use crate::exit::Failure;
use crate::net::system_text;

/// A request, except for its URL.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) method: String,
    pub(super) content: Option<Vec<u8>>,
    /// What `-H` says, in its order.
    fields: Vec<(String, Vec<u8>)>,
    /// What `-H` says is not to be sent.
    left_out: Vec<String>,
    /// What Host says instead of the URL's authority.
    host: Option<String>,
    /// Credentials for the URL's own server.
    authorization: Option<Vec<u8>>,
    close: bool,
    version: Version,
}

impl Order {
    /// The order that `args` give.
    pub(super) fn new(args: &Args) -> Result<Self, Failure> {
        let content = content(args)?;
        let method = match &args.method {
            Some(method) => method.clone(),
            None if args.head => "HEAD".to_owned(),
            None if content.is_some() => "POST".to_owned(),
            None => "GET".to_owned(),
        };
        Method::new(&method)
            .map_err(|error| Failure::usage(format!("'{method}' is not a method: {error}")))?;
        let mut order = Self {
            method,
            content,
            fields: Vec::new(),
            left_out: Vec::new(),
            host: None,
            authorization: None,
            close: args.no_keepalive,
            version: if args.http10 {
                Version::Http10
            } else {
                Version::Http11
            },
        };
        for line in &args.headers {
            order.add_line(line)?;
        }
        if let Some(user) = &args.user {
            let (user, password) = user.split_once(':').unwrap_or((user, ""));
            order.authorization = Some(basic(user.as_bytes(), password.as_bytes())?);
        }
        Ok(order)
    }

    fn add_line(&mut self, line: &str) -> Result<(), Failure> {
        // As with curl, `Name:` leaves a field out, and `Name;` sends it without a value.
        let (name, value) = match (line.split_once(':'), line.strip_suffix(';')) {
            (Some((name, value)), _) => (name, value.trim_matches([' ', '\t'])),
            (None, Some(name)) => (name, ""),
            (None, None) => {
                return Err(Failure::usage(format!(
                    "'{line}' is not a field; write it as 'Name: value'"
                )));
            }
        };
        let is_left_out = value.is_empty() && line.contains(':');
        match name.to_ascii_lowercase().as_str() {
            "host" if value.is_empty() => {
                return Err(Failure::usage(
                    "a request without Host breaks RFC 9112 section 3.2 and is not sent; 'netlab text send HOST:PORT REQUEST' sends any octets",
                ));
            }
            "host" => self.host = Some(value.to_owned()),
            "connection" if value.eq_ignore_ascii_case("close") => self.close = true,
            _ if is_left_out => self.left_out.push(name.to_owned()),
            _ => {
                // Refused now rather than after a connection was made.
                probe()
                    .and_then(|mut probe| probe.field(name, value).map(|_| ()))
                    .map_err(|error| {
                        Failure::usage(format!(
                            "the field '{}' cannot be sent: {}",
                            name.escape_debug(),
                            error.kind()
                        ))
                    })?;
                self.fields
                    .push((name.to_owned(), value.as_bytes().to_vec()));
            }
        }
        Ok(())
    }

    /// Whether `-H` names the field.
    fn names(&self, name: &str) -> bool {
        let given = self.fields.iter().map(|(given, _)| given);
        given
            .chain(&self.left_out)
            .any(|given| given.eq_ignore_ascii_case(name))
    }

    /// The same order for where a redirection with `status` leads, as browsers do (RFC 9110 §15.4).
    pub(super) fn redirected(mut self, status: u16, same_origin: bool) -> Self {
        let becomes_get = match status {
            303 => self.method != "HEAD",
            301 | 302 => self.method == "POST",
            _ => false,
        };
        if becomes_get {
            self.method = "GET".to_owned();
            self.content = None;
            self.fields
                .retain(|(name, _)| !name.to_ascii_lowercase().starts_with("content-"));
        }
        if !same_origin {
            self.authorization = None;
            self.host = None;
            self.fields.retain(|(name, _)| {
                !["authorization", "cookie", "proxy-authorization"]
                    .iter()
                    .any(|secret| name.eq_ignore_ascii_case(secret))
            });
        }
        self
    }

    /// The request for `url`, with the fields that belong to this URL alone; through a proxy in absolute-form.
    pub(super) fn request(
        &self,
        url: &WebUrl,
        proxy: Option<&WebUrl>,
        more: &[(&str, &[u8])],
    ) -> Result<RequestWriter, Failure> {
        let cannot = |error: wire_http::Error| {
            Failure::usage(format!(
                "the request for {url} cannot be sent: {}",
                error.kind()
            ))
        };
        let target = if proxy.is_some() {
            url.absolute_form()
        } else {
            url.origin_form()
        };
        let authority = url.authority();
        let host = self.host.as_deref().unwrap_or(&authority);
        let request =
            Method::new(&self.method).and_then(|method| RequestWriter::new(method, &target, host));
        let mut request = request.map_err(cannot)?;
        request.version(self.version);
        if self.close {
            request.close();
        }
        let agent = concat!("netlab/", env!("CARGO_PKG_VERSION")).as_bytes();
        for (name, value) in [("User-Agent", agent), ("Accept", b"*/*")] {
            if !self.names(name) {
                request.field(name, value).map_err(cannot)?;
            }
        }
        if self.content.is_some() && !self.names("Content-Type") {
            let form = "application/x-www-form-urlencoded";
            request.field("Content-Type", form).map_err(cannot)?;
        }
        if !self.names("Authorization") {
            let of_url = match url.credentials() {
                Some((user, password)) => Some(basic(&user, &password)?),
                None => None,
            };
            if let Some(value) = of_url.or_else(|| self.authorization.clone()) {
                request.field("Authorization", value).map_err(cannot)?;
            }
        }
        if let Some((user, password)) = proxy.and_then(WebUrl::credentials) {
            let value = basic(&user, &password)?;
            request
                .field("Proxy-Authorization", value)
                .map_err(cannot)?;
        }
        let own = self.fields.iter();
        let own = own.map(|(name, value)| (name.as_str(), value.as_slice()));
        let (cookies, others): (Vec<_>, Vec<_>) = more
            .iter()
            .copied()
            .chain(own)
            .partition(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        for (name, value) in others {
            request.field(name, value).map_err(cannot)?;
        }
        if !cookies.is_empty() {
            // RFC 6265 §5.4: there must be one Cookie field at most.
            let values: Vec<&[u8]> = cookies.into_iter().map(|(_, value)| value).collect();
            let value = values.join(&b"; "[..]);
            request.field("Cookie", value).map_err(cannot)?;
        }
        Ok(request)
    }
}

/// What `-d` and its siblings give: several are joined by `&`, as the fields of one form.
fn content(args: &Args) -> Result<Option<Vec<u8>>, Failure> {
    let mut pieces = Vec::new();
    for text in &args.data {
        let mut piece = piece(text)?;
        if text.starts_with('@') {
            piece.retain(|octet| !matches!(octet, b'\r' | b'\n'));
        }
        pieces.push(piece);
    }
    for text in &args.data_binary {
        pieces.push(piece(text)?);
    }
    Ok((!pieces.is_empty()).then(|| pieces.join(&b'&')))
}

fn piece(text: &str) -> Result<Vec<u8>, Failure> {
    let Some(file) = text.strip_prefix('@') else {
        return Ok(text.as_bytes().to_vec());
    };
    let read = if file == "-" {
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut content).map(|_| content)
    } else {
        fs::read(file)
    };
    read.map_err(|error| {
        Failure::cannot_start(format!("cannot read {file}: {}", system_text(&error)))
    })
}

fn basic(user: &[u8], password: &[u8]) -> Result<Vec<u8>, Failure> {
    let credentials = BasicCredentials::new(user, password).map_err(|error| {
        Failure::usage(format!(
            "the user or password cannot be sent: {}",
            error.kind()
        ))
    })?;
    let mut value = Vec::new();
    credentials.encode(&mut value);
    Ok(value)
}

/// A request that only tries out what can be put into one.
fn probe() -> Result<RequestWriter, wire_http::Error> {
    RequestWriter::new(Method::GET, "/", "a.test")
}
