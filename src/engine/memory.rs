//! Memory of Rust's own. Where there is none left Rust aborts the process, and when a backend aborts the
//! server ends every session and recovers. So the session ends by PostgreSQL's own means instead, where
//! it is the backend's own thread that runs out; workbooks are written by others, which still abort.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::{c_char, c_int};

use pgrx::pg_sys;

/// The system's allocator, which ends the session where it has nothing left.
struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

// SAFETY: the system's allocator does it all; what comes back null does not come back, or comes back
// null.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the caller's contract.
        or_end(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the caller's contract.
        or_end(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: by the caller's contract.
        or_end(unsafe { System.realloc(memory, layout, size) }, size)
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: by the caller's contract.
        unsafe { System.dealloc(memory, layout) }
    }
}

fn or_end(memory: *mut u8, size: usize) -> *mut u8 {
    if memory.is_null() {
        end_session(size);
    }
    memory
}

/// Ends the session: FATAL neither returns nor unwinds, so nothing goes on with half-done work.
#[cold]
fn end_session(size: usize) {
    thread_local! {
        static ENDING: Cell<bool> = const { Cell::new(false) };
    }
    unsafe extern "C-unwind" {
        fn errstart(level: c_int, domain: *const c_char) -> bool;
        fn errcode(code: c_int) -> c_int;
        fn errmsg(format: *const c_char, ...) -> c_int;
        fn errdetail(format: *const c_char, ...) -> c_int;
        fn errfinish(file: *const c_char, line: c_int, function: *const c_char);
    }
    // Without memory for the message too, on another thread, or outside a server, Rust aborts as it
    // always does.
    // SAFETY: reading what process and thread this is; then PostgreSQL's own way to report an error.
    unsafe {
        if ENDING.replace(true) || !pg_sys::IsUnderPostmaster || !is_backend_thread() {
            return;
        }
        if errstart(pg_sys::FATAL as c_int, std::ptr::null()) {
            errcode(pgrx::PgSqlErrorCode::ERRCODE_OUT_OF_MEMORY as c_int);
            errmsg(c"out of memory".as_ptr());
            errdetail(c"rfba asked for %zu bytes.".as_ptr(), size);
            errfinish(c"memory.rs".as_ptr(), 0, std::ptr::null());
        }
    }
}

/// Whether this is the thread that the process began with.
fn is_backend_thread() -> bool {
    #[cfg(target_os = "linux")]
    {
        unsafe extern "C" {
            fn getpid() -> c_int;
            fn gettid() -> c_int;
        }
        // SAFETY: they only tell numbers.
        unsafe { getpid() == gettid() }
    }
    #[cfg(not(target_os = "linux"))]
    false
}
