//! Figures to play with: an element that the page's script brings to life, around the
//! key frames that stand for it where there is none, and the data that it shows.

mod calls;

pub use calls::sum;

use std::fs;

use anyhow::{Context, Result, bail};
use measured::beyond::BESIDE;
use measured::pages::COSTS;
use measured::rounds::Rounds;
use measured::row::Row;
use measured::rows::Rows;
use serde_json::{Map, Value, json};

use crate::sources::Sources;

/// A figure's element, with its key frames and its data.
///
/// # Errors
///
/// When there is no such figure, or its data cannot be read.
pub fn play(name: &str, caption: &str, sources: &Sources) -> Result<String> {
    let (element, data) = match name {
        "ring" => ("pipe-ring", None),
        "lending" => ("pipe-lending", None),
        "page-walk" => ("page-walk", Some(page_costs(sources)?)),
        "sleep-wake" => ("sleep-wake", Some(calls::calls(sources)?)),
        "touched" => ("claimed-touched", Some(readers(sources)?)),
        _ => bail!("there is no figure '{name}' to play with"),
    };
    let path = format!("book/play/frames/{name}.html");
    let frames = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    // What is inside of a script ends at the first such tag, wherever it stands.
    let data = data.map_or(String::new(), |data| {
        let data = data.to_string().replace("</", "<\\/");
        format!("<script type=\"application/json\">{data}</script>\n")
    });
    Ok(format!(
        "\n<figure class=\"play\">\n<{element}>\n{data}<div class=\"play-frames\">\n{}\n</div>\n\
         </{element}>\n<figcaption>{caption}</figcaption>\n</figure>\n",
        frames.trim()
    ))
}

const YOURS: &str = "your machine";

/// The rows of each machine that has them, and whose they are: this book's, then the
/// reader's. What of the reader's cannot be read is left out; the table of the same file
/// says so.
fn of_machines<T: Row>(rows: &Rows<T>, sources: &Sources) -> Result<Vec<(&'static str, Vec<T>)>> {
    let reference = rows.read(&measured::folder_of("reference"))?;
    let yours = sources.yours.figures();
    let yours = yours.and_then(|_| rows.read(&measured::folder_of("yours")).ok().flatten());
    let all = [("this book's machine", reference), (YOURS, yours)];
    Ok(all
        .into_iter()
        .filter_map(|(name, rows)| Some((name, rows?)))
        .collect())
}

/// Nanoseconds for a page that is lent, by how many pages a call lends.
fn page_costs(sources: &Sources) -> Result<Value> {
    let mut shown = Vec::new();
    for (name, rows) in of_machines(&COSTS, sources)? {
        let of = |page_size: u64| -> Map<String, Value> {
            rows.iter()
                .filter(|row| row.call == "vmsplice" && row.memory == "touched")
                .filter(|row| row.page_size == page_size)
                .map(|row| (row.pages_per_call.to_string(), json!(row.ns_per_page)))
                .collect()
        };
        shown.push(json!({ "name": name, "small": of(4 << 10), "huge": of(2 << 20) }));
    }
    Ok(Value::Array(shown))
}

/// GiB/s of readers that touch nothing, a byte of each page, and every byte.
fn readers(sources: &Sources) -> Result<Value> {
    let mut ways = Vec::new();
    let mut cache = None;
    for (name, rows) in of_machines(&BESIDE, sources)? {
        let rounds: Rounds = rows.iter().collect();
        cache = cache.or_else(|| rounds.median("cache/once"));
        // Nobody can look at what goes to /dev/null: who touches a byte has to read.
        for (way, untouched, touched) in [
            ("a pipe", "vmsplice-null", "vmsplice-read"),
            ("shared memory", "ring", "ring"),
        ] {
            let depths = [
                ("nothing", format!("{untouched}/moved/spin")),
                ("page", format!("{touched}/page/spin")),
                ("every", format!("{touched}/once/spin")),
            ];
            let mut shown: Map<String, Value> = depths
                .iter()
                .filter_map(|(depth, row)| Some(((*depth).to_owned(), json!(rounds.median(row)?))))
                .collect();
            let whose = if name == YOURS {
                ", on your machine"
            } else {
                ""
            };
            shown.insert("name".to_owned(), json!(format!("{way}{whose}")));
            ways.push(Value::Object(shown));
        }
    }
    Ok(json!({ "ways": ways, "cache": cache }))
}
