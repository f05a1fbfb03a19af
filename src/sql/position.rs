//! Lines and columns, for people and editors.

use std::fmt;

/// A place in a text: both count from 1, columns count characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1; lines end with LF.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
}

impl Position {
    /// The first character of a text.
    pub const START: Self = Self { line: 1, column: 1 };

    /// Returns the place of a byte. An offset behind the end means the end; one inside a
    /// character means that character.
    #[must_use]
    pub fn of_byte(text: &str, offset: usize) -> Self {
        Self::START.advance(text, 0, text.floor_char_boundary(offset))
    }

    /// Returns the place of a character, counted from 1 as PostgreSQL counts in error positions.
    #[must_use]
    pub fn of_character(text: &str, character: usize) -> Self {
        Self::of_byte(text, byte_of_character(text, character))
    }

    /// Returns the place in `text` of a character of the part that starts at byte `start`: where
    /// the server's position for a statement lies in the file that the statement came from.
    #[must_use]
    pub fn of_character_from(text: &str, start: usize, character: usize) -> Self {
        let start = text.floor_char_boundary(start);
        Self::of_byte(text, start + byte_of_character(&text[start..], character))
    }

    /// Goes on from the place of byte `from`, which is this one, to byte `to`.
    pub(super) fn advance(self, text: &str, from: usize, to: usize) -> Self {
        let passed = &text[from..to];
        match passed.rfind('\n') {
            None => Self {
                line: self.line,
                column: self.column + passed.chars().count(),
            },
            Some(last) => Self {
                line: self.line + passed.bytes().filter(|byte| *byte == b'\n').count(),
                column: passed[last + 1..].chars().count() + 1,
            },
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

fn byte_of_character(text: &str, character: usize) -> usize {
    text.char_indices()
        .nth(character.saturating_sub(1))
        .map_or(text.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: usize) -> Position {
        Position { line, column }
    }

    #[test]
    fn bytes() {
        let text = "ab\nč漢x\n";
        for (offset, expected) in [
            (0, at(1, 1)),
            (2, at(1, 3)),
            (3, at(2, 1)),
            (4, at(2, 1)),
            (5, at(2, 2)),
            (8, at(2, 3)),
            (9, at(2, 4)),
            (10, at(3, 1)),
            (99, at(3, 1)),
        ] {
            assert_eq!(Position::of_byte(text, offset), expected, "byte {offset}");
        }
    }

    #[test]
    fn characters() {
        let text = "ab\nč漢x\n";
        for (character, expected) in [
            (0, at(1, 1)),
            (1, at(1, 1)),
            (4, at(2, 1)),
            (5, at(2, 2)),
            (6, at(2, 3)),
            (8, at(3, 1)),
            (99, at(3, 1)),
        ] {
            assert_eq!(Position::of_character(text, character), expected);
        }
        assert_eq!(Position::of_character_from(text, 3, 3), at(2, 3));
        assert_eq!(Position::of_character_from(text, 1, 1), at(1, 2));
    }
}
