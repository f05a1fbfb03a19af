//! ULIDs: alphabet, order, time.

use crate::schema::holds;
use crate::support::Database;

#[test]
fn ulids_are_unique_well_formed_and_sort_by_time() {
    holds(
        &Database::shipped(),
        "SET search_path = utilities",
        &[
            "SELECT count(DISTINCT x) = 2000 AND bool_and(x ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$')
                AND bool_and(is_valid_ulid(x))
            FROM (SELECT generate_ulid() AS x FROM generate_series(1, 2000)) AS s",
            // All 32 letters come up, at every place of the random part.
            "SELECT bool_and(letters = 32) AND count(*) = 16
            FROM (SELECT p, count(DISTINCT substr(x, p, 1)) AS letters
                FROM (SELECT generate_ulid() AS x FROM generate_series(1, 1000)) AS s,
                    generate_series(11, 26) AS p
                GROUP BY p) AS places",
            "SELECT array_agg(x ORDER BY i) = array_agg(x ORDER BY x COLLATE \"C\")
            FROM (SELECT i, generate_ulid('2020-01-01'::timestamptz + i * interval '12345 ms') AS x
                FROM generate_series(1, 500) AS i) AS s",
            // As a uuid it sorts the same way, and comes back the same.
            "SELECT array_agg(x ORDER BY x COLLATE \"C\") = array_agg(x ORDER BY ulid_to_uuid(x))
                AND bool_and(uuid_to_ulid(ulid_to_uuid(x)) = x)
            FROM (SELECT generate_ulid() AS x FROM generate_series(1, 300)) AS s",
            "SELECT bool_and(ulid_to_uuid(uuid_to_ulid(g)) = g)
            FROM (SELECT gen_random_uuid() AS g FROM generate_series(1, 500)) AS s",
            "generate_ulid(NULL) IS NULL AND ulid_to_uuid(NULL) IS NULL",
        ],
    );
}

#[test]
fn a_ulid_holds_its_time_to_the_millisecond() {
    holds(
        &Database::shipped(),
        "SET search_path = utilities; SET timezone = 'UTC'",
        &[
            "SELECT bool_and(ulid_timestamp(generate_ulid(t)) = t)
            FROM unnest(ARRAY['1970-01-01 00:00:00', '1970-01-01 00:00:00.001',
                '2024-02-29 23:59:59.999', '9999-12-31 23:59:59.999',
                '10889-08-02 05:31:50.655']::timestamptz[]) AS t",
            "ulid_timestamp(generate_ulid('2024-01-01 00:00:00.1239')) = '2024-01-01 00:00:00.123'",
            "left(generate_ulid('1970-01-01'), 10) = '0000000000'",
            "left(generate_ulid('10889-08-02 05:31:50.655'), 10) = '7ZZZZZZZZZ'",
            "abs(extract(epoch FROM ulid_timestamp(generate_ulid()) - clock_timestamp())) < 1",
            // The example of the specification.
            "extract(epoch FROM ulid_timestamp('01ARZ3NDEKTSV4RRFFQ69G5FAV')) = 1469922850.259",
            "ulid_to_uuid('7ZZZZZZZZZZZZZZZZZZZZZZZZZ') = 'ffffffff-ffff-ffff-ffff-ffffffffffff'",
            "ulid_to_uuid('01arz3ndektsv4rrffq69g5fav')
                = ulid_to_uuid('01ARZ3NDEKTSV4RRFFQ69G5FAV')",
        ],
    );
}

#[test]
fn what_is_no_ulid_and_no_time_of_one_is_refused() {
    let database = Database::shipped();
    for text in [
        "",
        "x",
        "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "01ARZ3NDEKTSV4RRFFQ69G5FAVX",
        "01ARZ3NDEKTSV4RRFFQ69G5FAI",
        "01ARZ3NDEKTSV4RRFFQ69G5FAL",
        "01ARZ3NDEKTSV4RRFFQ69G5FAO",
        "01ARZ3NDEKTSV4RRFFQ69G5FAU",
        "01ARZ3NDEKTSV4RRFFQ69G5FA\n",
        "０1ARZ3NDEKTSV4RRFFQ69G5FAV",
        "ı1ARZ3NDEKTSV4RRFFQ69G5FAV",
    ] {
        let valid = format!("NOT utilities.is_valid_ulid('{text}')");
        holds(&database, "", &[&valid]);
        let sql = format!("SELECT utilities.ulid_to_uuid('{text}')");
        assert_eq!(database.refusal(&sql), "22P02", "{text:?}");
    }
    for time in [
        "1969-12-31 23:59:59.999Z",
        "10889-08-02 05:31:50.656Z",
        "infinity",
        "-infinity",
    ] {
        let sql = format!("SELECT utilities.generate_ulid('{time}'::timestamptz)");
        assert_eq!(database.refusal(&sql), "22008", "{time}");
    }
}
