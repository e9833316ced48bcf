//! Code in the text: a line may not end behind an option's dashes, and a long name is cut
//! between its words only.

/// Code shorter than this fits into a column of a phone.
const LONG: usize = 13;

/// The text with each option in its code, as in `--csv`, kept on one line; and each long name,
/// as in `page_cache_pipe_buf_release`, with places where a line may end.
pub fn code_whole(text: &str) -> String {
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
        // A heading's name is made of what stands in it.
        if paragraph.trim_start().starts_with('#') {
            return paragraph.to_owned();
        }
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
    let is_long = |word: &str| word.len() >= LONG && word.contains(['_', '/']);
    let mut words = piece.split_whitespace();
    // In a table a bar is more than itself.
    if piece.contains('|') || !words.any(|word| is_option(word) || is_long(word)) {
        return format!("`{piece}`");
    }
    let words = piece.split_whitespace().map(|word| match is_option(word) {
        true => format!("<span class=\"option\">{}</span>", as_it_is(word)),
        false if is_long(word) => in_parts(word),
        false => as_it_is(word),
    });
    let words: Vec<String> = words.collect();
    format!("<code>{}</code>", words.join(" "))
}

/// A name with a place to end a line behind each of its words.
fn in_parts(name: &str) -> String {
    let mut parts = String::new();
    let mut begun = false;
    for part in name.split_inclusive(['_', '/']) {
        let is_word = part.contains(char::is_alphanumeric);
        if begun && is_word {
            parts += "<wbr>";
        }
        begun |= is_word;
        parts += &as_it_is(part);
    }
    parts
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
    fn an_option_stays_in_one_piece_and_a_long_name_has_places_to_end_a_line() {
        assert_eq!(
            code_whole("See `perf -x --csv`, and `write`."),
            "See <code>perf &#45;x <span class=\"option\">&#45;&#45;csv</span></code>, and `write`."
        );
        assert_eq!(
            code_whole("`__do_sys_vmsplice`, `/proc/kpageflags`"),
            "<code>&#95;&#95;do&#95;<wbr>sys&#95;<wbr>vmsplice</code>, <code>/proc/<wbr>kpageflags</code>"
        );
        for text in [
            "## `get_user_pages`",
            "`a`, ``b``",
            "one ` mark",
            "\n```sh\n$ `x --csv`\n```\n",
        ] {
            assert_eq!(code_whole(text), text);
        }
    }
}
