//! Numbers side by side, as lying bars: each has its name above and its number behind it.

use leptos::prelude::*;

use super::geometry::{self, WIDTH};
use super::line::view_box;
use super::{Caption, Figure, frame, label};
use crate::ui::data_table::Column;

/// How much room a bar takes with its name, also in large mode.
const PITCH: i32 = 56;

/// A bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What it is called.
    pub name: String,
    /// How long it is.
    pub figure: Figure,
}

/// Numbers side by side.
#[component]
pub fn BarChart(
    /// What is said around it.
    caption: Caption,
    /// What the numbers count, as the head of a column.
    counts: String,
    /// From the top.
    bars: Vec<Bar>,
) -> impl IntoView {
    let columns = vec![Column::words(caption.first.clone()), Column::numbers(counts)];
    let row = |bar: &Bar| vec![bar.name.clone().into_any(), bar.figure.words.clone().into_any()];
    let rows = bars.iter().map(row).collect();
    let sizes: Vec<i32> = bars.iter().map(|bar| bar.figure.size).collect();
    let height = i32::try_from(bars.len()).unwrap_or(0).saturating_mul(PITCH);
    let name = label(&caption);
    let drawing = (!bars.is_empty()).then(|| {
        // The number has its place at the end of the line of its name, so that it never meets a bar.
        let bars =
            bars.into_iter().zip(geometry::lengths(&sizes, WIDTH)).zip((0..).map(|place: i32| place * PITCH)).map(bar);
        view! {
            <svg class="chart__drawing" role="img" aria-label=name viewBox=view_box(height)>
                {bars.collect_view()}
            </svg>
        }
        .into_any()
    });
    frame(caption, columns, rows, drawing)
}

fn bar(((bar, length), top): ((Bar, i32), i32)) -> AnyView {
    let (words, rail) = ((top + 22).to_string(), (top + 30).to_string());
    view! {
        <text class="chart__label" x="0" y=words.clone()>
            {bar.name}
        </text>
        <text class="chart__label chart__label--number" x="320" y=words text-anchor="end">
            {bar.figure.words}
        </text>
        <rect class="chart__rail" x="0" y=rail.clone() width="320" height="14" rx="4" />
        <rect class="chart__bar" x="0" y=rail width=length.to_string() height="14" rx="4" />
    }
    .into_any()
}
