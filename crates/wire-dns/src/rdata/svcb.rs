//! SVCB and HTTPS: service bindings with their parameters (RFC 9460).

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::net::{Ipv4Addr, Ipv6Addr};

use super::codec::{Codec, Number, PlainName, Printer};
use super::record::records;
use super::svcb_text::parse_param;
use super::view::checked_view;
use crate::Name;
use crate::character_string::{CharacterString, write_escaped};
use crate::error::{Error, ErrorKind, rule};
use crate::items::{Items, take_items, walk_list};
use crate::reader::{Reader, Refused};
use crate::registry::registry;
use crate::sink::Sink;
use crate::text::encoding;
use crate::text::lexer::Tokens;

records! {
    /// SVCB: where and how a service is reached ([RFC 9460 §2](https://www.rfc-editor.org/rfc/rfc9460#section-2)).
    struct Svcb<'a> {
        /// SvcPriority: 0 for an alias, else lower is tried first.
        priority "SvcPriority": u16 as Number,
        /// TargetName: the root stands for the owner (or, in an alias, for nothing).
        target_name "TargetName": Name<'a> as PlainName,
        /// SvcParams.
        params "SvcParams": SvcParams<'a> as Params,
    }
    example SVCB
        "16 foo.example.org. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" ipv4hint=192.0.2.1"
        b"\0\x10\x03foo\x07example\x03org\0\0\0\0\x04\0\x01\0\x04\0\x01\0\x09\x02h2\x05h3-19\0\x04\0\x04\xC0\0\x02\x01";
    instead check_alias;

    /// HTTPS: where and how an HTTPS origin is reached ([RFC 9460 §9](https://www.rfc-editor.org/rfc/rfc9460#section-9)).
    struct Https<'a> {
        /// SvcPriority: 0 for an alias, else lower is tried first.
        priority "SvcPriority": u16 as Number,
        /// TargetName: the root stands for the owner (or, in an alias, for nothing).
        target_name "TargetName": Name<'a> as PlainName,
        /// SvcParams.
        params "SvcParams": SvcParams<'a> as Params,
    }
    example HTTPS "1 . alpn=\"h3\" no-default-alpn" b"\0\x01\0\0\x01\0\x03\x02h3\0\x02\0\0";
    instead check_alias;
}

/// Checks the octets of a record in AliasMode. Its parameters have their form, but are ignored otherwise (RFC 9460 §2.4.2),
/// so they need not fit each other, which §2.4.3 asks of ServiceMode.
#[inline(always)]
fn check_alias(reader: &mut Reader<'_, '_>) -> Option<Result<(), Refused>> {
    match reader.peek_rest() {
        [0, 0, ..] => Some(check_without_fit(reader)),
        _ => None,
    }
}

#[cold]
#[inline(never)]
fn check_without_fit(reader: &mut Reader<'_, '_>) -> Result<(), Refused> {
    reader.skip(2);
    reader.check_name()?;
    Params::check_form(reader).map(drop)
}

registry! {
    /// The key of a service parameter ([RFC 9460 §14.3](https://www.rfc-editor.org/rfc/rfc9460#section-14.3)).
    SvcParamKey(u16), "SvcParamKey", "key";
    /// Keys that a client must understand.
    MANDATORY = 0 "mandatory";
    /// Protocols above TLS.
    ALPN = 1 "alpn";
    /// The default protocol is not offered.
    NO_DEFAULT_ALPN = 2 "no-default-alpn";
    /// The port.
    PORT = 3 "port";
    /// Hints of IPv4 addresses.
    IPV4HINT = 4 "ipv4hint";
    /// Encrypted ClientHello configurations.
    ECH = 5 "ech";
    /// Hints of IPv6 addresses.
    IPV6HINT = 6 "ipv6hint";
    /// The path template of DNS over HTTPS ([RFC 9461 §5](https://www.rfc-editor.org/rfc/rfc9461#section-5)).
    DOHPATH = 7 "dohpath";
    /// Oblivious HTTP is offered ([RFC 9540 §4](https://www.rfc-editor.org/rfc/rfc9540#section-4)).
    OHTTP = 8 "ohttp";
    /// Groups of TLS that are offered.
    TLS_SUPPORTED_GROUPS = 9 "tls-supported-groups";
    /// Paths of DNS over CoAP ([RFC 9953](https://www.rfc-editor.org/rfc/rfc9953)).
    DOCPATH = 10 "docpath";
    /// The provisioning domain has its configuration at the well-known path (draft-ietf-intarea-proxy-config §2.1).
    PVD = 11 "pvd";
    /// How much of the load each transport can take, in per cent (draft-johani-dnsop-svcb-oots).
    OOTS = 12 "oots";
}

/// The parameters of a service binding, in ascending order of their keys
/// ([RFC 9460 §2.2](https://www.rfc-editor.org/rfc/rfc9460#section-2.2)).
///
/// ```
/// use wire_dns::rdata::{SvcParamKey, SvcParams};
///
/// let params = SvcParams::from_wire(b"\0\x01\0\x03\x02h3\0\x03\0\x02\x01\xBB")?;
/// assert!(params.alpn().eq([b"h3"]));
/// assert_eq!(params.port(), Some(443));
/// assert_eq!(params.get(SvcParamKey::ECH), None);
/// let text: Vec<_> = params.iter().map(|param| param.to_string()).collect();
/// assert_eq!(text, [r#"alpn="h3""#, "port=443"]);
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct SvcParams<'a>(&'a [u8]);

/// One parameter: its key and the octets of its value ([RFC 9460 §2.2](https://www.rfc-editor.org/rfc/rfc9460#section-2.2)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SvcParam<'a> {
    /// SvcParamKey.
    pub key: SvcParamKey,
    /// SvcParamValue on the wire.
    pub value: &'a [u8],
}

checked_view!(
    SvcParams,
    Params,
    "Keys out of order or doubled, values not of their key's form, a mandatory key that is missing."
);

impl<'a> SvcParams<'a> {
    /// Puts parameters in order, appends their wire octets to `out` and gives them, for an HTTPS record for example.
    ///
    /// ```
    /// use wire_dns::rdata::{Https, SvcParam, SvcParamKey, SvcParams};
    /// use wire_dns::{CharacterStrings, Name, Rdata};
    ///
    /// let (mut alpn, mut octets) = (Vec::new(), Vec::new());
    /// let protocols = CharacterStrings::encode_strings(["h2", "h3"], &mut alpn)?;
    /// let params = SvcParams::encode_params(
    ///     &mut [
    ///         SvcParam { key: SvcParamKey::PORT, value: &8443_u16.to_be_bytes() },
    ///         SvcParam { key: SvcParamKey::IPV4HINT, value: &[192, 0, 2, 1, 192, 0, 2, 2] },
    ///         SvcParam { key: SvcParamKey::ALPN, value: protocols.wire() },
    ///     ],
    ///     &mut octets,
    /// )?;
    /// let https = Https { priority: 1, target_name: Name::ROOT, params };
    /// assert_eq!(
    ///     Rdata::from(https).to_string(),
    ///     r#"1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1,192.0.2.2"#
    /// );
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldTooLong`] for a value of more than 65,535 octets, and what [`from_wire`](Self::from_wire) refuses:
    /// a key twice, a value not of its key's form, a mandatory key that is missing. `out` is then as it was.
    pub fn encode_params(params: &mut [SvcParam<'_>], out: &'a mut Vec<u8>) -> Result<Self, Error> {
        params.sort_by_key(|param| param.key);
        let start = out.len();
        let written = params.iter().try_for_each(|param| {
            out.u16(param.key.0)?;
            super::codec::write_counted16(param.value, out)
        });
        let appended = out.get(start..).unwrap_or_default();
        if let Err(error) = written.and_then(|()| SvcParams::from_wire(appended).map(drop)) {
            out.truncate(start);
            return Err(error);
        }
        Ok(Self(out.get(start..).unwrap_or_default()))
    }

    /// The parameters in order.
    #[must_use]
    #[inline]
    pub const fn iter(self) -> Items<'a, SvcParam<'a>> {
        Items::new(self.0)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(self, key: SvcParamKey) -> Option<&'a [u8]> {
        self.iter()
            .find(|param| param.key == key)
            .map(|param| param.value)
    }

    /// The keys of `mandatory`, which a client must know to use the record
    /// ([RFC 9460 §8](https://www.rfc-editor.org/rfc/rfc9460#section-8)).
    pub fn mandatory(self) -> impl Iterator<Item = SvcParamKey> {
        numbers(self.get(SvcParamKey::MANDATORY).unwrap_or_default()).map(SvcParamKey)
    }

    /// The value of `port`.
    #[must_use]
    pub fn port(self) -> Option<u16> {
        self.get(SvcParamKey::PORT)?
            .first_chunk()
            .copied()
            .map(u16::from_be_bytes)
    }

    /// The protocols of `alpn`.
    pub fn alpn(self) -> impl Iterator<Item = &'a [u8]> {
        counted(self.get(SvcParamKey::ALPN).unwrap_or_default())
    }

    /// The addresses of `ipv4hint`.
    pub fn ipv4hint(self) -> impl Iterator<Item = Ipv4Addr> {
        ipv4(self.get(SvcParamKey::IPV4HINT).unwrap_or_default())
    }

    /// The addresses of `ipv6hint`.
    pub fn ipv6hint(self) -> impl Iterator<Item = Ipv6Addr> {
        ipv6(self.get(SvcParamKey::IPV6HINT).unwrap_or_default())
    }
}

/// Strings behind one-octet lengths.
fn counted(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    Items::<CharacterString<'_>>::new(octets).map(CharacterString::octets)
}

take_items!(SvcParam<'a>, take_param);
walk_list!(SvcParams, Items<'a, SvcParam<'a>>);

/// Takes the first parameter.
#[inline]
fn take_param<'a>(rest: &mut &'a [u8]) -> Option<SvcParam<'a>> {
    let (head, tail) = rest.split_first_chunk::<4>()?;
    let [a, b, c, d] = *head;
    let (value, tail) = tail.split_at_checked(usize::from(u16::from_be_bytes([c, d])))?;
    *rest = tail;
    Some(SvcParam {
        key: SvcParamKey(u16::from_be_bytes([a, b])),
        value,
    })
}

/// 16-bit numbers one behind the other.
fn numbers(octets: &[u8]) -> impl Iterator<Item = u16> {
    octets.as_chunks().0.iter().copied().map(u16::from_be_bytes)
}

impl SvcParam<'_> {
    /// True when the value has the form of its key.
    pub(super) fn is_well_formed(&self) -> bool {
        let value = self.value;
        let is_list = |octets: &[u8]| {
            let used: usize = counted(octets)
                .map(|string| string.len().saturating_add(1))
                .sum();
            used == octets.len()
                && !octets.is_empty()
                && counted(octets).all(|string| !string.is_empty())
        };
        match self.key {
            SvcParamKey::MANDATORY => {
                let mut before = None;
                !value.is_empty()
                    && value.len().is_multiple_of(2)
                    && numbers(value).all(|key| {
                        key != 0 && before.replace(key).is_none_or(|before| before < key)
                    })
            }
            SvcParamKey::ALPN => is_list(value),
            SvcParamKey::NO_DEFAULT_ALPN | SvcParamKey::OHTTP | SvcParamKey::PVD => {
                value.is_empty()
            }
            SvcParamKey::PORT => value.len() == 2,
            SvcParamKey::IPV4HINT => !value.is_empty() && value.len().is_multiple_of(4),
            SvcParamKey::ECH => !value.is_empty(),
            SvcParamKey::IPV6HINT => !value.is_empty() && value.len().is_multiple_of(16),
            SvcParamKey::DOHPATH => core::str::from_utf8(value).is_ok(),
            SvcParamKey::TLS_SUPPORTED_GROUPS => !value.is_empty() && value.len().is_multiple_of(2),
            SvcParamKey::DOCPATH => value.is_empty() || is_list(value),
            _ => true,
        }
    }
}

impl fmt::Display for SvcParam<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value;
        let has_own_form = match self.key {
            SvcParamKey::DOHPATH => !value.is_empty(),
            SvcParamKey::OOTS => loads(value).is_some(),
            _ => true,
        };
        if !self.is_well_formed() || !has_own_form {
            write!(f, "key{}", self.key.0)?;
            return if value.is_empty() {
                Ok(())
            } else {
                write_quoted_value(value, f)
            };
        }
        write!(f, "{}", self.key)?;
        match self.key {
            SvcParamKey::MANDATORY => write_list(numbers(value).map(SvcParamKey), f),
            SvcParamKey::ALPN | SvcParamKey::DOCPATH => write_strings(counted(value), f),
            SvcParamKey::NO_DEFAULT_ALPN | SvcParamKey::OHTTP | SvcParamKey::PVD => Ok(()),
            SvcParamKey::PORT | SvcParamKey::TLS_SUPPORTED_GROUPS => write_list(numbers(value), f),
            SvcParamKey::IPV4HINT => write_list(ipv4(value), f),
            SvcParamKey::IPV6HINT => write_list(ipv6(value), f),
            SvcParamKey::ECH => {
                f.write_str("=\"")?;
                encoding::write_base64(value, f)?;
                f.write_char('"')
            }
            SvcParamKey::OOTS => {
                let mut separator = "=\"";
                for (transport, load) in loads(value).unwrap_or_default() {
                    write!(f, "{separator}{transport}:{load}")?;
                    separator = ",";
                }
                f.write_char('"')
            }
            _ if value.is_empty() => Ok(()),
            _ => write_quoted_value(value, f),
        }
    }
}

/// The transports of `oots` and how much of the load each can take: at least one, none twice, at most 100 per cent.
pub(super) fn loads(value: &[u8]) -> Option<Vec<(&str, u8)>> {
    let mut loads = Vec::new();
    let mut seen = BTreeSet::new();
    let mut rest = value;
    while let Some((len, tail)) = rest.split_first() {
        let (transport, tail) = tail.split_at_checked(usize::from(*len))?;
        let (load, tail) = tail.split_first()?;
        let transport = core::str::from_utf8(transport).ok()?;
        let is_name = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
        if transport.is_empty()
            || !transport.bytes().all(is_name)
            || *load > 100
            || !seen.insert(transport)
        {
            return None;
        }
        loads.push((transport, *load));
        rest = tail;
    }
    Some(loads).filter(|loads| !loads.is_empty())
}

fn ipv4(value: &[u8]) -> impl Iterator<Item = Ipv4Addr> {
    value.as_chunks::<4>().0.iter().copied().map(Ipv4Addr::from)
}

fn ipv6(value: &[u8]) -> impl Iterator<Item = Ipv6Addr> {
    value
        .as_chunks::<16>()
        .0
        .iter()
        .copied()
        .map(Ipv6Addr::from)
}

fn write_quoted_value(value: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("=\"")?;
    write_escaped(value, f)?;
    f.write_char('"')
}

fn write_list<V: fmt::Display>(
    values: impl Iterator<Item = V>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut separator = '=';
    for value in values {
        write!(f, "{separator}{value}")?;
        separator = ',';
    }
    Ok(())
}

/// Writes a list of strings; commas and backslashes inside are escaped for the list, and again for the string (RFC 9460 §A.1).
fn write_strings<'v>(
    strings: impl Iterator<Item = &'v [u8]>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut separator = "=\"";
    for string in strings {
        f.write_str(separator)?;
        separator = ",";
        for octet in string {
            match octet {
                b',' => f.write_str("\\\\,")?,
                b'\\' => f.write_str("\\\\\\\\")?,
                _ => write_escaped(core::slice::from_ref(octet), f)?,
            }
        }
    }
    // An empty list has no form but the bare key.
    if separator == "," {
        f.write_char('"')
    } else {
        Ok(())
    }
}

pub(crate) struct Params;

/// What of the parameters of a record others must fit to.
#[derive(Default)]
struct Wanted<'a> {
    mandatory: Option<&'a [u8]>,
    alpn: bool,
    no_default_alpn: bool,
}

impl Wanted<'_> {
    /// Says what of it is missing (RFC 9460 §2.4.3).
    #[inline]
    fn fits(&self, all: SvcParams<'_>) -> Result<(), ErrorKind> {
        if self.no_default_alpn && !self.alpn {
            return Err(rule!(
                "no-default-alpn without alpn",
                "RFC 9460 section 7.1.1"
            ));
        }
        let Some(mandatory) = self.mandatory else {
            return Ok(());
        };
        // Both lists ascend, so one walk finds every mandatory key or that it is missing.
        let mut params = all.iter();
        let mut mandatory = numbers(mandatory).map(SvcParamKey);
        if mandatory.all(|key| params.any(|param| param.key == key)) {
            Ok(())
        } else {
            Err(rule!(
                "a mandatory SvcParamKey is missing",
                "RFC 9460 section 8"
            ))
        }
    }
}

impl Params {
    /// Checks each parameter on its own, and their order.
    #[inline(always)]
    fn check_form<'a>(reader: &mut Reader<'a, '_>) -> Result<Wanted<'a>, Refused> {
        let mut before: Option<SvcParamKey> = None;
        let mut wanted = Wanted::default();
        while reader.left() > 0 {
            let key = SvcParamKey(reader.u16()?);
            if before.is_some_and(|before| before >= key) {
                return Err(
                    reader.refuse(rule!("SvcParamKeys do not ascend", "RFC 9460 section 2.2"))
                );
            }
            before = Some(key);
            let param = SvcParam {
                key,
                value: reader.counted16()?,
            };
            if !param.is_well_formed() {
                return Err(reader.refuse(rule!(
                    "a SvcParamValue not of its key's form",
                    "RFC 9460 section 2.2"
                )));
            }
            match key {
                SvcParamKey::MANDATORY => wanted.mandatory = Some(param.value),
                SvcParamKey::ALPN => wanted.alpn = true,
                SvcParamKey::NO_DEFAULT_ALPN => wanted.no_default_alpn = true,
                _ => {}
            }
        }
        Ok(wanted)
    }
}

impl<'a> Codec<'a, SvcParams<'a>> for Params {
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        let start = reader.pos();
        let all = SvcParams(reader.peek_rest());
        let wanted = Self::check_form(reader)?;
        wanted
            .fits(all)
            .map_err(|kind| reader.refuse_at(start, kind))
    }
    #[inline]
    fn read(reader: &mut Reader<'a, '_>) -> Result<SvcParams<'a>, Refused> {
        Ok(SvcParams(reader.rest()))
    }
    fn write<S: Sink>(value: &SvcParams<'a>, sink: &mut S) -> Result<(), Error> {
        sink.put(value.0)
    }
    fn has_text(value: &SvcParams<'a>) -> bool {
        // What an alias may have on the wire is not always what a zone file may say.
        Self::check(&mut Reader::alone(value.0)).is_ok()
    }
    fn print(value: &SvcParams<'a>, printer: &mut Printer<'_>) -> fmt::Result {
        value.iter().try_for_each(|param| printer.piece(param))
    }
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let offset = tokens.offset();
        // Text may have them in any order.
        let mut params: BTreeMap<SvcParamKey, Vec<u8>> = BTreeMap::new();
        for token in tokens.rest()? {
            let (key, value) = parse_param(token)?;
            if params.insert(key, value).is_some() {
                return Err(token.error(rule!("a SvcParamKey twice", "RFC 9460 section 2.1")));
            }
        }
        let start = out.len();
        for (key, value) in params {
            out.u16(key.0)?;
            super::codec::write_counted16(&value, out)?;
        }
        // In zone files they fit each other in any mode, whatever recipients ignore.
        let mut reader = Reader::alone(out.get(start..).unwrap_or_default());
        Self::check(&mut reader).map_err(|Refused| Error::new(offset, *reader.refusal().kind()))
    }
}
