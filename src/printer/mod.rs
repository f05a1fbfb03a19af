//! The only module that writes to stdout and stderr.
//!
//! stdout has results that another program may read; stderr has progress, notes, warnings and
//! errors. A closed pipe is no error: what is left is not written.

mod failure;
mod figures;
mod style;
mod table;

pub use figures::{age, bytes, excerpt, percent};
pub use table::{Align, Column};

use std::io::{self, IsTerminal as _, Write};
use std::time::{Duration, Instant};

use clap::ColorChoice;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::cli::{Format, Global};
use style::{Role, paint};

/// A progress bar appears only when the work takes longer than this.
const PATIENCE: Duration = Duration::from_millis(250);

/// Writes what the command line's parser says: help, the version, or what is wrong.
pub fn usage(error: &clap::Error, json: bool) {
    if json && error.use_stderr() {
        let object = failure::json(&failure::of_usage(error).into());
        write_all(&mut io::stderr().lock(), &object, "\n");
    } else {
        // Nobody reads: there is nobody left to tell.
        drop(error.print());
    }
}

/// Writes everything that a user sees.
pub struct Printer {
    format: Format,
    quiet: bool,
    verbose: bool,
    color_out: bool,
    color_err: bool,
    bar: Option<Bar>,
}

struct Bar {
    bar: ProgressBar,
    since: Instant,
}

impl Printer {
    /// Returns a printer as the command line and the terminal ask for it.
    ///
    /// `no_color` is whether the environment has `NO_COLOR`.
    #[must_use]
    pub fn new(global: &Global, no_color: bool) -> Self {
        let colored = |is_terminal: bool| match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !no_color,
        };
        Self {
            format: global.format,
            quiet: global.quiet,
            verbose: global.verbose,
            color_out: colored(io::stdout().is_terminal()),
            color_err: colored(io::stderr().is_terminal()),
            bar: None,
        }
    }

    /// Whether results go to a program.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether notes are written at all.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        !self.quiet && !self.is_json()
    }

    /// Writes a line of the result for people; nothing under JSON.
    pub fn line(&mut self, text: &str) {
        if !self.is_json() {
            self.result(text, "\n");
        }
    }

    /// Writes a result as it is, whatever the format: a script, a URL, a page.
    pub fn raw(&mut self, text: &str) {
        self.result(text, "");
    }

    /// Writes the one JSON document of a command; nothing for people.
    pub fn json(&mut self, document: &impl Serialize) {
        if self.is_json() {
            let text = serde_json::to_string_pretty(document)
                .expect("documents have string keys and finite numbers");
            self.result(&text, "\n");
        }
    }

    /// Writes one of many JSON documents, on a line of its own; nothing for people.
    pub fn json_line(&mut self, document: &impl Serialize) {
        if self.is_json() {
            let text = serde_json::to_string(document)
                .expect("documents have string keys and finite numbers");
            self.result(&text, "\n");
        }
    }

    /// Hides notes from where nobody looks: what is written there, cron would send as a mail.
    pub fn quiet_unless_watched(&mut self) {
        self.quiet |= !self.verbose && !io::stderr().is_terminal();
    }

    /// Writes rows under headings; nothing under JSON.
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        if !self.is_json() {
            let width = io::stdout().is_terminal().then(style::width);
            let text = table::render(columns, rows, width, self.color_out);
            self.result(&text, "\n");
        }
    }

    /// Writes a unified diff, coloured where that is wanted; nothing under JSON.
    pub fn diff(&mut self, diff: &str) {
        if self.is_json() {
            return;
        }
        for line in diff.lines() {
            let role = match line.as_bytes().first() {
                Some(b'+') => Some(Role::Added),
                Some(b'-') => Some(Role::Removed),
                Some(b'@') => Some(Role::Place),
                _ => None,
            };
            let line = clean(line);
            let line = role.map_or(line.clone(), |role| paint(role, &line, self.color_out));
            self.result(&line, "\n");
        }
    }

    /// Says what happens, on stderr; quiet and JSON hide it.
    pub fn note(&mut self, text: &str) {
        if self.is_heard() {
            self.aside(&clean(text));
        }
    }

    /// Asks for something, on stderr, whatever the format; the line does not end.
    pub fn prompt(&mut self, text: &str) {
        self.around_bar(|| write_all(&mut io::stderr().lock(), &clean(text), ""));
    }

    /// Says more, on stderr, where that was asked for.
    pub fn detail(&mut self, text: &str) {
        if self.verbose && self.is_json() {
            self.aside(&failure::aside_json("notice", text));
        } else if self.verbose {
            self.aside(&clean(text));
        }
    }

    /// Warns, on stderr; under JSON each line there is an object.
    pub fn warning(&mut self, text: &str) {
        if self.is_json() {
            self.aside(&failure::aside_json("warning", text));
            return;
        }
        let head = paint(Role::Warning, "warning:", self.color_err);
        self.aside(&format!("{head} {}", clean(text)));
    }

    /// Says why something could not be done, on stderr; under JSON as one object.
    pub fn failure(&mut self, error: &anyhow::Error) {
        self.end_progress();
        let text = if self.is_json() {
            failure::json(error)
        } else {
            failure::render(error, self.color_err)
        };
        self.aside(&text);
    }

    /// Starts a progress bar of `steps` steps, on a terminal only, and only if it takes a while.
    pub fn start_progress(&mut self, steps: usize) {
        if self.quiet || self.verbose || self.is_json() || !io::stderr().is_terminal() {
            return;
        }
        let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {wide_msg}")
        {
            bar.set_style(style);
        }
        self.bar = Some(Bar {
            bar,
            since: Instant::now(),
        });
    }

    /// Shows which step is at work.
    pub fn progress(&mut self, done: usize, message: &str) {
        if let Some(Bar { bar, since }) = &self.bar {
            if since.elapsed() >= PATIENCE && bar.is_hidden() {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            bar.set_position(done as u64);
            bar.set_message(clean(message));
        }
    }

    /// Takes the progress bar away.
    pub fn end_progress(&mut self) {
        if let Some(Bar { bar, .. }) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn result(&mut self, text: &str, end: &str) {
        self.around_bar(|| write_all(&mut io::stdout().lock(), text, end));
    }

    fn aside(&mut self, text: &str) {
        self.around_bar(|| write_all(&mut io::stderr().lock(), text, "\n"));
    }

    fn around_bar(&self, write: impl FnOnce()) {
        match &self.bar {
            Some(Bar { bar, .. }) => bar.suspend(write),
            None => write(),
        }
    }
}

/// Writes, and ignores what cannot be written: there is nobody left to tell.
fn write_all(stream: &mut impl Write, text: &str, end: &str) {
    let written = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.write_all(end.as_bytes()))
        .and_then(|()| stream.flush());
    drop(written);
}

/// Replaces control characters: names from a database may hold some.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Returns a count with its noun: "1 migration", "2 migrations".
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

/// Returns a duration as people read it.
#[must_use]
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1.0 {
        format!("{} ms", (seconds * 1000.0).round())
    } else if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!(
            "{} min {:02} s",
            duration.as_secs() / 60,
            duration.as_secs() % 60
        )
    }
}
