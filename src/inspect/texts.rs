//! Statements of others, without the passwords in them.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Deserializer};

/// `PASSWORD 'x'`, `password = 'x'`, and `password=x` of a connection string.
static PASSWORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(password\w*\x22?)(\s*=?\s*E?'(?:[^'\\]|''|\\.)*(?:'|$)|=[^\s']+)")
        .expect("a pattern of ours")
});

/// Reads a statement, and takes the passwords out.
pub(super) fn statement<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text: Option<String> = Option::deserialize(from)?;
    Ok(text.map(|text| without_passwords(&text)))
}

fn without_passwords(text: &str) -> String {
    PASSWORD.replace_all(text, "$1 '…'").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords() {
        for (text, expected) in [
            (
                "ALTER ROLE a PASSWORD 'x''y' LOGIN",
                "ALTER ROLE a PASSWORD '…' LOGIN",
            ),
            (
                "ALTER ROLE a PASSWORD\nE'x\\'y'",
                "ALTER ROLE a PASSWORD '…'",
            ),
            (
                "UPDATE u SET \"password\" = 'x', b = 1",
                "UPDATE u SET \"password\" '…', b = 1",
            ),
            (
                "CONNECTION 'host=h password=x user=u'",
                "CONNECTION 'host=h password '…' user=u'",
            ),
            ("ALTER ROLE a PASSWORD 'cut of", "ALTER ROLE a PASSWORD '…'"),
            (
                "SELECT password FROM t WHERE a = 'b'",
                "SELECT password FROM t WHERE a = 'b'",
            ),
        ] {
            assert_eq!(without_passwords(text), expected);
        }
    }
}
