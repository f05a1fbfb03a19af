//! What dev.toml calls the topics.

use super::{Topic, words};

/// The topic that dev.toml means by a name.
pub(in crate::seed::provider) fn named(name: &str) -> Result<Topic, Option<&'static str>> {
    let found = NAMES.iter().find(|(known, _)| *known == name);
    let near = || crate::project::suggest(name, NAMES.iter().map(|(known, _)| *known));
    found.map(|(_, topic)| *topic).ok_or_else(near)
}

const NAMES: &[(&str, Topic)] = &[
    ("body", Topic::Body),
    ("city", Topic::City),
    ("code", Topic::Code),
    ("color", Topic::Color),
    ("company", Topic::Company),
    ("country", Topic::Country),
    ("country_code", Topic::CountryCode),
    ("county", Topic::County),
    ("currency", Topic::Mostly(words::CURRENCIES)),
    ("domain", Topic::Domain),
    ("email", Topic::Email),
    ("external_id", Topic::External("ext_")),
    ("file_name", Topic::File),
    ("first_name", Topic::FirstName),
    ("full_name", Topic::FullName),
    ("hash", Topic::Hex(64)),
    ("html", Topic::Html),
    ("industry", Topic::Open(words::INDUSTRIES)),
    ("ip", Topic::Ip),
    ("job_title", Topic::Open(words::JOBS)),
    ("language", Topic::Mostly(words::LANGUAGES)),
    ("last_name", Topic::LastName),
    ("locale", Topic::Mostly(words::LOCALES)),
    ("message", Topic::Message),
    ("mime_type", Topic::Closed(words::MIME_TYPES)),
    ("name", Topic::FullName),
    ("note", Topic::Note),
    ("path", Topic::Path),
    ("phone", Topic::Phone),
    ("product", Topic::Open(words::PRODUCTS)),
    ("slug", Topic::Slug),
    ("state", Topic::State),
    ("state_code", Topic::StateCode),
    ("street", Topic::Street),
    ("subject", Topic::Subject),
    ("tag", Topic::Open(words::TAGS)),
    ("team", Topic::Open(words::TEAMS)),
    ("time_zone", Topic::Closed(words::TIME_ZONES)),
    ("title", Topic::Subject),
    ("transcript", Topic::Transcript),
    ("url", Topic::Url),
    ("user_agent", Topic::Open(words::USER_AGENTS)),
    ("user_name", Topic::UserName),
    ("version", Topic::Version),
    ("zip", Topic::Zip),
];
