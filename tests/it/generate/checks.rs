//! CHECK constraints, and partitions: what a row may be.

use super::{count, filled, none, refuses};

const ID: &str = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY";

#[test]
fn lists_ranges_and_lengths() {
    let (_, database) = filled(
        &format!(
            "CREATE TABLE a.t ({ID},
                 status text NOT NULL CHECK (status IN ('new', 'done', 'lost')),
                 level int NOT NULL CHECK (level BETWEEN 1 AND 3),
                 share numeric NOT NULL CHECK (share >= 0 AND share <= 1),
                 phone text NOT NULL CHECK (phone ~ '^\\+[1-9][0-9]{{7,14}}$'),
                 title text NOT NULL CHECK (length(title) <= 20 AND title <> ''),
                 kinds text[] NOT NULL CHECK (kinds <@ ARRAY['x', 'y', 'z'] AND cardinality(kinds) > 0),
                 hash bytea NOT NULL CHECK (octet_length(hash) = 32),
                 about jsonb NOT NULL CHECK (jsonb_typeof(about) = 'object'));"
        ),
        "",
    );
    assert_eq!(
        database.value("SELECT count(DISTINCT status) FROM a.t"),
        "3"
    );
    assert_eq!(database.value("SELECT count(DISTINCT level) FROM a.t"), "3");
}

#[test]
fn columns_that_look_at_each_other() {
    let (_, database) = filled(
        &format!(
            "CREATE TABLE a.spans ({ID},
                 starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, least int NOT NULL,
                 most int NOT NULL, CHECK (ends_at > starts_at), CHECK (least <= most));
             CREATE TABLE a.deals ({ID},
                 status text NOT NULL CHECK (status IN ('open', 'won', 'lost')), closed_at timestamptz,
                 reason text, CHECK ((status = 'open') = (closed_at IS NULL)),
                 CHECK (reason IS NULL OR status = 'lost'));
             CREATE TABLE a.subjects ({ID}, user_id int, team_id int, lead_id int,
                 CHECK (num_nonnulls(user_id, team_id, lead_id) = 1));"
        ),
        "",
    );
    for status in ["open", "won", "lost"] {
        let deals = format!("a.deals WHERE status = '{status}'");
        assert_ne!(count(&database, &deals), 0, "{status}");
    }
}

/// A function is the server's to judge, before anything is written.
#[test]
fn functions_of_the_project() {
    let sql = |condition: &str| {
        format!(
            "CREATE FUNCTION a.fits(x int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT {condition}';
             CREATE TABLE a.first ({ID});
             CREATE TABLE a.t ({ID}, x int NOT NULL CONSTRAINT fits CHECK (a.fits(x)));"
        )
    };
    filled(&sql("x IS NOT NULL"), "");
    refuses(
        &sql("x < 0"),
        "",
        &[
            "the constraint `fits` does not let the rows generated for `a.t` pass",
            "CHECK (a.fits(x))",
            "`seeds/dev.toml`",
        ],
    );
    let (_, database) = filled(&sql("x < 0"), "[t.columns]\nx = { range = [-9, -1] }\n");
    none(&database, "a.t", "x >= 0");
}

#[test]
fn a_constraint_that_nothing_passes() {
    refuses(
        &format!("CREATE TABLE a.t ({ID}, x int NOT NULL, CONSTRAINT never CHECK (x <> x));"),
        "",
        &["row 1 of `a.t` cannot be generated", "`never`"],
    );
}

#[test]
fn recipes_within_the_constraints() {
    let (_, database) = filled(
        &format!(
            "CREATE TABLE a.t ({ID}, status text NOT NULL CHECK (status IN ('new', 'done')),
                 started_at timestamptz NOT NULL, ended_at timestamptz, seconds int, label text NOT NULL);"
        ),
        "[t]\nrows = 200\n[t.columns]
         status     = { choice = { new = 3, done = 1 } }
         started_at = { time = \"working hours\", days = 30 }
         ended_at   = { after = \"started_at\", between = [\"1 minute\", \"1 hour\"], when = \"status = 'done'\" }
         seconds    = { sql = \"extract(epoch from ended_at - started_at)::int\" }
         label      = { cycle = [\"one\", \"two\"] }\n",
    );
    none(
        &database,
        "a.t",
        "(status = 'done') <> (ended_at IS NOT NULL)",
    );
    none(
        &database,
        "a.t",
        "ended_at NOT BETWEEN started_at + '1 minute' AND started_at + '1 hour'",
    );
    none(
        &database,
        "a.t",
        "extract(epoch FROM ended_at - started_at)::int <> seconds",
    );
    none(
        &database,
        "a.t",
        "extract(isodow FROM started_at AT TIME ZONE 'UTC') > 5",
    );
    assert_eq!(count(&database, "a.t WHERE label = 'one'"), 100);
    assert!(count(&database, "a.t WHERE status = 'new'") > 100);
}

#[test]
fn partitions_with_a_default() {
    let (project, database) = filled(
        "CREATE TABLE a.events (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL,
             PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
         CREATE TABLE a.events_new PARTITION OF a.events FOR VALUES FROM ('2025-06-01') TO ('2025-08-01');
         CREATE TABLE a.events_rest PARTITION OF a.events DEFAULT;
         CREATE TABLE a.hashed (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY) PARTITION BY HASH (id);
         CREATE TABLE a.hashed_0 PARTITION OF a.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
         CREATE TABLE a.hashed_1 PARTITION OF a.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);",
        "",
    );
    assert_ne!(count(&database, "a.events_new"), 0);
    project.run(&database, "seed clear").ends(0);
    assert_eq!(count(&database, "a.events"), 0);
}
