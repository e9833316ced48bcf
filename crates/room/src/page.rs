//! The page of a room: one file, which needs no network, and no script to be read.

use anyhow::Result;
use bench::stages::STAGES;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use measured::words::figure;

use crate::folder::{LeftOut, Person, Room};
use crate::shared::{Machine, Standing, State};
use crate::waking;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page, which a browser reads again and again if it is `watched`.
///
/// # Errors
///
/// When the drawing library fails.
pub fn of(room: &Room, watched: bool) -> Result<String> {
    let people = &room.people;
    let scatter = waking::drawn(people)?;
    // The browser runs no other script, loads nothing and sends nothing.
    let nonce = format!("{:032x}", rand::random::<u128>());
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; form-action 'none'"
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Fast Pipes: the room" }
                style { (PreEscaped(STYLE)) }
            }
            body data-watched[watched] {
                h1 { "The room" }
                (left_out(&room.left_out))
                @if people.is_empty() {
                    p { "No machine has come yet. On each: " code { "make share" } "." }
                } @else {
                    (filter(people))
                    h2 { "Everyone’s ladder" }
                    p { "GiB/s of the five stages, all bars to one scale. In small letters, what the calls got that did not sleep." }
                    (ladders(people))
                    (passed(people))
                    h2 { "What waking costs, and stage 1" }
                    p { "In stage 1 one end sleeps until the other wakes it. The numbers are those of the first table." }
                    (PreEscaped(scatter))
                }
                script nonce=(nonce) { (PreEscaped(SCRIPT)) }
            }
        }
    };
    Ok(page.into_string())
}

fn left_out(files: &[LeftOut]) -> Markup {
    html! {
        @if !files.is_empty() {
            section.left-out {
                h2 { "Left out" }
                ul { @for LeftOut { file, why } in files { li { b { (file) } ": " (why) } } }
            }
        }
    }
}

/// It shows itself only where there is a script.
fn filter(people: &[Person]) -> Markup {
    let mut words: Vec<&str> = people
        .iter()
        .flat_map(|person| {
            let machine = &person.shared.machine;
            [&*machine.cpu, &*machine.kernel, hypervisor(machine)]
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    html! {
        p #filter hidden {
            label { "Only machines with " input type="search" list="words" placeholder="KVM 6.12"; }
            datalist #words { @for word in words { option value=(word) {} } }
            " " output {}
        }
    }
}

fn hypervisor(machine: &Machine) -> &str {
    machine.hypervisor.as_deref().unwrap_or("no VM")
}

/// A table's head: the script makes a button of each.
fn head(columns: &[String]) -> Markup {
    html! { thead { tr { @for column in columns { th scope="col" { (column) } } } } }
}

fn ladders(people: &[Person]) -> Markup {
    let first = ["#", "who"].map(str::to_owned);
    let last = ["wake-up, us", "machine"].map(str::to_owned);
    let stages = STAGES
        .iter()
        .map(|stage| format!("{} {}", stage.number, stage.novelty));
    let columns: Vec<String> = first.into_iter().chain(stages).chain(last).collect();
    let rungs = people.iter().flat_map(|person| &person.shared.ladder);
    let most = rungs.map(|rung| rung.gib_per_s).fold(0.0, f64::max);
    html! {
        div.wide { table {
            (head(&columns))
            tbody { @for (number, person) in (1..).zip(people) {
                tr data-of=(number) {
                    td { (number) }
                    th scope="row" { (person.name) }
                    @for stage in &STAGES { (rung(person, stage.number, most)) }
                    td { (person.shared.machine.wake_up_us.map_or("–".to_owned(), figure)) }
                    td.machine { (described(&person.shared.machine)) }
                }
            } }
        } }
    }
}

fn described(machine: &Machine) -> Markup {
    let distance = machine.distance.as_deref();
    html! {
        b { (machine.cpu) } br;
        span.small {
            (hypervisor(machine))
            @if let Some(container) = &machine.container { " in " (container) }
            ", Linux " (machine.kernel) ", " (machine.architecture) ", " (machine.cpus) " CPUs"
            @if let Some(distance) = distance { ", " (distance) }
        }
    }
}

fn rung(person: &Person, stage: u8, most: f64) -> Markup {
    let rung = person.shared.ladder.iter().find(|it| it.stage == stage);
    html! {
        @if let Some(rung) = rung {
            td.figure data-value=(rung.gib_per_s) {
                (figure(rung.gib_per_s))
                @if let Some(awake) = rung.awake_gib_per_s { " " span.small { (figure(awake)) } }
                // Not in percent, as columns differ in width; 6 are the least.
                div.bar style=(format!("width:{:.2}rem", rung.gib_per_s / most * 6.0)) {}
            }
        } @else {
            td.figure title="not measured" { "–" }
        }
    }
}

fn passed(people: &[Person]) -> Markup {
    let standings = || people.iter().flat_map(|person| &person.shared.exercises);
    let mut numbers: Vec<u8> = standings().map(|it| it.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let columns = ["who".to_owned()].into_iter();
    let columns: Vec<String> = columns.chain(numbers.iter().map(u8::to_string)).collect();
    let count = |number: u8| {
        let passed = |it: &&Standing| it.number == number && it.state != State::Open;
        standings().filter(passed).count()
    };
    html! {
        h2 { "Who has passed which exercise" }
        @if numbers.is_empty() {
            p { "Nobody has begun one." }
        } @else {
            p { "“Partly” has passed all that could be checked there. A dash: not begun." }
            div.wide { table {
                (head(&columns))
                tbody { @for (row, person) in (1..).zip(people) {
                    tr data-of=(row) {
                        th scope="row" { (person.name) }
                        @for number in &numbers { (standing(person, *number)) }
                    }
                } }
                tfoot { tr {
                    th scope="row" { "passed" }
                    @for number in &numbers { td { (count(*number)) " of " (people.len()) } }
                } }
            } }
        }
    }
}

fn standing(person: &Person, number: u8) -> Markup {
    let standing = person
        .shared
        .exercises
        .iter()
        .find(|it| it.number == number);
    let Some(standing) = standing else {
        return html! { td data-value="0" { "–" } };
    };
    // The number that it is sorted by, and its colour.
    let (value, class, word) = match standing.state {
        State::Open => (1, "open", "open"),
        State::Partly => (2, "partly", "partly"),
        State::Passed => (3, "passed", "passed"),
    };
    html! {
        td data-value=(value) class=(class) {
            (word)
            @if let Some(medal) = &standing.medal { ", " (medal) }
            @if let Some(best) = standing.best { " " span.small { (figure(best)) "x" } }
            @match standing.hints {
                0 => {}
                1 => { br; span.small { "1 hint" } }
                hints => { br; span.small { (hints) " hints" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;

    use crate::folder::tests::twenty;
    use crate::shared::tests::sample;
    use crate::text;

    #[test]
    fn nothing_of_theirs_is_markup() {
        const HOSTILE: &str = r#""><script>alert(1)</script><img src=x onerror='alert(1)'>"#;
        let folder = twenty();
        let mut shared = sample(20);
        for word in [
            &mut shared.machine.cpu,
            &mut shared.machine.kernel,
            &mut shared.machine.architecture,
        ] {
            *word = HOSTILE.to_owned();
        }
        shared.machine.hypervisor = Some(HOSTILE.to_owned());
        shared.machine.container = Some(HOSTILE.to_owned());
        shared.machine.distance = Some(HOSTILE.to_owned());
        shared.exercises = sample(8).exercises;
        shared.exercises[0].medal = Some(HOSTILE.to_owned());
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "<script>alert(2)<script>.toml",
            &text::write(&shared).unwrap(),
        );
        write("<img src=x onerror=alert(3)>.toml", "<script> = 1");
        let room = Room::read(folder.path()).unwrap();
        assert_eq!((room.people.len(), room.left_out.len()), (21, 1));
        let page = of(&room, false).unwrap();
        assert_eq!(page.matches("<script").count(), 1, "{page}");
        assert_eq!(page.matches("<img").count(), 0, "{page}");
        // The filter's list alone has it in attributes.
        assert!(!page.contains(r#"=""><"#), "{page}");
        assert!(
            page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
            "{page}"
        );
        assert!(
            page.contains("&lt;script&gt;alert(2)&lt;script&gt;"),
            "{page}"
        );
    }

    #[test]
    fn everybody_is_on_it_and_nothing_is_loaded() {
        let folder = twenty();
        let page = of(&Room::read(folder.path()).unwrap(), false).unwrap();
        for index in 0..20 {
            // In the table of ladders, and in that of exercises.
            assert_eq!(page.matches(&format!(">person {index:02}<")).count(), 2);
        }
        assert_eq!(page.matches("class=\"bar\"").count(), 19 * 5);
        assert_eq!(page.matches("not measured").count(), 5);
        for outside in ["<link", "src=", "url(", "href="] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn an_empty_room_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let page = of(&Room::read(folder.path()).unwrap(), false).unwrap();
        assert!(page.contains("make share"), "{page}");
    }
}
