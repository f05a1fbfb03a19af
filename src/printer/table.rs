//! Tables for people: no borders, one row a line, numbers to the right.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::clean;
use super::style::{Role, paint};

/// Where the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// A column: its heading, and where its cells stand.
pub type Column = (&'static str, Align);

/// Renders a table. Without a `width` nothing is wrapped.
pub(super) fn render(
    columns: &[Column],
    rows: &[Vec<String>],
    width: Option<usize>,
    colored: bool,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(columns.iter().map(|(heading, _)| heading.to_uppercase()));
    for row in rows {
        // A name may hold a line break, and a row is a line.
        table.add_row(
            row.iter()
                .map(|cell| clean(cell).replace(['\n', '\t'], " ")),
        );
    }
    for (index, (_, align)) in columns.iter().enumerate() {
        if let Some(column) = table.column_mut(index) {
            let first = index == 0;
            column.set_padding((if first { 0 } else { 1 }, 1));
            column.set_cell_alignment(match align {
                Align::Left => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
    }
    match width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    let text = table.to_string();
    let mut lines = text.lines().map(str::trim_end);
    let head = paint(Role::Heading, lines.next().unwrap_or_default(), colored);
    std::iter::once(head)
        .chain(lines.map(str::to_owned))
        .collect::<Vec<_>>()
        .join("\n")
}
