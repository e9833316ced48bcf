//! Options in the text: a line may not end behind their dashes.

/// The text with each option in its code, as in `--csv`, kept on one line.
pub fn options_whole(text: &str) -> String {
    let blocks = text.split("\n```").enumerate().map(|(index, block)| {
        // Every second one is a listing, which breaks no lines.
        match index % 2 {
            0 => paragraphs(block),
            _ => block.to_owned(),
        }
    });
    blocks.collect::<Vec<_>>().join("\n```")
}

fn paragraphs(block: &str) -> String {
    let paragraphs = block.split("\n\n").map(|paragraph| {
        let pieces: Vec<&str> = paragraph.split('`').collect();
        // Not all marks have a partner, so none can be told to open or to close.
        if pieces.len().is_multiple_of(2) || paragraph.contains("``") {
            return paragraph.to_owned();
        }
        let pieces = pieces
            .iter()
            .enumerate()
            .map(|(index, piece)| match index % 2 {
                0 => (*piece).to_owned(),
                _ => code(piece),
            });
        pieces.collect()
    });
    paragraphs.collect::<Vec<String>>().join("\n\n")
}

/// A piece of code, as Markdown where it has no option, else as HTML.
fn code(piece: &str) -> String {
    let is_option = |word: &str| word.starts_with("--") && word.len() > 2;
    // In a table a bar is more than itself.
    if piece.contains('|') || !piece.split_whitespace().any(is_option) {
        return format!("`{piece}`");
    }
    let words = piece.split_whitespace().map(|word| match is_option(word) {
        true => format!("<span class=\"option\">{}</span>", as_it_is(word)),
        false => as_it_is(word),
    });
    let words: Vec<String> = words.collect();
    format!("<code>{}</code>", words.join(" "))
}

/// Without a character that Markdown or HTML takes for its own.
fn as_it_is(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "/.,:=".contains(letter);
    word.chars()
        .map(|letter| match plain(letter) {
            true => letter.to_string(),
            false => format!("&#{};", u32::from(letter)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_stays_in_one_piece_and_other_code_as_it_was() {
        assert_eq!(
            options_whole("See `perf -x --csv`, and `write`."),
            "See <code>perf &#45;x <span class=\"option\">&#45;&#45;csv</span></code>, and `write`."
        );
        for text in ["`a`, ``b``", "one ` mark", "\n```sh\n$ `x --csv`\n```\n"] {
            assert_eq!(options_whole(text), text);
        }
    }
}
