//! An aside belongs to the paragraph above it. In the margin it must begin beside that one, so it
//! comes first there, and the two are in one box, which the style turns over on a small screen.

/// The text with each aside before its paragraph. One behind a table, a figure, a list or a
/// heading stays where it is.
pub fn beside_their_paragraphs(text: &str) -> String {
    const OPEN: &str = "\n\n<aside>\n";
    const CLOSE: &str = "\n</aside>\n";
    let mut done = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(OPEN)
        && let Some(length) = rest[start..].find(CLOSE)
    {
        let end = start + length + CLOSE.len();
        let paragraph = rest[..start].rfind("\n\n").map_or(0, |at| at + 2);
        let (above, aside) = (&rest[paragraph..start], rest[start..end].trim());
        if is_prose(above) {
            done += &rest[..paragraph];
            done += &format!("<div class=\"noted\">\n\n{aside}\n\n{above}\n\n</div>\n");
        } else {
            done += &rest[..end];
        }
        rest = &rest[end..];
    }
    // A page has several, none of which is a place to go to by itself.
    (done + rest).replace("\n<aside>\n", "\n<aside role=\"note\">\n")
}

fn is_prose(block: &str) -> bool {
    let first = block.chars().next();
    !block.contains("```")
        && first.is_some_and(|first| first.is_alphabetic() || "`*[(\"".contains(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aside_comes_before_its_paragraph_and_no_other_block() {
        assert_eq!(
            beside_their_paragraphs("One.\n\nTwo.\n\n<aside>\n\nNote.\n\n</aside>\n\nThree.\n"),
            "One.\n\n<div class=\"noted\">\n\n<aside role=\"note\">\n\nNote.\n\n</aside>\n\nTwo.\n\n</div>\n\nThree.\n"
        );
        for above in [
            "# Two",
            "</details>",
            "- a\n- b",
            "| a |",
            "```sh\n$ a\n```",
        ] {
            let text = format!("One.\n\n{above}\n\n<aside>\n\nNote.\n\n</aside>\n\nThree.\n");
            let noted = text.replace("<aside>", "<aside role=\"note\">");
            assert_eq!(beside_their_paragraphs(&text), noted);
        }
    }
}
