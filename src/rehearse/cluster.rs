//! What belongs to the whole server: a migration can change it, and no database's catalog shows it.

use std::collections::BTreeMap;

use anyhow::Context as _;
use tokio_postgres::{Client, SimpleQueryMessage};

/// Roles, memberships, tablespaces and settings of roles, each with what is said of it.
pub(super) type ClusterWide = BTreeMap<String, String>;

const QUERY: &str = "
SELECT 'role ' || pg_catalog.quote_ident(r.rolname), pg_catalog.concat_ws(' ', r.rolsuper, r.rolinherit,
    r.rolcreaterole, r.rolcreatedb, r.rolcanlogin, r.rolreplication, r.rolbypassrls, r.rolconnlimit,
    r.rolvaliduntil, r.rolconfig, pg_catalog.shobj_description(r.oid, 'pg_authid'))
FROM pg_catalog.pg_roles AS r
UNION ALL
SELECT pg_catalog.format('membership of %I in %I', m.rolname, g.rolname), a.admin_option::text
FROM pg_catalog.pg_auth_members AS a
JOIN pg_catalog.pg_roles AS m ON m.oid = a.member JOIN pg_catalog.pg_roles AS g ON g.oid = a.roleid
UNION ALL
SELECT 'tablespace ' || pg_catalog.quote_ident(t.spcname),
    pg_catalog.concat_ws(' ', t.spcacl, t.spcoptions)
FROM pg_catalog.pg_tablespace AS t
UNION ALL
SELECT 'database ' || pg_catalog.quote_ident(d.datname), pg_catalog.concat_ws(' ', d.datacl, d.datconnlimit)
FROM pg_catalog.pg_database AS d";

/// Reads what belongs to the whole server.
pub(super) async fn read(client: &Client) -> anyhow::Result<ClusterWide> {
    let messages = client
        .simple_query(QUERY)
        .await
        .context("could not read the roles of the scratch server")?;
    Ok(messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                let text = |index| row.get(index).unwrap_or_default().to_owned();
                Some((text(0), text(1)))
            }
            _ => None,
        })
        .collect())
}
