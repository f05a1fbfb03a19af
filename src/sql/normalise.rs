//! The one form of a text that is read, hashed, sent and stored.

use super::{Position, SqlError};

/// Returns the text without a byte-order mark and with LF for CRLF. A lone CR stays: it may stand
/// in a string. A text that is normal already is not copied when a `Vec` is given.
///
/// # Errors
///
/// Bytes that are not UTF-8, with the place of the first.
pub fn normalise(bytes: impl Into<Vec<u8>>) -> Result<String, SqlError> {
    let text = String::from_utf8(bytes.into()).map_err(|error| {
        let valid_up_to = error.utf8_error().valid_up_to();
        let valid = String::from_utf8_lossy(&error.as_bytes()[..valid_up_to]).into_owned();
        let position = Position::of_byte(&valid, valid.len());
        SqlError::new("the text is not UTF-8", position)
            .hint("Save the file as UTF-8; other encodings cannot be told apart.")
    })?;
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    Ok(if text.contains("\r\n") {
        text.replace("\r\n", "\n")
    } else {
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (bytes, expected) in [
            (&b"a\nb"[..], "a\nb"),
            (b"a\r\nb\r\n", "a\nb\n"),
            (b"a\rb\r\r\n", "a\rb\r\n"),
            (b"\xef\xbb\xbfSELECT", "SELECT"),
            (b"x\xef\xbb\xbf", "x\u{feff}"),
            (b"", ""),
        ] {
            assert_eq!(normalise(bytes).unwrap(), expected);
        }
    }

    #[test]
    fn not_utf8() {
        let error = normalise(&b"-- one\n-- \xc4\x8d\xff\n"[..]).unwrap_err();
        assert_eq!(error.position, Position { line: 2, column: 5 });
    }
}
