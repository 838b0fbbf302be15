//! Numbers over time as thick lines, with what is usual shaded: one or two series, such as the two blood pressures.

use leptos::prelude::*;

use super::geometry::{self, HEIGHT, Run, WIDTH};
use super::{Caption, Figure, frame, label};
use crate::ui::data_table::Column;

/// A series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What it is called.
    pub name: String,
    /// Lowest and highest usual number.
    pub usual: Option<(Figure, Figure)>,
}

/// The numbers of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// When, in any unit: moments stand apart as they are apart.
    pub at: i32,
    /// When, in a few words.
    pub when: String,
    /// One number for each series.
    pub figures: Vec<Figure>,
}

/// Numbers over time.
#[component]
pub fn LineChart(
    /// What is said around it.
    caption: Caption,
    /// One or two; they share a scale.
    series: Vec<Series>,
    /// In the order of time.
    marks: Vec<Mark>,
) -> impl IntoView {
    let drawing = drawing(&caption, &series, &marks);
    let heads = series.into_iter().map(|series| Column::numbers(series.name));
    let columns = std::iter::once(Column::words(caption.first.clone())).chain(heads).collect();
    // The latest first: that is the one people look for.
    let rows = marks.into_iter().rev().map(|mark| {
        let figures = mark.figures.into_iter().map(|figure| figure.words.into_any());
        std::iter::once(mark.when.into_any()).chain(figures).collect()
    });
    let rows = rows.collect();
    frame(caption, columns, rows, drawing)
}

fn drawing(caption: &Caption, series: &[Series], marks: &[Mark]) -> Option<AnyView> {
    let run = |(place, series): (usize, &Series)| Run {
        points: marks.iter().filter_map(|mark| Some((mark.at, mark.figures.get(place)?.size))).collect(),
        usual: series.usual.as_ref().map(|(low, high)| (low.size, high.size)),
    };
    let runs: Vec<Run> = series.iter().enumerate().map(run).collect();
    let geometry::Lines { drawn, ticks } = geometry::lines(&runs)?;
    let known = || {
        let usual = series.iter().filter_map(|series| series.usual.as_ref()).flat_map(|(low, high)| [low, high]);
        usual.chain(marks.iter().flat_map(|mark| &mark.figures))
    };
    let tick = |(number, place): (i32, i32)| {
        let words = known().find(|figure| figure.size == number).map(|figure| figure.words.clone());
        view! {
            <text class="chart__label" x="44" y=(place + 6).to_string() text-anchor="end">
                {words}
            </text>
        }
        .into_any()
    };
    let bands = drawn.iter().filter_map(|drawn| drawn.band).map(band).collect_view();
    let lines = drawn.iter().enumerate().map(|(place, drawn)| line(place, drawn)).collect_view();
    Some(
        view! {
            {legend(series, caption.usual)}
            <svg class="chart__drawing" role="img" aria-label=label(caption) viewBox=view_box(HEIGHT)>
                {bands}
                {ticks.into_iter().map(tick).collect_view()}
                {lines}
                {days(marks)}
            </svg>
        }
        .into_any(),
    )
}

/// The extent of a drawing of this height.
pub(super) fn view_box(height: i32) -> String {
    ["0 0 ", &WIDTH.to_string(), " ", &height.to_string()].concat()
}

fn band((top, height): (i32, i32)) -> AnyView {
    view! { <rect class="chart__band" x="52" y=top.to_string() width="268" height=height.to_string() /> }.into_any()
}

fn line(place: usize, drawn: &geometry::Drawn) -> AnyView {
    view! {
        <g class="chart__series" data-series=place.to_string()>
            <path class="chart__line" d=drawn.line.clone() />
            <path class="chart__points" d=drawn.points.clone() />
            <path class="chart__outside" d=drawn.outside.clone() />
            <path class="chart__hollow" d=drawn.outside.clone() />
        </g>
    }
    .into_any()
}

/// Which line is which, where there are two, and what the band is.
fn legend(series: &[Series], usual: &'static str) -> impl IntoView + use<> {
    let line = |(place, series): (usize, &Series)| {
        view! {
            <li class="chart__key" data-series=place.to_string()>
                {series.name.clone()}
            </li>
        }
        .into_any()
    };
    let lines = (series.len() > 1).then(|| series.iter().enumerate().map(line).collect_view());
    let banded = series.iter().any(|series| series.usual.is_some());
    let band = banded.then(|| view! { <li class="chart__key chart__key--band">{usual}</li> }.into_any());
    (series.len() > 1 || banded).then(|| {
        view! {
            <ul class="chart__legend">
                {lines}
                {band}
            </ul>
        }
    })
}

/// The first and the last day, or the only one.
fn days(marks: &[Mark]) -> Option<AnyView> {
    let (first, last) = (marks.first()?, marks.last()?);
    let day = |x: &'static str, anchor: &'static str, when: &str| {
        view! {
            <text class="chart__label" x=x y="202" text-anchor=anchor>
                {when.to_owned()}
            </text>
        }
        .into_any()
    };
    Some(if first.at == last.at {
        day("179", "middle", &last.when)
    } else {
        [day("52", "start", &first.when), day("318", "end", &last.when)].into_any()
    })
}
