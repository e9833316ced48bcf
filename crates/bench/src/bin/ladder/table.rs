//! The readers' results, as rows and as the ladder.

use anyhow::{Context, Result};
use bench::bar::bar;
use bench::stages::{STAGES, Stage};
use common::Throughput;

/// The row that the readers print with `--csv`: GiB/s, bytes, buffer size, ….
pub fn parse_row(row: &[u8]) -> Result<Throughput> {
    let row = String::from_utf8_lossy(row);
    let mut columns = row.split(',');
    let mut next = || {
        columns
            .next()
            .with_context(|| format!("a short row: {row}"))
    };
    Ok(Throughput {
        gib_per_second: next()?.parse()?,
        bytes: next()?.parse()?,
        buf_size: next()?.parse()?,
    })
}

/// A stage and its GiB/s, for programs.
pub fn row(stage: &Stage, throughput: &Throughput) -> String {
    format!("stage{},{:.3}\n", stage.number, throughput.gib_per_second)
}

/// All stages beside the post's figures; nothing stands for one that did not run.
pub fn ladder(results: &[Option<f64>]) -> String {
    let fastest = results.iter().flatten().copied().fold(0.0, f64::max);
    let mut text = format!(
        "\n{:22}{:>7}{:>11}{:>10}\n",
        "", "GiB/s", "x stage 1", "the post"
    );
    for (stage, result) in STAGES.iter().zip(results) {
        text += &format!("stage {}  {:13}", stage.number, stage.novelty);
        text += &match result {
            Some(result) => {
                let times = match results[0] {
                    Some(first) => format!("{:.1}", result / first),
                    None => "-".to_owned(),
                };
                let bar = bar(result / fastest, 28);
                format!("{result:>7.1}{times:>11}{:>10.1}  {bar}\n", stage.post)
            }
            None => format!("{:>7}{:>11}{:>10.1}\n", "-", "-", stage.post),
        };
    }
    text + "\nYours is a single run of each. The post ran on an i7-8550U with Linux 5.17:\n\
        https://mazzo.li/posts/fast-pipes.html\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readers_row_is_read_back() {
        let result = parse_row(b"3.703704,10737418240,262144,65536,0,0,0,0,0,0,0,0,0,0\n").unwrap();
        assert_eq!(
            result.to_string(),
            "3.7GiB/s, 256KiB buffer, 40960 iterations (10GiB piped)"
        );
        assert!(parse_row(b"").is_err());
    }
}
