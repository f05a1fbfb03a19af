//! Splits a text into statements, by psql's rule (`psqlscan.l`): a `;` ends a statement where no
//! parenthesis is open, outside the body `BEGIN ATOMIC … END` of a routine.
//!
//! Where psql's reading differs from the server's, the server's counts: psql takes every `begin`
//! in `CREATE FUNCTION` for the start of a body, and an `E'…'` string that goes on in the next
//! line for two strings. Here only `BEGIN ATOMIC` opens a body, so a function may be called
//! `begin`, and a column `AS end`.

use std::fmt;
use std::ops::Range;

use super::lex::Lexeme;
use super::{Kind, Lexer, Position, TokenKind, read};

/// One statement of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its bytes: from its first token to its last, without the `;`.
    pub range: Range<usize>,
    /// Where it begins.
    pub position: Position,
    /// What it is.
    pub kind: Kind,
}

impl Statement {
    /// Returns the statement's own part of the text that it was split from.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.range.clone()]
    }
}

/// A text that cannot be split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlError {
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub position: Position,
    /// What to do.
    pub hint: Option<&'static str>,
}

impl SqlError {
    pub(super) fn new(message: impl Into<String>, position: Position) -> Self {
        Self {
            message: message.into(),
            position,
            hint: None,
        }
    }

    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.message, self.position)
    }
}

impl std::error::Error for SqlError {}

/// Splits a text into its statements. Comments and space around them belong to none; empty
/// statements (`;;`) are left out.
///
/// # Errors
///
/// A quote, comment, parenthesis or `BEGIN ATOMIC` without its end, a `)` too many, a NUL byte, a
/// psql command (`\i`), `COPY` from or to the client.
pub fn split(text: &str) -> Result<Vec<Statement>, SqlError> {
    if let Some(offset) = text.find('\0') {
        return Err(
            SqlError::new("the text holds a NUL byte", Position::of_byte(text, offset))
                .hint("Remove it; PostgreSQL's texts cannot hold one."),
        );
    }
    let mut splitter = Splitter {
        text,
        statements: Vec::new(),
        place: (0, Position::START),
        start: None,
        tokens: Vec::new(),
        last: [None; 2],
        cut: false,
        parentheses: Vec::new(),
        bodies: Vec::new(),
    };
    for lexeme in Lexer::new(text) {
        let lexeme = lexeme?;
        if !lexeme.kind.is_comment() {
            splitter.take(lexeme)?;
        }
    }
    splitter.finish()
}

/// How many tokens of a statement are looked at. What is longer is a list of values.
const TOKENS_READ: usize = 4096;

struct Splitter<'a> {
    text: &'a str,
    statements: Vec<Statement>,
    /// A byte before the next statement, and its place.
    place: (usize, Position),
    /// Where the statement began that is being read.
    start: Option<usize>,
    /// Its first tokens; `cut` when there are more.
    tokens: Vec<Lexeme>,
    cut: bool,
    /// Its last two tokens.
    last: [Option<Lexeme>; 2],
    /// Where each open parenthesis stands.
    parentheses: Vec<usize>,
    /// Where each open `BEGIN ATOMIC`, and `CASE` in it, stands.
    bodies: Vec<usize>,
}

impl Splitter<'_> {
    fn take(&mut self, token: Lexeme) -> Result<(), SqlError> {
        match token.kind {
            TokenKind::Open => self.parentheses.push(token.start),
            TokenKind::Close if self.parentheses.pop().is_none() => {
                return Err(self.error("`)` without its `(`", token.start));
            }
            TokenKind::Semicolon if self.parentheses.is_empty() && self.bodies.is_empty() => {
                self.end_statement();
                return Ok(());
            }
            TokenKind::Word if self.parentheses.is_empty() => self.word(token)?,
            TokenKind::Other if token.text(self.text) == "\\" => {
                return Err(self.psql_command(token));
            }
            _ => {}
        }
        self.start.get_or_insert(token.start);
        if self.tokens.len() < TOKENS_READ {
            self.tokens.push(token);
        } else {
            self.cut = true;
        }
        self.last = [self.last[1], Some(token)];
        Ok(())
    }

    /// Looks at a word outside parentheses.
    fn word(&mut self, token: Lexeme) -> Result<(), SqlError> {
        let word = token.text(self.text);
        let is = |expected: &str| word.eq_ignore_ascii_case(expected);
        // Of the two words that can close a body or a CASE, the first stands there as a label too.
        let label = self.last[1].is_some_and(|last| last.kind == TokenKind::Dot)
            || self.last_word_is(1, "as");
        if is("atomic") && self.last_word_is(1, "begin") && self.defines_routine() {
            self.bodies.push(token.start);
        } else if !self.bodies.is_empty() && !label {
            if is("case") {
                self.bodies.push(token.start);
            } else if is("end") {
                self.bodies.pop();
            }
        } else if (is("stdin") && self.last_word_is(1, "from")
            || is("stdout") && self.last_word_is(1, "to"))
            && self.first_words_are(&["copy"])
        {
            let start = self.start.unwrap_or(token.start);
            return Err(self
                .error("`COPY` from or to the client in a migration", start)
                .hint("Use INSERT, or a file of the module's `seeds` folder."));
        }
        Ok(())
    }

    fn last_word_is(&self, back: usize, word: &str) -> bool {
        self.last[2 - back].is_some_and(|token| self.is_word(token, word))
    }

    fn is_word(&self, token: Lexeme, word: &str) -> bool {
        token.kind == TokenKind::Word && token.text(self.text).eq_ignore_ascii_case(word)
    }

    fn first_words_are(&self, words: &[&str]) -> bool {
        self.tokens.len() >= words.len()
            && words
                .iter()
                .zip(&self.tokens)
                .all(|(word, token)| self.is_word(*token, word))
    }

    fn defines_routine(&self) -> bool {
        ["function", "procedure"].iter().any(|routine| {
            self.first_words_are(&["create", routine])
                || self.first_words_are(&["create", "or", "replace", routine])
        })
    }

    fn end_statement(&mut self) {
        if let (Some(start), Some(last)) = (self.start, self.last[1]) {
            let position = self.place.1.advance(self.text, self.place.0, start);
            self.place = (start, position);
            self.statements.push(Statement {
                range: start..last.end,
                position,
                kind: read::kind(self.text, &self.tokens, self.cut, self.last),
            });
        }
        self.start = None;
        self.tokens.clear();
        self.cut = false;
        self.last = [None; 2];
    }

    fn finish(mut self) -> Result<Vec<Statement>, SqlError> {
        if let Some(start) = self.parentheses.first() {
            return Err(self.error("`(` without its `)`", *start));
        }
        if let Some(start) = self.bodies.first() {
            return Err(self.error("`BEGIN ATOMIC` without its `END`", *start));
        }
        self.end_statement();
        Ok(self.statements)
    }

    fn psql_command(&self, token: Lexeme) -> SqlError {
        let rest = &self.text[token.start..];
        let end = rest.find(|c: char| c.is_whitespace() || c == ';');
        let command: String = rest[..end.unwrap_or(rest.len())].chars().take(20).collect();
        self.error(
            &format!("`{command}` is a command of psql, not SQL"),
            token.start,
        )
        .hint("Remove it; a migration holds nothing but SQL statements.")
    }

    fn error(&self, message: &str, offset: usize) -> SqlError {
        SqlError::new(message, Position::of_byte(self.text, offset))
    }
}

#[cfg(test)]
mod tests;
