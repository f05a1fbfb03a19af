//! How a failure reads: PostgreSQL's lines, and one JSON object.

use serde::Serialize;

use super::clean;
use super::style::{Role, paint};
use crate::error::Failure;

/// Version of the JSON object.
const FORMAT_VERSION: u32 = 1;

/// Renders a failure for people.
pub(super) fn render(error: &anyhow::Error, colored: bool) -> String {
    let failure = find(error);
    let mut text = format!(
        "{} {}",
        paint(Role::Error, "error:", colored),
        clean(&message(error, Failure::to_string))
    );
    let mut add = |heading: &str, body: &str| {
        let body = clean(body);
        for (index, line) in body.lines().enumerate() {
            let head = if index == 0 {
                paint(Role::Heading, heading, colored)
            } else {
                " ".repeat(heading.len())
            };
            text.push('\n');
            text.push_str(format!("{head} {line}").trim_end());
        }
    };
    if let Some(failure) = failure {
        for item in &failure.items {
            add("  -", &item.to_string());
            for fact in [&item.detail, &item.hint].into_iter().flatten() {
                add("   ", fact);
            }
        }
        if let Some(excerpt) = &failure.excerpt {
            add("", excerpt);
        }
        if let Some(state) = &failure.sqlstate {
            add("sqlstate:", state);
        }
        if let Some(detail) = &failure.detail {
            add("detail:", detail);
        }
        if let Some(hint) = &failure.hint {
            add("hint:", hint);
        }
    }
    text
}

/// Renders a failure for programs.
pub(super) fn json(error: &anyhow::Error) -> String {
    #[derive(Serialize)]
    struct Document<'a> {
        format_version: u32,
        error: Body<'a>,
    }
    let failure = find(error).cloned().unwrap_or_default();
    let mut body = Body::of(&failure);
    let message = message(error, |failure| failure.message.clone());
    body.message = &message;
    serde_json::to_string(&Document {
        format_version: FORMAT_VERSION,
        error: body,
    })
    .expect("a failure has string keys only")
}

/// Renders a warning or a notice for programs.
pub(super) fn aside_json(kind: &str, text: &str) -> String {
    serde_json::json!({ "format_version": FORMAT_VERSION, kind: text }).to_string()
}

/// Returns the failure of a command line that could not be understood.
pub(super) fn of_usage(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let failure = Failure::new(first.strip_prefix("error: ").unwrap_or(first));
    match lines.collect::<Vec<_>>().join("\n").trim() {
        "" => failure,
        more => failure.detail(more),
    }
}

#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
    location: Option<&'a str>,
    sqlstate: Option<&'a str>,
    detail: Option<&'a str>,
    hint: Option<&'a str>,
    interrupted: bool,
    items: Vec<Body<'a>>,
}

impl<'a> Body<'a> {
    fn of(failure: &'a Failure) -> Self {
        Self {
            message: &failure.message,
            location: failure.location.as_deref(),
            sqlstate: failure.sqlstate.as_deref(),
            detail: failure.detail.as_deref(),
            hint: failure.hint.as_deref(),
            interrupted: failure.interrupted,
            items: failure.items.iter().map(Body::of).collect(),
        }
    }
}

fn find(error: &anyhow::Error) -> Option<&Failure> {
    error.chain().find_map(|cause| cause.downcast_ref())
}

/// Returns the chain of causes in one line, each fact once. Documents have the place of a failure
/// beside its message, people within it.
fn message(error: &anyhow::Error, of_failure: impl Fn(&Failure) -> String) -> String {
    let mut message = String::new();
    for cause in error.chain() {
        let cause = match cause.downcast_ref::<Failure>() {
            Some(failure) => of_failure(failure),
            None => cause.to_string(),
        };
        // Some libraries repeat their cause within their own text.
        if message.contains(&cause) {
            continue;
        }
        if !message.is_empty() {
            message.push_str(": ");
        }
        message.push_str(&cause);
    }
    message
}
