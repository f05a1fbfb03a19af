//! Reads SQL text without a server: tokens, statements, positions, hashes, quoting.
//!
//! Everything here is pure and works on tokens; there is no grammar tree. Where a statement ends
//! is psql's rule, so a file means here what it means to `psql -f`. What PostgreSQL alone can know
//! (whether the statement is valid) is left to PostgreSQL.

mod fragment;
mod hash;
mod kind;
mod lex;
mod names;
mod normalise;
mod pattern;
mod position;
mod quote;
mod read;
mod reader;
mod split;

pub use fragment::{is_call, is_expression};
pub use hash::{RECIPE, UnknownRecipe, code_hash, text_hash, verify};
pub use kind::{Kind, Name, ReindexScope};
pub use names::qualified_names;
pub use normalise::normalise;
pub use pattern::matches_pattern;
pub use position::Position;
pub use quote::{dollar_quote, quote_ident, quote_literal};
pub use split::{SqlError, Statement, split};

pub(crate) use lex::{Lexeme, Lexer, TokenKind};
