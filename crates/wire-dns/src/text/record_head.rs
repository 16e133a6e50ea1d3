//! What stands between the owner and the RDATA of a record: `[TTL] [class] type`, the first two in any order (RFC 1035 §5.1).

use super::lexer::{Token, Tokens};
use crate::error::{Error, ErrorKind};
use crate::{Class, RecordType, Ttl};

/// What is said before the RDATA.
pub(crate) struct RecordHead<'t> {
    pub(crate) ttl: Option<Ttl>,
    pub(crate) class: Option<Class>,
    pub(crate) record_type: RecordType,
    /// What the type was read from.
    #[cfg_attr(
        not(feature = "zone-file"),
        expect(dead_code, reason = "faults of zone files point there")
    )]
    pub(crate) type_token: Token<'t>,
}

impl<'t> RecordHead<'t> {
    /// Reads up to the type.
    #[inline]
    pub(crate) fn parse(tokens: &mut Tokens<'t, '_>) -> Result<Self, Error> {
        let (mut ttl, mut class) = (None, None);
        let (record_type, type_token) = loop {
            let token = tokens.next()?;
            if let Some(common) = common_type(token.octets) {
                break (common, token);
            }
            if ttl.is_none() && token.octets.first().is_some_and(u8::is_ascii_digit) {
                let seconds =
                    Ttl::parse(token.octets).ok_or_else(|| token.error(ErrorKind::BadTtl))?;
                ttl = Some(Ttl(seconds));
                continue;
            }
            if class.is_none() && token.octets.eq_ignore_ascii_case(b"IN") {
                class = Some(Class::IN);
                continue;
            }
            let word = token.text();
            // ANY is a class and a type, but a type whose RDATA has the generic form at most.
            let is_class = word.eq_ignore_ascii_case("ANY")
                && class.is_none()
                && tokens.peek().is_some_and(|next| next.octets != b"\\#");
            if let Ok(record_type) = word.parse::<RecordType>()
                && !is_class
            {
                break (record_type, token);
            }
            match word.parse::<Class>() {
                Ok(found) if class.is_none() => class = Some(found),
                _ => {
                    let expected = "record type";
                    return Err(token.error(ErrorKind::UnknownMnemonic { expected }));
                }
            }
        };
        Ok(Self {
            ttl,
            class,
            record_type,
            type_token,
        })
    }
}

/// The types that most records have, found without a look at the registry.
fn common_type(word: &[u8]) -> Option<RecordType> {
    let found = match word {
        b"A" => RecordType::A,
        b"NS" => RecordType::NS,
        b"DS" => RecordType::DS,
        b"MX" => RecordType::MX,
        b"AAAA" => RecordType::AAAA,
        b"CNAME" => RecordType::CNAME,
        b"TXT" => RecordType::TXT,
        b"PTR" => RecordType::PTR,
        b"RRSIG" => RecordType::RRSIG,
        b"NSEC" => RecordType::NSEC,
        b"NSEC3" => RecordType::NSEC3,
        _ => return None,
    };
    Some(found)
}
