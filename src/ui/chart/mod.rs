//! Drawings of numbers, for eyes that need glasses: a thick line, few labels, the last value in words beside it, and the
//! same numbers as a table. Each drawing is a file; `geometry` computes, what is here frames.

pub mod bar;
pub mod distribution;
mod geometry;
pub mod line;

use leptos::prelude::*;

use super::data_table::{Column, DataTable, Row};
use super::disclosure::Disclosure;
use super::list_state::Empty;

/// A number to draw, and how it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The number, in any unit that makes it whole.
    pub size: i32,
    /// The number in words.
    pub words: String,
}

impl Figure {
    /// A number and how it is said.
    pub fn new(size: i32, words: impl Into<String>) -> Self {
        Self { size, words: words.into() }
    }
}

/// What is said around a drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// What is drawn.
    pub title: String,
    /// What one should take from it, such as the last value and what it means.
    pub gist: String,
    /// The line under which the table is folded away.
    pub table: &'static str,
    /// The head of the table's first column.
    pub first: String,
    /// What the shaded band is called.
    pub usual: &'static str,
    /// What is said when there is nothing to draw.
    pub empty: &'static str,
}

/// A drawing with what is said around it.
fn frame(caption: Caption, columns: Vec<Column>, rows: Vec<Row>, drawing: Option<AnyView>) -> impl IntoView {
    let Caption { title, gist, table, empty, .. } = caption;
    let body = if let Some(drawing) = drawing {
        let caption = title.clone();
        view! {
            <p class="chart__gist">{gist}</p>
            {drawing}
            <Disclosure summary=table>
                <DataTable caption columns rows />
            </Disclosure>
        }
        .into_any()
    } else {
        view! { <Empty words=empty /> }.into_any()
    };
    view! {
        <figure class="chart">
            <figcaption class="chart__title">{title}</figcaption>
            {body}
        </figure>
    }
}

/// What a drawing says to those who do not see it.
fn label(caption: &Caption) -> String {
    [&caption.title, ": ", &caption.gist].concat()
}
