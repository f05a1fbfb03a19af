//! Differences as annotations of a GitHub workflow.

use crate::catalog::{Class, Difference};

/// Returns the workflow command of a difference.
pub(super) fn annotation(difference: &Difference) -> String {
    let level = match difference.class {
        Class::Structural => "error",
        Class::Cosmetic => "notice",
        Class::Environment => "warning",
    };
    let title = escape(&format!("drift: {}", difference.class))
        .replace(':', "%3A")
        .replace(',', "%2C");
    let message = escape(&format!("{} {}", difference.subject(), difference.change()));
    format!("::{level} title={title}::{message}")
}

/// Writes what would end a command as GitHub's runner reads it back.
fn escape(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_ends_the_command() {
        let difference = Difference {
            class: Class::Structural,
            kind: "table".to_owned(),
            name: "a.\"x\n%\"".to_owned(),
            property: None,
            expected: None,
            found: Some(String::new()),
        };
        assert_eq!(
            annotation(&difference),
            "::error title=drift%3A structural::table a.\"x\\n%25\" added"
        );
    }
}
