//! The process environment as a value, and the names of all the variables that are read.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The names of the environment variables, in one place.
pub mod variable {
    /// The URL of the database; before `PG*`, after `--target`.
    pub const DATABASE_URL: &str = "DATABASE_URL";
    /// The home folder: `.pgpass`, `.pg_service.conf`, `.postgresql/`.
    pub const HOME: &str = "HOME";

    /// Host name, or the folder of a socket; several with commas.
    pub const PGHOST: &str = "PGHOST";
    /// Numeric address, instead of looking up the host.
    pub const PGHOSTADDR: &str = "PGHOSTADDR";
    /// Port; several with commas.
    pub const PGPORT: &str = "PGPORT";
    /// Database.
    pub const PGDATABASE: &str = "PGDATABASE";
    /// User.
    pub const PGUSER: &str = "PGUSER";
    /// Password.
    pub const PGPASSWORD: &str = "PGPASSWORD";
    /// Password file, instead of `~/.pgpass`.
    pub const PGPASSFILE: &str = "PGPASSFILE";
    /// A name in a service file.
    pub const PGSERVICE: &str = "PGSERVICE";
    /// Service file, instead of `~/.pg_service.conf`.
    pub const PGSERVICEFILE: &str = "PGSERVICEFILE";
    /// Folder of the system's `pg_service.conf`.
    pub const PGSYSCONFDIR: &str = "PGSYSCONFDIR";

    /// The documented variables of the outreach application: host.
    pub const DB_HOST: &str = "DB_HOST";
    /// Port.
    pub const DB_PORT: &str = "DB_PORT";
    /// Database.
    pub const DB_NAME: &str = "DB_NAME";
    /// User.
    pub const DB_USER: &str = "DB_USER";
    /// Password.
    pub const DB_PASSWORD: &str = "DB_PASSWORD";

    /// The new password for `crmdb user set-password`.
    pub const CRMDB_PASSWORD: &str = "CRMDB_PASSWORD";

    /// Each `PG*` variable that stands for a connection parameter, as in libpq.
    pub const LIBPQ: &[(&str, &str)] = &[
        (PGHOST, "host"),
        (PGHOSTADDR, "hostaddr"),
        (PGPORT, "port"),
        (PGDATABASE, "dbname"),
        (PGUSER, "user"),
        (PGPASSWORD, "password"),
        (PGPASSFILE, "passfile"),
        ("PGAPPNAME", "application_name"),
        ("PGCHANNELBINDING", "channel_binding"),
        ("PGCONNECT_TIMEOUT", "connect_timeout"),
        ("PGGSSENCMODE", "gssencmode"),
        ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
        ("PGOPTIONS", "options"),
        ("PGREQUIREAUTH", "require_auth"),
        ("PGREQUIREPEER", "requirepeer"),
        ("PGSSLCERT", "sslcert"),
        ("PGSSLCERTMODE", "sslcertmode"),
        ("PGSSLCRL", "sslcrl"),
        ("PGSSLCRLDIR", "sslcrldir"),
        ("PGSSLKEY", "sslkey"),
        ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"),
        ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"),
        ("PGSSLMODE", "sslmode"),
        ("PGSSLNEGOTIATION", "sslnegotiation"),
        ("PGSSLROOTCERT", "sslrootcert"),
        ("PGSSLSNI", "sslsni"),
        ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ];

    /// The `DB_*` variables; a `PG*` variable for the same parameter wins.
    pub const APPLICATION: &[(&str, &str)] = &[
        (DB_HOST, "host"),
        (DB_PORT, "port"),
        (DB_NAME, "dbname"),
        (DB_USER, "user"),
        (DB_PASSWORD, "password"),
    ];

    /// The variables that name a server or a database. Any one of them means that a real
    /// database is meant; a user, a password or a TLS mode alone does not.
    pub const NAMING: &[&str] = &[
        PGHOST, PGHOSTADDR, PGPORT, PGDATABASE, PGSERVICE, DB_HOST, DB_PORT, DB_NAME,
    ];
}

/// The environment that a run was started in.
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// Set, but not Unicode.
    unreadable: Vec<String>,
    account: OnceLock<Account>,
}

/// What the system knows about the user who runs the program.
#[derive(Clone, Debug, Default)]
struct Account {
    name: Option<String>,
    home: Option<PathBuf>,
}

impl Account {
    fn of_process() -> Self {
        match nix::unistd::User::from_uid(nix::unistd::geteuid()) {
            Ok(Some(user)) => Self {
                name: Some(user.name),
                home: Some(user.dir),
            },
            _ => Self::default(),
        }
    }
}

impl Environment {
    /// Reads the environment of this process.
    #[must_use]
    pub fn from_process() -> Self {
        let mut variables = BTreeMap::new();
        let mut unreadable = Vec::new();
        for (name, value) in std::env::vars_os() {
            match (name.into_string(), value.into_string()) {
                (Ok(name), Ok(value)) => {
                    variables.insert(name, value);
                }
                (Ok(name), Err(_)) => unreadable.push(name),
                (Err(_), _) => {}
            }
        }
        Self {
            variables,
            unreadable,
            account: OnceLock::new(),
        }
    }

    /// Makes an environment of these variables alone, without an account of the system.
    #[must_use]
    pub fn from_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<OsString>,
    {
        let mut environment = Self {
            variables: BTreeMap::new(),
            unreadable: Vec::new(),
            account: OnceLock::from(Account::default()),
        };
        for (name, value) in pairs {
            match value.into().into_string() {
                Ok(value) => {
                    environment.variables.insert(name.into(), value);
                }
                Err(_) => environment.unreadable.push(name.into()),
            }
        }
        environment
    }

    /// Replaces the name of the operating-system user.
    #[must_use]
    pub fn with_os_user(self, name: &str) -> Self {
        let account = Account {
            name: Some(name.to_owned()),
            home: None,
        };
        Self {
            account: OnceLock::from(account),
            ..self
        }
    }

    /// The value of a variable, which may be empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The value of a variable that is set and not empty.
    #[must_use]
    pub fn non_empty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Whether a variable is set to something that is not Unicode, and so is not read.
    #[must_use]
    pub fn is_unreadable(&self, name: &str) -> bool {
        self.unreadable.iter().any(|other| other == name)
    }

    /// The home folder: `HOME`, or what the system knows.
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        match self.non_empty(variable::HOME) {
            Some(home) => Some(PathBuf::from(home)),
            None => self.account().home.clone(),
        }
    }

    /// The name of the operating-system user, when the system knows one.
    #[must_use]
    pub fn os_user(&self) -> Option<&str> {
        self.account().name.as_deref()
    }

    /// Asked only when needed: a user database may be far away.
    fn account(&self) -> &Account {
        self.account.get_or_init(Account::of_process)
    }
}

impl fmt::Debug for Environment {
    /// Shows the names; a value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}
