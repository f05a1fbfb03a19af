//! Turns a server's error into what a user reads: place, excerpt, the server's own words.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use crate::error::Failure;
use crate::plan::Step;
use crate::sql::Position;

/// SQLSTATE that the data-loss guard raises.
pub(super) const DATA_LOSS: &str = "CRM01";

/// Where a message carries the step's text.
pub(super) struct Place<'a> {
    /// The message as sent.
    pub sql: &'a str,
    /// Where the step's text stands in it, from its first byte.
    pub script: Range<usize>,
    /// Offset of that part in the step's text.
    pub offset: usize,
    /// Where in the step's text the statement stands that had its turn, for errors that do not say
    /// a place.
    pub fallback: Option<Range<usize>>,
}

/// Returns the failure of a step.
pub(super) fn of_step(step: &Step, error: &DbError, place: &Place<'_>) -> Failure {
    let mut failure = Failure::new(error.message());
    failure.sqlstate = Some(error.code().code().to_owned());
    if let Some(bytes) = place_in_script(step, error, place) {
        let at = Position::of_byte(&step.script, bytes.start);
        failure = failure.at(format!("{}:{}:{}", step.source, at.line, at.column));
        failure.excerpt = Some(excerpt(step, bytes, error.message()));
    } else {
        failure = failure.at(&step.source);
    }
    let mut facts = Vec::new();
    facts.extend(error.detail().map(str::to_owned));
    if let Some(ErrorPosition::Internal { query, .. }) = error.position() {
        facts.push(format!("In the query: {}", query.trim()));
    }
    facts.extend(error.where_().map(|context| format!("Context: {context}")));
    if !facts.is_empty() {
        failure = failure.detail(facts.join("\n"));
    }
    match hint(error) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn hint(error: &DbError) -> Option<String> {
    if let Some(hint) = error.hint() {
        return Some(hint.to_owned());
    }
    let hint = match *error.code() {
        SqlState::INSUFFICIENT_PRIVILEGE => {
            "The connecting role lacks a right: connect as the owner of the schema, or grant it."
        }
        SqlState::READ_ONLY_SQL_TRANSACTION => {
            "The server, or the role, is read-only: connect to the primary."
        }
        SqlState::QUERY_CANCELED => {
            "`[timeouts] statement` in migrations.toml limits a statement; 0 is no limit."
        }
        SqlState::DISK_FULL => "Free some disk space on the server, then run the command again.",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// Returns the bytes of the step's text that the error is about.
fn place_in_script(step: &Step, error: &DbError, place: &Place<'_>) -> Option<Range<usize>> {
    if let Some(ErrorPosition::Original(characters)) = error.position() {
        let skip = usize::try_from(*characters).ok()?.checked_sub(1)?;
        let (byte, _) = place.sql.char_indices().nth(skip)?;
        if !place.script.contains(&byte) {
            return None;
        }
        let start = byte - place.script.start + place.offset;
        return Some(word_at(&step.script, start));
    }
    let statement = place.fallback.clone()?;
    let start = statement.start;
    let line = step.script[statement].lines().next().unwrap_or_default();
    Some(start..start + line.len())
}

/// Returns the word that begins at a byte, or at least one character.
fn word_at(text: &str, start: usize) -> Range<usize> {
    let rest = &text[start..];
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"');
    let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let least = rest.chars().next().map_or(0, char::len_utf8);
    start..start + length.max(least)
}

/// Lines shown above and below the place.
const AROUND: usize = 2;

fn excerpt(step: &Step, bytes: Range<usize>, message: &str) -> String {
    let text = &*step.script;
    let mut from = text[..bytes.start]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    for _ in 0..AROUND {
        from = text[..from.saturating_sub(1)]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
    }
    let mut to = bytes.end;
    for _ in 0..=AROUND {
        to = text[to..]
            .find('\n')
            .map_or(text.len(), |newline| to + newline + 1);
    }
    let first_line = text[..from].matches('\n').count() + 1;
    let part = text[from..to].trim_end_matches('\n');
    let end = (bytes.end - from).min(part.len());
    let group = Level::ERROR.primary_title(message).element(
        Snippet::source(part)
            .line_start(first_line)
            .path(&step.source)
            .fold(false)
            .annotation(AnnotationKind::Primary.span(bytes.start - from..end)),
    );
    let drawn = Renderer::plain().render(&[group]);
    // The title and the arrow with the path are said already, by the message above.
    drawn.lines().skip(2).collect::<Vec<_>>().join("\n")
}
