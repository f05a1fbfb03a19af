//! Old months of call_logs: detached, kept as tables, and taken back.

use super::super::properties::same;
use super::super::users::tenants::{A, acting};
use super::partitions::{call, create, detach, places, with_calls};
use crate::schema::refuses;
use crate::support::{Database, Run, catalog};

#[test]
fn old_months_are_detached_by_what_they_hold_and_stay_as_tables() {
    let database = with_calls(&["2024-01-15", "2024-02-15", "now"]);
    create(&database, "1");
    // A name says nothing: the older month goes by that of one to come.
    database.execute(
        "ALTER TABLE telephony.call_logs_2024_01 RENAME TO call_logs_2999_01;
        ALTER TABLE telephony.call_logs_2024_02 RENAME TO kept_2024_02",
    );
    let keep = "now() - '2024-02-20'::timestamptz";
    let run =
        format!("SET ROLE crm_maintenance; SELECT telephony.detach_call_log_partitions({keep})");
    assert_eq!(database.value(&run), "1");
    assert_eq!(database.value(&run), "0");
    assert_eq!(
        database.rows("SELECT uniqueid FROM telephony.call_logs_2999_01_detached"),
        [["0"]]
    );
    assert_eq!(places(&database).len(), 2);
    // A late call of that month: its partition is made again, and detached under another name.
    call(&database, &["2024-01-16"]);
    database.execute(
        "ALTER TABLE telephony.call_logs_2999_01_detached
        RENAME TO call_logs_2024_01_detached",
    );
    assert_eq!(create(&database, "1"), "1");
    assert_eq!(database.value(&run), "1");
    // Keeping nothing keeps the current month.
    assert_eq!(detach(&database, "0"), "1");
    assert_eq!(detach(&database, "0"), "0");
    assert_eq!(places(&database).len(), 1);
    assert_eq!(
        database.rows(
            "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class
            WHERE relname LIKE '%detached%' AND relkind = 'r' ORDER BY 1"
        ),
        [
            [
                "call_logs_2024_01_detached",
                "Calls before 2024-02-01, detached from telephony.call_logs."
            ],
            [
                "call_logs_2024_01_detached_2",
                "Calls before 2024-02-01, detached from telephony.call_logs."
            ],
            [
                "kept_2024_02_detached",
                "Calls before 2024-03-01, detached from telephony.call_logs."
            ],
        ]
    );
    for role in ["crm_app", "crm_readonly", "crm_maintenance", "crm_asterisk"] {
        for table in ["call_logs_2024_01_detached", "call_logs_default"] {
            refuses(
                &database,
                &acting(role, A, ""),
                &[("42501", &format!("SELECT FROM telephony.{table}"))],
            );
        }
    }
}

/// A month that somebody detached by hand keeps its name, and one may have made a partition of
/// another length: neither stops the task.
#[test]
fn what_others_did_with_partitions_does_not_stop_the_task() {
    let database = with_calls(&["2024-01-15", "2023-01-15"]);
    create(&database, "0");
    database.execute(
        "ALTER TABLE telephony.call_logs DETACH PARTITION telephony.call_logs_2024_01;
        CREATE TABLE telephony.twenty_two PARTITION OF telephony.call_logs
            FOR VALUES FROM ('2022-01-01 00:00:00+00') TO ('2022-12-15 00:00:00+00');
        CREATE TABLE telephony.older PARTITION OF telephony.call_logs
            FOR VALUES FROM (MINVALUE) TO ('2021-01-01 00:00:00+00')",
    );
    call(
        &database,
        &["2024-01-16", "2022-05-15", "2022-12-20", "2020-01-01"],
    );
    assert_eq!(create(&database, "0"), "1");
    let mut places = places(&database);
    places.sort();
    let expected = [
        "2023_01",
        "2024_01_2",
        "default",
        "telephony.older",
        "telephony.twenty_two",
    ];
    assert_eq!(places, expected);
    assert_eq!(create(&database, "0"), "0");
    // It is ours once it is detached by the task.
    assert_eq!(detach(&database, "0"), "4");
    database.execute(
        "DROP TABLE telephony.twenty_two_detached, telephony.older_detached,
            telephony.call_logs_2024_01",
    );
    Run::shipped(
        &database,
        "migrate down --module telephony --allow-data-loss",
    )
    .ends(0);
}

#[test]
fn down_drops_what_was_detached_only_when_told_to() {
    let database = with_calls(&["2024-01-15"]);
    let fresh = catalog(&Database::shipped());
    create(&database, "1");
    assert_eq!(detach(&database, "1 day"), "1");
    assert_eq!(
        database.value("SELECT count(*) FROM telephony.call_logs"),
        "0"
    );
    Run::shipped(&database, "migrate down --module telephony").ends(2);
    assert_eq!(
        database.value("SELECT count(*) FROM telephony.call_logs_2024_01_detached"),
        "1"
    );
    Run::shipped(&database, "migrate up").ends(0);

    // What was moved away depends on nothing of ours, and stays.
    database.execute(
        "CREATE SCHEMA archive;
        ALTER TABLE telephony.call_logs_2024_01_detached SET SCHEMA archive",
    );
    call(&database, &["2024-02-15"]);
    create(&database, "1");
    assert_eq!(detach(&database, "1 day"), "1");
    Run::shipped(&database, "migrate down --all --allow-data-loss").ends(0);
    assert_eq!(database.value("SELECT to_regnamespace('telephony')"), "");
    assert_eq!(
        database.value("SELECT count(*) FROM archive.call_logs_2024_01_detached"),
        "1"
    );
    Run::shipped(&database, "migrate up").ends(0);
    database.execute("DROP SCHEMA archive CASCADE");
    same(&catalog(&database), &fresh, "up again");
}

/// It is not ours to drop: the way down stops there, says so, and goes on when it is gone.
#[test]
fn down_leaves_what_others_put_into_the_schema() {
    let database = Database::shipped();
    create(&database, "1");
    database.execute("CREATE TABLE telephony.call_logs_2024_01_detached (mine int)");
    Run::shipped(&database, "migrate down --module telephony")
        .ends(2)
        .says("table telephony.call_logs_2024_01_detached depends on schema telephony");
    database.execute("DROP TABLE telephony.call_logs_2024_01_detached");
    Run::shipped(&database, "migrate down --module telephony").ends(0);
    Run::shipped(&database, "migrate up").ends(0);
    same(
        &catalog(&database),
        &catalog(&Database::shipped()),
        "up again",
    );
}
