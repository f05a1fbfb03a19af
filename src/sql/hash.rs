//! Hashes of texts: of every byte, and of the code alone.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{Lexer, TokenKind};

/// The recipe of [`text_hash`]: SHA-256 over the normalised text. It stands before each hash, so
/// that another recipe can follow without breaking what was stored.
pub const RECIPE: &str = "sha256-1";

/// Returns `sha256-1:<hex>` for a normalised text.
#[must_use]
pub fn text_hash(text: &str) -> String {
    format!("{RECIPE}:{}", hex(&Sha256::digest(text)))
}

/// Tells whether a normalised text has a stored hash.
///
/// # Errors
///
/// The hash was made by a recipe that this version does not know.
pub fn verify(text: &str, stored: &str) -> Result<bool, UnknownRecipe> {
    match stored.split_once(':') {
        Some((RECIPE, _)) => Ok(text_hash(text) == stored),
        _ => Err(UnknownRecipe(stored.to_owned())),
    }
}

/// A hash made by a recipe that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRecipe(pub String);

impl fmt::Display for UnknownRecipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the hash `{}` is not of the recipe `{RECIPE}`", self.0)
    }
}

impl std::error::Error for UnknownRecipe {}

/// Returns the SHA-256, in hex, of the tokens without comments and space.
///
/// Two texts with the same code hash do the same: unquoted words count in lower case, everything
/// else byte by byte, and each token with its length, so that none can flow into the next.
/// Operator characters that stand together are one token: `<=` is not `< =`. A text that does not
/// end well has a hash too; its last token is the rest.
#[must_use]
pub fn code_hash(text: &str) -> String {
    let mut hasher = Sha256::new();
    let mut token = |text: &[u8]| {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    };
    let mut end = 0;
    for lexeme in Lexer::new(text) {
        let Ok(lexeme) = lexeme else {
            token(text[end..].trim_ascii_start().as_bytes());
            break;
        };
        end = lexeme.end;
        match lexeme.kind {
            kind if kind.is_comment() => {}
            TokenKind::Word => token(lexeme.text(text).to_ascii_lowercase().as_bytes()),
            _ => token(lexeme.text(text).as_bytes()),
        }
    }
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_hashes() {
        let hash = "sha256-1:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(text_hash("abc"), hash);
        assert_eq!(verify("abc", hash), Ok(true));
        assert_eq!(verify("abd", hash), Ok(false));
        assert!(verify("abc", "sha512-1:00").is_err());
        assert!(verify("abc", "ba78").is_err());
    }

    #[test]
    fn same_code() {
        for (one, other) in [
            ("SELECT 1;", "select\n  1 -- one\n;"),
            ("a/* b */.c", "A . C"),
            ("x'00' + 1", "x'00'/**/+/**/1\n"),
            ("'a'\n'b'", "'a' -- c\n'b'"),
        ] {
            assert_eq!(code_hash(one), code_hash(other), "{one} = {other}");
        }
    }

    #[test]
    fn other_code() {
        for (one, other) in [
            ("a <= b", "a < = b"),
            ("ab", "a b"),
            ("\"a\"", "a"),
            ("\"a\"", "\"A\""),
            ("'a'", "'A'"),
            ("'a b'", "'a  b'"),
            ("1 2", "12"),
            ("a;", "a"),
            ("$$a$$", "$x$a$x$"),
            ("'a", "'b"),
            ("È", "è"),
        ] {
            assert_ne!(code_hash(one), code_hash(other), "{one} ≠ {other}");
        }
    }

    const TOKENS: &[&str] = &[
        "SELECT", "x", "\"Q q\"", "'t''x'", "$$ ; $$", "1.5", "$1", "<=", "->>", "(", ")", ",",
        ".", ";", "E'\\''", "U&\"d\"", "[", "名",
    ];
    const GAPS: &[&str] = &[
        " ",
        "\n",
        "\t \r\n",
        " -- c;\n",
        "/* c /* d */ */",
        " /**/ ",
    ];

    fn join(tokens: &[usize], gaps: &[usize]) -> String {
        let gaps = gaps.iter().cycle();
        tokens
            .iter()
            .zip(gaps)
            .map(|(token, gap)| format!("{}{}", TOKENS[*token], GAPS[*gap]))
            .collect()
    }

    proptest! {
        #[test]
        fn comments_and_space_do_not_count(
            tokens in prop::collection::vec(0..TOKENS.len(), 0..12),
            one in prop::collection::vec(0..GAPS.len(), 1..6),
            other in prop::collection::vec(0..GAPS.len(), 1..6),
        ) {
            prop_assert_eq!(code_hash(&join(&tokens, &one)), code_hash(&join(&tokens, &other)));
        }

        #[test]
        fn each_token_counts(
            tokens in prop::collection::vec(0..TOKENS.len(), 1..12),
            at in any::<prop::sample::Index>(),
            replacement in 0..TOKENS.len(),
            gaps in prop::collection::vec(0..GAPS.len(), 1..6),
        ) {
            let at = at.index(tokens.len());
            prop_assume!(tokens[at] != replacement);
            let before = code_hash(&join(&tokens, &gaps));
            let mut edited = tokens.clone();
            edited[at] = replacement;
            prop_assert_ne!(&before, &code_hash(&join(&edited, &gaps)));
            edited.remove(at);
            prop_assert_ne!(&before, &code_hash(&join(&edited, &gaps)));
        }
    }
}
