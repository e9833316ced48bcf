//! The functions that took most, as a table.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::shares::FlameGraph;
use crate::picture::escaped;

/// As many functions as anybody reads.
const ROWS: usize = 10;

impl FlameGraph {
    /// The functions whose own code took most; where two are compared, those
    /// where that changed most.
    pub fn table(&self, before: Option<&FlameGraph>) -> String {
        let was = |function: &str| before.map_or(0.0, |before| before.own(function));
        let names = self.functions.keys();
        let names: BTreeSet<&String> = match before {
            Some(before) => names.chain(before.functions.keys()).collect(),
            None => names.collect(),
        };
        let mut names: Vec<&String> = names.into_iter().collect();
        let weight = |name: &str| (self.own(name) - was(name)).abs();
        names.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
        let header = before.map_or("", |_| "<th>before</th>");
        let mut table = format!(
            "<div class=\"table-wrapper\"><table>\n<thead><tr><th>function</th><th>self</th>{header}</tr></thead>\n<tbody>\n"
        );
        for name in names.into_iter().take(ROWS) {
            let before = before.map_or(String::new(), |before| {
                format!("<td>{:.1}%</td>", before.own(name) * 100.0)
            });
            let _ = writeln!(
                table,
                "<tr><td><code>{}</code></td><td>{:.1}%</td>{before}</tr>",
                in_parts(name),
                self.own(name) * 100.0
            );
        }
        table + "</tbody>\n</table></div>"
    }
}

/// A function's name with a place to end a line behind each of its words.
fn in_parts(name: &str) -> String {
    escaped(name).replace('_', "_<wbr>")
}

#[cfg(test)]
mod tests {
    use crate::flame::shares::graph;

    #[test]
    fn self_is_what_no_other_function_has() {
        let graph = graph("main 1\nmain;read 3\nother;read 4\n");
        let table = graph.table(None);
        assert!(table.contains("<code>read</code></td><td>87.5%"), "{table}");
        assert!(table.contains("<code>main</code></td><td>12.5%"), "{table}");
    }

    #[test]
    fn two_recordings_stand_side_by_side() {
        let now = graph("new;read 3\nnew;write 1\n");
        let before = graph("old;read 1\nold;write 3\n");
        let table = now.table(Some(&before));
        let row = "<td><code>read</code></td><td>75.0%</td><td>25.0%</td>";
        assert!(table.contains(row), "{table}");
    }
}
