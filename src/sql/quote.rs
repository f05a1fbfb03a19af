//! Quoting of names and values for SQL text.

/// Quotes an identifier: always, so that no list of keywords can be out of date.
#[must_use]
pub fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Quotes a string, for either value of `standard_conforming_strings`: a text with a backslash
/// becomes an `E'…'` string.
#[must_use]
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// Puts a text between dollar quotes, as it is, under the first of `$crmdb$`, `$crmdb1$`, … that
/// cannot end early.
#[must_use]
pub fn dollar_quote(text: &str) -> String {
    let mut tag = String::from("$crmdb$");
    let mut number = 0;
    loop {
        // Looked for with its closing tag: a text that ends with `$crmdb` would make one of it.
        let closed = format!("{text}{tag}");
        if closed.find(&tag) == Some(text.len()) {
            return format!("{tag}{closed}");
        }
        number += 1;
        tag = format!("$crmdb{number}$");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{Lexer, TokenKind};
    use proptest::prelude::*;

    #[test]
    fn identifiers() {
        assert_eq!(quote_ident("users"), r#""users""#);
        assert_eq!(quote_ident(r#"a"b"#), r#""a""b""#);
    }

    #[test]
    fn literals() {
        assert_eq!(quote_literal("it's"), "'it''s'");
        assert_eq!(quote_literal(r"a\'b"), r"E'a\\''b'");
        assert_eq!(quote_literal(""), "''");
    }

    #[test]
    fn dollar_quotes() {
        for (text, expected) in [
            ("", "$crmdb$$crmdb$"),
            ("x$", "$crmdb$x$$crmdb$"),
            ("x$crmdb", "$crmdb1$x$crmdb$crmdb1$"),
            ("$crmdb$", "$crmdb1$$crmdb$$crmdb1$"),
            ("$crmdb$ $crmdb1", "$crmdb2$$crmdb$ $crmdb1$crmdb2$"),
        ] {
            assert_eq!(dollar_quote(text), expected);
        }
    }

    /// The one token that a text is, or nothing.
    fn only_token(sql: &str) -> Option<TokenKind> {
        let mut tokens = Lexer::new(sql);
        let first = tokens.next()?.ok()?;
        (first.end == sql.len()).then_some(first.kind)
    }

    proptest! {
        #[test]
        fn quoted_is_one_token(text in r#"[a-c'"\\$ crmdb1\n-]{0,24}"#) {
            prop_assert_eq!(only_token(&quote_literal(&text)), Some(TokenKind::Text));
            prop_assert_eq!(only_token(&dollar_quote(&text)), Some(TokenKind::Text));
            prop_assert_eq!(only_token(&quote_ident(&text)), Some(TokenKind::Quoted));
        }

        #[test]
        fn quoting_loses_nothing(text in r#"[a-c'"\\$ \n]{0,24}"#) {
            let literal = quote_literal(&text);
            let body = literal.trim_start_matches('E');
            let body = body[1..body.len() - 1].replace("''", "'");
            let body = if literal.starts_with('E') { body.replace(r"\\", r"\") } else { body };
            prop_assert_eq!(body, text);
        }
    }
}
