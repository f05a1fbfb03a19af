SELECT pg_catalog.quote_ident(d.datname) AS name, d.blks_hit AS hit, d.blks_read AS read,
    coalesce(d.checksum_failures, 0)::bigint AS checksum_failures
FROM pg_catalog.pg_stat_database AS d WHERE d.datname = pg_catalog.current_database()
