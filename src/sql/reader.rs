//! Takes words, names and lists from the tokens of a statement.

use super::Name;
use super::lex::{Lexeme, TokenKind};

/// The tokens of a statement that are not read yet.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Lexeme],
}

impl Reader<'_> {
    /// Takes the next token when it is this kind.
    pub(super) fn take(&mut self, kind: TokenKind) -> bool {
        let found = self.tokens.first().is_some_and(|token| token.kind == kind);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    /// Takes these words, separated by blanks here, when all of them come next.
    pub(super) fn words(&mut self, words: &str) -> bool {
        let mut rest = self.tokens;
        for word in words.split(' ') {
            match rest.split_first() {
                Some((token, after))
                    if token.kind == TokenKind::Word
                        && token.text(self.text).eq_ignore_ascii_case(word) =>
                {
                    rest = after;
                }
                _ => return false,
            }
        }
        self.tokens = rest;
        true
    }

    /// Takes the first of these that comes next.
    pub(super) fn one_of(&mut self, choices: &[&'static str]) -> Option<&'static str> {
        choices.iter().find(|words| self.words(words)).copied()
    }

    /// Takes an operator.
    pub(super) fn operator(&mut self, operator: &str) -> bool {
        let found = self.tokens.first().is_some_and(|token| {
            token.kind == TokenKind::Operator && token.text(self.text) == operator
        });
        found && self.take(TokenKind::Operator)
    }

    pub(super) fn at_end(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Takes `( … )`, and tells whether it switches `option` on.
    pub(super) fn options(&mut self, option: &str) -> bool {
        let mut on = false;
        if !self.take(TokenKind::Open) {
            return false;
        }
        while !self.at_end() && !self.take(TokenKind::Close) {
            if self.words(option) {
                let zero = self
                    .tokens
                    .first()
                    .is_some_and(|next| next.text(self.text) == "0");
                on = !zero && self.one_of(&["FALSE", "OFF"]).is_none();
            } else {
                self.tokens = &self.tokens[1..];
            }
        }
        on
    }

    pub(super) fn identifier(&mut self) -> Option<String> {
        let (token, rest) = self.tokens.split_first()?;
        let raw = token.text(self.text);
        let mut name = match token.kind {
            TokenKind::Word => raw.to_ascii_lowercase(),
            TokenKind::Quoted if raw.starts_with('"') => unquote(raw),
            TokenKind::Quoted => {
                self.tokens = rest;
                let escape = if self.words("UESCAPE") {
                    let (mark, rest) = self.tokens.split_first()?;
                    self.tokens = rest;
                    mark.text(self.text).chars().nth(1)?
                } else {
                    '\\'
                };
                let mut name = unescape(&unquote(&raw[2..]), escape)?;
                name.truncate(name.floor_char_boundary(63));
                return Some(name);
            }
            _ => return None,
        };
        self.tokens = rest;
        name.truncate(name.floor_char_boundary(63));
        Some(name)
    }

    /// Takes `name`, `schema.name` or `database.schema.name`.
    pub(super) fn name(&mut self) -> Option<Name> {
        let mut schema = None;
        let mut name = self.identifier()?;
        while self.take(TokenKind::Dot) {
            schema = Some(name);
            name = self.identifier()?;
        }
        Some(Name { schema, name })
    }

    /// Takes a list of names, then CASCADE or RESTRICT, and the end.
    pub(super) fn names_to_the_end(&mut self) -> Option<(Vec<Name>, bool)> {
        let mut names = Vec::new();
        loop {
            self.words("ONLY");
            names.push(self.name()?);
            self.operator("*");
            if !self.take(TokenKind::Comma) {
                break;
            }
        }
        self.one_of(&["RESTART IDENTITY", "CONTINUE IDENTITY"]);
        let cascade = self.one_of(&["CASCADE", "RESTRICT"]) == Some("CASCADE");
        self.at_end().then_some((names, cascade))
    }

    /// Goes behind the next comma that is not in parentheses or brackets.
    pub(super) fn skip_to_comma(&mut self) -> bool {
        let mut depth = 0_usize;
        while let Some((token, rest)) = self.tokens.split_first() {
            self.tokens = rest;
            match (token.kind, token.text(self.text)) {
                (TokenKind::Open, _) | (TokenKind::Other, "[") => depth += 1,
                (TokenKind::Close, _) | (TokenKind::Other, "]") => depth = depth.saturating_sub(1),
                (TokenKind::Comma, _) if depth == 0 => return true,
                _ => {}
            }
        }
        false
    }
}

fn unquote(quoted: &str) -> String {
    quoted[1..quoted.len() - 1].replace("\"\"", "\"")
}

/// Undoes the escapes of `U&"…"`: `\0061`, `\+000061`, `\\`; surrogate pairs make one character.
fn unescape(text: &str, escape: char) -> Option<String> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != escape {
            units.extend(c.encode_utf16(&mut [0; 2]).iter());
        } else if let Some(after) = rest.strip_prefix(escape) {
            units.extend(c.encode_utf16(&mut [0; 2]).iter());
            rest = after;
        } else {
            let (digits, length) = match rest.strip_prefix('+') {
                Some(after) => (after.get(..6)?, 7),
                None => (rest.get(..4)?, 4),
            };
            let code = u32::from_str_radix(digits, 16).ok()?;
            match u16::try_from(code) {
                Ok(unit) => units.push(unit),
                Err(_) => units.extend(char::from_u32(code)?.encode_utf16(&mut [0; 2]).iter()),
            }
            rest = &rest[length..];
        }
    }
    String::from_utf16(&units).ok()
}
