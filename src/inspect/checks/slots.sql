SELECT s.slot_name AS name, s.wal_status, s.safe_wal_size,
    CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN
        pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)::bigint END AS retained_bytes,
    s.active AS is_active
FROM pg_catalog.pg_replication_slots AS s ORDER BY s.slot_name COLLATE "C"
