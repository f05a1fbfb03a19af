//! A database for one test, on the run's own server.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use crmdb::server::{Cluster, Env, Programs};
use tokio_postgres::{NoTls, SimpleQueryMessage};

use super::Run;

/// A cluster that ends with this value, or when this process ends, however that is.
struct Server {
    cluster: Cluster,
    // Dropped after the cluster that it holds.
    _folder: tempfile::TempDir,
}

impl Server {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the cluster");
        let env = Env::of_process();
        let programs = Programs::find(&env, &mut |_| {}).expect("server programs");
        let cluster = Cluster::scratch(&folder.path().join("pg"), programs).expect("a cluster");
        cluster.start(&mut |_| {}).expect("a server");
        Self {
            cluster,
            _folder: folder,
        }
    }
}

/// The one server of the run.
fn server() -> Arc<Server> {
    static SERVER: OnceLock<Arc<Server>> = OnceLock::new();
    Arc::clone(SERVER.get_or_init(|| Arc::new(Server::new())))
}

/// A database of a test's own. It is dropped with the value, unless the test failed.
pub struct Database {
    name: String,
    url: String,
    server: Arc<Server>,
}

impl Database {
    /// Makes an empty database.
    pub fn new() -> Self {
        Self::create(server(), "")
    }

    /// Makes an empty database with options of `CREATE DATABASE`.
    pub fn with(options: &str) -> Self {
        Self::create(server(), options)
    }

    /// Makes an empty database on a server of its own, where no test has made a role.
    pub fn on_new_server() -> Self {
        Self::create(Arc::new(Server::new()), "")
    }

    /// Returns the first database of a server of its own that was started anew with these settings.
    #[cfg(feature = "scheduler-tests")]
    pub fn on_server_with(settings: &[(&str, &str)]) -> Self {
        let server = Server::new();
        let url = server.cluster.default_url();
        let mut folder = run(&url, "SHOW data_directory").expect("a folder");
        // ALTER SYSTEM knows settings of a library only once it is loaded.
        let file = std::path::Path::new(&folder.remove(0).remove(0)).join("postgresql.auto.conf");
        let lines: String = settings
            .iter()
            .map(|(name, value)| format!("{name} = '{value}'\n"))
            .collect();
        std::fs::write(file, lines).expect("the settings");
        let database = Self {
            name: "crmdb".to_owned(),
            url,
            server: Arc::new(server),
        };
        database.restart();
        database
    }

    /// Stops the server and starts it again. It has to be the test's own.
    #[cfg(feature = "scheduler-tests")]
    pub fn restart(&self) {
        self.server.cluster.stop().expect("a server that stops");
        self.server.cluster.start(&mut |_| {}).expect("a server");
    }

    /// Makes a database with the shipped schema: a copy of one that the program filled.
    pub fn shipped() -> Self {
        static TEMPLATE: OnceLock<Database> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            let template = Self::new();
            Run::shipped(&template, "migrate up").ends(0);
            // A database that somebody is connected to cannot be copied.
            let sql = format!("ALTER DATABASE {} ALLOW_CONNECTIONS false", template.name);
            run(&template.server.cluster.default_url(), &sql).expect("a closed template");
            template
        });
        template.copy()
    }

    /// Makes a copy with all that is in it; nobody may be connected.
    pub fn copy(&self) -> Self {
        Self::create(Arc::clone(&self.server), &format!("TEMPLATE {}", self.name))
    }

    fn create(server: Arc<Server>, options: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("t{}_{number}", std::process::id());
        let sql = format!("CREATE DATABASE {name} {options}");
        run(&server.cluster.default_url(), &sql)
            .unwrap_or_else(|error| panic!("could not make database {name}: {error}"));
        let url = server.cluster.url(&name);
        Self { name, url, server }
    }

    /// Its address, with the socket's folder.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its address for a role that may log in.
    pub fn url_as(&self, role: &str) -> String {
        self.url.replace("user=postgres", &format!("user={role}"))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs statements, in one message.
    #[track_caller]
    pub fn execute(&self, sql: &str) {
        if let Err(error) = run(&self.url, sql) {
            panic!("{error}\nin: {sql}");
        }
    }

    /// Runs statements that the server must refuse, and returns its SQLSTATE.
    #[track_caller]
    #[must_use]
    pub fn refusal(&self, sql: &str) -> String {
        match run(&self.url, sql) {
            Ok(_) => panic!("the server accepted: {sql}"),
            Err(error) => error
                .code()
                .unwrap_or_else(|| panic!("{error}\nin: {sql}"))
                .code()
                .to_owned(),
        }
    }

    /// Returns the rows of a query, `NULL` as an empty text.
    #[track_caller]
    #[must_use]
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        run(&self.url, sql).unwrap_or_else(|error| panic!("{error}\nin: {sql}"))
    }

    /// Returns the first column of the first row, empty where there is none.
    #[track_caller]
    #[must_use]
    pub fn value(&self, sql: &str) -> String {
        let mut rows = self.rows(sql);
        if rows.is_empty() {
            return String::new();
        }
        rows.swap_remove(0).swap_remove(0)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Shown with the failure, for whoever wants to look while the run goes on.
            eprintln!("kept for a look: {}", self.url);
            return;
        }
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        drop(run(&self.server.cluster.default_url(), &sql));
    }
}

/// Connects, runs a message, and returns the rows of all its statements.
fn run(url: &str, sql: &str) -> Result<Vec<Vec<String>>, tokio_postgres::Error> {
    let work = async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let driver = tokio::spawn(connection);
        let messages = client.simple_query(sql).await;
        drop(client);
        drop(driver.await);
        let rows = messages?.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|column| row.get(column).unwrap_or_default().to_owned())
                    .collect(),
            ),
            _ => None,
        });
        Ok(rows.collect())
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}
