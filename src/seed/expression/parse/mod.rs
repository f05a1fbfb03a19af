//! Reads an expression by the precedence of its operators.

mod build;
mod call;
mod infix;
mod keyword;
mod primary;
mod types;

use std::ops::ControlFlow;

use super::Unsupported;
use super::function::Function;
use super::node::Node;
use super::token::{Spot, Token, tokens};

/// How deep one expression may stand in another.
const DEPTH: u16 = 200;

/// What binds its operands how closely, as in PostgreSQL's grammar.
mod binding {
    pub(super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const IS: u8 = 4;
    pub(super) const COMPARE: u8 = 5;
    pub(super) const IN: u8 = 6;
    pub(super) const OTHER: u8 = 7;
    pub(super) const ADD: u8 = 8;
    pub(super) const MULTIPLY: u8 = 9;
    pub(super) const POWER: u8 = 10;
    pub(super) const ZONE: u8 = 11;
    pub(super) const COLLATE: u8 = 12;
    pub(super) const SIGN: u8 = 13;
    pub(super) const SUBSCRIPT: u8 = 14;
    pub(super) const CAST: u8 = 15;
}

/// Reads a whole text.
pub(super) fn parse(text: &str) -> Result<Node, Unsupported> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        text,
        tokens: &tokens,
        at: 0,
        depth: 0,
    };
    if parser.peek_word("check") && parser.token(1) == Some(&Token::Open) {
        parser.at = 1;
    }
    let node = parser.expression(0)?;
    parser.words(&["no", "inherit"]);
    parser.words(&["not", "valid"]);
    if parser.at < tokens.len() {
        return Err(parser.unexpected());
    }
    Ok(node)
}

/// The tokens of a text, and how many of them have been read.
struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Spot],
    at: usize,
    depth: u16,
}

type Parsed = Result<Node, Unsupported>;

impl Parser<'_> {
    /// Reads an expression of operators that bind more closely than `least`.
    fn expression(&mut self, least: u8) -> Parsed {
        if self.depth == DEPTH {
            return Err(Unsupported("the expression is too deep".to_owned()));
        }
        self.depth += 1;
        let read = self.operators(least);
        self.depth -= 1;
        read
    }

    fn operators(&mut self, least: u8) -> Parsed {
        let start = self.at;
        let mut node = self.prefix()?;
        loop {
            node = match self.infix(node, start, least)? {
                ControlFlow::Continue(node) => node,
                ControlFlow::Break(node) => return Ok(node),
            };
        }
    }

    fn prefix(&mut self) -> Parsed {
        let start = self.at;
        if self.word("not") {
            return Ok(self.expression(binding::NOT)?.negated().folded());
        }
        let Some(Token::Operator(operator)) = self.token(0) else {
            return self.primary();
        };
        let operator = operator.clone();
        self.at += 1;
        match operator.as_str() {
            "+" => self.expression(binding::SIGN),
            "-" => {
                let operand = self.expression(binding::SIGN)?;
                Ok(Node::Call(Function::Negate, vec![operand]).folded())
            }
            _ => {
                let operand = self.expression(binding::OTHER)?;
                Ok(self.unknown(start, vec![operand]))
            }
        }
    }

    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|spot| &spot.token)
    }

    /// Takes a token when it comes next.
    fn take(&mut self, token: &Token) -> bool {
        let found = self.token(0) == Some(token);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &Token) -> Result<(), Unsupported> {
        if self.take(token) {
            return Ok(());
        }
        Err(self.unexpected())
    }

    fn is_word(&self, ahead: usize, word: &str) -> bool {
        matches!(self.token(ahead), Some(Token::Word(found)) if found == word)
    }

    fn peek_word(&self, word: &str) -> bool {
        self.is_word(0, word)
    }

    /// Takes a word when it comes next.
    fn word(&mut self, word: &str) -> bool {
        self.words(&[word])
    }

    /// Takes words when all of them come next.
    fn words(&mut self, words: &[&str]) -> bool {
        let all = (0..)
            .zip(words)
            .all(|(ahead, word)| self.is_word(ahead, word));
        self.at += if all { words.len() } else { 0 };
        all
    }

    fn expect_word(&mut self, word: &str) -> Result<(), Unsupported> {
        if self.word(word) {
            return Ok(());
        }
        Err(self.unexpected())
    }

    /// An error at the next token.
    fn unexpected(&self) -> Unsupported {
        Unsupported(match self.tokens.get(self.at) {
            Some(spot) => format!(
                "`{}` is not expected here",
                &self.text[spot.start..spot.end]
            ),
            None => "the expression ends too early".to_owned(),
        })
    }

    /// What has been read since the token `start`, as something that is not understood.
    fn unknown(&self, start: usize, operands: Vec<Node>) -> Node {
        let from = self.tokens.get(start).map_or(0, |spot| spot.start);
        let last = self
            .at
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last));
        let to = last.map_or(from, |spot| spot.end);
        let text = self.text.get(from..to).unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        Node::Unknown {
            message: format!("`{}` is not understood", words.join(" ")),
            operands,
        }
    }

    /// Skips to the `)` of a parenthesis that has been opened, and past it.
    fn skip_to_close(&mut self) -> Result<(), Unsupported> {
        let mut open = 1;
        while let Some(token) = self.token(0) {
            match token {
                Token::Open => open += 1,
                Token::Close => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Ok(());
            }
        }
        Err(self.unexpected())
    }
}
