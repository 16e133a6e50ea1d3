//! One service parameter from text (RFC 9460 §2.1, §A.1).

use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use super::svcb::{SvcParam, SvcParamKey, loads};
use crate::error::{Error, ErrorKind, rule};
use crate::sink::Sink;
use crate::text::encoding;
use crate::text::lexer::{Token, decimal, unescape_all};

/// A key by its name or as keyNNNNN: in lower case, without leading zeros (RFC 9460 §2.1).
fn parse_key(text: &str) -> Option<SvcParamKey> {
    let number = text.strip_prefix("key").unwrap_or_default();
    if text.bytes().any(|octet| octet.is_ascii_uppercase())
        || number.len() > 1 && number.starts_with('0')
    {
        return None;
    }
    text.parse().ok()
}

fn bad(token: &Token<'_>) -> Error {
    token.error(rule!(
        "not of the form SvcParamKey=SvcParamValue",
        "RFC 9460 section 2.1"
    ))
}

/// The key and the wire value of `key`, `key=value` or `key="value"`.
pub(super) fn parse_param(token: &Token<'_>) -> Result<(SvcParamKey, Vec<u8>), Error> {
    let mut parts = token.octets.splitn(2, |octet| *octet == b'=');
    let key = core::str::from_utf8(parts.next().unwrap_or_default()).ok();
    let key = key.and_then(parse_key).ok_or_else(|| bad(token))?;
    let text = match parts.next() {
        None => &b""[..],
        Some([b'"', text @ .., b'"']) => text,
        // Without quotes there is at least one octet, and it is no quote (RFC 9460 §A).
        Some([] | [b'"', ..]) => return Err(bad(token)),
        Some(text) => text,
    };
    let mut value = Vec::new();
    unescape_all(text, &mut value).map_err(|error| error.shifted(token.offset))?;
    // keyNNNNN takes the octets of the wire, whatever is known of the key (RFC 9460 §2.1).
    if !token.octets.starts_with(b"key") {
        value = wire_value(token, key, value)?;
    }
    if (SvcParam { key, value: &value }).is_well_formed() {
        Ok((key, value))
    } else {
        Err(bad(token))
    }
}

/// The octets of what the text of a known key says.
fn wire_value(token: &Token<'_>, key: SvcParamKey, text: Vec<u8>) -> Result<Vec<u8>, Error> {
    let bad = || bad(token);
    let number = |digits: &[u8]| {
        decimal(digits)
            .and_then(|number| u16::try_from(number).ok())
            .ok_or_else(|| token.error(ErrorKind::BadNumber { max: 65_535 }))
    };
    let items = || text.split(|octet| *octet == b',');
    let mut out = Vec::new();
    match key {
        SvcParamKey::MANDATORY => {
            let mut keys = Vec::new();
            for name in items() {
                let name = core::str::from_utf8(name).map_err(|_| bad())?;
                keys.push(parse_key(name).ok_or_else(bad)?);
            }
            keys.sort_unstable();
            for key in keys {
                out.u16(key.0)?;
            }
        }
        SvcParamKey::DOCPATH if text.is_empty() => {}
        SvcParamKey::ALPN | SvcParamKey::DOCPATH => {
            parse_strings(&text, &mut out).ok_or_else(bad)?;
        }
        SvcParamKey::PORT => out.u16(number(&text)?)?,
        SvcParamKey::TLS_SUPPORTED_GROUPS => {
            for group in items() {
                out.u16(number(group)?)?;
            }
        }
        SvcParamKey::IPV4HINT => parse_addresses(items(), Ipv4Addr::octets, &mut out)
            .ok_or_else(|| token.error(ErrorKind::BadIpv4Address))?,
        SvcParamKey::IPV6HINT => parse_addresses(items(), Ipv6Addr::octets, &mut out)
            .ok_or_else(|| token.error(ErrorKind::BadIpv6Address))?,
        SvcParamKey::ECH => {
            let digits = Token {
                octets: &text,
                ..*token
            };
            encoding::parse_base64(&[digits], &mut out)?;
        }
        SvcParamKey::OOTS => {
            for item in items() {
                let mut parts = item.splitn(2, |octet| *octet == b':');
                let transport = parts.next().unwrap_or_default();
                let load = parts.next().and_then(decimal);
                super::codec::write_counted8(transport, &mut out).map_err(|_| bad())?;
                out.push(load.and_then(|load| load.try_into().ok()).ok_or_else(bad)?);
            }
            loads(&out).ok_or_else(bad)?;
        }
        SvcParamKey::DOHPATH if text.is_empty() => return Err(bad()),
        _ => return Ok(text),
    }
    Ok(out)
}

/// Appends the octets of addresses.
fn parse_addresses<'t, A: FromStr, const N: usize>(
    list: impl Iterator<Item = &'t [u8]>,
    octets: impl Fn(&A) -> [u8; N],
    out: &mut Vec<u8>,
) -> Option<()> {
    for address in list {
        let address: A = core::str::from_utf8(address).ok()?.parse().ok()?;
        out.extend_from_slice(&octets(&address));
    }
    Some(())
}

/// Appends the strings of a comma-separated list, where a backslash takes the meaning from a comma or backslash.
fn parse_strings(list: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut string = Vec::new();
    let mut octets = list.iter().copied();
    loop {
        let octet = octets.next();
        match octet {
            Some(b'\\') => string.push(
                octets
                    .next()
                    .filter(|octet| matches!(octet, b',' | b'\\'))?,
            ),
            Some(b',') | None => {
                out.push(u8::try_from(string.len()).ok().filter(|len| *len > 0)?);
                out.append(&mut string);
                if octet.is_none() {
                    return Some(());
                }
            }
            Some(octet) => string.push(octet),
        }
    }
}
