SELECT pg_catalog.current_setting('max_connections')::bigint AS max_connections,
    pg_catalog.current_setting('superuser_reserved_connections')::bigint
        + coalesce(pg_catalog.current_setting('reserved_connections', true), '0')::bigint AS reserved_connections,
    (SELECT pg_catalog.sum(d.numbackends) FROM pg_catalog.pg_stat_database AS d)::bigint AS connections,
    (SELECT nullif(d.datconnlimit, -1) FROM pg_catalog.pg_database AS d
        WHERE d.datname = pg_catalog.current_database())::bigint AS database_limit,
    (SELECT d.numbackends FROM pg_catalog.pg_stat_database AS d
        WHERE d.datname = pg_catalog.current_database())::bigint AS database_connections,
    pg_catalog.current_database() AS database
