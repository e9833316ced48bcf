//! What a process is called in a report.

/// A program's own name, and its arguments as far as there is room.
pub fn program_name(words: &[&str]) -> String {
    const MOST: usize = 28;
    let program = words[0].rsplit('/').next().unwrap_or_default();
    let mut name = program.to_owned();
    for word in &words[1..] {
        if name.chars().count() + 1 + word.chars().count() > MOST || word.contains('\n') {
            name += " ...";
            break;
        }
        name += " ";
        name += word;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short() {
        let name_of = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            program_name(&words)
        };
        assert_eq!(name_of("/usr/bin/gzip -1"), "gzip -1");
        assert_eq!(
            name_of("tar c /usr/lib/x86_64-linux-gnu/very/long"),
            "tar c ..."
        );
    }
}
