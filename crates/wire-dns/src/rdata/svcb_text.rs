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

/// The key and the wire value of `key`, `key=value` or `key="value"`.
pub(super) fn parse_param(token: &Token<'_>) -> Result<(SvcParamKey, Vec<u8>), Error> {
    let bad = || {
        token.error(rule!(
            "not of the form SvcParamKey=SvcParamValue",
            "RFC 9460 section 2.1"
        ))
    };
    let number = |digits: &[u8]| {
        decimal(digits)
            .and_then(|number| u16::try_from(number).ok())
            .ok_or_else(|| token.error(ErrorKind::BadNumber { max: 65_535 }))
    };
    let mut parts = token.octets.splitn(2, |octet| *octet == b'=');
    let key = core::str::from_utf8(parts.next().unwrap_or_default()).map_err(|_| bad())?;
    let key = parse_key(key).ok_or_else(bad)?;
    let text = parts.next();
    let text = match text {
        None => &b""[..],
        Some([b'"', text @ .., b'"']) => text,
        // Without quotes there is at least one octet, and it is no quote (RFC 9460 §A).
        Some([] | [b'"', ..]) => return Err(bad()),
        Some(text) => text,
    };
    let mut value = Vec::new();
    unescape_all(text, &mut value).map_err(|error| error.shifted(token.offset))?;
    let mut out = Vec::new();
    let known = match key {
        // keyNNNNN takes the octets of the wire, whatever is known of the key (RFC 9460 §2.1).
        _ if token.octets.starts_with(b"key") => SvcParamKey(u16::MAX),
        key => key,
    };
    match known {
        SvcParamKey::MANDATORY => {
            let mut keys = Vec::new();
            for name in value.split(|octet| *octet == b',') {
                let name = core::str::from_utf8(name).map_err(|_| bad())?;
                keys.push(parse_key(name).ok_or_else(bad)?);
            }
            keys.sort_unstable();
            for key in keys {
                out.u16(key.0)?;
            }
        }
        SvcParamKey::ALPN => parse_strings(&value, &mut out).ok_or_else(bad)?,
        SvcParamKey::DOCPATH if value.is_empty() => {}
        SvcParamKey::DOCPATH => parse_strings(&value, &mut out).ok_or_else(bad)?,
        SvcParamKey::PORT => out.u16(number(&value)?)?,
        SvcParamKey::TLS_SUPPORTED_GROUPS => {
            for group in value.split(|octet| *octet == b',') {
                out.u16(number(group)?)?;
            }
        }
        SvcParamKey::IPV4HINT => parse_addresses(&value, Ipv4Addr::octets, &mut out)
            .ok_or_else(|| token.error(ErrorKind::BadIpv4Address))?,
        SvcParamKey::IPV6HINT => parse_addresses(&value, Ipv6Addr::octets, &mut out)
            .ok_or_else(|| token.error(ErrorKind::BadIpv6Address))?,
        SvcParamKey::ECH => encoding::parse_base64(
            &[Token {
                octets: &value,
                ..*token
            }],
            &mut out,
        )?,
        SvcParamKey::OOTS => {
            for item in value.split(|octet| *octet == b',') {
                let mut parts = item.splitn(2, |octet| *octet == b':');
                let transport = parts.next().unwrap_or_default();
                let load = parts.next().and_then(decimal);
                super::codec::write_counted8(transport, &mut out).map_err(|_| bad())?;
                out.push(load.and_then(|load| load.try_into().ok()).ok_or_else(bad)?);
            }
            loads(&out).ok_or_else(bad)?;
        }
        SvcParamKey::DOHPATH if value.is_empty() => return Err(bad()),
        _ => out = value,
    }
    if (SvcParam { key, value: &out }).is_well_formed() {
        Ok((key, out))
    } else {
        Err(bad())
    }
}

/// Appends the octets of the addresses of a comma-separated list.
fn parse_addresses<A: FromStr, const N: usize>(
    list: &[u8],
    octets: impl Fn(&A) -> [u8; N],
    out: &mut Vec<u8>,
) -> Option<()> {
    for address in list.split(|octet| *octet == b',') {
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
