//! How a whole is shared among grades, from the best to the worst: one bar, and the grades in words below it.

use leptos::prelude::*;

use super::bar::Bar;
use super::geometry::{self, WIDTH};
use super::line::view_box;
use super::{Caption, frame, label};
use crate::ui::data_table::Column;

/// How a whole is shared.
#[component]
pub fn Distribution(
    /// What is said around it.
    caption: Caption,
    /// What the numbers count, as the head of a column.
    counts: String,
    /// The grades, from the best to the worst; five at most have colours of their own.
    grades: Vec<Bar>,
) -> impl IntoView {
    let columns = vec![Column::words(caption.first.clone()), Column::numbers(counts)];
    let row = |grade: &Bar| vec![grade.name.clone().into_any(), grade.figure.words.clone().into_any()];
    let rows = grades.iter().map(row).collect();
    let sizes: Vec<i32> = grades.iter().map(|grade| grade.figure.size).collect();
    let name = label(&caption);
    let of = grades.len();
    let drawing = geometry::shares(&sizes, WIDTH).map(|shares| {
        let parts = shares.into_iter().enumerate().filter(|(_, share)| share.1 > 0);
        let parts = parts.map(|(place, share)| part(colour(place, of), share)).collect_view();
        let keys = grades.into_iter().enumerate().map(|(place, grade)| key(colour(place, of), grade)).collect_view();
        view! {
            <svg class="chart__drawing" role="img" aria-label=name viewBox=view_box(36)>
                {parts}
            </svg>
            <ul class="chart__grades">{keys}</ul>
        }
        .into_any()
    });
    frame(caption, columns, rows, drawing)
}

/// Which of the five colours: the best grade has the first and the worst the last, however many there are.
fn colour(place: usize, of: usize) -> String {
    let last = of.saturating_sub(1).max(1);
    ((place * 4 + last / 2) / last + 1).to_string()
}

fn part(grade: String, (start, length): (i32, i32)) -> AnyView {
    view! { <rect class="chart__share" data-grade=grade x=start.to_string() y="4" width=length.to_string() height="28" /> }
        .into_any()
}

fn key(grade: String, bar: Bar) -> AnyView {
    view! {
        <li class="chart__grade" data-grade=grade>
            <span class="chart__grade-name">{bar.name}</span>
            <span class="chart__grade-words">{bar.figure.words}</span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::colour;

    #[test]
    fn the_ends_have_the_same_colours_however_many_grades_there_are() {
        let colours = |of| (0..of).map(|place| colour(place, of)).collect::<Vec<_>>().concat();
        assert_eq!([1, 2, 3, 4, 5].map(colours), ["1", "15", "135", "1245", "12345"]);
    }
}
