//! Views of octets that were checked: lists and sets inside RDATA.

/// Gives a view its way in, through the check that a message's octets go through, and its way out.
macro_rules! checked_view {
    ($view:ident, $codec:ident, $errors:literal) => {
        impl<'a> $view<'a> {
            /// From the octets on the wire.
            ///
            /// # Errors
            ///
            #[doc = $errors]
            pub fn from_wire(octets: &'a [u8]) -> Result<Self, $crate::Error> {
                let mut reader = $crate::reader::Reader::alone(octets);
                match <$codec as $crate::rdata::codec::Codec<'a, Self>>::check(&mut reader) {
                    Ok(()) => Ok(Self(octets)),
                    Err(_) => Err(reader.refusal()),
                }
            }

            /// The octets on the wire.
            #[must_use]
            pub const fn wire(self) -> &'a [u8] {
                self.0
            }
        }
    };
}
pub(crate) use checked_view;
