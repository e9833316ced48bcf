//! `lab pages`: what it costs to put a page into a pipe.

use std::fs;

use tests::{program, run};

#[test]
fn pages_cost_something() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program("lab");
    command
        .args(["pages", "--csv", "--machine", "here"])
        .current_dir(folder.path());
    let ending = run(&mut command);
    assert_eq!(ending.code, 0, "{ending:?}");
    let rows = ending.text();
    let here = folder.path().join("book/measured/here");
    assert_eq!(fs::read_to_string(here.join("pages.csv")).unwrap(), rows);
    let left = fs::read_dir(here).unwrap();
    let mut left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(
        left,
        [".lock", "pages.csv"],
        "nothing unfinished may be left"
    );

    let mut lines = rows.lines();
    assert_eq!(
        lines.next(),
        Some("call,page_size,memory,pages_per_call,ns_per_page,lower_quartile,upper_quartile")
    );
    let mut vmsplice = 0;
    for line in lines {
        let columns: Vec<_> = line.split(',').collect();
        assert_eq!(columns.len(), 7, "{line}");
        let [median, lower, upper] =
            [4, 5, 6].map(|index: usize| columns[index].parse::<f64>().unwrap());
        assert!(0.0 < lower && lower <= median && median <= upper, "{line}");
        vmsplice += usize::from(columns[0] == "vmsplice");
    }
    // At least the ordinary pages, each past, 1 to 256 pages in a call.
    assert!(vmsplice >= 3 * 9, "{rows}");
}
