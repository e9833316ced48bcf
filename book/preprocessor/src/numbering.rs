//! Figures have numbers, from the first page to the last, and a list.

use std::fmt::Write;
use std::path::PathBuf;

use mdbook_preprocessor::book::{Book, BookItem};

use crate::directive::Directive;

/// What of the directives is a figure.
const FIGURES: [&str; 6] = ["figure", "play", "flamegraph", "ladder", "bars", "calls"];

/// All figures of the book, and how many of them have their number already.
pub struct Numbering {
    listed: Vec<Listed>,
    numbered: usize,
}

struct Listed {
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
                    && FIGURES.contains(&directive.name.as_str())
                {
                    let caption = directive.arguments.last();
                    listed.push(Listed {
                        page: chapter.path.clone().unwrap_or_default(),
                        caption: caption.map_or("The five stages.".to_owned(), Clone::clone),
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
        if !FIGURES.contains(&directive.name.as_str()) {
            return text;
        }
        self.numbered += 1;
        let number = self.numbered;
        text.replacen("<figure", &format!("<figure id=\"figure-{number}\""), 1)
            .replacen("<figcaption>", &format!("<figcaption>Figure {number}. "), 1)
    }

    /// All of them, each a link to where it is.
    pub fn list(&self) -> String {
        let mut list = String::new();
        for (number, figure) in (1..).zip(&self.listed) {
            let page = figure.page.display();
            let _ = writeln!(
                list,
                "{number}. [{}]({page}#figure-{number})",
                figure.caption
            );
        }
        list
    }
}
