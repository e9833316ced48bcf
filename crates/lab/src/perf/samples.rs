//! What `perf script -F comm,ip,sym,dso` prints: one call stack for each sample.

/// A function on a call stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its name, or `[library]` where perf does not know it.
    pub function: String,
    /// Whether it is the kernel's.
    pub in_kernel: bool,
    /// Whether perf knows its name.
    pub known: bool,
}

/// A call stack, outermost function first.
pub type Stack = Vec<Frame>;

/// The samples of one program.
pub type ProgramSamples<'a> = Vec<&'a Stack>;

/// All samples of a recording, each with the name of its program.
pub struct Samples(Vec<(String, Stack)>);

impl Samples {
    /// Reads the text: a line with the program and the event, then a line for
    /// each function, innermost first and indented, then an empty line.
    pub fn parse(text: &str) -> Samples {
        let mut samples = Vec::new();
        for sample in text.split("\n\n") {
            let mut lines = sample.trim_matches('\n').lines();
            let Some(program) = lines.next().and_then(|line| line.split_whitespace().next()) else {
                continue;
            };
            let mut stack: Stack = lines.filter_map(frame).collect();
            stack.reverse();
            samples.push((program.to_owned(), stack));
        }
        Samples(samples)
    }

    /// Those of `program`, of whose name the kernel keeps 15 bytes.
    pub fn of(&self, program: &str) -> ProgramSamples<'_> {
        let name = &program[..program.len().min(15)];
        self.0
            .iter()
            .filter(|(program, _)| program == name)
            .map(|(_, stack)| stack)
            .collect()
    }
}

/// A line such as `ffffffff816bd916 vfs_write ([kernel.kallsyms])`.
fn frame(line: &str) -> Option<Frame> {
    let (address, rest) = line.trim().split_once(' ')?;
    let address = u64::from_str_radix(address, 16).ok()?;
    let (function, library) = rest.rsplit_once(" (")?;
    let library = library.trim_end_matches(')');
    let known = function != "[unknown]";
    // The upper half of the address space is the kernel's.
    let in_kernel = address >> 63 == 1;
    let function = match (known, in_kernel) {
        (true, _) => function.to_owned(),
        (false, true) => "[unknown, in the kernel]".to_owned(),
        (false, false) if library == "[unknown]" => "[unknown]".to_owned(),
        (false, false) => format!("[{}]", library.rsplit('/').next().unwrap_or(library)),
    };
    Some(Frame {
        function,
        in_kernel,
        known,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few samples of a real recording of stage 1, and made-up odd ones.
    const SAMPLE: &str = include_str!("sample.txt");

    #[test]
    fn each_sample_goes_to_its_program() {
        let samples = Samples::parse(SAMPLE);
        assert_eq!(samples.of("stage1-write").len(), 8);
        assert_eq!(samples.of("stage1-read").len(), 2);
        assert_eq!(samples.of("stage3-read").len(), 0);
    }

    #[test]
    fn stacks_run_from_the_outermost_function() {
        let samples = Samples::parse(SAMPLE);
        let stack = samples.of("stage1-read")[0];
        assert_eq!(stack[0].function, "__libc_start_call_main");
        assert!(!stack[0].in_kernel);
        let last = stack.last().unwrap();
        assert_eq!(last.function, "finish_task_switch.isra.0");
        assert!(last.in_kernel && last.known);
    }

    #[test]
    fn functions_without_a_name_say_where_they_are() {
        let text = "odd cpu-clock: \n\
            \tffffffff81590308 [unknown] ([kernel.kallsyms])\n\
            \t    7fd4256f2ad7 [unknown] (/usr/lib/libc.so.6)\n\
            \t               1 [unknown] ([unknown])\n\
            \t           f8174 a::b<(u8, u8)> (/usr/bin/odd (deleted))\n";
        let samples = Samples::parse(text);
        let names: Vec<_> = samples.of("odd")[0]
            .iter()
            .map(|frame| frame.function.as_str())
            .collect();
        assert_eq!(
            names[1..],
            ["[unknown]", "[libc.so.6]", "[unknown, in the kernel]"]
        );
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(Samples::parse("").0.is_empty());
        assert!(Samples::parse("\n\n\n").0.is_empty());
    }
}
