//! The names in a text.

use super::lex::{Lexer, TokenKind};

/// Returns each `first.second` in a text, as PostgreSQL would read the words; a third part is not
/// looked at. What cannot be read as tokens ends the list.
#[must_use]
pub fn qualified_names(text: &str) -> Vec<(String, String)> {
    let tokens: Vec<_> = Lexer::new(text)
        .map_while(Result::ok)
        .filter(|token| !token.kind.is_comment())
        .collect();
    let word = |index: usize| {
        let token: &super::lex::Lexeme = tokens.get(index)?;
        let raw = token.text(text);
        match token.kind {
            TokenKind::Word => Some(raw.to_ascii_lowercase()),
            TokenKind::Quoted if raw.starts_with('"') => {
                Some(raw[1..raw.len() - 1].replace("\"\"", "\""))
            }
            _ => None,
        }
    };
    let is_dot = |index: usize| {
        tokens
            .get(index)
            .is_some_and(|token| token.kind == TokenKind::Dot)
    };
    (0..tokens.len())
        .filter(|index| is_dot(index + 1) && (*index == 0 || !is_dot(index - 1)))
        .filter_map(|index| Some((word(index)?, word(index + 2)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_their_schema() {
        let text = "SELECT a.B, \"C d\".\"e\"\"f\", 'x.y', 1.5, g . h -- i.j\nFROM k.l.m, n";
        let names = qualified_names(text);
        let shown: Vec<String> = names.iter().map(|(a, b)| format!("{a}.{b}")).collect();
        assert_eq!(shown, ["a.b", "C d.e\"f", "g.h", "k.l"]);
    }
}
