//! Names of types.

use super::{Parser, Token, Unsupported};
use crate::seed::value::{Kind, Shape};

impl Parser<'_> {
    /// Reads the name of a type.
    pub(super) fn type_name(&mut self) -> Result<Kind, Unsupported> {
        let parts = self.name_parts()?;
        let mut name = match parts.as_slice() {
            [name] => name.clone(),
            [schema, name] if schema == "pg_catalog" => name.clone(),
            // A type of the user, whose name may be that of another.
            parts => parts.join("."),
        };
        for (first, rest) in [
            ("character", "varying"),
            ("double", "precision"),
            ("bit", "varying"),
        ] {
            if name == first && self.word(rest) {
                name = format!("{name} {rest}");
            }
        }
        let limits = self.limits()?;
        if name == "timestamp" || name == "time" {
            if self.words(&["with", "time", "zone"]) {
                name.push_str(" with time zone");
            } else if self.words(&["without", "time", "zone"]) {
                name.push_str(" without time zone");
            }
        }
        let mut kind = Kind {
            oid: 0,
            shape: shape(&name, &limits),
            name,
        };
        while self.take(&Token::OpenBracket) {
            if matches!(self.token(0), Some(Token::Number(_))) {
                self.at += 1;
            }
            self.expect(&Token::CloseBracket)?;
            kind = Kind {
                oid: 0,
                name: format!("{}[]", kind.name),
                // An array of what is not known stays as it is, like an element of it.
                shape: match kind.shape {
                    Shape::Unknown => Shape::Unknown,
                    _ => Shape::Array(Box::new(kind)),
                },
            };
        }
        Ok(kind)
    }

    /// Reads a name with its schema, in its parts.
    pub(super) fn name_parts(&mut self) -> Result<Vec<String>, Unsupported> {
        let mut parts = Vec::new();
        loop {
            match self.token(0) {
                Some(Token::Word(name) | Token::Name(name)) => parts.push(name.clone()),
                _ => return Err(self.unexpected()),
            }
            self.at += 1;
            if !self.take(&Token::Dot) {
                return Ok(parts);
            }
        }
    }

    /// Reads the numbers in the parentheses after a type, if there are any.
    fn limits(&mut self) -> Result<Vec<u32>, Unsupported> {
        let mut limits = Vec::new();
        if !self.take(&Token::Open) {
            return Ok(limits);
        }
        loop {
            let number = match self.token(0) {
                Some(Token::Number(number)) => number.parse().ok(),
                _ => None,
            };
            limits.push(number.ok_or_else(|| self.unexpected())?);
            self.at += 1;
            if self.take(&Token::Close) {
                return Ok(limits);
            }
            self.expect(&Token::Comma)?;
        }
    }
}

fn shape(name: &str, limits: &[u32]) -> Shape {
    let small = |limit: &u32| u16::try_from(*limit).ok();
    match name {
        "bool" | "boolean" => Shape::Bool,
        "smallint" | "int2" => Shape::Int(2),
        "integer" | "int" | "int4" => Shape::Int(4),
        "bigint" | "int8" => Shape::Int(8),
        "real" | "float4" => Shape::Float(4),
        "double precision" | "float8" | "float" => Shape::Float(8),
        "numeric" | "decimal" => Shape::Numeric(match limits {
            [precision] => small(precision).map(|precision| (precision, 0)),
            [precision, scale] => small(precision).zip(small(scale)),
            _ => None,
        }),
        "text" | "citext" | "name" | "character varying" | "varchar" | "bpchar" => {
            Shape::Text(limits.first().copied())
        }
        "character" | "char" => Shape::Text(Some(limits.first().copied().unwrap_or(1))),
        "bytea" => Shape::Bytes,
        "uuid" => Shape::Uuid,
        "timestamp"
        | "timestamptz"
        | "timestamp with time zone"
        | "timestamp without time zone" => Shape::Timestamp,
        "date" => Shape::Date,
        "time" | "time without time zone" => Shape::Time,
        "interval" => Shape::Interval,
        "inet" => Shape::Inet,
        "json" => Shape::Json,
        "jsonb" => Shape::Jsonb,
        _ => Shape::Unknown,
    }
}
