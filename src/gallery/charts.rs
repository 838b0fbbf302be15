//! Drawings of numbers: many, one, none, all equal, outside the band.

use leptos::prelude::*;

use super::{block, state};
use crate::i18n::{readings, words};
use crate::ui::chart::bar::{Bar, BarChart};
use crate::ui::chart::distribution::Distribution;
use crate::ui::chart::line::{LineChart, Mark, Series};
use crate::ui::chart::{Caption, Figure};

pub(super) fn shown() -> AnyView {
    [lines(), bars(), distributions()].into_any()
}

fn caption(title: &str, gist: String) -> Caption {
    Caption {
        title: title.to_owned(),
        gist,
        table: words::home::mine(),
        first: words::sign_up::time().to_owned(),
        usual: words::level::usual(),
        empty: words::mine::none(),
    }
}

fn figure(size: i32) -> Figure {
    Figure::new(size, size.to_string())
}

fn pressures(pairs: &[(i32, i32, i32)]) -> AnyView {
    let usual = |low, high| Some((figure(low), figure(high)));
    let series = vec![
        Series { name: words::check_in::systolic().to_owned(), usual: usual(90, 139) },
        Series { name: words::check_in::diastolic().to_owned(), usual: usual(60, 89) },
    ];
    let mark = |(day, high, low): &(i32, i32, i32)| Mark {
        at: *day,
        when: format!("11-{day:02}"),
        figures: vec![figure(*high), figure(*low)],
    };
    let last = pairs.last().map_or((0, 0), |(_, high, low)| (*high, *low));
    let gist = words::check_in::pressure_short(&last.1, &words::level::usual(), &last.0);
    let marks = pairs.iter().map(mark).collect();
    view! { <LineChart caption=caption(words::check_in::pressure(), gist) series marks /> }.into_any()
}

fn weights(tenths: &[i32], usual: Option<(i32, i32)>) -> AnyView {
    let figure = |size: i32| Figure::new(size, format!("{}.{}", size / 10, size % 10));
    let series = vec![Series {
        name: words::check_in::weight().to_owned(),
        usual: usual.map(|(low, high)| (figure(low), figure(high))),
    }];
    let mark = |(day, size): (i32, &i32)| Mark { at: day, when: format!("11-{day:02}"), figures: vec![figure(*size)] };
    let last = tenths.last().map(|size| figure(*size).words).unwrap_or_default();
    let gist = [&last, " ", words::unit::kilogram()].concat();
    let marks = (1..).zip(tenths).map(mark).collect();
    view! { <LineChart caption=caption(words::check_in::weight(), gist) series marks /> }.into_any()
}

fn lines() -> AnyView {
    let many = [
        (1, 126, 80),
        (3, 131, 84),
        (4, 152, 95),
        (8, 138, 86),
        (11, 141, 90),
        (15, 129, 82),
        (20, 86, 56),
        (21, 128, 82),
    ];
    block(
        "chart/line",
        [
            state("two series, some outside", pressures(&many)),
            state("one point", pressures(&many[..1])),
            state("no point", pressures(&[])),
            state("one series, no band", weights(&[645, 648, 641, 652, 650, 639], None)),
            state("all equal, in a band", weights(&[645, 645, 645], Some((600, 700)))),
        ],
    )
}

fn bars() -> AnyView {
    let bars = |sizes: [i32; 3]| {
        let names = [words::home::sign_up(), words::home::check_in(), words::home::report()];
        names.into_iter().zip(sizes).map(|(name, size)| Bar { name: name.to_owned(), figure: figure(size) }).collect()
    };
    let chart = |bars: Vec<Bar>| {
        let sum: i32 = bars.iter().map(|bar| bar.figure.size).sum();
        let caption = caption(words::desk::title(), words::home::reports_made(&sum));
        view! { <BarChart caption counts=words::form::person().to_owned() bars /> }
    };
    block(
        "chart/bar",
        [
            state("three", chart(bars([128, 341, 7]))),
            state("nothing yet", chart(bars([0, 0, 0]))),
            state("none", chart(Vec::new())),
        ],
    )
}

fn distributions() -> AnyView {
    let feeling = |values: std::ops::RangeInclusive<u8>, sizes: &[i32]| {
        let grade =
            |(value, size): (u8, &i32)| Bar { name: readings::feeling(value).to_owned(), figure: figure(*size) };
        values.rev().zip(sizes).map(grade).collect::<Vec<_>>()
    };
    let chart = |grades: Vec<Bar>| {
        let caption = caption(words::check_in::mood(), words::feeling::good().to_owned());
        view! { <Distribution caption counts=words::unit::person().to_owned() grades /> }
    };
    block(
        "chart/distribution",
        [
            state("four grades", chart(feeling(2..=5, &[42, 31, 12, 3]))),
            state("five grades, one empty", chart(feeling(1..=5, &[42, 31, 0, 3, 1]))),
            state("none", chart(feeling(1..=5, &[0, 0, 0, 0, 0]))),
        ],
    )
}
