//! Other people's words, for a line of a page or a terminal.

/// Whether a letter shows itself and moves no others: no control character, nothing invisible
/// and no change of the direction in which one reads (Unicode, *Bidirectional Algorithm*, 2).
fn shows(letter: char) -> bool {
    !letter.is_control()
        && !matches!(
            letter,
            '\u{ad}' | '\u{61c}' | '\u{feff}' | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Whether all letters show themselves.
pub fn all_show(text: &str) -> bool {
    text.chars().all(shows)
}

/// The text with its hidden letters in numbers, and not longer than a line or two.
pub fn shown(text: &str) -> String {
    const MOST: usize = 120;
    let mut shown = String::new();
    for (count, letter) in text.chars().enumerate() {
        if count == MOST {
            shown.push('…');
            break;
        }
        match shows(letter) {
            true => shown.push(letter),
            false => shown.extend(letter.escape_unicode()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_shown_and_what_is_long_is_cut() {
        // The first is written in two letters, as file names of a Mac are.
        assert_eq!(shown("Ju\u{308}rgen O'Brien"), "Ju\u{308}rgen O'Brien");
        assert_eq!(shown("a\u{1b}[2J\u{202e}b"), r"a\u{1b}[2J\u{202e}b");
        assert_eq!(shown(&"x".repeat(5000)).chars().count(), 121);
        assert!(all_show("AMD EPYC <b>") && !all_show("a\nb"));
    }
}
