//! The shape of what a command prints, which is the same on every machine.

/// The text without what differs from run to run: numbers, and the bars drawn for them.
pub fn shape(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| {
            let words: Vec<String> = line.split_whitespace().map(shape_of_word).collect();
            words
                .into_iter()
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

fn shape_of_word(word: &str) -> String {
    // What cannot be told this time is a number at another.
    if word == "-" {
        return "#".to_owned();
    }
    let mut shape = String::new();
    for c in word.chars() {
        match c {
            '0'..='9' | '.' if shape.ends_with('#') => {}
            '0'..='9' => shape.push('#'),
            '▀'..='▟' => {}
            other => shape.push(other),
        }
    }
    // A size is a number too, whatever its unit; a speed has always the same one.
    for unit in ["KiB", "MiB", "GiB", "TiB", "PiB"] {
        if !shape.contains("/s") {
            shape = shape.replace(&format!("#{unit}"), "#B");
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_knows_numbers_from_words() {
        assert_eq!(shape("stage 1  0.8   ▍\n"), shape("stage 5  64.2  ███▏\n"));
        assert_eq!(
            shape("256 iterations (64MiB piped)"),
            shape("40960 iterations (10GiB piped)")
        );
        assert_eq!(shape("(764.4GiB piped)"), shape("(1.7TiB piped)"));
        assert_eq!(shape("stage5  1.0  -"), shape("stage5  1.0  1.4"));
        assert_ne!(shape("0.8GiB/s"), shape("10GiB"));
        assert_ne!(shape("one\n"), shape("one\ntwo\n"));
    }
}
