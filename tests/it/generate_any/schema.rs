//! A few tables that refer to each other.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::TestRng;

use super::table::{self, Table};

/// A schema.
#[derive(Clone, Debug)]
pub(super) struct Schema {
    pub(super) name: String,
    pub(super) tables: Vec<Table>,
}

/// Draws what a schema is made of.
pub(super) struct Chance(TestRng);

impl Chance {
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u32::try_from(end).expect("a small number");
        (self.0.next_u32() % end) as usize
    }

    pub(super) fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }
}

/// Schemas of two to six tables.
pub(super) fn schema(name: String) -> impl Strategy<Value = Schema> {
    Just(name).prop_perturb(|name, rng| {
        let mut chance = Chance(rng);
        let has_tenants = chance.one_in(2);
        let count = 2 + chance.below(5);
        let mut tables: Vec<Table> = Vec::new();
        for at in 0..count {
            let table = table::table(&mut chance, at, count, has_tenants, &tables);
            tables.push(table);
        }
        table::refer_ahead(&mut chance, &mut tables);
        Schema { name, tables }
    })
}

impl Schema {
    /// The statements that make it.
    pub(super) fn sql(&self) -> String {
        let name = &self.name;
        let mut sql = format!(
            "CREATE SCHEMA {name};
CREATE TYPE {name}.mood AS ENUM ('sad', 'fine', 'glad');
CREATE DOMAIN {name}.positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN {name}.short AS text CHECK (VALUE ~ '^[a-z]{{3}}$');\n"
        );
        let mut later = String::new();
        for (at, table) in self.tables.iter().enumerate() {
            let lines = table.lines().join(",\n    ");
            let _ = writeln!(sql, "CREATE TABLE {name}.t{at} (\n    {lines}\n);");
            for index in &table.indexes {
                let _ = writeln!(later, "CREATE UNIQUE INDEX ON {name}.t{at} {index};");
            }
            for key in &table.foreign_keys {
                let _ = writeln!(later, "ALTER TABLE {name}.t{at} ADD {key};");
            }
        }
        (sql + &later).replace("$.", &format!("{name}."))
    }
}
