//! EdnsOption: one option of an OPT record, typed.

use alloc::vec::Vec;
use core::fmt::{self, Write};
use core::net::IpAddr;

use super::EdeCode;
use super::check::is_well_formed;
use crate::Name;
use crate::character_string::write_escaped;
use crate::error::{Error, ErrorKind};
use crate::rdata::prefix_address;
use crate::reader::Reader;
use crate::registry::registry;
use crate::sink::{Length, NameRule, Sink};
use crate::text::encoding::write_hex_lower;

registry! {
    /// The code of an EDNS option.
    ///
    /// ```
    /// use wire_dns::edns::OptionCode;
    /// assert_eq!("COOKIE".parse::<OptionCode>()?, OptionCode(10));
    /// assert_eq!(OptionCode::EXTENDED_ERROR.to_string(), "EDE");
    /// assert_eq!(OptionCode(65_001).to_string(), "OPT65001");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    OptionCode(u16), "EDNS option", "OPT";
    /// Long-lived queries ([RFC 8764](https://www.rfc-editor.org/rfc/rfc8764)).
    LLQ = 1 "LLQ";
    /// Lease of dynamic updates ([RFC 9664](https://www.rfc-editor.org/rfc/rfc9664)).
    UPDATE_LEASE = 2 "UL";
    /// Name server identifier ([RFC 5001](https://www.rfc-editor.org/rfc/rfc5001)).
    NSID = 3 "NSID";
    /// DNSSEC algorithms understood ([RFC 6975](https://www.rfc-editor.org/rfc/rfc6975)).
    DAU = 5 "DAU";
    /// DS hashes understood ([RFC 6975](https://www.rfc-editor.org/rfc/rfc6975)).
    DHU = 6 "DHU";
    /// NSEC3 hashes understood ([RFC 6975](https://www.rfc-editor.org/rfc/rfc6975)).
    N3U = 7 "N3U";
    /// Client subnet ([RFC 7871](https://www.rfc-editor.org/rfc/rfc7871)).
    CLIENT_SUBNET = 8 "CLIENT-SUBNET";
    /// Expire of a zone ([RFC 7314](https://www.rfc-editor.org/rfc/rfc7314)).
    EXPIRE = 9 "EXPIRE";
    /// Cookies ([RFC 7873](https://www.rfc-editor.org/rfc/rfc7873)).
    COOKIE = 10 "COOKIE";
    /// Keepalive of TCP connections ([RFC 7828](https://www.rfc-editor.org/rfc/rfc7828)).
    TCP_KEEPALIVE = 11 "TCP-KEEPALIVE";
    /// Padding ([RFC 7830](https://www.rfc-editor.org/rfc/rfc7830)).
    PADDING = 12 "PADDING";
    /// Chain queries ([RFC 7901](https://www.rfc-editor.org/rfc/rfc7901)).
    CHAIN = 13 "CHAIN";
    /// Key tags of trust anchors ([RFC 8145](https://www.rfc-editor.org/rfc/rfc8145)).
    KEY_TAG = 14 "KEY-TAG";
    /// Extended errors ([RFC 8914](https://www.rfc-editor.org/rfc/rfc8914)).
    EXTENDED_ERROR = 15 "EDE";
    /// Client tag.
    CLIENT_TAG = 16 "CLIENT-TAG";
    /// Server tag.
    SERVER_TAG = 17 "SERVER-TAG";
    /// Report channel ([RFC 9567](https://www.rfc-editor.org/rfc/rfc9567)).
    REPORT_CHANNEL = 18 "REPORT-CHANNEL";
    /// Version of the zone ([RFC 9660](https://www.rfc-editor.org/rfc/rfc9660)).
    ZONEVERSION = 19 "ZONEVERSION";
}

/// One option.
///
/// [`Display`](fmt::Display) writes what dig prints behind `; `.
///
/// # Wire format
///
/// OPTION-CODE and OPTION-LENGTH, two octets each, then the data.
///
/// ```
/// use wire_dns::edns::{EdeCode, EdnsOption, OptionCode};
///
/// let option = EdnsOption::from_parts(OptionCode::EXTENDED_ERROR, b"\0\x09no key");
/// assert_eq!(option, EdnsOption::ExtendedError(EdeCode::DNSKEY_MISSING, "no key"));
/// assert_eq!(option.to_string(), "EDE: 9 (DNSKEY Missing): (no key)");
///
/// let mut octets = Vec::new();
/// EdnsOption::TcpKeepalive(Some(300)).encode_into(&mut octets)?; // 30 seconds
/// EdnsOption::Expire(None).encode_into(&mut octets)?;
/// assert_eq!(octets, b"\0\x0B\0\x02\x01\x2C\0\x09\0\0");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum EdnsOption<'a> {
    /// LLQ: a long-lived query ([RFC 8764 §3.2](https://www.rfc-editor.org/rfc/rfc8764#section-3.2)).
    LongLivedQuery(LongLivedQuery),
    /// UL: the lease of an update ([RFC 9664 §4](https://www.rfc-editor.org/rfc/rfc9664#section-4)).
    UpdateLease(UpdateLease),
    /// NSID: the server's identifier, empty in a request
    /// ([RFC 5001 §2.3](https://www.rfc-editor.org/rfc/rfc5001#section-2.3)).
    Nsid(&'a [u8]),
    /// DAU: DNSSEC algorithms, one octet each ([RFC 6975 §3](https://www.rfc-editor.org/rfc/rfc6975#section-3)).
    Dau(&'a [u8]),
    /// DHU: DS hash algorithms, one octet each.
    Dhu(&'a [u8]),
    /// N3U: NSEC3 hash algorithms, one octet each.
    N3u(&'a [u8]),
    /// The client's subnet ([RFC 7871 §6](https://www.rfc-editor.org/rfc/rfc7871#section-6)).
    ClientSubnet(ClientSubnet<'a>),
    /// EXPIRE: seconds until a secondary's copy expires; `None` in a request
    /// ([RFC 7314 §2](https://www.rfc-editor.org/rfc/rfc7314#section-2)).
    Expire(Option<u32>),
    /// Cookies ([RFC 7873 §4](https://www.rfc-editor.org/rfc/rfc7873#section-4)).
    Cookie(Cookie<'a>),
    /// Keepalive: idle timeout in units of 100 ms; `None` in a request
    /// ([RFC 7828 §3.1](https://www.rfc-editor.org/rfc/rfc7828#section-3.1)).
    TcpKeepalive(Option<u16>),
    /// Padding ([RFC 7830 §3](https://www.rfc-editor.org/rfc/rfc7830#section-3)).
    Padding(&'a [u8]),
    /// CHAIN: the closest name that the requester has trusted
    /// ([RFC 7901 §4](https://www.rfc-editor.org/rfc/rfc7901#section-4)).
    Chain(Name<'a>),
    /// Key tags, two octets each ([RFC 8145 §4](https://www.rfc-editor.org/rfc/rfc8145#section-4)).
    KeyTag(&'a [u8]),
    /// INFO-CODE and EXTRA-TEXT of an extended error ([RFC 8914 §2](https://www.rfc-editor.org/rfc/rfc8914#section-2)).
    ExtendedError(EdeCode, &'a str),
    /// Client tag (draft-bellis-dnsop-edns-tags).
    ClientTag(u16),
    /// Server tag (draft-bellis-dnsop-edns-tags).
    ServerTag(u16),
    /// The agent domain for error reports ([RFC 9567 §5](https://www.rfc-editor.org/rfc/rfc9567#section-5)).
    ReportChannel(Name<'a>),
    /// The zone's version; `None` in a request ([RFC 9660 §2](https://www.rfc-editor.org/rfc/rfc9660#section-2)).
    ZoneVersion(Option<ZoneVersion<'a>>),
    /// Any other option, kept whole.
    Unknown(OptionCode, &'a [u8]),
}

/// The fields of a long-lived query ([RFC 8764 §3.2](https://www.rfc-editor.org/rfc/rfc8764#section-3.2)): 18 octets.
///
/// ```
/// use wire_dns::edns::{EdnsOption, LongLivedQuery};
///
/// let setup = LongLivedQuery { version: 1, opcode: 1, error: 0, id: 0, lease: 3600 };
/// let mut octets = Vec::new();
/// EdnsOption::LongLivedQuery(setup).encode_into(&mut octets)?;
/// assert_eq!(octets, b"\0\x01\0\x12\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\x0E\x10");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct LongLivedQuery {
    /// LLQ-VERSION: 1.
    pub version: u16,
    /// LLQ-OPCODE: 1 setup, 2 refresh, 3 event.
    pub opcode: u16,
    /// LLQ-ERROR: 0 for none ([RFC 8764 §3.2](https://www.rfc-editor.org/rfc/rfc8764#section-3.2)).
    pub error: u16,
    /// LLQ-ID: 0 in the first message of a setup, then what the server chose.
    pub id: u64,
    /// LLQ-LEASE, in seconds.
    pub lease: u32,
}

/// The lease of an update ([RFC 9664 §4](https://www.rfc-editor.org/rfc/rfc9664#section-4)): four octets, or eight with a
/// lease for KEY records.
///
/// ```
/// use wire_dns::edns::{EdnsOption, UpdateLease};
///
/// let lease = UpdateLease { lease: 3600, key_lease: Some(604_800) };
/// let mut octets = Vec::new();
/// EdnsOption::UpdateLease(lease).encode_into(&mut octets)?;
/// assert_eq!(octets, b"\0\x02\0\x08\0\0\x0E\x10\0\x09\x3A\x80");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct UpdateLease {
    /// LEASE of the records, in seconds.
    pub lease: u32,
    /// KEY-LEASE of KEY records, in seconds; without it they have the other lease.
    pub key_lease: Option<u32>,
}

/// The client's subnet ([RFC 7871 §6](https://www.rfc-editor.org/rfc/rfc7871#section-6)).
///
/// ```
/// use wire_dns::edns::{ClientSubnet, EdnsOption};
///
/// // 192.0.2.0/24.
/// let subnet = ClientSubnet { family: 1, source_prefix_length: 24, scope_prefix_length: 0, address: &[192, 0, 2] };
/// let mut octets = Vec::new();
/// EdnsOption::ClientSubnet(subnet).encode_into(&mut octets)?;
/// assert_eq!(octets, b"\0\x08\0\x07\0\x01\x18\0\xC0\0\x02");
/// assert_eq!(subnet.ip_address(), Some([192, 0, 2, 0].into()));
/// assert_eq!(EdnsOption::ClientSubnet(subnet).to_string(), "CLIENT-SUBNET: 192.0.2.0/24/0");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ClientSubnet<'a> {
    /// FAMILY: 1 for IPv4, 2 for IPv6; 0, with prefixes of 0 and no address, is taken too.
    pub family: u16,
    /// SOURCE PREFIX-LENGTH, in bits: up to 32 for IPv4, 128 for IPv6.
    pub source_prefix_length: u8,
    /// SCOPE PREFIX-LENGTH, in bits; 0 in a request.
    pub scope_prefix_length: u8,
    /// ADDRESS: as many octets as the source prefix needs, with zero bits behind it.
    pub address: &'a [u8],
}

impl ClientSubnet<'_> {
    /// The address with zeros for what the prefix leaves out; `None` for families other than 1 and 2, and for more octets
    /// than the family's addresses have.
    #[must_use]
    pub fn ip_address(&self) -> Option<IpAddr> {
        prefix_address(self.family, self.address)
    }
}

/// The cookies of a message ([RFC 7873 §4](https://www.rfc-editor.org/rfc/rfc7873#section-4)).
///
/// ```
/// use wire_dns::edns::{Cookie, EdnsOption};
///
/// let first = Cookie { client: *b"12345678", server: b"" };
/// let mut octets = Vec::new();
/// EdnsOption::Cookie(first).encode_into(&mut octets)?;
/// assert_eq!(octets, b"\0\x0A\0\x0812345678");
/// let next = Cookie { server: b"ABCDEFGH", ..first };
/// assert_eq!(EdnsOption::Cookie(next).to_string(), "COOKIE: 31323334353637384142434445464748");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Cookie<'a> {
    /// Client Cookie.
    pub client: [u8; 8],
    /// Server Cookie: no octets, or 8 to 32.
    pub server: &'a [u8],
}

/// The version of a zone ([RFC 9660 §2](https://www.rfc-editor.org/rfc/rfc9660#section-2)).
///
/// ```
/// use wire_dns::edns::{EdnsOption, ZoneVersion};
///
/// // The SOA serial 258 of example.com.
/// let version = ZoneVersion { label_count: 2, version_type: 0, version: &[0, 0, 1, 2] };
/// let option = EdnsOption::ZoneVersion(Some(version));
/// let mut octets = Vec::new();
/// option.encode_into(&mut octets)?;
/// assert_eq!(octets, b"\0\x13\0\x06\x02\0\0\0\x01\x02");
/// assert_eq!(option.to_string(), "ZONEVERSION: labels: 2, type: 0, version: 258");
/// # Ok::<(), wire_dns::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ZoneVersion<'a> {
    /// LABELCOUNT of the zone's name, the root not counted.
    pub label_count: u8,
    /// TYPE: 0 for the SOA serial.
    pub version_type: u8,
    /// VERSION: four octets for type 0.
    pub version: &'a [u8],
}

impl<'a> EdnsOption<'a> {
    /// An option by its code; data not of the code's form is [`EdnsOption::Unknown`].
    #[must_use]
    pub fn from_parts(code: OptionCode, data: &'a [u8]) -> Self {
        Self::typed(code, data).unwrap_or(Self::Unknown(code, data))
    }

    fn typed(code: OptionCode, data: &'a [u8]) -> Option<Self> {
        if !is_well_formed(code, data) {
            return None;
        }
        let mut reader = Reader::alone(data);
        Some(match code {
            OptionCode::LLQ => Self::LongLivedQuery(LongLivedQuery {
                version: reader.u16().ok()?,
                opcode: reader.u16().ok()?,
                error: reader.u16().ok()?,
                id: u64::from_be_bytes(reader.array().ok()?),
                lease: reader.u32().ok()?,
            }),
            OptionCode::UPDATE_LEASE => Self::UpdateLease(UpdateLease {
                lease: reader.u32().ok()?,
                key_lease: reader.u32().ok(),
            }),
            OptionCode::NSID => Self::Nsid(data),
            OptionCode::DAU => Self::Dau(data),
            OptionCode::DHU => Self::Dhu(data),
            OptionCode::N3U => Self::N3u(data),
            OptionCode::CLIENT_SUBNET => Self::ClientSubnet(ClientSubnet {
                family: reader.u16().ok()?,
                source_prefix_length: reader.u8().ok()?,
                scope_prefix_length: reader.u8().ok()?,
                address: reader.rest(),
            }),
            OptionCode::EXPIRE => Self::Expire(reader.u32().ok()),
            OptionCode::COOKIE => Self::Cookie(Cookie {
                client: reader.array().ok()?,
                server: reader.rest(),
            }),
            OptionCode::TCP_KEEPALIVE => Self::TcpKeepalive(reader.u16().ok()),
            OptionCode::PADDING => Self::Padding(data),
            OptionCode::CHAIN => Self::Chain(Name::decode(data).ok()?),
            OptionCode::KEY_TAG => Self::KeyTag(data),
            OptionCode::EXTENDED_ERROR => Self::ExtendedError(
                EdeCode(reader.u16().ok()?),
                core::str::from_utf8(reader.rest()).ok()?,
            ),
            OptionCode::CLIENT_TAG => Self::ClientTag(reader.u16().ok()?),
            OptionCode::SERVER_TAG => Self::ServerTag(reader.u16().ok()?),
            OptionCode::REPORT_CHANNEL => Self::ReportChannel(Name::decode(data).ok()?),
            OptionCode::ZONEVERSION if data.is_empty() => Self::ZoneVersion(None),
            OptionCode::ZONEVERSION => Self::ZoneVersion(Some(ZoneVersion {
                label_count: reader.u8().ok()?,
                version_type: reader.u8().ok()?,
                version: reader.rest(),
            })),
            _ => return None,
        })
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> OptionCode {
        match self {
            Self::LongLivedQuery(_) => OptionCode::LLQ,
            Self::UpdateLease(_) => OptionCode::UPDATE_LEASE,
            Self::Nsid(_) => OptionCode::NSID,
            Self::Dau(_) => OptionCode::DAU,
            Self::Dhu(_) => OptionCode::DHU,
            Self::N3u(_) => OptionCode::N3U,
            Self::ClientSubnet(_) => OptionCode::CLIENT_SUBNET,
            Self::Expire(_) => OptionCode::EXPIRE,
            Self::Cookie(_) => OptionCode::COOKIE,
            Self::TcpKeepalive(_) => OptionCode::TCP_KEEPALIVE,
            Self::Padding(_) => OptionCode::PADDING,
            Self::Chain(_) => OptionCode::CHAIN,
            Self::KeyTag(_) => OptionCode::KEY_TAG,
            Self::ExtendedError(..) => OptionCode::EXTENDED_ERROR,
            Self::ClientTag(_) => OptionCode::CLIENT_TAG,
            Self::ServerTag(_) => OptionCode::SERVER_TAG,
            Self::ReportChannel(_) => OptionCode::REPORT_CHANNEL,
            Self::ZoneVersion(_) => OptionCode::ZONEVERSION,
            Self::Unknown(code, _) => *code,
        }
    }

    /// Appends code, length and data. Whether the fields are of the code's form is not checked;
    /// [`EdnsOptionsBuf::push`](super::EdnsOptionsBuf::push) does.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::FieldTooLong`] for over 65,535 octets of data; nothing is appended then.
    pub fn encode_into(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.write(out)
    }

    /// Writes code, length and data.
    pub(crate) fn write<S: Sink>(&self, sink: &mut S) -> Result<(), Error> {
        let mut length = Length(0);
        self.write_data(&mut length)?;
        let len = u16::try_from(length.0)
            .map_err(|_| Error::new(0, ErrorKind::FieldTooLong { max: u16::MAX }))?;
        sink.u16(self.code().0)?;
        sink.u16(len)?;
        self.write_data(sink)
    }

    fn write_data<S: Sink>(&self, sink: &mut S) -> Result<(), Error> {
        match self {
            Self::LongLivedQuery(llq) => {
                sink.u16(llq.version)?;
                sink.u16(llq.opcode)?;
                sink.u16(llq.error)?;
                sink.put(&llq.id.to_be_bytes())?;
                sink.u32(llq.lease)
            }
            Self::UpdateLease(lease) => {
                sink.u32(lease.lease)?;
                lease.key_lease.map_or(Ok(()), |key| sink.u32(key))
            }
            Self::ClientSubnet(subnet) => {
                sink.u16(subnet.family)?;
                sink.put(&[subnet.source_prefix_length, subnet.scope_prefix_length])?;
                sink.put(subnet.address)
            }
            Self::Expire(seconds) => seconds.map_or(Ok(()), |seconds| sink.u32(seconds)),
            Self::Cookie(cookie) => {
                sink.put(&cookie.client)?;
                sink.put(cookie.server)
            }
            Self::TcpKeepalive(timeout) => timeout.map_or(Ok(()), |timeout| sink.u16(timeout)),
            Self::Chain(name) | Self::ReportChannel(name) => sink.name(*name, NameRule::PLAIN),
            Self::ExtendedError(code, text) => {
                sink.u16(code.0)?;
                sink.put(text.as_bytes())
            }
            Self::ClientTag(tag) | Self::ServerTag(tag) => sink.u16(*tag),
            Self::ZoneVersion(version) => version.map_or(Ok(()), |version| {
                sink.put(&[version.label_count, version.version_type])?;
                sink.put(version.version)
            }),
            Self::Nsid(data)
            | Self::Dau(data)
            | Self::Dhu(data)
            | Self::N3u(data)
            | Self::Padding(data)
            | Self::KeyTag(data)
            | Self::Unknown(_, data) => sink.put(data),
        }
    }
}

impl fmt::Display for EdnsOption<'_> {
    /// As dig prints it: the option's name, a colon, its content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.code())?;
        match self {
            Self::LongLivedQuery(llq) => write!(
                f,
                " version: {}, opcode: {}, error: {}, id: {}, lease: {}",
                llq.version, llq.opcode, llq.error, llq.id, llq.lease
            ),
            Self::UpdateLease(lease) => {
                write!(f, " {}", lease.lease)?;
                lease.key_lease.map_or(Ok(()), |key| write!(f, ", {key}"))
            }
            Self::Nsid(data) => write_with_text(data, f),
            Self::Dau(list) | Self::Dhu(list) | Self::N3u(list) => {
                list.iter().try_for_each(|number| write!(f, " {number}"))
            }
            Self::ClientSubnet(subnet) => {
                match subnet.ip_address() {
                    Some(address) => write!(f, " {address}")?,
                    None => {
                        write!(f, " {}:", subnet.family)?;
                        write_hex_lower(subnet.address, f)?;
                    }
                }
                let (source, scope) = (subnet.source_prefix_length, subnet.scope_prefix_length);
                write!(f, "/{source}/{scope}")
            }
            Self::Expire(Some(seconds)) => write!(f, " {seconds}"),
            Self::TcpKeepalive(Some(timeout)) => {
                write!(f, " {}.{} secs", timeout / 10, timeout % 10)
            }
            Self::Expire(None) | Self::TcpKeepalive(None) | Self::ZoneVersion(None) => Ok(()),
            Self::Cookie(cookie) => {
                f.write_char(' ')?;
                write_hex_lower(&cookie.client, f)?;
                write_hex_lower(cookie.server, f)
            }
            Self::Padding(data) => write!(f, " {} octets", data.len()),
            Self::Chain(name) | Self::ReportChannel(name) => write!(f, " {name}"),
            Self::KeyTag(tags) => {
                let mut tags = tags.as_chunks().0.iter().copied().map(u16::from_be_bytes);
                tags.try_for_each(|tag| write!(f, " {tag}"))
            }
            Self::ExtendedError(code, text) => {
                write!(f, " {}", code.0)?;
                if let Some(name) = code.mnemonic() {
                    write!(f, " ({name})")?;
                }
                if text.is_empty() {
                    return Ok(());
                }
                f.write_str(": (")?;
                write_escaped(text.as_bytes(), f)?;
                f.write_char(')')
            }
            Self::ClientTag(tag) | Self::ServerTag(tag) => write!(f, " {tag}"),
            Self::ZoneVersion(Some(version)) => {
                write!(
                    f,
                    " labels: {}, type: {}, version: ",
                    version.label_count, version.version_type
                )?;
                match version
                    .version
                    .first_chunk()
                    .copied()
                    .map(u32::from_be_bytes)
                {
                    Some(serial) if version.version_type == 0 => write!(f, "{serial}"),
                    _ => write_hex_lower(version.version, f),
                }
            }
            Self::Unknown(_, data) => write_with_text(data, f),
        }
    }
}

/// Octets in hexadecimal and, in brackets, as text.
fn write_with_text(data: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if data.is_empty() {
        return Ok(());
    }
    for octet in data {
        write!(f, " {octet:02x}")?;
    }
    f.write_str(" (\"")?;
    write_escaped(data, f)?;
    f.write_str("\")")
}
