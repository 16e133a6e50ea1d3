//! The types of RFC 1035 §3.3 and §3.4. Their names may be compressed.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Rdata;
use super::codec::{Address, CompressedName, FoldedName, Number, PlainName, Span, Text, Texts};
use super::record::records;
use crate::{CharacterString, CharacterStrings, Name, Ttl};

records! {
    /// A: an IPv4 address ([RFC 1035 §3.4.1](https://www.rfc-editor.org/rfc/rfc1035#section-3.4.1)).
    struct A {
        /// ADDRESS.
        address "ADDRESS": Ipv4Addr as Address,
    }
    example A "192.0.2.1" b"\xC0\0\x02\x01";

    /// AAAA: an IPv6 address ([RFC 3596 §2.1](https://www.rfc-editor.org/rfc/rfc3596#section-2.1)).
    struct Aaaa {
        /// The address.
        address "ADDRESS": Ipv6Addr as Address,
    }
    example AAAA "2001:db8::1" b"\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01";

    /// NS: an authoritative name server ([RFC 1035 §3.3.11](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.11)).
    struct Ns<'a> {
        /// NSDNAME: the server's name.
        nsdname "NSDNAME": Name<'a> as CompressedName,
    }
    example NS "ns1.example." b"\x03ns1\x07example\0";

    /// MD: a mail destination, obsolete ([RFC 1035 §3.3.4](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.4)).
    struct Md<'a> {
        /// MADNAME: a host with a mail agent.
        madname "MADNAME": Name<'a> as CompressedName,
    }
    example MD "mail.example." b"\x04mail\x07example\0";

    /// MF: a mail forwarder, obsolete ([RFC 1035 §3.3.5](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.5)).
    struct Mf<'a> {
        /// MADNAME: a host with a mail agent.
        madname "MADNAME": Name<'a> as CompressedName,
    }
    example MF "mail.example." b"\x04mail\x07example\0";

    /// CNAME: the canonical name of an alias ([RFC 1035 §3.3.1](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.1)).
    struct Cname<'a> {
        /// CNAME: the canonical name.
        cname "CNAME": Name<'a> as CompressedName,
    }
    example CNAME "real.example." b"\x04real\x07example\0";

    /// SOA: the start of a zone of authority ([RFC 1035 §3.3.13](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.13)).
    struct Soa<'a> {
        /// MNAME: the primary server.
        mname "MNAME": Name<'a> as CompressedName,
        /// RNAME: the mailbox of the person responsible, its first dot for the at sign.
        rname "RNAME": Name<'a> as CompressedName,
        /// SERIAL: the version of the zone, in serial number arithmetic
        /// ([RFC 1982](https://www.rfc-editor.org/rfc/rfc1982)).
        serial "SERIAL": u32 as Number,
        /// REFRESH: time between checks by secondaries.
        refresh "REFRESH": Ttl as Span,
        /// RETRY: time between checks after a failure.
        retry "RETRY": Ttl as Span,
        /// EXPIRE: how long a secondary answers without contact.
        expire "EXPIRE": Ttl as Span,
        /// MINIMUM: the TTL of negative answers ([RFC 2308 §4](https://www.rfc-editor.org/rfc/rfc2308#section-4)).
        minimum "MINIMUM": Ttl as Span,
    }
    example SOA
        "ns.example. host\\.master.example. 2026010100 3600 900 604800 300"
        b"\x02ns\x07example\0\x0Bhost.master\x07example\0\x78\xC2\x75\xF4\0\0\x0E\x10\0\0\x03\x84\0\x09\x3A\x80\0\0\x01,";

    /// MB: a mailbox domain name ([RFC 1035 §3.3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.3)).
    struct Mb<'a> {
        /// MADNAME: the host of the mailbox.
        madname "MADNAME": Name<'a> as CompressedName,
    }
    example MB "host.example." b"\x04host\x07example\0";

    /// MG: a mail group member ([RFC 1035 §3.3.6](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.6)).
    struct Mg<'a> {
        /// MGMNAME: a mailbox of the group.
        mgmname "MGMNAME": Name<'a> as CompressedName,
    }
    example MG "member.example." b"\x06member\x07example\0";

    /// MR: a mail rename domain name ([RFC 1035 §3.3.8](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.8)).
    struct Mr<'a> {
        /// NEWNAME: the new name of the mailbox.
        newname "NEWNAME": Name<'a> as CompressedName,
    }
    example MR "new.example." b"\x03new\x07example\0";

    /// PTR: a pointer to a name ([RFC 1035 §3.3.12](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.12)).
    struct Ptr<'a> {
        /// PTRDNAME: where it points.
        ptrdname "PTRDNAME": Name<'a> as CompressedName,
    }
    example PTR "host.example." b"\x04host\x07example\0";

    /// HINFO: host information ([RFC 1035 §3.3.2](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.2)), also the answer to
    /// ANY ([RFC 8482 §4.2](https://www.rfc-editor.org/rfc/rfc8482#section-4.2)).
    struct Hinfo<'a> {
        /// CPU: the kind of processor.
        cpu "CPU": CharacterString<'a> as Text,
        /// OS: the operating system.
        os "OS": CharacterString<'a> as Text,
    }
    example HINFO "\"PDP-11\" \"UNIX\"" b"\x06PDP-11\x04UNIX";

    /// MINFO: mailbox or mail list information ([RFC 1035 §3.3.7](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.7)).
    struct Minfo<'a> {
        /// RMAILBX: the mailbox responsible.
        rmailbx "RMAILBX": Name<'a> as CompressedName,
        /// EMAILBX: the mailbox for errors.
        emailbx "EMAILBX": Name<'a> as CompressedName,
    }
    example MINFO "a.example. b.example." b"\x01a\x07example\0\x01b\x07example\0";

    /// MX: a mail exchange ([RFC 1035 §3.3.9](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.9)).
    struct Mx<'a> {
        /// PREFERENCE: lower is tried first.
        preference "PREFERENCE": u16 as Number,
        /// EXCHANGE: the host; the root means no mail at all ([RFC 7505](https://www.rfc-editor.org/rfc/rfc7505)).
        exchange "EXCHANGE": Name<'a> as CompressedName,
    }
    example MX "10 mail.example." b"\0\x0A\x04mail\x07example\0";

    /// TXT: text strings ([RFC 1035 §3.3.14](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.14)).
    struct Txt<'a> {
        /// TXT-DATA: one or more strings.
        strings "TXT-DATA": CharacterStrings<'a> as Texts,
    }
    example TXT "\"say \\\"hi\\\"\" \"\" \"\\000\\255;\"" b"\x08say \"hi\"\0\x03\0\xFF\x3B";

    /// RP: the responsible person ([RFC 1183 §2.2](https://www.rfc-editor.org/rfc/rfc1183#section-2.2)).
    struct Rp<'a> {
        /// The person's mailbox.
        mbox_dname "mbox-dname": Name<'a> as FoldedName,
        /// Where TXT records say more.
        txt_dname "txt-dname": Name<'a> as FoldedName,
    }
    example RP "louie.example. ." b"\x05louie\x07example\0\0";

    /// AFSDB: an AFS cell's data base ([RFC 1183 §1](https://www.rfc-editor.org/rfc/rfc1183#section-1)).
    struct Afsdb<'a> {
        /// 1 for AFS version 3, 2 for DCE.
        subtype "subtype": u16 as Number,
        /// The server.
        hostname "hostname": Name<'a> as FoldedName,
    }
    example AFSDB "1 afs.example." b"\0\x01\x03afs\x07example\0";

    /// X25: an X.25 PSDN address ([RFC 1183 §3.1](https://www.rfc-editor.org/rfc/rfc1183#section-3.1)).
    struct X25<'a> {
        /// Decimal digits, the first four of which are the DNIC.
        psdn_address "PSDN-address": CharacterString<'a> as Text,
    }
    example X25 "\"311061700956\"" b"\x0C311061700956";

    /// RT: an intermediate host ([RFC 1183 §3.3](https://www.rfc-editor.org/rfc/rfc1183#section-3.3)).
    struct Rt<'a> {
        /// Lower is tried first.
        preference "preference": u16 as Number,
        /// The host.
        intermediate_host "intermediate-host": Name<'a> as FoldedName,
    }
    example RT "10 relay.example." b"\0\x0A\x05relay\x07example\0";

    /// PX: X.400 mail mapping ([RFC 2163 §4](https://www.rfc-editor.org/rfc/rfc2163#section-4)).
    struct Px<'a> {
        /// PREFERENCE: lower is tried first.
        preference "PREFERENCE": u16 as Number,
        /// MAP822: the [RFC 822](https://www.rfc-editor.org/rfc/rfc822) domain.
        map822 "MAP822": Name<'a> as FoldedName,
        /// MAPX400: the X.400 domain in DNS form.
        mapx400 "MAPX400": Name<'a> as FoldedName,
    }
    example PX "10 a.example. b.example." b"\0\x0A\x01a\x07example\0\x01b\x07example\0";

    /// SRV: the location of a service ([RFC 2782](https://www.rfc-editor.org/rfc/rfc2782)).
    struct Srv<'a> {
        /// Priority: lower is tried first.
        priority "Priority": u16 as Number,
        /// Weight among the same priority.
        weight "Weight": u16 as Number,
        /// Port of the service.
        port "Port": u16 as Number,
        /// Target: the host; the root means that there is none.
        target "Target": Name<'a> as FoldedName,
    }
    example SRV "1 2 443 host.example." b"\0\x01\0\x02\x01\xBB\x04host\x07example\0";

    /// NAPTR: a naming authority pointer ([RFC 3403 §4](https://www.rfc-editor.org/rfc/rfc3403#section-4)).
    struct Naptr<'a> {
        /// ORDER: lower is processed first.
        order "ORDER": u16 as Number,
        /// PREFERENCE among the same order.
        preference "PREFERENCE": u16 as Number,
        /// FLAGS.
        flags "FLAGS": CharacterString<'a> as Text,
        /// SERVICES.
        services "SERVICES": CharacterString<'a> as Text,
        /// REGEXP: a substitution expression.
        regexp "REGEXP": CharacterString<'a> as Text,
        /// REPLACEMENT: the next name, or the root.
        replacement "REPLACEMENT": Name<'a> as FoldedName,
    }
    example NAPTR
        "100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.com!\" ."
        b"\0\x64\0\x0A\x01u\x07E2U+sip\x1B!^.*$!sip:info@example.com!\0";

    /// KX: a key exchanger ([RFC 2230 §3](https://www.rfc-editor.org/rfc/rfc2230#section-3)).
    struct Kx<'a> {
        /// PREFERENCE: lower is tried first.
        preference "PREFERENCE": u16 as Number,
        /// EXCHANGER: the host.
        exchanger "EXCHANGER": Name<'a> as FoldedName,
    }
    example KX "10 kx.example." b"\0\x0A\x02kx\x07example\0";

    /// DNAME: redirection of a subtree ([RFC 6672 §2](https://www.rfc-editor.org/rfc/rfc6672#section-2)).
    struct Dname<'a> {
        /// Target: what the owner is replaced with.
        target "TARGET": Name<'a> as FoldedName,
    }
    example DNAME "example.net." b"\x07example\x03net\0";

    /// SPF: sender policy, obsolete ([RFC 7208 §3.1](https://www.rfc-editor.org/rfc/rfc7208#section-3.1)).
    struct Spf<'a> {
        /// The text.
        strings "TXT-DATA": CharacterStrings<'a> as Texts,
    }
    example SPF "\"v=spf1 -all\"" b"\x0Bv=spf1 -all";

    /// NINFO: zone status information, as TXT.
    struct Ninfo<'a> {
        /// The text.
        strings "ZS-DATA": CharacterStrings<'a> as Texts,
    }
    example NINFO "\"zone status\"" b"\x0Bzone status";

    /// AVC: application visibility and control, as TXT.
    struct Avc<'a> {
        /// The text.
        strings "AVC-DATA": CharacterStrings<'a> as Texts,
    }
    example AVC "\"app-name:WOLFGANG|app-class:OAM\"" b"\x1Fapp-name:WOLFGANG|app-class:OAM";

    /// RESINFO: what a resolver says of itself, keys and values
    /// ([RFC 9606 §4](https://www.rfc-editor.org/rfc/rfc9606#section-4)).
    struct Resinfo<'a> {
        /// The text.
        strings "RESINFO-DATA": CharacterStrings<'a> as Texts,
    }
    example RESINFO
        "\"qnamemin\" \"exterr=15-17\" \"infourl=https://resolver.example.com/guide\""
        b"\x08qnamemin\x0Cexterr=15-17*infourl=https://resolver.example.com/guide";

    /// WALLET: a public wallet address, as TXT.
    struct Wallet<'a> {
        /// The text.
        strings "WALLET-DATA": CharacterStrings<'a> as Texts,
    }
    example WALLET "\"BTC\" \"bc1\"" b"\x03BTC\x03bc1";

    /// CLA: convergence layer adapters of a bundle protocol node, as TXT.
    struct Cla<'a> {
        /// The text.
        strings "CLA-DATA": CharacterStrings<'a> as Texts,
    }
    example CLA "\"TCP-v4-v6\"" b"\x09TCP-v4-v6";

    /// TALINK: the neighbours of a trust anchor.
    struct Talink<'a> {
        /// The anchor before.
        previous "Previous": Name<'a> as PlainName,
        /// The anchor behind.
        next "Next": Name<'a> as PlainName,
    }
    example TALINK "a.example. b.example." b"\x01a\x07example\0\x01b\x07example\0";
}

impl From<Ipv4Addr> for A {
    fn from(address: Ipv4Addr) -> Self {
        Self { address }
    }
}

impl From<Ipv6Addr> for Aaaa {
    fn from(address: Ipv6Addr) -> Self {
        Self { address }
    }
}

/// A record of type A or AAAA, whichever has such an address.
///
/// ```
/// use core::net::IpAddr;
/// use wire_dns::{Rdata, RecordType};
///
/// let rdata = Rdata::from("2001:db8::1".parse::<IpAddr>()?);
/// assert_eq!((rdata.record_type(), rdata.to_string().as_str()), (RecordType::AAAA, "2001:db8::1"));
/// # Ok::<(), core::net::AddrParseError>(())
/// ```
impl From<IpAddr> for Rdata<'_> {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => A { address }.into(),
            IpAddr::V6(address) => Aaaa { address }.into(),
        }
    }
}
