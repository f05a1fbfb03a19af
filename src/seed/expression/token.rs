//! Tokens as the parser wants them: names folded, strings without their quotes.

use super::Unsupported;
use crate::sql::{Lexeme, Lexer, TokenKind};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword or a name, in lower case.
    Word(String),
    /// A quoted name.
    Name(String),
    Text(String),
    Number(String),
    Operator(String),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Comma,
    Dot,
    /// What no expression has.
    Other,
}

/// A token and where it stands, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) token: Token,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Reads a text into its tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Spot>, Unsupported> {
    let mut spots = Vec::new();
    for lexeme in Lexer::new(text) {
        let lexeme = lexeme.map_err(|error| Unsupported(error.to_string()))?;
        if lexeme.kind == TokenKind::Operator {
            operators(lexeme, text, &mut spots);
        } else if !lexeme.kind.is_comment() {
            spots.push(Spot {
                token: token(lexeme, text)?,
                start: lexeme.start,
                end: lexeme.end,
            });
        }
    }
    Ok(spots)
}

fn token(lexeme: Lexeme, text: &str) -> Result<Token, Unsupported> {
    let raw = lexeme.text(text);
    Ok(match lexeme.kind {
        TokenKind::Word => Token::Word(raw.to_ascii_lowercase()),
        TokenKind::Quoted if raw.starts_with('"') => {
            Token::Name(raw[1..raw.len() - 1].replace("\"\"", "\""))
        }
        TokenKind::Text => {
            let body = string(raw);
            Token::Text(body.ok_or_else(|| Unsupported(format!("the string `{raw}` is not read")))?)
        }
        TokenKind::Number => Token::Number(raw.to_owned()),
        TokenKind::Open => Token::Open,
        TokenKind::Close => Token::Close,
        TokenKind::Comma => Token::Comma,
        TokenKind::Dot => Token::Dot,
        TokenKind::Other if raw == "[" => Token::OpenBracket,
        TokenKind::Other if raw == "]" => Token::CloseBracket,
        _ => Token::Other,
    })
}

/// Cuts a run of operator characters as PostgreSQL does: `::` alone, and no sign at the end of an
/// operator that has none of the characters which allow it.
fn operators(lexeme: Lexeme, text: &str, spots: &mut Vec<Spot>) {
    let mut at = lexeme.start;
    while at < lexeme.end {
        let rest = &text[at..lexeme.end];
        let length = if rest.starts_with("::") {
            2
        } else if rest.starts_with(':') {
            1
        } else {
            let run = rest.find(':').unwrap_or(rest.len());
            let signed = rest[..run].contains(|c| "~!@#%^&|`?".contains(c));
            let kept = if signed {
                run
            } else {
                rest[..run].trim_end_matches(['+', '-']).len()
            };
            // What is left of nothing but signs is the first of them.
            kept.max(1)
        };
        spots.push(Spot {
            token: Token::Operator(rest[..length].to_owned()),
            start: at,
            end: at + length,
        });
        at += length;
    }
}

/// What a string says.
fn string(raw: &str) -> Option<String> {
    match raw.as_bytes().first()? {
        b'\'' => Some(raw[1..raw.len() - 1].replace("''", "'")),
        b'$' => {
            let tag = raw[1..].find('$')? + 2;
            Some(raw[tag..raw.len() - tag].to_owned())
        }
        b'e' | b'E' => escaped(&raw[2..raw.len() - 1]),
        _ => None,
    }
}

/// What the inside of an `E'…'` string says; nothing when it has escapes by number.
fn escaped(body: &str) -> Option<String> {
    let mut said = String::with_capacity(body.len());
    let mut characters = body.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => {
                characters.next();
                said.push('\'');
            }
            '\\' => said.push(match characters.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'x' | 'u' | 'U' | '0'..='7' => return None,
                other => other,
            }),
            other => said.push(other),
        }
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_cut_as_postgresql_does() {
        for (text, expected) in [
            ("a>=-1", "a >= - 1"),
            ("a<@b", "a <@ b"),
            ("a!~~-b", "a !~~- b"),
            ("-a::b", "- a :: b"),
            ("'x'::b", "'x' :: b"),
            ("--a\n+b", "+ b"),
        ] {
            let spots = tokens(text).unwrap();
            let shown: Vec<&str> = spots.iter().map(|s| &text[s.start..s.end]).collect();
            assert_eq!(shown.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn strings() {
        for (text, expected) in [
            ("'it''s'", "it's"),
            ("$a$x'y$a$", "x'y"),
            (r"E'a\\b\'c''d\n'", "a\\b'c'd\n"),
            (r"'a\b'", r"a\b"),
        ] {
            let spots = tokens(text).unwrap();
            assert_eq!(spots[0].token, Token::Text(expected.to_owned()), "{text}");
        }
        assert!(tokens(r"E'\x41'").is_err());
        assert!(tokens("'a").is_err());
    }
}
