//! Words of one kind, the usual ones first.

/// What machines complain about.
pub(in crate::seed::provider) const ERRORS: &[&str] = &[
    "Connection timed out",
    "The recipient's mailbox is full",
    "Invalid phone number",
    "Rate limit exceeded",
    "Upstream service unavailable",
    "Authentication failed",
    "The line was busy",
    "Payload too large",
];

/// What was done.
pub(in crate::seed::provider) const ACTIONS: &[&str] = &[
    "create", "update", "view", "delete", "export", "login", "assign", "import", "archive",
    "restore",
];

/// Kinds of anything.
pub(in crate::seed::provider) const KINDS: &[&str] = &[
    "standard",
    "custom",
    "manual",
    "automatic",
    "internal",
    "external",
    "imported",
    "other",
];

/// Names of files.
pub(in crate::seed::provider) const FILES: &[&str] = &[
    "contract",
    "proposal",
    "invoice",
    "inspection",
    "brochure",
    "floor-plan",
    "agreement",
    "quote",
    "report",
    "photo",
    "disclosure",
    "statement",
];

/// How things stand.
pub(in crate::seed::provider) const STATUSES: &[&str] =
    &["active", "pending", "completed", "open", "closed", "paused"];

/// How urgent things are.
pub(in crate::seed::provider) const PRIORITIES: &[&str] = &["medium", "low", "high", "urgent"];

/// Which way.
pub(in crate::seed::provider) const DIRECTIONS: &[&str] = &["outbound", "inbound"];

/// Ways to reach a customer.
pub(in crate::seed::provider) const CHANNELS: &[&str] = &["email", "phone", "sms", "web", "chat"];

/// How somebody feels.
pub(in crate::seed::provider) const SENTIMENTS: &[&str] = &["positive", "neutral", "negative"];

/// Fields of a form.
pub(in crate::seed::provider) const FIELDS: &[&str] = &[
    "status", "email", "phone", "source", "owner", "score", "notes",
];
