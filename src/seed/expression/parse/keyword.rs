//! What follows the operators that are words.

use super::binding::{IN, IS, ZONE};
use super::infix::is;
use super::{Node, Parsed, Parser, Token, build};
use crate::seed::expression::node::{Comparison, Is};
use crate::seed::value::Value;

impl Parser<'_> {
    /// What follows `IS`.
    pub(super) fn is(&mut self, left: Node, start: usize) -> Parsed {
        let negated = self.word("not");
        if self.words(&["distinct", "from"]) {
            let both = Box::new([left, self.expression(IS)?]);
            let node = Node::Distinct(both);
            return Ok(if negated { node.negated() } else { node });
        }
        for (word, what) in [
            ("null", Is::Null),
            ("unknown", Is::Null),
            ("true", Is::True),
            ("false", Is::False),
        ] {
            if self.word(word) {
                return Ok(is(left, what, negated));
            }
        }
        // IS JSON, IS NORMALIZED.
        match self.token(0) {
            Some(Token::Word(_)) => {
                self.at += 1;
                Ok(self.unknown(start, vec![left]))
            }
            _ => Err(self.unexpected()),
        }
    }

    pub(super) fn between(&mut self, left: Node) -> Parsed {
        let symmetric = self.word("symmetric");
        self.word("asymmetric");
        let low = self.expression(IN)?;
        self.expect_word("and")?;
        let high = self.expression(IN)?;
        let within = |low: &Node, high: &Node| {
            let at_least = Comparison::GreaterOrEqual;
            let at_most = Comparison::LessOrEqual;
            build::and(
                Node::Compare(at_least, Box::new([left.clone(), low.clone()])),
                Node::Compare(at_most, Box::new([left.clone(), high.clone()])),
            )
        };
        let forward = within(&low, &high);
        Ok(if symmetric {
            build::or(forward, within(&high, &low))
        } else {
            forward
        })
    }

    /// What follows `IN`.
    pub(super) fn list(&mut self, left: Node, start: usize) -> Parsed {
        self.expect(&Token::Open)?;
        let inside = self.at;
        match self.arguments() {
            Ok(items) if !items.is_empty() => Ok(build::in_list(left, items)),
            _ => {
                self.at = inside;
                self.skip_to_close()?;
                Ok(self.unknown(start, vec![left]))
            }
        }
    }

    pub(super) fn like(&mut self, left: Node, start: usize, ignore_case: bool) -> Parsed {
        if self.is_quantified() {
            let operator = if ignore_case { "~~*" } else { "~~" };
            return self.quantified(operator, left, start);
        }
        let pattern = self.expression(IN)?;
        let escape = if self.word("escape") {
            match self.expression(IN)? {
                Node::Constant(Value::Text(text)) => text.chars().next(),
                _ => return Ok(self.unknown(start, vec![left, pattern])),
            }
        } else {
            Some('\\')
        };
        let node = build::like(left.clone(), &pattern, escape, ignore_case);
        Ok(node.unwrap_or_else(|| self.unknown(start, vec![left, pattern])))
    }

    /// `AT TIME ZONE`: with UTC nothing changes, as timestamps are held in it.
    pub(super) fn zone(&mut self, left: Node, start: usize) -> Parsed {
        if !self.words(&["time", "zone"]) {
            return Err(self.unexpected());
        }
        match self.expression(ZONE)? {
            Node::Constant(Value::Text(zone)) if zone.eq_ignore_ascii_case("utc") => Ok(left),
            zone => Ok(self.unknown(start, vec![left, zone])),
        }
    }
}
