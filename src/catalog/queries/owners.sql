-- property: owners of what is no relation.
SELECT o.class, o.oid, 0, 'owner', quote_ident(pg_get_userbyid(o.owner))
FROM (
    SELECT 'pg_namespace' AS class, oid, nspowner AS owner FROM pg_namespace
    UNION ALL SELECT 'pg_proc', oid, proowner FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT 'pg_type', oid, typowner FROM pg_type WHERE oid >= 16384 AND typtype <> 'c' AND typcategory <> 'A'
    UNION ALL SELECT 'pg_extension', oid, extowner FROM pg_extension
    UNION ALL SELECT 'pg_statistic_ext', oid, stxowner FROM pg_statistic_ext
    UNION ALL SELECT 'pg_event_trigger', oid, evtowner FROM pg_event_trigger
    UNION ALL SELECT 'pg_publication', oid, pubowner FROM pg_publication
    UNION ALL SELECT 'pg_collation', oid, collowner FROM pg_collation WHERE oid >= 16384
    UNION ALL SELECT 'pg_operator', oid, oprowner FROM pg_operator WHERE oid >= 16384
    UNION ALL SELECT 'pg_opclass', oid, opcowner FROM pg_opclass WHERE oid >= 16384
    UNION ALL SELECT 'pg_opfamily', oid, opfowner FROM pg_opfamily WHERE oid >= 16384
    UNION ALL SELECT 'pg_ts_config', oid, cfgowner FROM pg_ts_config WHERE oid >= 16384
    UNION ALL SELECT 'pg_ts_dict', oid, dictowner FROM pg_ts_dict WHERE oid >= 16384
    UNION ALL SELECT 'pg_foreign_server', oid, srvowner FROM pg_foreign_server
    UNION ALL SELECT 'pg_foreign_data_wrapper', oid, fdwowner FROM pg_foreign_data_wrapper WHERE oid >= 16384
    UNION ALL SELECT 'pg_language', oid, lanowner FROM pg_language WHERE oid >= 16384
    UNION ALL SELECT 'pg_conversion', oid, conowner FROM pg_conversion WHERE oid >= 16384
) AS o
