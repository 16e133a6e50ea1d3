//! Opcode: the kind of query (RFC 1035 §4.1.1, RFC 6895 §2.2).

use crate::registry::registry;

registry! {
    /// The kind of query; four bits.
    ///
    /// ```
    /// use wire_dns::Opcode;
    /// assert_eq!("update".parse::<Opcode>()?, Opcode(5));
    /// assert_eq!(Opcode::NOTIFY.to_string(), "NOTIFY");
    /// // 3 is not assigned.
    /// assert_eq!((Opcode(3).mnemonic(), Opcode(3).to_string()), (None, "OPCODE3".into()));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    Opcode(u8), "opcode", "OPCODE";
    /// A standard query ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035)).
    QUERY = 0 "QUERY";
    /// An inverse query, obsolete ([RFC 3425](https://www.rfc-editor.org/rfc/rfc3425)).
    IQUERY = 1 "IQUERY";
    /// A server status request ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035)).
    STATUS = 2 "STATUS";
    /// A zone change notice ([RFC 1996](https://www.rfc-editor.org/rfc/rfc1996)).
    NOTIFY = 4 "NOTIFY";
    /// A dynamic update ([RFC 2136](https://www.rfc-editor.org/rfc/rfc2136)).
    UPDATE = 5 "UPDATE";
    /// Stateful operations ([RFC 8490](https://www.rfc-editor.org/rfc/rfc8490)).
    DSO = 6 "DSO";
}
