use super::*;
use proptest::prelude::*;

#[track_caller]
fn tokens(text: &str) -> Vec<&str> {
    Lexer::new(text)
        .map(|lexeme| lexeme.unwrap().text(text))
        .collect()
}

#[test]
fn boundaries() {
    for (text, expected) in [
        ("a<=b", vec!["a", "<=", "b"]),
        ("a< =b", vec!["a", "<", "=", "b"]),
        ("1+--2\n3", vec!["1", "+", "--2", "3"]),
        ("1*/*x*/2", vec!["1", "*", "/*x*/", "2"]),
        ("x::int[]", vec!["x", "::", "int", "[", "]"]),
        ("$1||$$;$$", vec!["$1", "||", "$$;$$"]),
        ("$a$ $b$ $a$", vec!["$a$ $b$ $a$"]),
        ("$a$ $aa$ $a $a$", vec!["$a$ $aa$ $a $a$"]),
        ("f$a$b", vec!["f$a$b"]),
        ("$x;", vec!["$x", ";"]),
        ("/* a /* b */ ; */ c", vec!["/* a /* b */ ; */", "c"]),
        (r"E'\';' 'x'", vec![r"E'\';'", "'x'"]),
        (r"'\';", vec![r"'\'", ";"]),
        (r#"U&"d!"";" "#, vec![r#"U&"d!"";""#]),
        ("U&';'", vec!["U&';'"]),
        ("B'1' x'f' n'a'", vec!["B'1'", "x'f'", "n'a'"]),
        ("ab'c'", vec!["ab", "'c'"]),
        ("名前;\u{feff}x y", vec!["名前", ";", "\u{feff}x", "y"]),
        ("a\u{a0}b", vec!["a\u{a0}b"]),
        ("-- a\rb", vec!["-- a", "b"]),
        ("a\u{b}b\u{c}c", vec!["a", "b", "c"]),
    ] {
        assert_eq!(tokens(text), expected, "{text:?}");
    }
}

#[test]
fn escape_strings_go_on_after_a_line_break() {
    let text = "E'a'\n  -- c\n'\\';' ;";
    assert_eq!(tokens(text), ["E'a'", "-- c", "'\\';'", ";"]);
    // Not on the same line, and not behind a block comment.
    assert_eq!(tokens(r"E'a' '\' ;"), ["E'a'", r"'\'", ";"]);
    assert_eq!(tokens("E'a'/**/\n'\\';"), ["E'a'", "/**/", "'\\'", ";"]);
    assert!(Lexer::new("E'a'\n'\\'").any(|lexeme| lexeme.is_err()));
}

/// The tokens are those of the crate, operators apart, whichever of the two reads them.
fn as_the_crate(text: &str) -> bool {
    let mut at = 0;
    let mut expected = Vec::new();
    for token in squawk_lexer::tokenize(text) {
        let end = at + token.len as usize;
        if token.kind != Raw::Whitespace && missing_end(token.kind).is_none() {
            expected.push((kind_of(token.kind), at, end));
        }
        at = end;
    }
    expected.dedup_by(|next, last| {
        let together = next.0 == TokenKind::Operator && last.0 == next.0 && last.2 == next.1;
        if together {
            last.2 = next.2;
        }
        together
    });
    let found: Vec<_> = Lexer::new(text)
        .map_while(Result::ok)
        .map(|lexeme| (lexeme.kind, lexeme.start, lexeme.end))
        .collect();
    found == expected
}

proptest! {
    #[test]
    fn the_crate_reads_the_same(text in r#"[abeEuUxXnN01č漢_$.'"&; \t\n()+*/<-]{0,24}"#) {
        prop_assert!(as_the_crate(&text));
    }
}

#[test]
fn unterminated() {
    for (text, message, line, column) in [
        ("a 'b", "the string that begins here does not end", 1, 3),
        (
            "\n$x$",
            "the dollar-quoted string that begins here does not end",
            2,
            1,
        ),
        ("\"", "the quoted name that begins here does not end", 1, 1),
        (
            "/* /* */",
            "the comment that begins here does not end",
            1,
            1,
        ),
        (r"E'\'", "the string that begins here does not end", 1, 1),
    ] {
        let error = Lexer::new(text).find_map(Result::err).unwrap();
        assert_eq!(error.message, message);
        assert_eq!(error.position, Position { line, column }, "{text:?}");
    }
}
