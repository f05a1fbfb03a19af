//! Binary COPY: the server has what it would have of the same values as texts.

mod nested;
mod numbers;
mod pieces;

use std::fmt::Write as _;
use std::io::Cursor;

use crmdb::seed::encode;
use crmdb::seed::value::{Kind, Shape, Value};
use futures_util::SinkExt as _;
use tokio_postgres::NoTls;

use crate::support::Database;

const DAY: i64 = 86_400_000_000;
/// 0001-01-01.
const YEAR_1: i32 = -730_119;
/// 9999-12-31.
const YEAR_9999: i32 = 2_921_939;

/// A column's type, and its values, each with the text that says the same.
struct Column {
    kind: Kind,
    cells: Vec<(Value, String)>,
}

impl Column {
    fn new<T: Into<String>>(kind: Kind, cells: impl IntoIterator<Item = (Value, T)>) -> Self {
        let cells = cells.into_iter().map(|(value, text)| (value, text.into()));
        Self {
            kind,
            cells: cells.collect(),
        }
    }

    /// Texts that say themselves.
    fn texts(kind: Kind, texts: &[&str]) -> Self {
        Self::new(kind, texts.iter().map(|said| (text(said), *said)))
    }
}

fn kind(database: &Database, name: &str, shape: Shape) -> Kind {
    let oid = database.value(&format!("SELECT '{name}'::regtype::oid"));
    Kind {
        oid: oid.parse().unwrap(),
        name: name.to_owned(),
        shape,
    }
}

fn decimal(unscaled: i128, scale: u16) -> Value {
    Value::Numeric { unscaled, scale }
}

fn text(said: &str) -> Value {
    Value::Text(said.to_owned())
}

fn range(lower: Value, upper: Value) -> Value {
    Value::Range(Box::new(lower), Box::new(upper))
}

/// A type as a column has it.
fn declared(kind: &Kind) -> String {
    let name = &kind.name;
    match kind.shape {
        Shape::Text(Some(longest)) => format!("{name}({longest})"),
        Shape::Numeric(Some((precision, scale))) => format!("{name}({precision},{scale})"),
        _ => name.clone(),
    }
}

/// Makes the table `copied` and fills it with a binary COPY.
fn copy(database: &Database, kinds: &[Kind], rows: &[Vec<Value>]) {
    let mut columns = String::new();
    for (number, kind) in kinds.iter().enumerate() {
        write!(columns, ", c{number} {}", declared(kind)).unwrap();
    }
    database.execute(&format!(
        "DROP TABLE IF EXISTS copied; CREATE TABLE copied ({})",
        &columns[2..]
    ));
    let mut out = Vec::new();
    encode::header(&mut out);
    for row in rows {
        encode::row(&mut out, kinds, row).unwrap();
    }
    encode::trailer(&mut out);
    let work = async {
        let (client, connection) = tokio_postgres::connect(database.url(), NoTls).await?;
        let driver = tokio::spawn(connection);
        let sink = client
            .copy_in("COPY copied FROM STDIN (FORMAT binary)")
            .await?;
        let mut sink = std::pin::pin!(sink);
        sink.send(Cursor::new(out)).await?;
        let count = sink.finish().await?;
        drop(client);
        driver.await.unwrap()?;
        Ok::<u64, tokio_postgres::Error>(count)
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let count = runtime.block_on(work).unwrap();
    assert_eq!(count, u64::try_from(rows.len()).unwrap());
}

/// Copies the columns, reads them in as texts too, and compares the bytes that the server keeps.
fn same(database: &Database, columns: Vec<Column>) {
    let height = columns
        .iter()
        .map(|column| column.cells.len())
        .max()
        .unwrap();
    let mut kinds = vec![kind(database, "integer", Shape::Int(4))];
    let mut rows: Vec<Vec<Value>> = (0..height)
        .map(|row| vec![Value::Int(i64::try_from(row).unwrap())])
        .collect();
    let mut queries = Vec::new();
    for (number, column) in columns.into_iter().enumerate() {
        for (row, values) in rows.iter_mut().enumerate() {
            let (value, said) = match column.cells.get(row) {
                Some((value, said)) => (value.clone(), format!("'{}'", said.replace('\'', "''"))),
                None => (Value::Null, "NULL".to_owned()),
            };
            values.push(value);
            let name = declared(&column.kind);
            queries.push(format!(
                "SELECT '{name}', c{0}::text, said::text
                 FROM copied, LATERAL (SELECT {said}::{name}) AS s (said)
                 WHERE c0 = {row} AND record_image_ne(ROW(c{0}), ROW(said))",
                number + 1
            ));
        }
        kinds.push(column.kind);
    }
    copy(database, &kinds, &rows);
    let different = database.rows(&queries.join(" UNION ALL "));
    assert!(different.is_empty(), "{different:#?}");
}
