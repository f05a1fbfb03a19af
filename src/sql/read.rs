//! Reads the tokens of one statement into its [`Kind`].
//!
//! A statement that reads otherwise than expected is either one that PostgreSQL will refuse, or
//! newer than this reader: it is taken for `Opaque` where rows could be lost, and for `Plain`
//! elsewhere.

use super::lex::{Lexeme, TokenKind};
use super::reader::Reader;
use super::{Kind, ReindexScope};

/// Reads a statement. `tokens` are its tokens, or the first of them when it is `cut`; `last` are
/// its last two.
pub(super) fn kind(text: &str, tokens: &[Lexeme], cut: bool, last: [Option<Lexeme>; 2]) -> Kind {
    let mut reader = Reader { text, tokens };
    if cut && reader.one_of(&["ALTER", "DROP", "TRUNCATE"]).is_some() {
        return Kind::Opaque;
    }
    let found = Reader { text, tokens }.statement();
    found.unwrap_or_else(|| fallback(Reader { text, tokens }, last))
}

/// What a statement is when nothing is known but its first and last words.
fn fallback(mut reader: Reader<'_>, last: [Option<Lexeme>; 2]) -> Kind {
    let text = reader.text;
    let word = |token: Option<Lexeme>, word: &str| {
        token.is_some_and(|token| {
            token.kind == TokenKind::Word && token.text(text).eq_ignore_ascii_case(word)
        })
    };
    // ON DELETE CASCADE ends the definition of a foreign key, and drops nothing now.
    let cascade = word(last[1], "CASCADE") && !word(last[0], "DELETE") && !word(last[0], "UPDATE");
    let drops = reader.one_of(&["ALTER", "DROP", "TRUNCATE"]);
    match drops {
        Some("TRUNCATE") => Kind::Opaque,
        Some(_) if cascade => Kind::Opaque,
        Some("DROP") if reader.one_of(&["TABLE", "OWNED"]).is_some() => Kind::Opaque,
        _ => Kind::Plain,
    }
}

impl Reader<'_> {
    fn statement(&mut self) -> Option<Kind> {
        const TRANSACTION_CONTROL: &[&str] = &[
            "BEGIN",
            "START TRANSACTION",
            "COMMIT",
            "END",
            "ROLLBACK",
            "ABORT",
            "PREPARE TRANSACTION",
            "SAVEPOINT",
            "RELEASE",
        ];
        const OPAQUE: &[&str] = &[
            "DO",
            "CALL",
            "EXECUTE",
            "SELECT",
            "WITH",
            "VALUES",
            "EXPLAIN",
            "PERFORM",
            "DROP OWNED",
        ];
        const STANDALONE: &[&str] = &[
            "VACUUM",
            "ALTER SYSTEM",
            "CREATE DATABASE",
            "DROP DATABASE",
            "CREATE TABLESPACE",
            "DROP TABLESPACE",
            "CREATE SUBSCRIPTION",
            "DROP SUBSCRIPTION",
            "DISCARD ALL",
        ];
        if let Some(words) = self.one_of(TRANSACTION_CONTROL) {
            return Some(Kind::TransactionControl(words));
        }
        if self.one_of(OPAQUE).is_some() || self.take(TokenKind::Open) {
            return Some(Kind::Opaque);
        }
        if let Some(words) = self.one_of(STANDALONE) {
            return Some(Kind::Standalone(words));
        }
        let verbs = [
            "CREATE UNIQUE INDEX",
            "CREATE INDEX",
            "DROP INDEX",
            "DROP TABLE",
            "DROP SCHEMA",
            "TRUNCATE",
            "REINDEX",
            "CLUSTER",
            "ALTER TABLE",
            "ALTER DATABASE",
        ];
        match self.one_of(&verbs)? {
            "CREATE UNIQUE INDEX" | "CREATE INDEX" => self.create_index(),
            "DROP INDEX" => self.drop_index(),
            "DROP TABLE" => {
                self.words("IF EXISTS");
                let (tables, cascade) = self.names_to_the_end()?;
                Some(Kind::DropTables { tables, cascade })
            }
            "DROP SCHEMA" => {
                self.words("IF EXISTS");
                let (names, cascade) = self.names_to_the_end()?;
                let schemas = names.into_iter().map(|name| name.name).collect();
                cascade.then_some(Kind::DropSchemasCascade { schemas })
            }
            "TRUNCATE" => {
                self.words("TABLE");
                let (tables, cascade) = self.names_to_the_end()?;
                Some(Kind::Truncate { tables, cascade })
            }
            "REINDEX" => self.reindex(),
            "CLUSTER" => {
                self.words("VERBOSE");
                self.options("VERBOSE");
                self.at_end().then_some(Kind::Standalone("CLUSTER"))
            }
            "ALTER DATABASE" => {
                self.identifier()?;
                self.words("SET TABLESPACE")
                    .then_some(Kind::Standalone("ALTER DATABASE SET TABLESPACE"))
            }
            _ => self.alter_table(),
        }
    }

    fn create_index(&mut self) -> Option<Kind> {
        if !self.words("CONCURRENTLY") {
            return None;
        }
        let read = |reader: &mut Self| {
            let if_not_exists = reader.words("IF NOT EXISTS");
            let index = if reader.words("ON") {
                None
            } else {
                let index = reader.identifier()?;
                reader.words("ON").then_some(Some(index))?
            };
            reader.words("ONLY");
            let table = reader.name()?;
            Some(Kind::CreateIndexConcurrently {
                index,
                table,
                if_not_exists,
            })
        };
        read(self).or(Some(Kind::Standalone("CREATE INDEX CONCURRENTLY")))
    }

    fn drop_index(&mut self) -> Option<Kind> {
        if !self.words("CONCURRENTLY") {
            return None;
        }
        let if_exists = self.words("IF EXISTS");
        Some(match self.names_to_the_end() {
            Some((indexes, _)) => Kind::DropIndexConcurrently { indexes, if_exists },
            None => Kind::Standalone("DROP INDEX CONCURRENTLY"),
        })
    }

    fn reindex(&mut self) -> Option<Kind> {
        let mut concurrently = self.options("CONCURRENTLY");
        let scope = match self.one_of(&["INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"])? {
            "INDEX" => ReindexScope::Index,
            "TABLE" => ReindexScope::Table,
            "SCHEMA" => ReindexScope::Schema,
            "DATABASE" => ReindexScope::Database,
            _ => return Some(Kind::Standalone("REINDEX SYSTEM")),
        };
        concurrently |= self.words("CONCURRENTLY");
        match (concurrently, scope) {
            (true, _) => Some(Kind::ReindexConcurrently {
                scope,
                name: self.name(),
            }),
            (false, ReindexScope::Schema) => Some(Kind::Standalone("REINDEX SCHEMA")),
            (false, ReindexScope::Database) => Some(Kind::Standalone("REINDEX DATABASE")),
            (false, ReindexScope::Index | ReindexScope::Table) => None,
        }
    }

    fn alter_table(&mut self) -> Option<Kind> {
        self.words("IF EXISTS");
        self.words("ONLY");
        let table = self.name()?;
        self.operator("*");
        if self.words("DETACH PARTITION") {
            let partition = self.name()?;
            return self
                .words("CONCURRENTLY")
                .then_some(Kind::DetachPartitionConcurrently { table, partition });
        }
        let mut columns = Vec::new();
        let mut cascade = false;
        loop {
            if self.words("DROP") && !self.words("CONSTRAINT") {
                self.words("COLUMN");
                self.words("IF EXISTS");
                columns.push(self.identifier()?);
                cascade |= self.one_of(&["CASCADE", "RESTRICT"]) == Some("CASCADE");
            }
            if !self.skip_to_comma() {
                break;
            }
        }
        (!columns.is_empty()).then_some(Kind::DropColumns {
            table,
            columns,
            cascade,
        })
    }
}

#[cfg(test)]
mod tests;
