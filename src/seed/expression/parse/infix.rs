//! Operators between two operands, and after one.

use std::ops::ControlFlow::{self, Break, Continue};

use super::binding::{
    ADD, AND, CAST, COLLATE, COMPARE, IN, IS, MULTIPLY, OR, OTHER, POWER, SUBSCRIPT, ZONE,
};
use super::{Function, Node, Parsed, Parser, Token, Unsupported, build};
use crate::seed::expression::node::{Arithmetic, Comparison, Is};

impl Parser<'_> {
    /// Reads one operator that binds more closely than `least`, and what follows it; gives `left`
    /// back when there is none. `start` is the first token of `left`.
    pub(super) fn infix(
        &mut self,
        left: Node,
        start: usize,
        least: u8,
    ) -> Result<ControlFlow<Node, Node>, Unsupported> {
        match self.token(0).cloned() {
            Some(Token::Operator(operator)) => self.symbol(&operator, left, start, least),
            Some(Token::Word(word)) => self.keyword(&word, left, start, least),
            Some(Token::OpenBracket) if SUBSCRIPT > least => {
                self.at += 1;
                let place = self.expression(0)?;
                if !self.take(&Token::CloseBracket) {
                    return Err(self.unexpected());
                }
                Ok(Continue(
                    Node::Call(Function::Element, vec![left, place]).folded(),
                ))
            }
            // A field of what stands in parentheses.
            Some(Token::Dot) => {
                self.at += 2;
                Ok(Continue(self.unknown(start, vec![left])))
            }
            _ => Ok(Break(left)),
        }
    }

    fn symbol(
        &mut self,
        operator: &str,
        left: Node,
        start: usize,
        least: u8,
    ) -> Result<ControlFlow<Node, Node>, Unsupported> {
        let comparison = Comparison::of(operator);
        let binding = match operator {
            "::" => CAST,
            "+" | "-" => ADD,
            "*" | "/" | "%" => MULTIPLY,
            "^" => POWER,
            ":" | ":=" | "=>" => return Ok(Break(left)),
            _ if comparison.is_some() => COMPARE,
            _ => OTHER,
        };
        if binding <= least {
            return Ok(Break(left));
        }
        self.at += 1;
        if operator == "::" {
            let kind = self.type_name()?;
            return Ok(Continue(build::cast(left, kind)));
        }
        if self.is_quantified() {
            return self.quantified(operator, left, start).map(Continue);
        }
        let right = self.expression(binding)?;
        let arithmetic = match operator {
            "+" => Some(Arithmetic::Add),
            "-" => Some(Arithmetic::Subtract),
            "*" => Some(Arithmetic::Multiply),
            "/" => Some(Arithmetic::Divide),
            "%" => Some(Arithmetic::Remainder),
            _ => None,
        };
        let node = match (comparison, arithmetic) {
            (Some(comparison), _) => Some(Node::Compare(
                comparison,
                Box::new([left.clone(), right.clone()]),
            )),
            (_, Some(operator)) => Some(Node::Arithmetic(
                operator,
                Box::new([left.clone(), right.clone()]),
            )),
            _ => build::operator(operator, left.clone(), right.clone()),
        };
        let unknown = || self.unknown(start, vec![left, right]);
        Ok(Continue(node.map_or_else(unknown, Node::folded)))
    }

    /// Whether `ANY (` or `ALL (` comes next.
    pub(super) fn is_quantified(&self) -> bool {
        let word = ["any", "some", "all"]
            .iter()
            .any(|word| self.peek_word(word));
        word && self.token(1) == Some(&Token::Open)
    }

    /// What follows an operator before `ANY (array)` or `ALL (array)`.
    pub(super) fn quantified(&mut self, operator: &str, left: Node, start: usize) -> Parsed {
        let all = self.peek_word("all");
        self.at += 1;
        let array = self.primary()?;
        let node = build::any(operator, left.clone(), array.clone(), all);
        Ok(node.unwrap_or_else(|| self.unknown(start, vec![left, array])))
    }

    fn keyword(
        &mut self,
        word: &str,
        left: Node,
        start: usize,
        least: u8,
    ) -> Result<ControlFlow<Node, Node>, Unsupported> {
        // `NOT IN`, `NOT LIKE`, `NOT BETWEEN`.
        let negated = word == "not";
        let word = match self.token(1) {
            Some(Token::Word(next)) if negated => next.clone(),
            _ => word.to_owned(),
        };
        let binding = match word.as_str() {
            "or" => OR,
            "and" => AND,
            "is" | "isnull" | "notnull" => IS,
            "between" | "in" | "like" | "ilike" | "similar" => IN,
            "overlaps" => OTHER,
            "at" => ZONE,
            "collate" => COLLATE,
            _ => return Ok(Break(left)),
        };
        if binding <= least || (negated && binding != IN) {
            return Ok(Break(left));
        }
        self.at += 1 + usize::from(negated);
        let node = match word.as_str() {
            "or" => build::or(left, self.expression(OR)?),
            "and" => build::and(left, self.expression(AND)?),
            "is" => self.is(left, start)?,
            "isnull" | "notnull" => is(left, Is::Null, word == "notnull"),
            "between" => self.between(left)?,
            "in" => self.list(left, start)?,
            "like" | "ilike" => self.like(left, start, word == "ilike")?,
            "collate" => {
                self.name_parts()?;
                left
            }
            "at" => self.zone(left, start)?,
            _ => {
                self.word("to");
                let right = self.expression(binding)?;
                self.unknown(start, vec![left, right])
            }
        };
        let node = if negated { node.negated() } else { node };
        Ok(Continue(node.folded()))
    }
}

pub(super) fn is(operand: Node, what: Is, negated: bool) -> Node {
    Node::Is {
        operand: Box::new(operand),
        what,
        negated,
    }
}
