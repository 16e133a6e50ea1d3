//! Extended DNS errors (RFC 8914 §5.2).

use crate::registry::registry;

registry! {
    /// The INFO-CODE of an extended DNS error.
    ///
    /// ```
    /// use wire_dns::edns::EdeCode;
    /// assert_eq!(EdeCode(18).to_string(), "Prohibited");
    /// assert_eq!("DNSSEC bogus".parse::<EdeCode>()?, EdeCode::DNSSEC_BOGUS);
    /// assert_eq!(EdeCode(49_152).to_string(), "49152");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    EdeCode(u16), "extended error", "";
    /// Other error.
    OTHER = 0 "Other";
    /// Unsupported DNSKEY algorithm.
    UNSUPPORTED_DNSKEY_ALGORITHM = 1 "Unsupported DNSKEY Algorithm";
    /// Unsupported DS digest type.
    UNSUPPORTED_DS_DIGEST_TYPE = 2 "Unsupported DS Digest Type";
    /// Stale answer.
    STALE_ANSWER = 3 "Stale Answer";
    /// Forged answer.
    FORGED_ANSWER = 4 "Forged Answer";
    /// DNSSEC indeterminate.
    DNSSEC_INDETERMINATE = 5 "DNSSEC Indeterminate";
    /// DNSSEC bogus.
    DNSSEC_BOGUS = 6 "DNSSEC Bogus";
    /// Signature expired.
    SIGNATURE_EXPIRED = 7 "Signature Expired";
    /// Signature not yet valid.
    SIGNATURE_NOT_YET_VALID = 8 "Signature Not Yet Valid";
    /// DNSKEY missing.
    DNSKEY_MISSING = 9 "DNSKEY Missing";
    /// RRSIGs missing.
    RRSIGS_MISSING = 10 "RRSIGs Missing";
    /// No zone key bit set.
    NO_ZONE_KEY_BIT_SET = 11 "No Zone Key Bit Set";
    /// NSEC missing.
    NSEC_MISSING = 12 "NSEC Missing";
    /// Cached error.
    CACHED_ERROR = 13 "Cached Error";
    /// Not ready.
    NOT_READY = 14 "Not Ready";
    /// Blocked.
    BLOCKED = 15 "Blocked";
    /// Censored.
    CENSORED = 16 "Censored";
    /// Filtered.
    FILTERED = 17 "Filtered";
    /// Prohibited.
    PROHIBITED = 18 "Prohibited";
    /// Stale NXDOMAIN answer.
    STALE_NXDOMAIN_ANSWER = 19 "Stale NXDOMAIN Answer";
    /// Not authoritative.
    NOT_AUTHORITATIVE = 20 "Not Authoritative";
    /// Not supported.
    NOT_SUPPORTED = 21 "Not Supported";
    /// No reachable authority.
    NO_REACHABLE_AUTHORITY = 22 "No Reachable Authority";
    /// Network error.
    NETWORK_ERROR = 23 "Network Error";
    /// Invalid data.
    INVALID_DATA = 24 "Invalid Data";
    /// Signature expired before valid.
    SIGNATURE_EXPIRED_BEFORE_VALID = 25 "Signature Expired before Valid";
    /// Too early ([RFC 9250](https://www.rfc-editor.org/rfc/rfc9250)).
    TOO_EARLY = 26 "Too Early";
    /// Unsupported NSEC3 iterations value ([RFC 9276](https://www.rfc-editor.org/rfc/rfc9276)).
    UNSUPPORTED_NSEC3_ITERATIONS_VALUE = 27 "Unsupported NSEC3 Iterations Value";
    /// Unable to conform to policy.
    UNABLE_TO_CONFORM_TO_POLICY = 28 "Unable to conform to policy";
    /// Synthesized.
    SYNTHESIZED = 29 "Synthesized";
    /// Invalid query type ([RFC 9824](https://www.rfc-editor.org/rfc/rfc9824)).
    INVALID_QUERY_TYPE = 30 "Invalid Query Type";
}
