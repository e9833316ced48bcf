//! What `/proc/self/smaps` says of an address range; it needs no privilege.

use std::fs;
use std::io;
use std::ops::Range;

/// Whether all memory in use around `memory` is on huge pages.
///
/// The file has a head line for each mapping (`start-end permissions …`) and
/// counts in kB below it: proc_pid_smaps(5). Memory that was advised is a
/// mapping apart from what was not, so its counts speak of the buffer.
///
/// # Errors
///
/// When the file cannot be read.
pub fn is_huge(memory: &[u8]) -> io::Result<bool> {
    let range = memory.as_ptr_range();
    let range = range.start as usize..range.end as usize;
    Ok(is_huge_in(&fs::read_to_string("/proc/self/smaps")?, &range))
}

fn is_huge_in(smaps: &str, range: &Range<usize>) -> bool {
    let mut lines = smaps
        .lines()
        .skip_while(|line| !head(line).is_some_and(|mapping| encloses(&mapping, range)))
        .skip(1);
    let mut resident = 0;
    let mut huge = 0;
    for line in lines.by_ref().take_while(|line| head(line).is_none()) {
        if let Some(count) = count(line, "Rss:") {
            resident = count;
        } else if let Some(count) = count(line, "AnonHugePages:") {
            huge = count;
        }
    }
    huge > 0 && huge == resident
}

/// The addresses of the mapping that this line opens, if it opens one.
fn head(line: &str) -> Option<Range<usize>> {
    let (start, end) = line.split_whitespace().next()?.split_once('-')?;
    Some(usize::from_str_radix(start, 16).ok()?..usize::from_str_radix(end, 16).ok()?)
}

fn encloses(mapping: &Range<usize>, range: &Range<usize>) -> bool {
    mapping.start <= range.start && range.end <= mapping.end
}

fn count(line: &str, name: &str) -> Option<u64> {
    line.strip_prefix(name)?
        .trim()
        .strip_suffix("kB")?
        .trim()
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMAPS: &str = "\
7f0000000000-7f0000400000 rw-p 00000000 00:00 0
Size:               4096 kB
Rss:                4096 kB
AnonHugePages:      4096 kB
VmFlags: rd wr mr mw me ac sd hg
7f0000800000-7f0000a00000 rw-p 00000000 00:00 0
Rss:                2048 kB
AnonHugePages:         0 kB
7f0000c00000-7f0001000000 rw-p 00000000 00:00 0
Rss:                2052 kB
AnonHugePages:      2048 kB
";

    #[test]
    fn all_none_and_some() {
        assert!(is_huge_in(SMAPS, &(0x7f00_0020_0000..0x7f00_0024_0000)));
        assert!(!is_huge_in(SMAPS, &(0x7f00_0080_0000..0x7f00_0084_0000)));
        assert!(!is_huge_in(SMAPS, &(0x7f00_00c0_0000..0x7f00_00e0_0000)));
    }

    #[test]
    fn an_unmapped_range_is_not_huge() {
        assert!(!is_huge_in(SMAPS, &(0x1000..0x2000)));
        assert!(!is_huge_in("", &(0x1000..0x2000)));
    }
}
