//! The three libraries without std, with a panic handler and an allocator of their own.
#![no_std]

extern crate textxform as _;
extern crate wire_dns as _;
extern crate wire_http as _;

use core::alloc::{GlobalAlloc, Layout};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

struct Nothing;

// SAFETY: a null pointer is the documented way to say that there is no memory; nothing is ever handed out.
unsafe impl GlobalAlloc for Nothing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Nothing = Nothing;
