//! Columns and calls.

use super::{Function, Node, Parsed, Parser, Token, Unsupported, binding};

impl Parser<'_> {
    /// Reads a column, or a call of a function.
    pub(super) fn column_or_call(&mut self, start: usize) -> Parsed {
        let mut parts = self.name_parts()?;
        let name = parts.pop().unwrap_or_default();
        if !self.take(&Token::Open) {
            // What stands before the column may name another row.
            parts.push(name);
            return Ok(Node::Column(parts.join(".")));
        }
        let inside = self.at;
        let built_in = match parts.as_slice() {
            [] => true,
            [schema] => schema == "pg_catalog",
            _ => false,
        };
        if built_in && let Some(node) = self.worded_call(&name) {
            return Ok(node);
        }
        self.at = inside;
        let Ok(arguments) = self.arguments() else {
            return self.skipped(start, inside);
        };
        let function = built_in.then(|| Function::named(&name, arguments.len()));
        let beyond = arguments.iter().any(|node| matches!(node, Node::Beyond(_)));
        Ok(match function.flatten() {
            Some(function) if !beyond => Node::Call(function, arguments).folded(),
            _ => self.unknown(start, arguments),
        })
    }

    /// Reads expressions between commas, and the `)` after them.
    pub(super) fn arguments(&mut self) -> Result<Vec<Node>, Unsupported> {
        let mut arguments = Vec::new();
        if self.take(&Token::Close) {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(0)?);
            if self.take(&Token::Close) {
                return Ok(arguments);
            }
            self.expect(&Token::Comma)?;
        }
    }

    /// The calls that have words between their arguments; nothing when this is none.
    fn worded_call(&mut self, name: &str) -> Option<Node> {
        let (function, arguments) = match name {
            "extract" => {
                let field = match self.token(0)? {
                    Token::Word(field) | Token::Name(field) | Token::Text(field) => field.clone(),
                    _ => return None,
                };
                self.at += 1;
                self.expect_word("from").ok()?;
                (
                    Function::Extract,
                    vec![Node::text(field), self.expression(0).ok()?],
                )
            }
            "substring" => {
                let mut arguments = vec![self.expression(0).ok()?];
                if !self.word("from") && !self.take(&Token::Comma) {
                    return None;
                }
                arguments.push(self.expression(0).ok()?);
                if self.word("for") || self.take(&Token::Comma) {
                    arguments.push(self.expression(0).ok()?);
                }
                (Function::Substring, arguments)
            }
            "position" => {
                let part = self.expression(binding::IN).ok()?;
                self.expect_word("in").ok()?;
                (Function::Position, vec![self.expression(0).ok()?, part])
            }
            "trim" => self.trim()?,
            _ => return None,
        };
        self.take(&Token::Close)
            .then(|| Node::Call(function, arguments).folded())
    }

    /// `trim([BOTH | LEADING | TRAILING] [characters] [FROM] text)`.
    fn trim(&mut self) -> Option<(Function, Vec<Node>)> {
        let function = if self.word("leading") {
            Function::Ltrim
        } else if self.word("trailing") {
            Function::Rtrim
        } else {
            self.word("both");
            Function::Btrim
        };
        if self.word("from") {
            return Some((function, vec![self.expression(0).ok()?]));
        }
        let mut arguments = vec![self.expression(0).ok()?];
        if self.word("from") {
            arguments.insert(0, self.expression(0).ok()?);
        } else if self.take(&Token::Comma) {
            arguments.push(self.expression(0).ok()?);
        }
        Some((function, arguments))
    }
}
