//! The panels of what the stages take on each kernel.

use measured::kernels::{Count, Shown};

use crate::panels::{Panel, Panels};

impl Panels {
    /// What each stage's ends take for 4 KiB, over the kernels of one architecture in the
    /// order in which they come.
    pub fn instructions(counts: &[Count], arch: &str) -> Panels {
        let mut kernels: Vec<String> = Vec::new();
        let mut stages: Vec<&str> = Vec::new();
        for row in counts.iter().filter(|row| row.arch == arch) {
            if !kernels.contains(&row.kernel) {
                kernels.push(row.kernel.clone());
            }
            if !stages.contains(&row.stage.as_str()) {
                stages.push(&row.stage);
            }
        }
        let shown = Shown::of(counts, arch);
        let of = |stage: &str, end: &str, kernel: &str| {
            let row = counts.iter().find(|row| {
                let place = row.arch == arch && row.kernel == kernel && row.options.is_empty();
                place && row.stage == stage && row.end == end
            });
            row.map(|row| shown.figure(row))
        };
        let ends = ["write", "read"];
        let panels = stages.iter().map(|stage| Panel {
            title: stage.replace("stage", "stage "),
            values: ends
                .map(|end| {
                    kernels
                        .iter()
                        .map(|kernel| of(stage, end, kernel))
                        .collect()
                })
                .to_vec(),
        });
        Panels {
            title: match shown {
                Shown::WithoutCopying => "Instructions for 4 KiB, without copying".to_owned(),
                Shown::All => "Instructions for 4 KiB".to_owned(),
            },
            panels: panels.collect(),
            lines: vec!["the writing end".to_owned(), "the reading end".to_owned()],
            categories: kernels,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_a_stage_was_not_counted_on_has_a_gap() {
        let count = |kernel: &str, stage: &str, end: &str, instructions| Count {
            arch: "x86-64".to_owned(),
            kernel: kernel.to_owned(),
            version: "1".to_owned(),
            options: String::new(),
            page_size: 4096,
            stage: stage.to_owned(),
            end: end.to_owned(),
            instructions,
            least: instructions,
            most: instructions,
            copying: Some(100.0),
            program: Some(0.0),
            sleeps_per_mib: 0.0,
        };
        let counts = [
            count("6.1", "stage1", "write", 311.0),
            count("6.1", "stage1", "read", 200.0),
            count("7.3", "stage1", "write", 722.0),
        ];
        let panels = Panels::instructions(&counts, "x86-64");
        assert_eq!(panels.categories, ["6.1", "7.3"]);
        let [stage1] = &panels.panels[..] else {
            panic!("{}", panels.in_words());
        };
        assert_eq!(
            stage1.values,
            [[Some(211.0), Some(622.0)], [Some(100.0), None]]
        );
    }
}
