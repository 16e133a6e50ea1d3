//! Class: the CLASS and QCLASS numbers (RFC 1035 §3.2.4, RFC 6895 §3.2).

use crate::registry::registry;

registry! {
    /// The class of a record or of a question.
    ///
    /// ```
    /// use wire_dns::Class;
    /// assert_eq!("ch".parse::<Class>()?, Class::CH);
    /// assert_eq!(Class::IN.code(), 1);
    /// // RFC 3597 §5.
    /// assert_eq!("CLASS32".parse::<Class>()?, Class(32));
    /// assert_eq!(Class(32).to_string(), "CLASS32");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    ///
    /// In multicast DNS the highest bit is not part of the class: in a question it asks for a unicast response
    /// ([RFC 6762 §18.12](https://www.rfc-editor.org/rfc/rfc6762#section-18.12)), in a record it has the other records of
    /// the set forgotten ([§18.13](https://www.rfc-editor.org/rfc/rfc6762#section-18.13)).
    ///
    /// ```
    /// use wire_dns::Class;
    /// let class = Class(0x8001);
    /// let (cache_flush, class) = (class.code() & 0x8000 != 0, Class(class.code() & 0x7FFF));
    /// assert_eq!((cache_flush, class), (true, Class::IN));
    /// ```
    Class(u16), "class", "CLASS";
    /// The Internet.
    IN = 1 "IN";
    /// Chaos.
    CH = 3 "CH";
    /// Hesiod.
    HS = 4 "HS";
    /// No class, in UPDATE ([RFC 2136 §2.4](https://www.rfc-editor.org/rfc/rfc2136#section-2.4)).
    NONE = 254 "NONE";
    /// Any class, for questions and in UPDATE.
    ANY = 255 "ANY";
}

impl Class {
    /// True for NONE and ANY, whose records may have RDATA of no octets whatever their type, in UPDATE
    /// ([RFC 2136 §2.4](https://www.rfc-editor.org/rfc/rfc2136#section-2.4), §2.5).
    #[must_use]
    pub const fn may_be_empty(self) -> bool {
        matches!(self, Self::NONE | Self::ANY)
    }
}
