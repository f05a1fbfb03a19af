//! Texts.

use super::Name::{self, Ends, Has, Is};
use super::thing;
use crate::seed::provider::Source;
use crate::seed::provider::limits::Limits;
use crate::seed::provider::text::{Text, Topic, words};

pub(super) fn by_name(table: &str, column: &str, limits: &Limits) -> Vec<Source> {
    let lengths = limits.characters();
    let mut topics: Vec<Topic> = Vec::new();
    if matches!(
        column,
        "name" | "label" | "title" | "display_name" | "friendly_name"
    ) {
        topics.extend(thing::named(table, column));
    }
    topics.extend(super::first(RULES, column));
    if lengths.1 <= 2 && topics == [Topic::State] {
        topics = vec![Topic::StateCode];
    }
    if lengths.1 <= 3 && topics == [Topic::Country] {
        topics = vec![Topic::CountryCode];
    }
    let roomy = topics
        .into_iter()
        .filter(|topic| width(*topic) <= lengths.1);
    roomy
        .map(|topic| Source::Text(Text::new(topic, prefix(column, topic), lengths)))
        .collect()
}

/// Words where there is room for them, else a code.
pub(super) fn by_type(limits: &Limits) -> Vec<Source> {
    let lengths = limits.characters();
    let text = |topic| Source::Text(Text::new(topic, "", lengths));
    let mut guesses = Vec::new();
    if lengths.1 >= 12 {
        guesses.push(text(Topic::Open(words::KINDS)));
        guesses.push(text(Topic::Slug));
    }
    if lengths.1 >= 8 {
        guesses.push(text(Topic::Code));
    }
    let digits = u8::try_from(lengths.1.min(6)).unwrap_or(6);
    guesses.push(text(Topic::Digits(digits)));
    guesses
}

/// The characters that a text needs to be worth anything.
fn width(topic: Topic) -> usize {
    match topic {
        Topic::Phone => 12,
        Topic::Email => 24,
        Topic::Url => 46,
        Topic::Domain => 22,
        Topic::Bcrypt => 60,
        Topic::Ciphertext => 72,
        Topic::Hex(count) => count.into(),
        Topic::Color => 7,
        Topic::Path => 44,
        Topic::External(_) => 28,
        Topic::Ip => 15,
        _ => 0,
    }
}

/// Returns what the name of a column has before that of its topic.
pub(in crate::seed::provider) fn prefix(column: &str, topic: Topic) -> &str {
    let ends: &[&str] = match topic {
        Topic::Email => &["email_address", "email", "address"],
        Topic::FullName => &["full_name", "display_name", "name"],
        Topic::State | Topic::StateCode => &["state_code", "state"],
        Topic::Zip => &["postal_code", "postcode", "zip_code", "zip"],
        Topic::Country | Topic::CountryCode => &["country_code", "country"],
        _ => &[],
    };
    let found = ends.iter().find_map(|end| column.strip_suffix(end));
    found.unwrap_or_default()
}

const RULES: &[(Name, Topic)] = &[
    // People.
    (Ends("first_name"), Topic::FirstName),
    (Ends("given_name"), Topic::FirstName),
    (Ends("middle_name"), Topic::FirstName),
    (Ends("last_name"), Topic::LastName),
    (Ends("surname"), Topic::LastName),
    (Ends("family_name"), Topic::LastName),
    (Ends("username"), Topic::UserName),
    (Ends("user_name"), Topic::UserName),
    (Is("login"), Topic::UserName),
    (Ends("file_name"), Topic::File),
    (Ends("filename"), Topic::File),
    (Ends("company"), Topic::Company),
    (Has("company_name"), Topic::Company),
    (Has("organization"), Topic::Company),
    (Has("organisation"), Topic::Company),
    (Has("employer"), Topic::Company),
    (Is("job_title"), Topic::Open(words::JOBS)),
    (Has("industry"), Topic::Open(words::INDUSTRIES)),
    (Ends("host"), Topic::Domain),
    (Ends("domain"), Topic::Domain),
    (Ends("path"), Topic::Path),
    (Is("smtp_user"), Topic::Email),
    (Ends("url"), Topic::Url),
    (Ends("uri"), Topic::Url),
    (Ends("link"), Topic::Url),
    (Is("website"), Topic::Url),
    (Is("endpoint"), Topic::Url),
    (Ends("time_zone"), Topic::Closed(words::TIME_ZONES)),
    (Ends("timezone"), Topic::Closed(words::TIME_ZONES)),
    (Is("tz"), Topic::Closed(words::TIME_ZONES)),
    (Has("message_id"), Topic::External("msg_")),
    (Has("in_reply_to"), Topic::External("msg_")),
    (Ends("_id"), Topic::External("ext_")),
    (Ends("_sid"), Topic::External("sid_")),
    (Ends("uniqueid"), Topic::Digits(10)),
    (Ends("linkedid"), Topic::Digits(10)),
    (Has("password_hash"), Topic::Bcrypt),
    (Has("encrypted"), Topic::Ciphertext),
    (Has("password"), Topic::Ciphertext),
    (Has("secret"), Topic::Hex(40)),
    (Has("token"), Topic::Hex(64)),
    (Ends("hash"), Topic::Hex(64)),
    (Ends("checksum"), Topic::Hex(64)),
    (Has("sha256"), Topic::Hex(64)),
    (Has("commit"), Topic::Hex(40)),
    // Ways to reach them.
    (Ends("email"), Topic::Email),
    (Ends("email_address"), Topic::Email),
    (Is("from_address"), Topic::Email),
    (Is("to_address"), Topic::Email),
    (Is("cc_address"), Topic::Email),
    (Is("bcc_address"), Topic::Email),
    (Is("reply_to"), Topic::Email),
    (Has("phone"), Topic::Phone),
    (Has("mobile"), Topic::Phone),
    (Is("cell"), Topic::Phone),
    (Is("fax"), Topic::Phone),
    (Is("from_number"), Topic::Phone),
    (Is("to_number"), Topic::Phone),
    (Is("customer_number"), Topic::Phone),
    (Is("caller_number"), Topic::Phone),
    (Is("callerid"), Topic::Phone),
    (Is("ip"), Topic::Ip),
    (Ends("ip_address"), Topic::Ip),
    (Has("user_agent"), Topic::Open(words::USER_AGENTS)),
    // Places.
    (Has("street"), Topic::Street),
    (Ends("address"), Topic::Street),
    (Has("address_line"), Topic::Street),
    (Ends("city"), Topic::City),
    (Is("town"), Topic::City),
    (Ends("state_code"), Topic::StateCode),
    (Ends("state"), Topic::State),
    (Is("province"), Topic::State),
    (Ends("postal_code"), Topic::Zip),
    (Ends("postcode"), Topic::Zip),
    (Ends("zip"), Topic::Zip),
    (Ends("zip_code"), Topic::Zip),
    (Ends("county"), Topic::County),
    (Ends("country_code"), Topic::CountryCode),
    (Ends("country"), Topic::Country),
    (Is("location"), Topic::City),
    (Is("region"), Topic::State),
    (Ends("language"), Topic::Mostly(words::LANGUAGES)),
    (Is("locale"), Topic::Mostly(words::LOCALES)),
    (Ends("currency"), Topic::Mostly(words::CURRENCIES)),
    // Words of one kind, before the texts that are named after them.
    (Ends("status"), Topic::Open(words::STATUSES)),
    (Ends("priority"), Topic::Open(words::PRIORITIES)),
    (Ends("direction"), Topic::Closed(words::DIRECTIONS)),
    (Ends("channel"), Topic::Open(words::CHANNELS)),
    (Ends("sentiment"), Topic::Closed(words::SENTIMENTS)),
    (Is("field_name"), Topic::Open(words::FIELDS)),
    // Texts.
    (Is("job"), Topic::Open(words::JOBS)),
    (Has("subject"), Topic::Subject),
    (Has("title"), Topic::Subject),
    (Has("headline"), Topic::Subject),
    (Has("topic"), Topic::Open(words::SUBJECTS)),
    (Has("html"), Topic::Html),
    (Ends("body"), Topic::Body),
    (Ends("body_text"), Topic::Body),
    (Is("content"), Topic::Body),
    (Has("transcript"), Topic::Transcript),
    (Has("error_code"), Topic::Code),
    (Has("error_stack"), Topic::Open(words::ERRORS)),
    (Has("error"), Topic::Open(words::ERRORS)),
    (Has("greeting"), Topic::Message),
    (Has("message"), Topic::Message),
    (Has("preview"), Topic::Message),
    (Has("comment"), Topic::Note),
    (Has("note"), Topic::Note),
    (Has("description"), Topic::Note),
    (Has("summary"), Topic::Note),
    (Is("remark"), Topic::Note),
    (Is("bio"), Topic::Note),
    (Has("context"), Topic::Open(words::TEAMS)),
    (Has("prompt"), Topic::Note),
    (Has("pain_point"), Topic::Open(words::REASONS)),
    (Has("objection"), Topic::Open(words::REASONS)),
    (Has("reason"), Topic::Open(words::REASONS)),
    (Has("next_"), Topic::Open(words::NEXT)),
    (Has("outcome"), Topic::Open(words::OUTCOMES)),
    (Has("disposition"), Topic::Open(words::OUTCOMES)),
    (Has("competitor"), Topic::Company),
    // Codes.
    (Has("color"), Topic::Color),
    (Has("colour"), Topic::Color),
    (Has("mime"), Topic::Closed(words::MIME_TYPES)),
    (Ends("content_type"), Topic::Closed(words::MIME_TYPES)),
    (Is("method"), Topic::Closed(words::METHODS)),
    (Has("slug"), Topic::Slug),
    (Ends("key"), Topic::Slug),
    (Has("version"), Topic::Version),
    (Ends("duration"), Topic::Clock),
    (Is("extension"), Topic::Digits(4)),
    (Is("mailbox"), Topic::Digits(4)),
    (Is("accountcode"), Topic::Digits(6)),
    (Ends("number"), Topic::Digits(6)),
    (Ends("reference"), Topic::Code),
    (Ends("code"), Topic::Code),
    (Has("account_manager"), Topic::FullName),
    // Words.
    (Ends("tag"), Topic::Open(words::TAGS)),
    (Is("label"), Topic::Open(words::TAGS)),
    (Ends("source"), Topic::Open(words::SOURCES)),
    (Has("campaign"), Topic::Open(words::CAMPAIGNS)),
    (Has("stage"), Topic::Open(words::STAGES)),
    (Has("product"), Topic::Open(words::PRODUCTS)),
    (Has("plan"), Topic::Open(words::PRODUCTS)),
    (Has("department"), Topic::Open(words::TEAMS)),
    (Ends("team"), Topic::Open(words::TEAMS)),
    (Has("category"), Topic::Open(words::TEAMS)),
    (Has("workflow"), Topic::Open(words::TEMPLATES)),
    (Has("template"), Topic::Open(words::TEMPLATES)),
    (Is("model"), Topic::Open(words::MODELS)),
    (Ends("action"), Topic::Open(words::ACTIONS)),
    (Ends("event"), Topic::Open(words::ACTIONS)),
    (Ends("fullname"), Topic::FullName),
    (Ends("name"), Topic::FullName),
    (Ends("type"), Topic::Open(words::KINDS)),
    (Is("kind"), Topic::Open(words::KINDS)),
];
