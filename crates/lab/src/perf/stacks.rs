//! The samples of one end, as call stacks that begin at its system call.

use measured::stacks::Stacks;

use super::samples::{Frame, Stack};

/// Of the samples in the system call `call`, what is under it; the others whole.
pub fn under(call: &str, samples: &[&Stack]) -> Stacks {
    let of_one = |stack: &&Stack| {
        let mut functions: Vec<String> = Vec::new();
        let start = start_of_call(call, stack);
        if start.is_some() {
            functions.push(call.to_owned());
        }
        let frames = &stack[start.unwrap_or(0)..];
        functions.extend(frames.iter().map(|frame| frame.function.clone()));
        if functions.is_empty() {
            functions.push("[unknown]".to_owned());
        }
        functions
    };
    samples.iter().map(of_one).collect()
}

/// Where in the stack the functions under `call` start, if it is in that call.
fn start_of_call(call: &str, stack: &[Frame]) -> Option<usize> {
    let wrapper = stack
        .iter()
        .position(|frame| !frame.in_kernel && is_wrapper(&frame.function, call));
    if let Some(wrapper) = wrapper {
        return Some(wrapper + 1);
    }
    // libc's function is not seen where it has no name, or is inlined.
    let entry = stack.iter().position(|frame| frame.in_kernel)?;
    let in_call = stack[entry..]
        .iter()
        .any(|frame| is_kernels(&frame.function, call));
    in_call.then_some(entry)
}

/// Whether this is libc's function for the call, by one of its names: glibc
/// has `write` and `__GI___libc_write` for the same code.
fn is_wrapper(function: &str, call: &str) -> bool {
    let rest = function.strip_prefix("__GI_").unwrap_or(function);
    let rest = rest.strip_prefix("__libc_").unwrap_or(rest);
    rest.strip_prefix("__").unwrap_or(rest) == call
}

/// Whether this is the kernel's function for the call, as are `ksys_write`,
/// `__x64_sys_splice` and `__do_sys_vmsplice` (include/linux/syscalls.h, Linux 6.12).
fn is_kernels(function: &str, call: &str) -> bool {
    // Past the dot the compiler says what it did to its copy of a function.
    let function = function.split('.').next().unwrap_or(function);
    function
        .strip_suffix(call)
        .is_some_and(|rest| rest.ends_with("sys_"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perf::samples::Samples;

    fn stacks() -> Stacks {
        let samples = Samples::parse(include_str!("sample.txt"));
        under("write", &samples.of("stage1-write"))
    }

    #[test]
    fn calls_start_with_their_name() {
        let stacks = stacks();
        assert_eq!(stacks.total(), 8);
        let in_call: Vec<_> = stacks
            .iter()
            .filter(|(stack, _)| stack[0] == "write")
            .collect();
        assert_eq!(in_call.iter().map(|(_, count)| count).sum::<u64>(), 6);
        assert!(
            in_call
                .iter()
                .all(|(stack, _)| stack.len() == 1 || stack[1] == "entry_SYSCALL_64_after_hwframe")
        );
    }

    #[test]
    fn names_of_the_same_call() {
        for name in [
            "write",
            "__write",
            "__libc_write",
            "__GI___libc_write",
            "__GI_write",
        ] {
            assert!(is_wrapper(name, "write"), "{name}");
        }
        assert!(!is_wrapper("pwrite", "write"));
        for name in [
            "ksys_write",
            "__x64_sys_write",
            "__do_sys_write.isra.0",
            "__arm64_sys_write",
        ] {
            assert!(is_kernels(name, "write"), "{name}");
        }
        assert!(!is_kernels("anon_pipe_write", "write"));
        assert!(!is_kernels("__x64_sys_vmsplice", "splice"));
    }
}
