-- One number for each catalog, from the versions of its rows. That of pg_attrdef goes with its column.
SELECT md5(string_agg(concat_ws(':', t.name, t.rows, t.sum), ';' ORDER BY t.name)) FROM (
    SELECT 'class' AS name, count(*) AS rows,
        sum(hashint8((xmin::text::bigint << 32) | oid::bigint)) AS sum
    FROM pg_catalog.pg_class WHERE oid >= 16384 AND relpersistence <> 't'
    UNION ALL SELECT 'attribute', count(*),
        sum(hashint8(((xmin::text::bigint << 32) | attrelid::bigint) + (attnum::bigint << 20)))
    FROM pg_catalog.pg_attribute WHERE attrelid >= 16384 AND attnum > 0
    UNION ALL SELECT 'constraint', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_constraint WHERE oid >= 16384
    UNION ALL SELECT 'index', count(*), sum(hashint8((xmin::text::bigint << 32) | indexrelid::bigint))
    FROM pg_catalog.pg_index WHERE indexrelid >= 16384
    UNION ALL SELECT 'proc', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_proc WHERE oid >= 16384
    UNION ALL SELECT 'type', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_type WHERE oid >= 16384
    UNION ALL SELECT 'enum', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_enum
    UNION ALL SELECT 'trigger', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_trigger
    UNION ALL SELECT 'rewrite', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_rewrite WHERE oid >= 16384
    UNION ALL SELECT 'policy', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_policy
    UNION ALL SELECT 'namespace', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
    UNION ALL SELECT 'description', count(*),
        sum(hashint8(((xmin::text::bigint << 32) | objoid::bigint) + (objsubid::bigint << 20)))
    FROM pg_catalog.pg_description WHERE objoid >= 16384
    UNION ALL SELECT 'sequence', count(*), sum(hashint8((xmin::text::bigint << 32) | seqrelid::bigint))
    FROM pg_catalog.pg_sequence
    UNION ALL SELECT 'inherits', count(*), sum(hashint8((xmin::text::bigint << 32) | inhrelid::bigint))
    FROM pg_catalog.pg_inherits
    UNION ALL SELECT 'extension', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_extension
    UNION ALL SELECT 'event trigger', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT 'publication', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_publication
    UNION ALL SELECT 'publication rel', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_publication_rel
    UNION ALL SELECT 'publication schema', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_publication_namespace
    UNION ALL SELECT 'statistics', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT 'default acl', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_default_acl
    UNION ALL SELECT 'setting', count(*), sum(hashint8((xmin::text::bigint << 32) | setrole::bigint))
    FROM pg_catalog.pg_db_role_setting
    UNION ALL SELECT 'operator', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_operator WHERE oid >= 16384
    UNION ALL SELECT 'cast', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_cast WHERE oid >= 16384
    UNION ALL SELECT 'collation', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_collation WHERE oid >= 16384
    UNION ALL SELECT 'operator class', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_opclass WHERE oid >= 16384
    UNION ALL SELECT 'operator family', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_opfamily WHERE oid >= 16384
    UNION ALL SELECT 'operator of a family', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_amop WHERE oid >= 16384
    UNION ALL SELECT 'function of a family', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_amproc WHERE oid >= 16384
    UNION ALL SELECT 'conversion', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_conversion WHERE oid >= 16384
    UNION ALL SELECT 'transform', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_transform
    UNION ALL SELECT 'language', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_language WHERE oid >= 16384
    UNION ALL SELECT 'access method', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_am WHERE oid >= 16384
    UNION ALL SELECT 'foreign table', count(*), sum(hashint8((xmin::text::bigint << 32) | ftrelid::bigint))
    FROM pg_catalog.pg_foreign_table
    UNION ALL SELECT 'foreign-data wrapper', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 'foreign server', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT 'text search', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_ts_config WHERE oid >= 16384
    UNION ALL SELECT 'dictionary', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_ts_dict WHERE oid >= 16384
    UNION ALL SELECT 'text search map', count(*), sum(hashint8((xmin::text::bigint << 32) | mapcfg::bigint))
    FROM pg_catalog.pg_ts_config_map WHERE mapcfg >= 16384
    UNION ALL SELECT 'parser', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_ts_parser WHERE oid >= 16384
    UNION ALL SELECT 'template', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_ts_template WHERE oid >= 16384
    UNION ALL SELECT 'database', count(*), sum(hashint8((xmin::text::bigint << 32) | oid::bigint))
    FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
    UNION ALL SELECT 'comment of the database', count(*), sum(hashtext(description))
    FROM pg_catalog.pg_shdescription AS c JOIN pg_catalog.pg_database AS d ON d.oid = c.objoid
    WHERE c.classoid = 'pg_catalog.pg_database'::regclass AND d.datname = pg_catalog.current_database()
    UNION ALL SELECT 'user mapping', count(*), sum(hashint8((umuser::bigint << 32) | srvid::bigint))
    FROM pg_catalog.pg_user_mappings
    UNION ALL SELECT 'role', count(*), sum(hashtext(concat(oid, rolname))) FROM pg_catalog.pg_roles
) AS t
