//! Where the time under a system call goes, from the call down.

use std::collections::BTreeMap;
use std::fmt;

use measured::stacks::Stacks;

/// Parts with a smaller share of an end's samples are left out, in hundredths
/// of a percent.
pub const CUT: u64 = 50;

/// The widest line, which a book's page and a terminal both have room for.
const WIDTH: usize = 80;

/// A system call, and the functions that it led to.
pub struct CallTree {
    call: String,
    root: Node,
    /// The samples of the whole program.
    total: u64,
}

#[derive(Default)]
struct Node {
    /// Samples in this function and what it called.
    samples: u64,
    /// Samples in the function itself.
    own: u64,
    children: BTreeMap<String, Node>,
}

impl CallTree {
    /// The tree under `call`; a call that calls itself is nested in itself.
    pub fn new(call: &str, stacks: &Stacks) -> CallTree {
        let mut root = Node::default();
        for (stack, count) in stacks.iter().filter(|(stack, _)| stack[0] == call) {
            root.samples += count;
            let mut node = &mut root;
            for function in &stack[1..] {
                node = node.children.entry(function.clone()).or_default();
                node.samples += count;
            }
            node.own += count;
        }
        CallTree {
            call: call.to_owned(),
            root,
            total: stacks.total(),
        }
    }

    fn print(
        &self,
        out: &mut fmt::Formatter<'_>,
        name: &str,
        node: &Node,
        depth: usize,
    ) -> fmt::Result {
        let shares = format!(
            "{:>7}  {:>7}  ",
            percent(self.share(node.samples)),
            percent(self.share(node.own))
        );
        let line = format!("{shares}{:1$}{name}", "", 2 * depth);
        match line.char_indices().nth(WIDTH) {
            None => writeln!(out, "{line}")?,
            Some(_) => writeln!(out, "{}…", line.chars().take(WIDTH - 1).collect::<String>())?,
        }
        let mut children: Vec<_> = node
            .children
            .iter()
            .filter(|(_, child)| self.share(child.samples) >= CUT)
            .collect();
        children.sort_by(|(one, a), (other, b)| b.samples.cmp(&a.samples).then(one.cmp(other)));
        for (name, child) in children {
            self.print(out, name, child, depth + 1)?;
        }
        Ok(())
    }

    /// In hundredths of a percent. Rounded down, so that parts never come to
    /// more than their whole.
    fn share(&self, samples: u64) -> u64 {
        samples * 10_000 / self.total.max(1)
    }
}

fn percent(hundredths: u64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

impl fmt::Display for CallTree {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:>7}  {:>7}  function", "total", "self")?;
        self.print(out, &self.call, &self.root, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::perf::samples::Samples;
    use crate::perf::stacks;

    fn folded(text: &str) -> String {
        CallTree::new("write", &Stacks::from_folded(text).unwrap()).to_string()
    }

    #[test]
    fn a_tree_with_its_largest_parts_first() {
        let text = folded("write 1\nwrite;a 2\nwrite;a;c 1\nwrite;b 4\nmain 2\n");
        assert_eq!(
            text,
            "  total     self  function\n\
             \x2080.00%   10.00%  write\n\
             \x2040.00%   40.00%    b\n\
             \x2030.00%   20.00%    a\n\
             \x2010.00%   10.00%      c\n"
        );
    }

    #[test]
    fn small_parts_are_cut() {
        let text = folded("write;small 4\nwrite;enough 5\nwrite 991\n");
        assert!(text.contains("enough"), "{text}");
        assert!(!text.contains("small"), "{text}");
    }

    #[test]
    fn recursion_nests() {
        let text = folded("write;a;a;a 1\nwrite;a 1\n");
        assert_eq!(text.matches(" a\n").count(), 3, "{text}");
        assert!(text.contains("100.00%   50.00%    a\n"), "{text}");
        assert!(text.contains(" 50.00%   50.00%        a\n"), "{text}");
    }

    #[test]
    fn a_call_without_samples_is_an_empty_tree() {
        assert!(folded("main 1\n").ends_with("0.00%    0.00%  write\n"));
    }

    #[test]
    fn lines_fit_a_page() {
        let long = "function".repeat(20);
        for line in folded(&format!("write;{long} 1\n")).lines() {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
    }

    /// Total is at least self and all children, for every line of a real tree.
    #[test]
    fn parts_add_up() {
        let samples = Samples::parse(include_str!("sample.txt"));
        for (program, call) in [("stage1-write", "write"), ("stage1-read", "read")] {
            let tree = CallTree::new(call, &stacks::under(call, &samples.of(program)));
            adds_up(&tree, &tree.root);
            assert!(tree.root.samples > 0);
        }
    }

    fn adds_up(tree: &CallTree, node: &Node) {
        let children: u64 = node.children.values().map(|child| child.samples).sum();
        assert_eq!(node.own + children, node.samples);
        let shares: u64 = node
            .children
            .values()
            .map(|child| tree.share(child.samples))
            .sum();
        assert!(tree.share(node.own) + shares <= tree.share(node.samples));
        node.children
            .values()
            .for_each(|child| adds_up(tree, child));
    }
}
