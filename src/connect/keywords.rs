//! The names of all parameters, and what becomes of each.

/// What becomes of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It is read.
    Used,
    /// libpq knows it, and it changes nothing here.
    Harmless,
    /// Another tool's: left out, and said so.
    Foreign(&'static str),
    /// It asks for something that cannot be done, and must not be left out silently.
    Refused(&'static str),
}

use Meaning::{Foreign, Harmless, Refused, Used};

const CRL: &str = "Certificate revocation lists are not read; take the parameter away.";
const OAUTH: &str = "OAuth is not spoken; use a password or a client certificate.";

const KEYWORDS: &[(&str, Meaning)] = &[
    ("host", Used),
    ("hostaddr", Used),
    ("port", Used),
    ("dbname", Used),
    ("user", Used),
    ("password", Used),
    ("passfile", Used),
    ("service", Used),
    ("servicefile", Used),
    ("application_name", Used),
    ("fallback_application_name", Used),
    ("channel_binding", Used),
    ("client_encoding", Used),
    ("connect_timeout", Used),
    ("gssencmode", Used),
    ("keepalives", Used),
    ("keepalives_idle", Used),
    ("keepalives_interval", Used),
    ("keepalives_count", Used),
    ("tcp_user_timeout", Used),
    ("load_balance_hosts", Used),
    ("min_protocol_version", Used),
    ("options", Used),
    ("ssl", Used),
    ("sslmode", Used),
    ("sslnegotiation", Used),
    ("sslrootcert", Used),
    ("sslcert", Used),
    ("sslcertmode", Used),
    ("sslkey", Used),
    ("sslsni", Used),
    ("ssl_min_protocol_version", Used),
    ("ssl_max_protocol_version", Used),
    ("target_session_attrs", Used),
    ("gssdelegation", Harmless),
    ("gsslib", Harmless),
    ("krbsrvname", Harmless),
    ("max_protocol_version", Harmless),
    ("sslcompression", Harmless),
    ("uselibpqcompat", Harmless),
    ("connection_limit", Foreign("Prisma")),
    ("pgbouncer", Foreign("Prisma")),
    ("pool_timeout", Foreign("Prisma")),
    ("schema", Foreign("Prisma")),
    ("socket_timeout", Foreign("Prisma")),
    ("sslaccept", Foreign("Prisma")),
    ("statement_cache_size", Foreign("Prisma")),
    ("currentSchema", Foreign("JDBC")),
    ("prepareThreshold", Foreign("JDBC")),
    ("pool_max_conns", Foreign("pgx")),
    ("pool_min_conns", Foreign("pgx")),
    ("statement-cache-capacity", Foreign("sqlx")),
    ("serverVersion", Foreign("Doctrine")),
    ("charset", Foreign("Doctrine")),
    ("supa", Foreign("Supabase")),
    ("workaround", Foreign("Supabase")),
    (
        "replication",
        Refused("Name an ordinary connection, without `replication`."),
    ),
    (
        "require_auth",
        Refused("To keep the password from a false server, use channel_binding=require."),
    ),
    (
        "requirepeer",
        Refused("Use a socket in a folder that only the server may write to."),
    ),
    ("scram_client_key", Refused("Give the password instead.")),
    ("scram_server_key", Refused("Give the password instead.")),
    ("sslcrl", Refused(CRL)),
    ("sslcrldir", Refused(CRL)),
    (
        "sslidentity",
        Refused("Use sslcert and sslkey, as PEM files."),
    ),
    (
        "sslpassword",
        Refused("Give the key without a passphrase, readable by you alone."),
    ),
    ("oauth_issuer", Refused(OAUTH)),
    ("oauth_client_id", Refused(OAUTH)),
    ("oauth_client_secret", Refused(OAUTH)),
    ("oauth_scope", Refused(OAUTH)),
];

/// What becomes of a parameter, with its name for keeps; `None` for one that nobody knows.
pub(super) fn meaning(key: &str) -> Option<(&'static str, Meaning)> {
    KEYWORDS.iter().copied().find(|(known, _)| *known == key)
}

/// The known parameter that is nearest to a misspelt one.
pub(super) fn nearest(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    KEYWORDS
        .iter()
        .map(|(known, _)| (strsim::damerau_levenshtein(&key, known), *known))
        .min()
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .map(|(_, known)| known)
}
