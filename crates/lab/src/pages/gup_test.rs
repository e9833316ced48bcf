//! The kernel's own benchmark of `get_user_pages_fast`, where it was built in:
//! mm/gup_test.c, Linux 6.12, by way of debugfs.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

use anyhow::{Result, bail};
use common::page_size;

const FILE: &str = "/sys/kernel/debug/gup_test";

/// The kernel tells microseconds, fractions cut off: half of one is missing on
/// average, and only a sum of many says anything of nanoseconds.
const REPETITIONS: u32 = 64;
const CUT_OFF: f64 = 0.5;

/// What the kernel is asked, and where it answers: `struct gup_test` in
/// mm/gup_test.h.
#[repr(C)]
#[derive(Default)]
struct Request {
    get_microseconds: u64,
    put_microseconds: u64,
    address: u64,
    size: u64,
    pages_per_call: u32,
    gup_flags: u32,
    test_flags: u32,
    which_pages: [u32; 8],
}

const GUP_FAST_BENCHMARK: libc::Ioctl = libc::_IOWR::<Request>(b'g' as u32, 1);

/// The open benchmark.
pub struct GupTest(File);

impl GupTest {
    /// Opens it.
    ///
    /// # Errors
    ///
    /// Says why there is none.
    pub fn open() -> Result<GupTest, String> {
        let file = File::options().read(true).write(true).open(FILE);
        file.map(GupTest).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => {
                format!("{FILE} is for root: get_user_pages_fast is not timed apart")
            }
            _ => format!(
                "there is no {FILE} (a kernel with CONFIG_GUP_TEST has it, once debugfs is\n\
                 mounted): get_user_pages_fast is not timed apart, only within vmsplice"
            ),
        })
    }

    /// The nanoseconds that `get_user_pages_fast` takes for a page of `memory`,
    /// with so many pages in one call.
    ///
    /// # Errors
    ///
    /// When the kernel refuses, or does not get all pages.
    pub fn per_page(&self, memory: &[u8], pages_per_call: usize) -> Result<f64> {
        let mut microseconds = 0.0;
        for _ in 0..REPETITIONS {
            let mut request = Request {
                address: memory.as_ptr() as u64,
                size: memory.len() as u64,
                pages_per_call: u32::try_from(pages_per_call)?,
                ..Request::default()
            };
            // SAFETY: the request is as the kernel has it, and lives until it returns;
            // the pages are only held for a moment, and not changed.
            let result =
                unsafe { libc::ioctl(self.0.as_raw_fd(), GUP_FAST_BENCHMARK, &raw mut request) };
            if result != 0 {
                bail!("{FILE} failed: {}", io::Error::last_os_error());
            }
            if request.size != memory.len() as u64 {
                bail!("{FILE} got only {} of {} bytes", request.size, memory.len());
            }
            microseconds += request.get_microseconds as f64 + CUT_OFF;
        }
        let pages = f64::from(REPETITIONS) * (memory.len() / page_size()) as f64;
        Ok(microseconds * 1e3 / pages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a C compiler makes of the kernel's header.
    #[test]
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    fn the_request_is_the_kernels() {
        assert_eq!(size_of::<Request>(), 80);
        assert_eq!(GUP_FAST_BENCHMARK, 0xc050_6701);
    }
}
