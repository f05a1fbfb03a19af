//! Colours, and the width of the terminal.

use std::fmt::Write as _;

/// What a piece of text is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// "error:".
    Error,
    /// "warning:".
    Warning,
    /// "detail:" and "hint:".
    Heading,
    /// A line that is only in the new text.
    Added,
    /// A line that is only in the old text.
    Removed,
    /// Where in a text.
    Place,
}

impl Role {
    /// The parameters of the SGR escape sequence (ECMA-48).
    const fn code(self) -> &'static str {
        match self {
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Heading => "1",
            Self::Added => "32",
            Self::Removed => "31",
            Self::Place => "36",
        }
    }
}

/// Returns the text in its colour, or as it is.
pub(super) fn paint(role: Role, text: &str, colored: bool) -> String {
    let mut painted = String::with_capacity(text.len() + 10);
    if colored {
        let _ = write!(painted, "\x1b[{}m{text}\x1b[0m", role.code());
    } else {
        painted.push_str(text);
    }
    painted
}

/// Returns the width of the terminal, in columns.
pub(super) fn width() -> usize {
    // indicatif's terminal library knows the terminal; 80 where it says nothing.
    usize::from(
        console::Term::stdout()
            .size_checked()
            .map_or(80, |(_, columns)| columns),
    )
}
