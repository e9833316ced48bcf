//! Points in a plane, as SVG: whether two figures of a machine go together.

use anyhow::Result;
use measured::words::figure;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use crate::picture::{
    Area, COLORS, Drawn, Head, LAYOUTS, LINE, Layout, Mark, NAME, TEXT, picture, text,
};

/// A machine's two figures.
pub struct Point {
    /// What stands beside it.
    pub label: String,
    /// To the right.
    pub x: f64,
    /// Upwards.
    pub y: f64,
    /// Which of the two groups it is in.
    pub group: usize,
}

/// Points of two groups, both axes from 0.
pub struct Scatter {
    /// What is shown, with units.
    pub title: String,
    /// The names of the groups.
    pub groups: [String; 2],
    /// All points.
    pub points: Vec<Point>,
}

/// Of the plane, in pixels.
const HEIGHT: i32 = 320;
const LEFT: i32 = 44;

impl Scatter {
    /// Drawn for a page, and once more for small screens: a page shows one of the two.
    ///
    /// # Errors
    ///
    /// When the library cannot draw it.
    pub fn for_a_page(&self) -> Result<String> {
        LAYOUTS.iter().map(|layout| self.laid_out(layout)).collect()
    }

    /// The picture in words.
    fn in_words(&self) -> String {
        let words = self.points.iter().map(|point| {
            let Point { label, x, y, group } = point;
            format!(
                "{label} ({}): {}, {}.",
                self.groups[*group],
                figure(*x),
                figure(*y)
            )
        });
        words.collect::<Vec<_>>().join(" ")
    }

    fn laid_out(&self, layout: &Layout) -> Result<String> {
        let names = self.groups.iter().map(String::as_str);
        let names = names.zip(COLORS[1..].iter().copied());
        let head = Head::new(layout, &self.title, names, Mark::Dot);
        let top = 10 + head.height();
        picture(
            (layout.class, (layout.width, top + HEIGHT + 2 * LINE)),
            &head,
            (&self.title, &self.in_words()),
            |area| self.draw(area, layout.width, top),
        )
    }

    fn draw(&self, area: &Area, width: i32, top: i32) -> Drawn {
        let bottom = top + HEIGHT;
        let most = |of: fn(&Point) -> f64| self.points.iter().map(of).fold(0.0, f64::max);
        let (x_ticks, y_ticks) = (ticks(most(|it| it.x)), ticks(most(|it| it.y)));
        let along = |value: f64, ticks: &[f64]| value / ticks[ticks.len() - 1];
        // Room for a label to the right of the last point.
        let x = |value: f64| {
            LEFT + (along(value, &x_ticks) * f64::from(width - LEFT - 34)).round() as i32
        };
        let y =
            |value: f64| bottom - (along(value, &y_ticks) * f64::from(HEIGHT - 16)).round() as i32;
        let axes = [(LEFT, top), (LEFT, bottom), (width - 4, bottom)];
        area.draw(&PathElement::new(axes, TEXT))?;
        for tick in &x_ticks {
            let at = (x(*tick), bottom + LINE / 2 + 4);
            area.draw(&text(&figure_of(*tick), at, NAME, HPos::Center))?;
        }
        for tick in &y_ticks {
            let at = (LEFT - 6, y(*tick));
            area.draw(&text(&figure_of(*tick), at, NAME, HPos::Right))?;
        }
        for point in &self.points {
            let at = (x(point.x), y(point.y));
            area.draw(&Circle::new(at, 5, COLORS[1 + point.group].filled()))?;
            let beside = (at.0 + 8, at.1);
            area.draw(&text(&point.label, beside, NAME, HPos::Left))?;
        }
        Ok(())
    }
}

/// 0, and steps of 1, 2 or 5 with zeros until one is as large as the largest figure.
fn ticks(most: f64) -> Vec<f64> {
    let most = if most > 0.0 { most } else { 1.0 };
    let power = 10_f64.powf((most / 4.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let step = steps.into_iter().find(|step| step * 5.0 >= most);
    let step = step.unwrap_or(steps[3]);
    let count = (most / step).ceil() as u32;
    (0..=count).map(|index| f64::from(index) * step).collect()
}

/// A round figure, without decimals that are none.
fn figure_of(tick: f64) -> String {
    format!("{}", (tick * 1e6).round() / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks(4.3), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let named: Vec<String> = ticks(0.7).into_iter().map(figure_of).collect();
        assert_eq!(named, ["0", "0.2", "0.4", "0.6", "0.8"]);
        for most in [1e-3, 0.7, 1.0, 39.0, 41.0, 100.0, 1e6, 1e12] {
            let ticks = ticks(most);
            assert!(
                ticks.len() <= 7 && ticks[ticks.len() - 1] >= most,
                "{most}: {ticks:?}"
            );
        }
    }

    #[test]
    fn points_stay_within_the_picture_and_their_labels_are_text() {
        let point = |label: &str, x, y, group| Point {
            label: label.to_owned(),
            x,
            y,
            group,
        };
        let scatter = Scatter {
            title: "y by x".to_owned(),
            groups: ["some".to_owned(), "<others>".to_owned()],
            points: vec![point("<b>", 40.0, 1.2, 0), point("2", 5.0, 4.1, 1)],
        };
        let svg = scatter.for_a_page().unwrap();
        assert!(!svg.contains("<b>") && !svg.contains("<others>"), "{svg}");
        assert!(svg.contains("2 (&lt;others&gt;): 5.0, 4.1."), "{svg}");
        for (cx, cy) in svg.split("cx=\"").skip(1).map(|rest| {
            let mut numbers = rest
                .split('"')
                .step_by(2)
                .map(|it| it.parse::<i32>().unwrap_or(-1));
            (numbers.next().unwrap(), numbers.next().unwrap())
        }) {
            assert!(
                (0..=640).contains(&cx) && (0..=420).contains(&cy),
                "{cx} {cy}"
            );
        }
    }
}
