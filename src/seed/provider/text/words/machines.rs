//! What machines are called.

/// What browsers call themselves.
pub(in crate::seed::provider) const USER_AGENTS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
];

/// Types of files.
pub(in crate::seed::provider) const MIME_TYPES: &[&str] = &[
    "application/pdf",
    "image/jpeg",
    "image/png",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/csv",
    "audio/mpeg",
    "application/zip",
];

/// Methods of requests.
pub(in crate::seed::provider) const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Names of hosts.
pub(in crate::seed::provider) const HOSTS: &[&str] = &[
    "www", "portal", "app", "shop", "blog", "mail", "docs", "files", "media", "support", "status",
    "api",
];

/// Names of language models.
pub(in crate::seed::provider) const MODELS: &[&str] = &[
    "general-small",
    "general-large",
    "voice-small",
    "voice-large",
];

/// First halves of keys.
pub(in crate::seed::provider) const ADJECTIVES: &[&str] = &[
    "amber", "bold", "brave", "bright", "calm", "clear", "crisp", "early", "fair", "fresh",
    "gentle", "golden", "grand", "green", "happy", "keen", "light", "lively", "lucky", "mellow",
    "merry", "modern", "noble", "plain", "prime", "quick", "quiet", "rapid", "ready", "royal",
    "sharp", "silver", "smart", "solid", "steady", "sunny", "swift", "urban", "vivid", "warm",
];

/// Second halves of keys.
pub(in crate::seed::provider) const NOUNS: &[&str] = &[
    "anchor", "arrow", "atlas", "beacon", "birch", "bridge", "canyon", "cedar", "comet", "coral",
    "creek", "delta", "dune", "ember", "falcon", "field", "forest", "garden", "glacier", "harbor",
    "hill", "island", "lake", "lantern", "maple", "meadow", "mesa", "mountain", "ocean", "orchard",
    "otter", "pine", "prairie", "quartz", "river", "rocket", "spruce", "stone", "summit", "trail",
    "valley", "willow",
];
