//! Unique keys: as many rows as there is room for, and never two alike.

use super::{count, filled, none, refuses};

const ID: &str = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY";

#[test]
fn primary_keys_of_every_kind() {
    let (_, database) = filled(
        "CREATE TABLE a.countries (code char(2) PRIMARY KEY, name text NOT NULL);
         CREATE TABLE a.words (word text PRIMARY KEY);
         CREATE TABLE a.numbers (n bigint PRIMARY KEY);
         CREATE TABLE a.pairs (word text REFERENCES a.words, n bigint REFERENCES a.numbers, PRIMARY KEY (word, n));
         CREATE TABLE a.details (word text, n bigint, line int, PRIMARY KEY (word, n, line),
             FOREIGN KEY (word, n) REFERENCES a.pairs);",
        "",
    );
    assert_eq!(count(&database, "a.words"), 100);
    assert_eq!(count(&database, "a.numbers"), 100);
}

#[test]
fn few_values_give_few_rows() {
    let (_, database) = filled(
        &format!(
            "CREATE TABLE a.one ({ID}, kind text NOT NULL UNIQUE CHECK (kind IN ('x', 'y', 'z')));
             CREATE TABLE a.two ({ID}, kind text NOT NULL CHECK (kind IN ('x', 'y', 'z')),
                 is_on boolean NOT NULL, UNIQUE (kind, is_on));
             CREATE TABLE a.of ({ID}, one_id bigint NOT NULL REFERENCES a.one, is_on boolean NOT NULL,
                 UNIQUE (one_id, is_on));"
        ),
        "",
    );
    for (table, rows) in [("a.one", 3), ("a.two", 6), ("a.of", 6)] {
        assert_eq!(count(&database, table), rows, "{table}");
    }
}

#[test]
fn keys_for_some_rows() {
    let (_, database) = filled(
        &format!(
            "CREATE TABLE a.users ({ID});
             CREATE TABLE a.numbers ({ID}, user_id bigint NOT NULL REFERENCES a.users,
                 is_default boolean NOT NULL);
             CREATE UNIQUE INDEX one_default ON a.numbers (user_id) WHERE is_default;
             CREATE TABLE a.mails ({ID}, mail text, deleted_at timestamptz);
             CREATE UNIQUE INDEX alive ON a.mails (mail) WHERE deleted_at IS NULL;"
        ),
        "[users]\nrows = 10\n[numbers]\nrows = 200\n",
    );
    assert_eq!(count(&database, "a.numbers"), 200);
    assert_ne!(count(&database, "a.numbers WHERE is_default"), 0);
}

#[test]
fn null_counts_as_a_value_where_it_is_said() {
    filled(
        &format!(
            "CREATE TABLE a.one ({ID}, x text, UNIQUE NULLS NOT DISTINCT (x));
             CREATE TABLE a.two ({ID}, x text, y int, UNIQUE NULLS NOT DISTINCT (x, y));
             CREATE TABLE a.three ({ID}, x text, UNIQUE (x));"
        ),
        "",
    );
}

#[test]
fn keys_over_expressions() {
    let (_, database) = filled(
        &format!(
            "CREATE TABLE a.users ({ID}, email text NOT NULL, name text NOT NULL);
             CREATE UNIQUE INDEX ON a.users (lower(email));
             CREATE UNIQUE INDEX ON a.users (lower(name), length(email));
             CREATE TABLE a.tenants ({ID});
             CREATE TABLE a.members ({ID}, tenant_id bigint NOT NULL REFERENCES a.tenants, email text NOT NULL);
             CREATE UNIQUE INDEX ON a.members (tenant_id, lower(email));"
        ),
        "[users.columns]\nemail = { fake = \"email\" }\n",
    );
    assert_eq!(count(&database, "a.users"), 100);
    none(&database, "a.users", "email NOT LIKE '%@example.%'");
}

#[test]
fn exclusion_constraints() {
    let (_, database) = filled(
        &format!(
            "CREATE TABLE a.rooms ({ID}, name text NOT NULL, EXCLUDE USING btree (name WITH =));"
        ),
        "",
    );
    assert_eq!(count(&database, "a.rooms"), 100);
    refuses(
        &format!(
            "CREATE TABLE a.shifts ({ID}, during tstzrange NOT NULL, EXCLUDE USING gist (during WITH &&));"
        ),
        "",
        &[
            "exclusion constraint `shifts_during_excl` of `a.shifts`",
            "`rows = 0`",
        ],
    );
}

/// Rows without a surrogate key are known by the keys that they have.
#[test]
fn rows_with_natural_keys_are_removed() {
    let (project, database) = filled(
        "CREATE TABLE a.words (word text PRIMARY KEY);
         CREATE TABLE a.uses (word text NOT NULL REFERENCES a.words, note text);",
        "",
    );
    database
        .execute("INSERT INTO a.words VALUES ('mine'); INSERT INTO a.uses VALUES ('mine', NULL);");
    project.run(&database, "seed clear").ends(0);
    assert_eq!(
        database.value("SELECT string_agg(word, ',') FROM a.words"),
        "mine"
    );
    assert_eq!(count(&database, "a.uses"), 1);
    assert_eq!(count(&database, "crmdb.seeded_keys"), 0);
}
