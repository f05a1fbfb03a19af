//! Tokens, as PostgreSQL's own scanner sees them.
//!
//! Built on `squawk_lexer`, with what reading statements needs on top: byte offsets, operators in
//! one piece, unterminated quotes as errors, and the second half of `E'…'` strings that go on after
//! a line break.

use squawk_lexer::{LiteralKind, TokenKind as Raw};

use super::{Position, SqlError};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A keyword or an unquoted identifier.
    Word,
    /// `"…"` or `U&"…"`.
    Quoted,
    /// A string of any kind, also `$tag$…$tag$`.
    Text,
    /// A number.
    Number,
    /// `$1`.
    Parameter,
    /// Operator characters and colons that stand together.
    Operator,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `;`
    Semicolon,
    /// `[`, `]`, and what no SQL has.
    Other,
    /// `-- …`
    LineComment,
    /// `/* … */`
    BlockComment,
}

impl TokenKind {
    pub(crate) fn is_comment(self) -> bool {
        matches!(self, Self::LineComment | Self::BlockComment)
    }
}

/// A token and where it stands, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lexeme {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Lexeme {
    pub(crate) fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }
}

/// Gives the tokens and comments of a text, without the space between them. After an error it ends.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Where an `E'…'` string ended, while only space and line comments have followed.
    escape_string: Option<usize>,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            escape_string: None,
        }
    }

    /// The next token of the crate, and its length. Space and words are most of any text, and are
    /// read here, by the byte; so is a byte-order mark inside a text, which PostgreSQL takes for a
    /// letter and the crate for space.
    fn raw(&self) -> Option<(Raw, usize)> {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let run = |inside: fn(u8) -> bool| {
            let length = bytes.iter().position(|byte| !inside(*byte));
            length.unwrap_or(bytes.len())
        };
        let first = *bytes.first()?;
        if is_space(first) {
            return Some((Raw::Whitespace, run(is_space)));
        }
        // `E'`, `U&'`: the letter may belong to a string.
        let prefix = matches!(bytes.get(1), Some(b'\'' | b'&'));
        if is_word(first) && !first.is_ascii_digit() && first != b'$' && !prefix {
            return Some((Raw::Ident, run(is_word)));
        }
        let token = squawk_lexer::tokenize(rest).next()?;
        Some((token.kind, token.len as usize))
    }

    /// The place where an `E'…'` string goes on: PostgreSQL joins strings that a line break
    /// separates, and the second half has backslash escapes too.
    fn continued(&self) -> Option<usize> {
        let gap = &self.text[self.escape_string?..self.at];
        let rest = &self.text[self.at..];
        if !rest.starts_with('\'') || !gap.contains(['\n', '\r']) {
            return None;
        }
        let bytes = rest.as_bytes();
        let mut at = 1;
        loop {
            match bytes.get(at) {
                None => return Some(rest.len() + 1),
                Some(b'\\') => at += 2,
                Some(b'\'') if bytes.get(at + 1) == Some(&b'\'') => at += 2,
                Some(b'\'') => return Some(at + 1),
                Some(_) => at += 1,
            }
        }
    }

    fn unterminated(&mut self, what: &str) -> SqlError {
        let position = Position::of_byte(self.text, self.at);
        self.at = self.text.len();
        SqlError::new(format!("{what} that begins here does not end"), position)
    }
}

impl Iterator for Lexer<'_> {
    type Item = Result<Lexeme, SqlError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (raw, length) = loop {
            match self.raw()? {
                (Raw::Whitespace, length) => self.at += length,
                found => break found,
            }
        };
        let start = self.at;
        if let Some(length) = self.continued() {
            if start + length > self.text.len() {
                return Some(Err(self.unterminated("the string")));
            }
            self.at += length;
            self.escape_string = Some(self.at);
            return Some(Ok(Lexeme {
                kind: TokenKind::Text,
                start,
                end: self.at,
            }));
        }
        if let Some(what) = missing_end(raw) {
            return Some(Err(self.unterminated(what)));
        }
        let kind = kind_of(raw);
        self.at += length;
        if kind == TokenKind::Operator {
            while let Some((next, length)) = self.raw()
                && kind_of(next) == TokenKind::Operator
            {
                self.at += length;
            }
        }
        self.escape_string = match raw {
            Raw::Literal {
                kind: LiteralKind::EscStr { .. },
            } => Some(self.at),
            Raw::LineComment => self.escape_string,
            _ => None,
        };
        Some(Ok(Lexeme {
            kind,
            start,
            end: self.at,
        }))
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// Names the token that the text ends in the middle of.
fn missing_end(raw: Raw) -> Option<&'static str> {
    use LiteralKind::{
        BitStr, ByteStr, DollarQuotedString, EscStr, NationalStr, Str, UnicodeEscStr,
    };
    match raw {
        Raw::BlockComment { terminated: false } => Some("the comment"),
        Raw::QuotedIdent {
            terminated: false, ..
        } => Some("the quoted name"),
        Raw::Literal { kind } => match kind {
            DollarQuotedString { terminated: false } => Some("the dollar-quoted string"),
            Str { terminated: false }
            | NationalStr { terminated: false }
            | ByteStr { terminated: false }
            | BitStr { terminated: false }
            | UnicodeEscStr { terminated: false }
            | EscStr { terminated: false } => Some("the string"),
            _ => None,
        },
        _ => None,
    }
}

fn kind_of(raw: Raw) -> TokenKind {
    match raw {
        Raw::Ident => TokenKind::Word,
        Raw::QuotedIdent { .. } => TokenKind::Quoted,
        Raw::Literal {
            kind: LiteralKind::Int { .. } | LiteralKind::Numeric { .. },
        } => TokenKind::Number,
        Raw::Literal { .. } => TokenKind::Text,
        Raw::PositionalParam { .. } => TokenKind::Parameter,
        Raw::OpenParen => TokenKind::Open,
        Raw::CloseParen => TokenKind::Close,
        Raw::Comma => TokenKind::Comma,
        Raw::Dot => TokenKind::Dot,
        Raw::Semi => TokenKind::Semicolon,
        Raw::LineComment => TokenKind::LineComment,
        Raw::BlockComment { .. } => TokenKind::BlockComment,
        Raw::Slash
        | Raw::Minus
        | Raw::Colon
        | Raw::Eq
        | Raw::Gt
        | Raw::And
        | Raw::Lt
        | Raw::Bang
        | Raw::Plus
        | Raw::Tilde
        | Raw::Pound
        | Raw::Question
        | Raw::Or
        | Raw::Percent
        | Raw::Caret
        | Raw::Star
        | Raw::Backtick
        | Raw::At => TokenKind::Operator,
        Raw::OpenBracket
        | Raw::CloseBracket
        | Raw::OpenCurly
        | Raw::CloseCurly
        | Raw::DotDot
        | Raw::Unknown
        | Raw::Whitespace
        | Raw::Eof => TokenKind::Other,
    }
}

#[cfg(test)]
mod tests;
