//! Constants, columns, calls, and what stands in parentheses.

use super::{Node, Parsed, Parser, Token, Unsupported, build};
use crate::seed::expression::decimal::Decimal;
use crate::seed::expression::node::Comparison;
use crate::seed::value::Value;

/// Words that are no column when nothing quotes them.
const RESERVED: &[&str] = &[
    "all", "and", "any", "as", "asc", "between", "check", "collate", "desc", "distinct", "else",
    "end", "for", "from", "group", "having", "in", "is", "isnull", "like", "ilike", "limit", "not",
    "notnull", "on", "or", "order", "select", "similar", "some", "then", "to", "union", "using",
    "when", "where", "with",
];

/// Words that are functions without parentheses: another value each day, or for each user.
const MOMENTS: &[&str] = &[
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
    "current_user",
    "session_user",
    "user",
    "current_role",
    "current_schema",
    "current_catalog",
];

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Parsed {
        let start = self.at;
        match self.token(0).cloned() {
            Some(Token::Number(number)) => {
                self.at += 1;
                let whole = number.parse().ok().map(Value::Int);
                let decimal = || Decimal::parse(&number).map(Value::from);
                // With more digits than a decimal holds.
                let float = || number.parse().ok().map(Value::Float);
                let value = whole.or_else(decimal).or_else(float);
                let value = value.ok_or_else(|| Unsupported(format!("`{number}` is no number")))?;
                Ok(Node::Constant(value))
            }
            Some(Token::Text(text)) => {
                self.at += 1;
                Ok(Node::text(text))
            }
            Some(Token::Open) => self.parentheses(start),
            Some(Token::Word(word)) => self.named(&word, start),
            Some(Token::Name(_)) => self.column_or_call(start),
            _ => Err(self.unexpected()),
        }
    }

    fn parentheses(&mut self, start: usize) -> Parsed {
        self.at += 1;
        match self.expression(0) {
            Ok(node) if self.take(&Token::Close) => Ok(node),
            // A row, a query, or what is not followed.
            _ => self.skipped(start, start + 1),
        }
    }

    /// Takes a parenthesis, whose inside begins at a token, for something that is not understood.
    pub(super) fn skipped(&mut self, start: usize, inside: usize) -> Parsed {
        self.at = inside;
        self.skip_to_close()?;
        Ok(self.unknown(start, Vec::new()))
    }

    fn named(&mut self, word: &str, start: usize) -> Parsed {
        let next = self.token(1).cloned();
        match (word, &next) {
            (_, Some(Token::Text(_))) | ("timestamp" | "time" | "double" | "character", _)
                if !RESERVED.contains(&word) =>
            {
                if let Some(node) = self.typed_constant() {
                    return Ok(node);
                }
                self.at = start;
            }
            ("array", Some(Token::OpenBracket)) => return self.array(start),
            ("cast", Some(Token::Open)) => {
                self.at += 2;
                let node = self.expression(0)?;
                self.expect_word("as")?;
                let kind = self.type_name()?;
                self.expect(&Token::Close)?;
                return Ok(build::cast(node, kind));
            }
            ("case", _) => return self.case(),
            _ => {}
        }
        let constant = match word {
            "null" => Some(Value::Null),
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        };
        if let Some(value) = constant {
            self.at += 1;
            return Ok(Node::Constant(value));
        }
        if RESERVED.contains(&word) {
            return Err(self.unexpected());
        }
        if MOMENTS.contains(&word) {
            self.at += 1;
            let inside = self.at + 1;
            if self.token(0) == Some(&Token::Open) {
                return self.skipped(start, inside);
            }
            return Ok(self.unknown(start, Vec::new()));
        }
        self.column_or_call(start)
    }

    /// `interval '5 minutes'`, `date '2020-01-01'`.
    fn typed_constant(&mut self) -> Option<Node> {
        let kind = self.type_name().ok()?;
        let Some(Token::Text(text)) = self.token(0).cloned() else {
            return None;
        };
        self.at += 1;
        let mut text = text;
        if kind.name == "interval"
            && let Some(Token::Word(unit)) = self.token(0)
            && ["year", "month", "day", "hour", "minute", "second"].contains(&unit.as_str())
        {
            text = format!("{text} {unit}");
            self.at += 1;
        }
        Some(build::cast(Node::text(text), kind))
    }

    fn array(&mut self, start: usize) -> Parsed {
        self.at += 2;
        let mut elements = Vec::new();
        if !self.take(&Token::CloseBracket) {
            loop {
                elements.push(self.expression(0)?);
                if self.take(&Token::CloseBracket) {
                    break;
                }
                self.expect(&Token::Comma)?;
            }
        }
        if elements
            .iter()
            .any(|element| matches!(element, Node::Beyond(_)))
        {
            return Ok(self.unknown(start, elements));
        }
        Ok(Node::Array(elements).folded())
    }

    fn case(&mut self) -> Parsed {
        self.at += 1;
        let operand = if self.peek_word("when") {
            None
        } else {
            Some(self.expression(0)?)
        };
        let mut branches = Vec::new();
        while self.word("when") {
            let when = self.expression(0)?;
            let when = match &operand {
                Some(operand) => {
                    Node::Compare(Comparison::Equal, Box::new([operand.clone(), when]))
                }
                None => when,
            };
            self.expect_word("then")?;
            branches.push((when, self.expression(0)?));
        }
        let otherwise = if self.word("else") {
            self.expression(0)?
        } else {
            Node::null()
        };
        self.expect_word("end")?;
        let otherwise = Box::new(otherwise);
        Ok(Node::Case {
            branches,
            otherwise,
        }
        .folded())
    }
}
