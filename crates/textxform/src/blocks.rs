//! Pushing through a transform that works in place, block by block so that copy and transform meet in the cache.

use alloc::vec::Vec;

/// Octets that are copied and transformed before the next are touched: half of a small L1 data cache.
pub(crate) const BLOCK_OCTETS: usize = 16 * 1024;

/// Appends `chunk` to `out` and runs `transform` over the appended octets.
pub(crate) fn append(chunk: &[u8], out: &mut Vec<u8>, mut transform: impl FnMut(&mut [u8])) {
    out.reserve(chunk.len());
    for block in chunk.chunks(BLOCK_OCTETS) {
        let start = out.len();
        out.extend_from_slice(block);
        if let Some(appended) = out.get_mut(start..) {
            transform(appended);
        }
    }
}

/// Writes [`Transform`](crate::Transform) for a type whose [`InPlace`](crate::InPlace) is all there is to it; the field that
/// input changes, if there is one, is a number that starts at 0.
macro_rules! transform_in_place {
    ($type:ty $(, $state:ident)?) => {
        impl $crate::Transform for $type {
            $crate::registry::from_entry!();

            fn push(
                &mut self,
                chunk: &[u8],
                out: &mut alloc::vec::Vec<u8>,
            ) -> Result<(), $crate::Error> {
                $crate::blocks::append(chunk, out, |block| {
                    $crate::InPlace::push_in_place(self, block)
                });
                Ok(())
            }

            fn reset(&mut self) {
                $(self.$state = 0;)?
            }

            fn is_at_start(&self) -> bool {
                true $(&& self.$state == 0)?
            }

            fn as_in_place(&mut self) -> Option<&mut dyn $crate::InPlace> {
                Some(self)
            }
        }
    };
}

pub(crate) use transform_in_place;

/// Appends what `encode` makes of each group of octets.
pub(crate) fn append_groups<const IN: usize, const OUT: usize>(
    groups: &[[u8; IN]],
    out: &mut Vec<u8>,
    encode: impl Fn(&[u8; IN]) -> [u8; OUT],
) {
    out.reserve(groups.len().saturating_mul(OUT));
    for block in groups.chunks(BLOCK_OCTETS / 4) {
        let start = out.len();
        // Room first, so that the loop below has no check of capacity in it.
        out.resize(start.saturating_add(block.len().saturating_mul(OUT)), 0);
        let room = out.get_mut(start..).unwrap_or_default();
        for (group, place) in block.iter().zip(room.as_chunks_mut::<OUT>().0) {
            *place = encode(group);
        }
    }
}
