//! A database to try things in, which goes away again.

use anyhow::Context as _;
use tempfile::TempDir;

use crate::connect::{Endpoint, Environment, Source};
use crate::error::Failure;
use crate::server::{Cluster, Env, Programs, Progress};
use crate::sql::quote_ident;

/// A database of its own: on a server that ends with it, or on one that was named.
pub struct Scratch {
    endpoint: Endpoint,
    place: Place,
}

enum Place {
    /// A server of its own. It ends when the cluster is dropped, or when this process ends, however
    /// that is; the folder is dropped after it.
    Own {
        _cluster: Box<Cluster>,
        _folder: TempDir,
    },
    /// A database on the server of this endpoint.
    Named { server: Box<Endpoint>, name: String },
}

impl Scratch {
    /// Makes an empty database: on the server of `on`, else on a new server.
    ///
    /// # Errors
    ///
    /// When there are no server programs; when the role of `on` may not create a database.
    pub async fn make(
        on: Option<&str>,
        environment: &Environment,
        progress: &mut dyn FnMut(Progress),
    ) -> anyhow::Result<Self> {
        match on {
            Some(url) => Self::on(Endpoint::from_url(url, Source::Flag, environment)?).await,
            None => Self::own(environment, progress),
        }
    }

    fn own(environment: &Environment, progress: &mut dyn FnMut(Progress)) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("crmdb-scratch-")
            .tempdir()
            .context("could not make a folder for a scratch server")?;
        let programs = Programs::find(&Env::of_process(), progress)?;
        let cluster = Cluster::scratch(folder.path(), programs)?;
        cluster.start(progress)?;
        let url = cluster.default_url();
        Ok(Self {
            endpoint: Endpoint::from_url(&url, Source::Embedded, environment)?,
            place: Place::Own {
                _cluster: Box::new(cluster),
                _folder: folder,
            },
        })
    }

    async fn on(server: Endpoint) -> anyhow::Result<Self> {
        let session = server.open().await?;
        let messages = session
            .client()
            .simple_query(
                "SELECT 'crmdb_scratch_' || pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', '')",
            )
            .await
            .context("could not name a scratch database")?;
        let name = messages
            .iter()
            .find_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            })
            .context("the server names no scratch database")?;
        session
            .client()
            .simple_query(&format!(
                "CREATE DATABASE {} TEMPLATE template0",
                quote_ident(&name)
            ))
            .await
            .map_err(|error| {
                Failure::new(format!("could not create a scratch database on {server}"))
                    .detail(
                        error
                            .as_db_error()
                            .map_or_else(|| error.to_string(), |e| e.message().to_owned()),
                    )
                    .hint("Name a server, with `--on`, whose role may create databases.")
            })?;
        Ok(Self {
            endpoint: server.with_database(&name),
            place: Place::Named {
                server: Box::new(server),
                name,
            },
        })
    }

    /// The database.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Whether nobody else works on the server, so that what changes there was changed by us.
    #[must_use]
    pub fn is_own_server(&self) -> bool {
        matches!(self.place, Place::Own { .. })
    }

    /// Removes the database. A server of its own goes even without this.
    ///
    /// # Errors
    ///
    /// When the server refuses; then the database is named.
    pub async fn remove(self) -> anyhow::Result<()> {
        let Place::Named { server, name } = &self.place else {
            return Ok(());
        };
        let left = || format!("could not drop the scratch database `{name}` on {server}");
        let session = server.open().await.with_context(left)?;
        let sql = format!("DROP DATABASE {} WITH (FORCE)", quote_ident(name));
        session
            .client()
            .simple_query(&sql)
            .await
            .with_context(left)?;
        Ok(())
    }
}
