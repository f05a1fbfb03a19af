//! Rows as binary COPY.

use std::io::{Cursor, Write};

use futures_util::SinkExt as _;
use tokio_postgres::Client;

use super::design::Design;
use super::encode;
use super::rows::{Drawing, Generator};
use super::value::{Kind, Value};
use crate::error::Failure;
use crate::sql::quote_ident;

/// How many bytes are sent at a time.
pub(super) const CHUNK: usize = 128 * 1024;

/// A relation with the columns of a design, as COPY names them.
#[must_use]
pub fn target(design: &Design, relation: &str) -> String {
    let columns: Vec<String> = design
        .copied()
        .map(|at| quote_ident(&design.table.columns[at].name))
        .collect();
    format!("{relation} ({})", columns.join(", "))
}

/// The statement that takes rows of a design into a table.
pub(super) fn statement(design: &Design, relation: &str) -> String {
    format!(
        "COPY {} FROM STDIN WITH (FORMAT binary)",
        target(design, relation)
    )
}

/// Writes all rows of a table, as the file of a binary COPY.
///
/// # Errors
///
/// When a row cannot be made, or the file not be written.
pub fn write(generator: &Generator, table: usize, file: &mut impl Write) -> anyhow::Result<()> {
    let mut writer = Writer::new(generator, table);
    let mut bytes = Vec::new();
    encode::header(&mut bytes);
    for number in 0..generator.layout.rows[table].generated {
        writer.write(number, &mut bytes)?;
        if bytes.len() >= CHUNK {
            file.write_all(&bytes)?;
            bytes.clear();
        }
    }
    encode::trailer(&mut bytes);
    file.write_all(&bytes)?;
    Ok(file.flush()?)
}

/// Writes rows one after the other.
pub(super) struct Writer<'a> {
    drawing: Drawing<'a>,
    title: String,
    columns: Vec<usize>,
    kinds: Vec<Kind>,
    values: Vec<Value>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(generator: &'a Generator, table: usize) -> Self {
        let design = &generator.designs[table];
        let columns: Vec<usize> = design.copied().collect();
        let kinds = columns
            .iter()
            .map(|at| design.table.columns[*at].kind.clone())
            .collect();
        Self {
            drawing: generator.drawing(table),
            title: design.table.title(),
            values: Vec::with_capacity(columns.len()),
            columns,
            kinds,
        }
    }

    /// Appends a row.
    pub(super) fn write(&mut self, number: u64, out: &mut Vec<u8>) -> Result<(), Failure> {
        let refuse = |why: String| {
            Failure::new(format!(
                "row {} of `{}` cannot be generated",
                number + 1,
                self.title
            ))
            .detail(why)
            .hint("Say in `seeds/dev.toml` of its module what the columns in it hold.")
        };
        let row = self.drawing.row(number).map_err(&refuse)?;
        self.values.clear();
        self.values
            .extend(self.columns.iter().map(|at| row[*at].clone()));
        encode::row(out, &self.kinds, &self.values).map_err(|unfit| refuse(unfit.0))
    }
}

/// Some rows of a table, as the whole of a COPY.
pub(super) fn rows(
    generator: &Generator,
    table: usize,
    numbers: impl Iterator<Item = u64>,
) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    let mut writer = Writer::new(generator, table);
    encode::header(&mut out);
    for number in numbers {
        writer.write(number, &mut out)?;
    }
    encode::trailer(&mut out);
    Ok(out)
}

/// Sends all of a COPY at once.
pub(super) async fn send(
    client: &Client,
    statement: &str,
    bytes: Vec<u8>,
) -> Result<u64, tokio_postgres::Error> {
    let sink = client.copy_in(statement).await?;
    let mut sink = std::pin::pin!(sink);
    sink.send(Cursor::new(bytes)).await?;
    sink.finish().await
}

/// Why the server did not take rows of a table.
pub(super) fn failure(title: &str, error: &tokio_postgres::Error) -> Failure {
    let failure = Failure::new(format!("the server does not take the rows of `{title}`"));
    let Some(error) = error.as_db_error() else {
        return failure.detail(error.to_string());
    };
    let mut detail = error.message().to_owned();
    for more in [error.detail(), error.where_()].into_iter().flatten() {
        detail.push('\n');
        detail.push_str(more);
    }
    Failure {
        sqlstate: Some(error.code().code().to_owned()),
        ..failure.detail(detail)
    }
}
