SELECT pg_catalog.quote_ident(d.datname) AS name, pg_catalog.age(d.datfrozenxid)::bigint AS xid_age,
    pg_catalog.mxid_age(d.datminmxid)::bigint AS multixact_age
FROM pg_catalog.pg_database AS d WHERE d.datname <> pg_catalog.current_database()
ORDER BY d.datname COLLATE "C"
