//! What the rows of a table are called.

use super::Name::{self, Has};
use crate::seed::provider::text::{Topic, words};

/// Returns what the name of a row is, by its table.
pub(super) fn named(table: &str, column: &str) -> Option<Topic> {
    let found = super::first(TABLES, table);
    match column {
        // Of anything but a file, a title is a heading.
        "title" => found.filter(|topic| *topic == Topic::File),
        "name" => found.or(Some(Topic::Open(words::NAMES))),
        _ => found,
    }
}

const TABLES: &[(Name, Topic)] = &[
    (Has("document"), Topic::File),
    (Has("attachment"), Topic::File),
    (Has("file"), Topic::File),
    (Has("tag"), Topic::Open(words::TAGS)),
    (Has("label"), Topic::Open(words::TAGS)),
    (Has("pipeline"), Topic::Open(words::PIPELINES)),
    (Has("stage"), Topic::Open(words::STAGES)),
    (Has("status"), Topic::Open(words::STAGES)),
    (Has("campaign"), Topic::Open(words::CAMPAIGNS)),
    (Has("segment"), Topic::Open(words::SEGMENTS)),
    (Has("list"), Topic::Open(words::SEGMENTS)),
    (Has("template"), Topic::Open(words::TEMPLATES)),
    (Has("sequence"), Topic::Open(words::TEMPLATES)),
    (Has("workflow"), Topic::Open(words::TEMPLATES)),
    (Has("source"), Topic::Open(words::SOURCES)),
    (Has("product"), Topic::Open(words::PRODUCTS)),
    (Has("plan"), Topic::Open(words::PRODUCTS)),
    (Has("organization"), Topic::Company),
    (Has("organisation"), Topic::Company),
    (Has("compan"), Topic::Company),
    (Has("vendor"), Topic::Company),
    (Has("supplier"), Topic::Company),
    (Has("account"), Topic::Company),
    (Has("client"), Topic::Company),
    (Has("partner"), Topic::Company),
    (Has("team"), Topic::Open(words::TEAMS)),
    (Has("group"), Topic::Open(words::TEAMS)),
    (Has("department"), Topic::Open(words::TEAMS)),
    (Has("queue"), Topic::Open(words::TEAMS)),
    (Has("menu"), Topic::Open(words::TEAMS)),
    (Has("phone"), Topic::Open(words::TEAMS)),
    (Has("extension"), Topic::FullName),
    (Has("user"), Topic::FullName),
    (Has("contact"), Topic::FullName),
    (Has("lead"), Topic::FullName),
    (Has("customer"), Topic::FullName),
    (Has("people"), Topic::FullName),
    (Has("person"), Topic::FullName),
    (Has("member"), Topic::FullName),
    (Has("employee"), Topic::FullName),
    (Has("assistant"), Topic::FirstName),
    (Has("agent"), Topic::FirstName),
];
