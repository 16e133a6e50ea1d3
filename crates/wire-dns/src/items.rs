//! Items: the members of lists that stand in checked octets.

use core::marker::PhantomData;

/// The members of a list in order, taken from its octets one by one; from the `iter` of [`CharacterStrings`](crate::CharacterStrings),
/// [`EdnsOptions`](crate::edns::EdnsOptions), [`SvcParams`](crate::rdata::SvcParams), [`AplItems`](crate::rdata::AplItems) and
/// [`NameList`](crate::rdata::NameList).
///
/// ```
/// use wire_dns::{CharacterString, CharacterStrings, Items};
///
/// struct Settings<'a>(Items<'a, CharacterString<'a>>);
///
/// impl<'a> Iterator for Settings<'a> {
///     type Item = (&'a str, &'a str);
///     fn next(&mut self) -> Option<Self::Item> {
///         self.0.find_map(|string| core::str::from_utf8(string.octets()).ok()?.split_once('='))
///     }
/// }
///
/// let strings = CharacterStrings::from_wire(b"\x09txtvers=1\x00\x07path=/a").unwrap();
/// assert!(Settings(strings.iter()).eq([("txtvers", "1"), ("path", "/a")]));
/// for string in strings {
///     assert!(string.octets().len() < 10);
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Items<'a, T> {
    pub(crate) rest: &'a [u8],
    item: PhantomData<fn() -> T>,
}

impl<'a, T> Items<'a, T> {
    /// The members of a checked list.
    #[inline]
    pub(crate) const fn new(list: &'a [u8]) -> Self {
        Self {
            rest: list,
            item: PhantomData,
        }
    }
}

/// Makes `Items` of one kind an iterator. What takes a member off the front leaves octets that hold none as they are, so that
/// the end stays the end.
macro_rules! take_items {
    ($item:ty, $take:path) => {
        impl<'a> Iterator for $crate::items::Items<'a, $item> {
            type Item = $item;

            #[inline]
            fn next(&mut self) -> Option<Self::Item> {
                $take(&mut self.rest)
            }
        }

        impl<'a> core::iter::FusedIterator for $crate::items::Items<'a, $item> {}
    };
}
pub(crate) use take_items;

/// Lets `for` walk a list without its `iter`.
macro_rules! walk_list {
    ($list:ident, $iterator:ty) => {
        impl<'a> IntoIterator for $list<'a> {
            type Item = <$iterator as Iterator>::Item;
            type IntoIter = $iterator;

            #[inline]
            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }
    };
}
pub(crate) use walk_list;
