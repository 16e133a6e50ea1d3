//! Rcode: the response code (RFC 1035 §4.1.1, RFC 6895 §2.3).

use crate::registry::registry;

registry! {
    /// The response code: four bits in the header, twelve with EDNS, sixteen in TSIG and TKEY.
    ///
    /// ```
    /// use wire_dns::Rcode;
    /// assert_eq!("NXDOMAIN".parse::<Rcode>()?, Rcode(3));
    /// assert_eq!(Rcode::REFUSED.to_string(), "REFUSED");
    /// assert_eq!(Rcode(3841).to_string(), "RCODE3841");
    /// assert_eq!("rcode16".parse::<Rcode>()?, Rcode::BADVERS);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    Rcode(u16), "response code", "RCODE";
    /// No error ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035)).
    NOERROR = 0 "NOERROR";
    /// The server could not read the query ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035)).
    FORMERR = 1 "FORMERR";
    /// The server failed ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035)).
    SERVFAIL = 2 "SERVFAIL";
    /// The name does not exist ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035)).
    NXDOMAIN = 3 "NXDOMAIN";
    /// Not implemented ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035)).
    NOTIMP = 4 "NOTIMP";
    /// Refused ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035)).
    REFUSED = 5 "REFUSED";
    /// A name exists that should not ([RFC 2136](https://www.rfc-editor.org/rfc/rfc2136)).
    YXDOMAIN = 6 "YXDOMAIN";
    /// A record set exists that should not ([RFC 2136](https://www.rfc-editor.org/rfc/rfc2136)).
    YXRRSET = 7 "YXRRSET";
    /// A record set does not exist that should ([RFC 2136](https://www.rfc-editor.org/rfc/rfc2136)).
    NXRRSET = 8 "NXRRSET";
    /// Not authoritative for the zone, or not authorized ([RFC 2136](https://www.rfc-editor.org/rfc/rfc2136),
    /// [RFC 8945](https://www.rfc-editor.org/rfc/rfc8945)).
    NOTAUTH = 9 "NOTAUTH";
    /// A name outside the zone ([RFC 2136](https://www.rfc-editor.org/rfc/rfc2136)).
    NOTZONE = 10 "NOTZONE";
    /// The DSO type is not implemented ([RFC 8490](https://www.rfc-editor.org/rfc/rfc8490)).
    DSOTYPENI = 11 "DSOTYPENI";
    /// The OPT version is not implemented ([RFC 6891](https://www.rfc-editor.org/rfc/rfc6891)); in TSIG the same number is
    /// BADSIG.
    BADVERS = 16 "BADVERS";
    /// The key is not recognized ([RFC 8945](https://www.rfc-editor.org/rfc/rfc8945)).
    BADKEY = 17 "BADKEY";
    /// The signature is out of its time ([RFC 8945](https://www.rfc-editor.org/rfc/rfc8945)).
    BADTIME = 18 "BADTIME";
    /// The TKEY mode is not supported ([RFC 2930](https://www.rfc-editor.org/rfc/rfc2930)).
    BADMODE = 19 "BADMODE";
    /// A key name exists already, or does not ([RFC 2930](https://www.rfc-editor.org/rfc/rfc2930)).
    BADNAME = 20 "BADNAME";
    /// The algorithm is not supported ([RFC 2930](https://www.rfc-editor.org/rfc/rfc2930)).
    BADALG = 21 "BADALG";
    /// The MAC was truncated too far ([RFC 8945](https://www.rfc-editor.org/rfc/rfc8945)).
    BADTRUNC = 22 "BADTRUNC";
    /// The server cookie is bad or missing ([RFC 7873](https://www.rfc-editor.org/rfc/rfc7873)).
    BADCOOKIE = 23 "BADCOOKIE";
}
