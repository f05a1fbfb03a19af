//! Percent-encoding, both ways.

use crate::error::Failure;

/// What to do about a character that means something else in a URL.
pub(super) const HINT: &str = "Percent-encode what is special in a user name or a password: \
     `@` is %40, `:` is %3A, `/` is %2F, `#` is %23, `?` is %3F, `&` is %26, `%` is %25, \
     a space is %20.";

/// Decodes one part of a URL; `what` names it in the error, which never shows the text.
pub(super) fn decode(text: &str, what: &str) -> anyhow::Result<String> {
    let wrong = |how: &str| {
        let failure = Failure::new(format!("its {what} has {how}"));
        anyhow::Error::new(failure.hint(HINT))
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = tail
            .get(..2)
            .and_then(|two| Some((hex(two[0])?, hex(two[1])?)));
        let (high, low) = digits.ok_or_else(|| wrong("a `%` without two hexadecimal digits"))?;
        bytes.push(high << 4 | low);
        rest = &tail[2..];
    }
    if bytes.contains(&0) {
        return Err(wrong("a zero byte"));
    }
    String::from_utf8(bytes).map_err(|_| wrong("percent-encoded bytes that are not UTF-8"))
}

/// Encodes all but what is safe everywhere in a URL.
pub(super) fn encode(text: &str) -> String {
    encode_except(text, b"")
}

/// Encodes a value of a query, where a path may stay readable.
pub(super) fn encode_value(text: &str) -> String {
    encode_except(text, b"/:,")
}

fn encode_except(text: &str, also_safe: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for &byte in text.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also_safe.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded
                    .extend(char::from_digit(u32::from(digit), 16).map(|c| c.to_ascii_uppercase()));
            }
        }
    }
    encoded
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
