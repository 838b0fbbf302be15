//! A table. Where it has no room each row becomes a card, and each cell says which column it belongs to.

use leptos::prelude::*;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// What stands in it.
    pub holds: Holds,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Words, from the start of the line.
    Words,
    /// Numbers, one under the other to the digit.
    Numbers,
}

impl Holds {
    const fn word(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Numbers => "numbers",
        }
    }
}

impl Column {
    /// A column of words.
    pub fn words(head: impl Into<String>) -> Self {
        Self { head: head.into(), holds: Holds::Words }
    }

    /// A column of numbers.
    pub fn numbers(head: impl Into<String>) -> Self {
        Self { head: head.into(), holds: Holds::Numbers }
    }
}

/// The cells of a row, one for each column; the first one names the row.
pub type Row = Vec<AnyView>;

/// A table. The roles are spelled out because a cell that is not laid out as one loses its own.
#[component]
pub fn DataTable(
    /// What it shows.
    #[prop(into)]
    caption: String,
    /// Its columns.
    columns: Vec<Column>,
    /// Its rows.
    rows: Vec<Row>,
) -> impl IntoView {
    let rows = rows.into_iter().map(|cells| row(&columns, cells)).collect_view();
    let head = |column: Column| {
        view! {
            <th class="data-table__head" scope="col" role="columnheader" data-holds=column.holds.word()>
                {column.head}
            </th>
        }
    };
    let heads = columns.into_iter().map(head).map(IntoAny::into_any).collect_view();
    view! {
        <div class="data-table">
            <table class="data-table__table" role="table">
                <caption class="data-table__caption">{caption}</caption>
                <thead class="data-table__heads" role="rowgroup">
                    <tr role="row">{heads}</tr>
                </thead>
                <tbody class="data-table__body" role="rowgroup">
                    {rows}
                </tbody>
            </table>
        </div>
    }
}

fn row(columns: &[Column], cells: Row) -> AnyView {
    let cell = |(place, (column, cell)): (usize, (&Column, AnyView))| {
        let (head, holds) = (column.head.clone(), column.holds.word());
        if place == 0 {
            view! {
                <th class="data-table__name" scope="row" role="rowheader" data-label=head data-holds=holds>
                    {cell}
                </th>
            }
            .into_any()
        } else {
            view! {
                <td class="data-table__cell" role="cell" data-label=head data-holds=holds>
                    <div class="data-table__value">{cell}</div>
                </td>
            }
            .into_any()
        }
    };
    let cells = columns.iter().zip(cells).enumerate().map(cell).collect_view();
    view! {
        <tr class="data-table__row" role="row">
            {cells}
        </tr>
    }
    .into_any()
}
