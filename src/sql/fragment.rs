//! Pieces of a statement that people write: whether they stay within what they are put into.

use super::lex::{Lexeme, Lexer, TokenKind};

/// Whether a text can stand between parentheses as one expression.
#[must_use]
pub fn is_expression(text: &str) -> bool {
    tokens(text).is_some_and(|tokens| !tokens.is_empty() && is_closed(&tokens))
}

/// Whether a text calls one function: a name, and its arguments to the end.
#[must_use]
pub fn is_call(text: &str) -> bool {
    let Some(tokens) = tokens(text) else {
        return false;
    };
    let Some(open) = tokens
        .iter()
        .position(|token| token.kind == TokenKind::Open)
    else {
        return false;
    };
    let (name, arguments) = tokens.split_at(open);
    let is_part = |token: &Lexeme| matches!(token.kind, TokenKind::Word | TokenKind::Quoted);
    let is_name = name.len() % 2 == 1
        && name.iter().step_by(2).all(is_part)
        && name
            .iter()
            .skip(1)
            .step_by(2)
            .all(|token| token.kind == TokenKind::Dot);
    // All but the last parenthesis close within the first one.
    let [_, inner @ .., last] = arguments else {
        return false;
    };
    is_name && last.kind == TokenKind::Close && is_closed(inner)
}

/// The tokens without comments; `None` where there is a quote that does not end.
fn tokens(text: &str) -> Option<Vec<Lexeme>> {
    let tokens: Vec<Lexeme> = Lexer::new(text).collect::<Result<_, _>>().ok()?;
    Some(
        tokens
            .into_iter()
            .filter(|token| !token.kind.is_comment())
            .collect(),
    )
}

/// Whether each parenthesis is closed after it is opened, and no statement ends.
fn is_closed(tokens: &[Lexeme]) -> bool {
    let mut depth = 0_usize;
    for token in tokens {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close if depth == 0 => return false,
            TokenKind::Close => depth -= 1,
            TokenKind::Semicolon => return false,
            _ => {}
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        for text in [
            "a = 1",
            "(a) = (b)",
            "a = ')'",
            "a -- )\n = 1",
            "a = $$;)$$",
            "a = \";)\"",
        ] {
            assert!(is_expression(text), "{text}");
        }
        for text in [
            "",
            "-- a",
            "true) OR (true",
            "(a",
            "a; b",
            "a)",
            "a = 'b",
            "/* a",
        ] {
            assert!(!is_expression(text), "{text}");
        }
    }

    #[test]
    fn calls() {
        for text in [
            "f()",
            "a.f(1, 'x)')",
            "\"a b\".\"f(\"((1), (2))",
            " a.f ( now() ) ",
            "f() -- x",
        ] {
            assert!(is_call(text), "{text}");
        }
        for text in [
            "f",
            "f() + 1",
            "f(); g()",
            "f()()",
            "f(",
            "(f())",
            "a..f()",
            "a.f() g()",
            "1()",
            "",
        ] {
            assert!(!is_call(text), "{text}");
        }
    }
}
