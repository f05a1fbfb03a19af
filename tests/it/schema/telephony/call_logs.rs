//! Call logs: what the backends of Asterisk write is taken as it is, and finds its organization.

use super::super::users::tenants::{A, B, acting};
use super::{ASTERISK, with_telephony};
use crate::schema::{holds, refuses};
use crate::support::Database;

/// Each as the source of Asterisk puts it together, with the driver's own work done.
#[test]
fn each_backend_writes_its_own_statement() {
    let database = with_telephony();
    for insert in [
        // cdr_pgsql: the columns that it finds in the catalog, quoted; those not set are left out.
        r#"INSERT INTO call_logs ("calldate", "start", "answer", "end", "clid", "src", "dst",
            "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "duration", "billsec",
            "disposition", "amaflags", "accountcode", "uniqueid", "linkedid", "sequence")
        VALUES ('2026-03-01 10:00:00', '2026-03-01 10:00:00', '2026-03-01 10:00:07',
            '2026-03-01 10:01:00', '"Ada" <1001>', '1001', '1002', 'internal',
            'PJSIP/1001-00000001', 'PJSIP/1002-00000002', 'Dial', 'PJSIP/1002,30', 60, 53,
            'ANSWERED', 3, 'acc-a', 'pgsql', '1772359200.1', 7)"#,
        // cdr_odbc, with hrtime and loguniqueid, without dispositionstring: empty texts, and
        // the disposition as a number.
        "INSERT INTO call_logs (calldate, clid, src, dst, dcontext, channel, dstchannel, lastapp,
            lastdata, duration, billsec, disposition, amaflags, accountcode, uniqueid, userfield,
            peeraccount, linkedid, sequence)
        VALUES ('2026-03-01 10:00:00'::timestamp, '', '1001', '1002', 'internal', 'PJSIP/1', '',
            'Dial', '', 60.4::float8, 0::float8, 4, 3, 'acc-a', 'odbc', '', '', 'odbc', 1)",
        // cdr_adaptive_odbc, with quoted_identifiers, usegmtime, and alias start => calldate:
        // the epoch for what never was.
        r#"INSERT INTO call_logs ("calldate", "start", "answer", "end", "src", "dst", "duration",
            "billsec", "disposition", "amaflags", "accountcode", "uniqueid")
        VALUES ('2026-03-01 10:00:00'::timestamp, '2026-03-01 10:00:00'::timestamp,
            '1970-01-01 00:00:00'::timestamp, '2026-03-01 10:00:20'::timestamp, '1001', '1002',
            20, 0, 'NO ANSWER', 3, 'acc-a', 'adaptive')"#,
    ] {
        database.execute(&format!("{ASTERISK}; {insert}"));
    }
    let rows = database.rows(
        "SET timezone = 'UTC'; SELECT uniqueid, start, answer, duration, disposition, amaflags,
            organization_id FROM telephony.call_logs ORDER BY id",
    );
    let at = "2026-03-01 10:00:00+00";
    assert_eq!(
        rows,
        [
            [
                "pgsql",
                at,
                "2026-03-01 10:00:07+00",
                "60",
                "ANSWERED",
                "3",
                A
            ],
            ["odbc", at, "", "60", "BUSY", "3", A],
            ["adaptive", at, "", "20", "NO ANSWER", "3", A],
        ]
    );
}

/// `cdr_pgsql` writes '' to a column that is NOT NULL and has no default in `pg_attrdef`, known to
/// it or not; for a uuid or a number that fails, and the record is lost.
#[test]
fn a_column_that_asterisk_does_not_know_is_nullable_or_has_a_default() {
    let rows = Database::shipped().rows(
        "SELECT a.attname FROM pg_attribute AS a
        LEFT JOIN pg_attrdef AS d ON a.atthasdef AND (d.adrelid, d.adnum) = (attrelid, attnum)
        WHERE attrelid = 'telephony.call_logs'::regclass AND attnum > 0 AND NOT attisdropped
        AND attnotnull AND pg_get_expr(d.adbin, d.adrelid) IS NULL",
    );
    assert!(rows.is_empty(), "{rows:?}");
}

#[test]
fn dispositions_are_names_whoever_writes_them() {
    let database = Database::shipped();
    for (written, stored) in [
        ("0", "NO ANSWER"),
        ("1", "NO ANSWER"),
        ("2", "FAILED"),
        ("4", "BUSY"),
        ("8", "ANSWERED"),
        ("16", "CONGESTION"),
        ("CONGESTION", "CONGESTION"),
        ("of tomorrow", "of tomorrow"),
    ] {
        database.execute(&format!(
            "{ASTERISK}; INSERT INTO call_logs (disposition, uniqueid) VALUES ('{written}', '{written}')"
        ));
        let found = database.value(&format!(
            "SELECT disposition FROM telephony.call_logs WHERE uniqueid = '{written}'"
        ));
        assert_eq!(found, stored);
    }
}

/// Asterisk does not keep what the server refuses.
#[test]
fn no_call_is_refused() {
    let database = Database::shipped();
    for insert in [
        "DEFAULT VALUES",
        "(calldate) VALUES ('1970-01-01'), ('2099-12-31'), ('infinity'), ('0044-03-15 BC')",
        "(lastdata, clid, accountcode) VALUES (repeat('x', 9999), repeat('ü', 999), repeat('a', 999))",
        "(duration, billsec) VALUES (-1, 2147483647)",
        "(uniqueid) VALUES ('twice'), ('twice')",
    ] {
        let insert = format!("{ASTERISK}; INSERT INTO call_logs {insert}");
        database.execute(&insert);
        // With partitions ahead, and with what is in the default one moved.
        database.execute("SELECT telephony.create_call_log_partitions()");
        database.execute(&insert);
    }
    assert_eq!(
        database.value("SELECT count(*) FROM telephony.call_logs"),
        "18"
    );
}

#[test]
fn a_call_without_a_known_account_is_nobodys_until_the_account_is_there() {
    let database = with_telephony();
    database.execute(&format!(
        "{ASTERISK}; INSERT INTO call_logs (accountcode, uniqueid)
        VALUES ('acc-a', 'a'), ('acc-b', 'b'), ('new', 'c'), ('', 'd'), (NULL, 'e')"
    ));
    let owners = || {
        database.value(
            "SELECT string_agg(coalesce(o.name, '-'), '' ORDER BY uniqueid)
            FROM telephony.call_logs AS c LEFT JOIN users.organizations AS o
            ON o.id = c.organization_id",
        )
    };
    let assign = || database.value("SET ROLE crm_maintenance; SELECT telephony.assign_call_logs()");
    assert_eq!(owners(), "AB---");
    assert_eq!(assign(), "0");
    database.execute(&format!(
        "INSERT INTO telephony.accounts VALUES ('new', '{B}')"
    ));
    assert_eq!(assign(), "1");
    assert_eq!(owners(), "ABB--");
    // An account that changes hands takes only its future calls along.
    database.execute(&format!(
        "UPDATE telephony.accounts SET organization_id = '{A}' WHERE accountcode = 'new'"
    ));
    assert_eq!(assign(), "0");
    database.execute(&format!(
        "{ASTERISK}; INSERT INTO call_logs (accountcode, uniqueid) VALUES ('new', 'f')"
    ));
    assert_eq!(owners(), "ABB--A");
    // The dialplan may say it itself: Set(CDR(organization_id)=…).
    database.execute(&format!(
        "{ASTERISK}; INSERT INTO call_logs (accountcode, uniqueid, organization_id)
        VALUES ('acc-a', 'g', '{B}')"
    ));
    assert_eq!(owners(), "ABB--AB");
}

#[test]
fn an_account_is_one_organizations_and_given_out_by_the_operator() {
    let database = with_telephony();
    let insert = |code: &str| format!("INSERT INTO telephony.accounts VALUES ({code}, '{A}')");
    refuses(
        &database,
        "",
        &[
            ("23505", &insert("'acc-b'")),
            ("23514", &insert("''")),
            ("23514", &insert("repeat('ü', 40)")),
            ("23502", &insert("NULL")),
            (
                "23503",
                "INSERT INTO telephony.accounts VALUES ('x', gen_random_uuid())",
            ),
            // It is still an extension's: that keeps its organization.
            (
                "23503",
                &format!("UPDATE telephony.accounts SET organization_id = '{B}'"),
            ),
        ],
    );
    refuses(
        &database,
        &acting("crm_app", A, ""),
        &[
            ("42501", &insert("'mine'")),
            ("42501", "UPDATE telephony.accounts SET description = 'x'"),
            ("42501", "DELETE FROM telephony.accounts"),
        ],
    );
    holds(
        &database,
        "DELETE FROM telephony.accounts WHERE accountcode = 'acc-a'",
        &[
            "(SELECT bool_and(accountcode IS NULL) FROM telephony.extensions
            WHERE organization_id::text LIKE 'a%')",
        ],
    );
}

/// A month has enough rows here that reading all of it is not the cheapest way.
#[test]
fn a_query_reads_the_partitions_of_its_months_by_an_index() {
    let database = with_telephony();
    database.execute(
        "SET session_replication_role = replica; SET timezone = 'UTC';
        INSERT INTO telephony.call_logs
            (organization_id, calldate, src, dst, uniqueid, linkedid, accountcode)
        SELECT md5((i % 50)::text)::uuid, t, 1000 + i % 2000, 5000 + i % 3000, i, i, 'acc-' || i % 300
        FROM generate_series(0, 59999) AS i,
            LATERAL (SELECT timestamptz '2025-01-01' + i * interval '2 minutes') AS m (t);
        RESET session_replication_role;
        SELECT telephony.create_call_log_partitions(0);
        ANALYZE telephony.call_logs",
    );
    for (role, query, index) in [
        (
            "",
            "calldate >= '2025-02-03' AND calldate < '2025-02-04'",
            "call_logs_2025_02_calldate_idx",
        ),
        (
            "",
            "organization_id = md5('34')::uuid AND src = '1234'
                AND calldate >= '2025-02-01' AND calldate < '2025-03-01'",
            "call_logs_2025_02_organization_id_src_calldate_idx",
        ),
        (
            "",
            "organization_id = md5('34')::uuid AND dst = '5234'
                AND calldate >= '2025-02-01' AND calldate < '2025-03-01'",
            "call_logs_2025_02_organization_id_dst_calldate_idx",
        ),
        (
            "",
            "accountcode = 'acc-7' AND calldate >= '2025-02-01' AND calldate < '2025-03-01'",
            "call_logs_2025_02_accountcode_calldate_idx",
        ),
        (
            "",
            "uniqueid = '31000' AND calldate >= '2025-02-01' AND calldate < '2025-03-01'",
            "call_logs_2025_02_uniqueid_idx",
        ),
        (
            &acting("crm_app", B, ""),
            "calldate >= '2025-02-03' AND calldate < '2025-02-04'",
            "call_logs_2025_02_organization_id_calldate_idx",
        ),
    ] {
        let plan = database.rows(&format!(
            "{role}; SET timezone = 'UTC'; EXPLAIN SELECT * FROM telephony.call_logs WHERE {query}"
        ));
        let plan: Vec<&str> = plan.iter().map(|line| line[0].as_str()).collect();
        let plan = plan.join("\n");
        assert!(plan.contains(index), "{query}: {plan}");
        for other in ["2025_01", "2025_03", "default", "Seq Scan"] {
            assert!(!plan.contains(other), "{query}: {plan}");
        }
    }
    // Without a time each partition is asked by its index.
    let plan = database.rows("EXPLAIN SELECT * FROM telephony.call_logs WHERE linkedid = '7'");
    assert!(
        plan.iter()
            .any(|line| line[0].contains("call_logs_2025_01_linkedid_idx")),
        "{plan:#?}"
    );
}
