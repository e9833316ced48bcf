//! Whether the buffers got their huge pages, and if not, why.

use std::fs;
use std::io::{self, Write};
use std::ops::Deref;

use anyhow::{Result, bail};
use common::{program_name, size};

use crate::huge_buffer::huge_page_size;
use crate::{kernel_page_flags, smaps};

/// Looks at the pages under the buffers. If they are huge, says so on standard
/// error where `tell` asks for it. If they are not, warns.
///
/// # Errors
///
/// Where `tell` asks for it: the pages are not huge, or nothing tells.
pub fn check<B: Deref<Target = [u8]>>(buffers: &[B], tell: bool) -> Result<()> {
    let failure = match are_huge(buffers) {
        Ok(witness) => {
            if tell {
                let page = size::format(huge_page_size().unwrap_or(0) as u64);
                note(&format!(
                    "the buffers are on {page} huge pages, says {witness}"
                ));
            }
            return Ok(());
        }
        Err(failure) => failure,
    };
    if tell {
        bail!("{failure}");
    }
    note(&format!("warning: {failure}"));
    Ok(())
}

/// The file that testifies to it, or why the buffers are not on huge pages.
fn are_huge<B: Deref<Target = [u8]>>(buffers: &[B]) -> Result<&'static str, String> {
    let Some(huge_page) = huge_page_size() else {
        return Err(
            "this kernel has no transparent huge pages: the buffers are on ordinary ones\n\
             expect stage 3's speed"
                .to_owned(),
        );
    };
    let mut witness = "/proc/self/smaps";
    for buffer in buffers {
        let start = buffer.as_ptr() as usize;
        let range = start..start + buffer.len();
        let huge = match kernel_page_flags::is_huge(&range, huge_page) {
            Ok(huge) => {
                witness = "/proc/kpageflags";
                huge
            }
            Err(_needs_root) => smaps::is_huge(buffer).map_err(|error| {
                format!("cannot tell whether pages are huge: {error} (/proc/self/smaps)")
            })?,
        };
        if !huge {
            return Err(format!(
                "the buffers are not on huge pages: expect stage 3's speed\n{}",
                why_not()
            ));
        }
    }
    Ok(witness)
}

/// The reason and the remedy, as far as they can be found.
fn why_not() -> &'static str {
    let enabled = fs::read_to_string("/sys/kernel/mm/transparent_hugepage/enabled");
    // SAFETY: this request takes no pointers.
    let disabled = unsafe { libc::prctl(libc::PR_GET_THP_DISABLE, 0, 0, 0, 0) };
    if enabled.is_ok_and(|modes| modes.contains("[never]")) {
        "they are switched off for this machine; to allow them until it restarts:\n\
         echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"
    } else if disabled != 0 {
        "they are switched off for this process (PR_SET_THP_DISABLE)\n\
         start it from a plain shell, outside of the program that does so"
    } else {
        "memory may be too full or too fragmented for them, or limited (ulimit -v, a container)\n\
         close some programs and try again"
    }
}

/// Nobody reading standard error is no reason to stop.
fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}: {text}", program_name());
}
