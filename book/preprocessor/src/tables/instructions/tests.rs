use super::*;

#[test]
fn functions_of_two_kernels_are_compared_by_name() {
    let row = |kernel: &str, function: &str, instructions| Function {
        arch: "x86-64".to_owned(),
        kernel: kernel.to_owned(),
        options: String::new(),
        stage: "stage1".to_owned(),
        end: "write".to_owned(),
        function: function.to_owned(),
        instructions,
    };
    let instructions = Instructions {
        counts: Vec::new(),
        functions: vec![
            row("6.1", "pipe_write", 100.0),
            row("6.1", "mutex_lock", 5.0),
            row("7.3", "anon_pipe_write.part.0", 140.0),
            row("7.3", "(copying)", 10.0),
        ],
    };
    let table = instructions
        .step(["6.1", "7.3"], "stage1", "write", 8.0)
        .unwrap();
    assert!(
        table.contains("| `pipe_write` | 100 | 140 | +40 |"),
        "{table}"
    );
    assert!(table.contains("| (copying) | 0 | 10 | +10 |"), "{table}");
    assert!(table.contains("| all others | 5 | 0 | -5 |"), "{table}");
    assert!(
        instructions
            .step(["6.1", "9"], "stage1", "write", 8.0)
            .is_err()
    );
    assert!(instructions.of("6.1", "stage1", None).is_err());
}

#[test]
fn what_a_kernel_was_told_stands_beside_what_it_is_untold() {
    let row = |options: &str, end: &str, copying| Count {
        arch: "x86-64".to_owned(),
        kernel: "6.12".to_owned(),
        version: "1".to_owned(),
        options: options.to_owned(),
        page_size: 4096,
        stage: "stage1".to_owned(),
        end: end.to_owned(),
        instructions: if options.is_empty() { 5000.0 } else { 4900.0 },
        least: 0.0,
        most: 0.0,
        copying,
        program: None,
        sleeps_per_mib: 0.0,
    };
    let told = ["write", "read"].map(|end| row("psi=0", end, None));
    let untold = ["write", "read"].map(|end| row("", end, Some(4096.0)));
    let instructions = Instructions {
        counts: untold.into_iter().chain(told).collect(),
        functions: Vec::new(),
    };
    let of = |kernel| instructions.of(kernel, "stage1", Some("read")).unwrap();
    assert_eq!([of("6.12"), of("6.12+psi=0")], [904.0, 804.0]);
}
