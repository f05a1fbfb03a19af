//! Foreign keys of every kind.

use super::{count, filled, none, refuses};

const ID: &str = "id uuid PRIMARY KEY DEFAULT gen_random_uuid()";

#[test]
fn the_tenant_agrees() {
    let (_, database) = filled(
        &format!(
            "CREATE TABLE a.tenants ({ID});
             CREATE TABLE a.users (tenant_id uuid NOT NULL REFERENCES a.tenants, {ID}, UNIQUE (tenant_id, id));
             CREATE TABLE a.teams (tenant_id uuid NOT NULL REFERENCES a.tenants, {ID}, UNIQUE (tenant_id, id));
             CREATE TABLE a.calls (tenant_id uuid NOT NULL REFERENCES a.tenants, {ID},
                 user_id uuid NOT NULL, team_id uuid, other_id uuid,
                 FOREIGN KEY (tenant_id, user_id) REFERENCES a.users (tenant_id, id),
                 FOREIGN KEY (tenant_id, other_id) REFERENCES a.users (tenant_id, id),
                 FOREIGN KEY (tenant_id, team_id) REFERENCES a.teams (tenant_id, id));"
        ),
        "[tenants]\nrows = 5\n",
    );
    assert_ne!(count(&database, "a.calls WHERE team_id IS NOT NULL"), 0);
    assert_ne!(count(&database, "a.calls WHERE other_id <> user_id"), 0);
}

#[test]
fn a_table_refers_to_itself() {
    let (_, database) = filled(
        &format!(
            "CREATE TABLE a.folders ({ID}, parent_id uuid REFERENCES a.folders);
             CREATE TABLE a.tenants ({ID});
             CREATE TABLE a.nodes (tenant_id uuid NOT NULL REFERENCES a.tenants, {ID}, up_id uuid,
                 UNIQUE (tenant_id, id), FOREIGN KEY (tenant_id, up_id) REFERENCES a.nodes (tenant_id, id));"
        ),
        "[tenants]\nrows = 5\n",
    );
    assert_ne!(count(&database, "a.folders WHERE parent_id IS NOT NULL"), 0);
    assert_ne!(count(&database, "a.nodes WHERE up_id IS NOT NULL"), 0);
}

#[test]
fn circles() {
    let circle = |null: &str| {
        format!(
            "CREATE TABLE a.users ({ID}, team_id uuid {null});
             CREATE TABLE a.teams ({ID}, lead_id uuid NOT NULL REFERENCES a.users);
             ALTER TABLE a.users ADD FOREIGN KEY (team_id) REFERENCES a.teams;"
        )
    };
    let (_, database) = filled(&circle("NULL"), "");
    none(&database, "a.users", "team_id IS NOT NULL");
    refuses(
        &circle("NOT NULL"),
        "",
        &[
            "no table of a circle of foreign keys can be filled first",
            "`a.users`, `a.teams`",
        ],
    );
}

#[test]
fn natural_keys_one_to_one_and_many_to_many() {
    let (_, database) = filled(
        &format!(
            "CREATE TABLE a.statuses (status text PRIMARY KEY, stage int NOT NULL);
             CREATE TABLE a.users ({ID}, status text NOT NULL REFERENCES a.statuses, email text NOT NULL UNIQUE);
             CREATE TABLE a.profiles (user_id uuid PRIMARY KEY REFERENCES a.users, about text);
             CREATE TABLE a.seats ({ID}, user_id uuid NOT NULL UNIQUE REFERENCES a.users);
             CREATE TABLE a.mails ({ID}, email text NOT NULL REFERENCES a.users (email));
             CREATE TABLE a.tags ({ID});
             CREATE TABLE a.tagged (user_id uuid REFERENCES a.users, tag_id uuid REFERENCES a.tags,
                 PRIMARY KEY (user_id, tag_id));"
        ),
        "[statuses]\nrows = 4\n[tags]\nrows = 9\n[tagged]\nrows = 250\n",
    );
    assert_eq!(count(&database, "a.profiles"), 100);
    assert_eq!(count(&database, "a.seats"), 100);
    assert!(count(&database, "a.tagged") > 100);
}

#[test]
fn match_full() {
    filled(
        &format!(
            "CREATE TABLE a.places (x int NOT NULL, y int NOT NULL, PRIMARY KEY (x, y));
             CREATE TABLE a.things ({ID}, x int, y int,
                 FOREIGN KEY (x, y) REFERENCES a.places MATCH FULL);"
        ),
        "",
    );
}

#[test]
fn deferred_keys() {
    filled(
        &format!(
            "CREATE TABLE a.users ({ID});
             CREATE TABLE a.notes ({ID}, user_id uuid NOT NULL
                 REFERENCES a.users DEFERRABLE INITIALLY DEFERRED);"
        ),
        "",
    );
}
