//! Where a histogram of times falls apart into humps.

use common::Histogram;

/// Cells for each doubling of the time.
const CELLS: f64 = 32.0;
/// How far a call's weight is spread to both sides, in cells: 13%.
const SPREAD: usize = 6;
/// How many times as high as the valley between them both humps must be.
const DEPTH: f64 = 2.0;

/// The borders between humps in nanoseconds, in rising order: the lowest places of valleys
/// with a hump on both sides that is at least twice as high, and holds at least one in
/// 200 calls, and ten of them. Heights are calls for each equal part of the logarithm of
/// their time, smoothed over a tenth of the time.
pub fn borders(histogram: &Histogram) -> Vec<f64> {
    let Some(density) = Density::of(histogram) else {
        return Vec::new();
    };
    let enough = (density.calls / 200.0).max(10.0);
    let mut valleys = density.valleys();
    loop {
        let weakest = (0..valleys.len())
            .map(|index| (index, density.depth(&valleys, index, enough)))
            .min_by(|(_, one), (_, other)| one.total_cmp(other));
        match weakest {
            Some((index, depth)) if depth < DEPTH => valleys.remove(index),
            _ => break,
        };
    }
    valleys.iter().map(|&cell| density.time(cell)).collect()
}

struct Density {
    /// The first cell's place, counted from 1 ns.
    first: usize,
    /// Calls, as they are and smoothed.
    cells: Vec<f64>,
    smooth: Vec<f64>,
    calls: f64,
}

impl Density {
    fn of(histogram: &Histogram) -> Option<Density> {
        let place = |time: f64| (time.max(1.0).log2() * CELLS) as usize;
        let places = || histogram.bins().map(|(time, bin)| (place(time), bin.calls));
        let first = places().map(|(place, _)| place).min()?;
        let last = places().map(|(place, _)| place).max()?;
        let mut cells = vec![0.0; last - first + 1];
        for (place, calls) in places() {
            cells[place - first] += calls as f64;
        }
        let weight = |distance: usize| (SPREAD + 1 - distance) as f64;
        let smooth = (0..cells.len()).map(|cell| {
            let from = cell.saturating_sub(SPREAD);
            let to = (cell + SPREAD + 1).min(cells.len());
            (from..to)
                .map(|other| cells[other] * weight(cell.abs_diff(other)))
                .sum()
        });
        Some(Density {
            first,
            smooth: smooth.collect(),
            calls: cells.iter().sum(),
            cells,
        })
    }

    /// The lowest cell between each two neighbouring peaks.
    fn valleys(&self) -> Vec<usize> {
        let mut valleys = Vec::new();
        let (mut low, mut falling) = (0, false);
        for cell in 1..self.smooth.len() {
            if self.smooth[cell] < self.smooth[cell - 1] {
                (low, falling) = (cell, true);
            } else if self.smooth[cell] > self.smooth[cell - 1] && falling {
                // The middle of its floor.
                valleys.push(usize::midpoint(low, cell - 1));
                falling = false;
            }
        }
        valleys
    }

    /// How many times as high as this valley the lower of the humps beside it is; nothing
    /// where one of them holds too little.
    fn depth(&self, valleys: &[usize], index: usize, enough: f64) -> f64 {
        let valley = valleys[index];
        let left = index.checked_sub(1).map_or(0, |before| valleys[before]);
        let right = valleys.get(index + 1).copied().unwrap_or(self.cells.len());
        let calls = |from: usize, to: usize| self.cells[from..to].iter().sum::<f64>();
        let peak =
            |from: usize, to: usize| self.smooth[from..to].iter().copied().fold(0.0, f64::max);
        if calls(left, valley).min(calls(valley, right)) < enough {
            return 0.0;
        }
        peak(left, valley).min(peak(valley, right)) / self.smooth[valley]
    }

    fn time(&self, cell: usize) -> f64 {
        ((self.first + cell) as f64 / CELLS).exp2()
    }
}
