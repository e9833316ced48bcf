//! Figures have numbers, from the first page to the last, and a list.

use std::fmt::Write;
use std::path::PathBuf;

use mdbook_preprocessor::book::{Book, BookItem};

use crate::directive::Directive;

/// All figures of the book, and how many of them have their number already.
pub struct Numbering {
    listed: Vec<Listed>,
    numbered: usize,
}

struct Listed {
    chapter: String,
    page: PathBuf,
    caption: String,
}

impl Numbering {
    /// Those that the chapters ask for.
    pub fn of(book: &Book) -> Numbering {
        let mut listed = Vec::new();
        for item in book.iter() {
            let BookItem::Chapter(chapter) = item else {
                continue;
            };
            let mut rest = chapter.content.as_str();
            while let Some(found) = Directive::next(rest) {
                rest = &rest[found.end..];
                // One that cannot be read fails where it is replaced.
                if let Ok(directive) = found.directive()
                    && let Some(caption) = caption(&directive)
                {
                    listed.push(Listed {
                        chapter: chapter.name.clone(),
                        page: chapter.path.clone().unwrap_or_default(),
                        caption: caption.to_owned(),
                    });
                }
            }
        }
        Numbering {
            listed,
            numbered: 0,
        }
    }

    /// The text of the next figure with its number; other text as it is.
    pub fn number(&mut self, directive: &Directive, text: String) -> String {
        if caption(directive).is_none() {
            return text;
        }
        self.numbered += 1;
        let number = self.numbered;
        text.replacen("<figure", &format!("<figure id=\"figure-{number}\""), 1)
            .replacen("<figcaption>", &format!("<figcaption>Figure {number}. "), 1)
    }

    /// All of them by chapter, each a link to where it is.
    pub fn list(&self) -> String {
        let mut list = String::new();
        let mut chapter = "";
        for (number, figure) in (1..).zip(&self.listed) {
            if figure.chapter != chapter {
                chapter = &figure.chapter;
                let _ = writeln!(list, "\n**{chapter}**\n");
            }
            let page = figure.page.display();
            let caption = figure.caption.trim_end_matches('.');
            let _ = writeln!(list, "{number}. [{caption}]({page}#figure-{number})");
        }
        list
    }
}

/// What the list calls a directive's figure, if it is one.
fn caption(directive: &Directive) -> Option<&str> {
    match (directive.name.as_str(), directive.arguments.as_slice()) {
        ("figure" | "play" | "flamegraph" | "bars" | "calls", [.., caption]) => Some(caption),
        ("ladder", []) => Some("The five stages."),
        ("instructions", [what, _]) if what == "picture" => {
            Some("What 4 KiB take on each kernel, in instructions.")
        }
        _ => None,
    }
}
