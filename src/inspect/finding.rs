//! What was found, how bad it is, and what would mend it.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

use super::health::check_ids;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// To be mended.
    Warning,
    /// To be mended now.
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        })
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check, a name that stays.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about: a kind and a name.
    pub object: String,
    /// The facts, with figures.
    pub message: String,
    /// What to do.
    pub advice: String,
    /// Statements that mend it, where there are some.
    pub sql: Option<String>,
}

impl Finding {
    /// Starts a finding; the check gives its id.
    pub(super) fn new(
        severity: Severity,
        object: impl Into<String>,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            id: "",
            severity,
            object: object.into(),
            message: message.into(),
            advice: advice.into(),
            sql: None,
        }
    }

    /// Adds the statements that mend it.
    pub(super) fn sql(mut self, sql: impl Into<String>) -> Self {
        self.sql = Some(sql.into());
        self
    }
}

/// Findings that are left out: a check, or a check and the objects that match a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    id: String,
    pattern: Option<String>,
}

/// There is no check of that name; holds the nearest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCheck {
    /// What was asked for.
    pub id: String,
    /// The check that is called most like it.
    pub nearest: Option<&'static str>,
}

impl Ignore {
    /// Reads `ID` or `ID:pattern`, where `*` stands for any text.
    ///
    /// # Errors
    ///
    /// When there is no such check.
    pub fn parse(text: &str) -> Result<Self, UnknownCheck> {
        let (id, pattern) = match text.split_once(':') {
            Some((id, pattern)) => (id, Some(pattern)),
            None => (text, None),
        };
        if !check_ids().any(|known| known == id) {
            let nearest = check_ids()
                .map(|known| (strsim::jaro_winkler(known, id), known))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            return Err(UnknownCheck {
                id: id.to_owned(),
                nearest: nearest.map(|(_, known)| known),
            });
        }
        Ok(Self {
            id: id.to_owned(),
            pattern: pattern.map(str::to_owned),
        })
    }

    /// Whether a finding is left out.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        self.id == finding.id
            && self
                .pattern
                .as_ref()
                .is_none_or(|pattern| fits(pattern, &finding.object))
    }
}

/// Whether a text fits a pattern in which `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(head) else {
        return false;
    };
    text.char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .any(|at| fits(rest, &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("index a.b", "index a.b", true),
            ("index a.b", "index a.bc", false),
            ("index a.*", "index a.b", true),
            ("*é*", "index \"é\".x", true),
            ("*a", "b", false),
            ("*", "", true),
            ("a*b*c", "abbc", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn an_unknown_check_is_told() {
        let error = Ignore::parse("index-unusd").expect_err("there is none");
        assert_eq!(error.nearest, Some("index-unused"));
    }
}
