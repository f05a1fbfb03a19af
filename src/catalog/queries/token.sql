-- One number for each catalog, from the versions of its rows. (hashint8 would not do: it folds the two
-- halves of a number, and two that count alike meet.) That of pg_attrdef goes with its column.
SELECT md5(string_agg(concat_ws(':', t.name, t.rows, t.sum), ';' ORDER BY t.name)) FROM (
    SELECT 'class' AS name, count(*) AS rows,
        sum(hashoidextended(oid, xmin::text::bigint)) AS sum
    FROM pg_catalog.pg_class WHERE oid >= 16384 AND relpersistence <> 't'
    UNION ALL SELECT 'attribute', count(*),
        sum(hashoidextended(attrelid, (xmin::text::bigint << 16) | attnum))
    FROM pg_catalog.pg_attribute WHERE attrelid >= 16384 AND attnum > 0
    UNION ALL SELECT 'constraint', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_constraint WHERE oid >= 16384
    UNION ALL SELECT 'index', count(*), sum(hashoidextended(indexrelid, xmin::text::bigint))
    FROM pg_catalog.pg_index WHERE indexrelid >= 16384
    UNION ALL SELECT 'proc', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_proc WHERE oid >= 16384
    UNION ALL SELECT 'type', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_type WHERE oid >= 16384
    UNION ALL SELECT 'enum', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_enum
    UNION ALL SELECT 'trigger', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_trigger
    UNION ALL SELECT 'rewrite', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_rewrite WHERE oid >= 16384
    UNION ALL SELECT 'policy', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_policy
    UNION ALL SELECT 'namespace', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
    UNION ALL SELECT 'description', count(*),
        sum(hashoidextended(objoid, (xmin::text::bigint << 16) | objsubid))
    FROM pg_catalog.pg_description WHERE objoid >= 16384
    UNION ALL SELECT 'sequence', count(*), sum(hashoidextended(seqrelid, xmin::text::bigint))
    FROM pg_catalog.pg_sequence
    UNION ALL SELECT 'inherits', count(*), sum(hashoidextended(inhrelid, xmin::text::bigint))
    FROM pg_catalog.pg_inherits
    UNION ALL SELECT 'extension', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_extension
    UNION ALL SELECT 'event trigger', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_event_trigger
    UNION ALL SELECT 'publication', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_publication
    UNION ALL SELECT 'publication rel', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_publication_rel
    UNION ALL SELECT 'publication schema', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_publication_namespace
    UNION ALL SELECT 'statistics', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT 'default acl', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_default_acl
    UNION ALL SELECT 'setting', count(*), sum(hashoidextended(setrole, xmin::text::bigint))
    FROM pg_catalog.pg_db_role_setting
    UNION ALL SELECT 'operator', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_operator WHERE oid >= 16384
    UNION ALL SELECT 'cast', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_cast WHERE oid >= 16384
    UNION ALL SELECT 'collation', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_collation WHERE oid >= 16384
    UNION ALL SELECT 'operator class', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_opclass WHERE oid >= 16384
    UNION ALL SELECT 'operator family', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_opfamily WHERE oid >= 16384
    UNION ALL SELECT 'operator of a family', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_amop WHERE oid >= 16384
    UNION ALL SELECT 'function of a family', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_amproc WHERE oid >= 16384
    UNION ALL SELECT 'conversion', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_conversion WHERE oid >= 16384
    UNION ALL SELECT 'transform', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_transform
    UNION ALL SELECT 'language', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_language WHERE oid >= 16384
    UNION ALL SELECT 'access method', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_am WHERE oid >= 16384
    UNION ALL SELECT 'foreign table', count(*), sum(hashoidextended(ftrelid, xmin::text::bigint))
    FROM pg_catalog.pg_foreign_table
    UNION ALL SELECT 'foreign-data wrapper', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 'foreign server', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT 'text search', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_ts_config WHERE oid >= 16384
    UNION ALL SELECT 'dictionary', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_ts_dict WHERE oid >= 16384
    UNION ALL SELECT 'text search map', count(*), sum(hashoidextended(mapcfg, xmin::text::bigint))
    FROM pg_catalog.pg_ts_config_map WHERE mapcfg >= 16384
    UNION ALL SELECT 'parser', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_ts_parser WHERE oid >= 16384
    UNION ALL SELECT 'template', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_ts_template WHERE oid >= 16384
    UNION ALL SELECT 'database', count(*), sum(hashoidextended(oid, xmin::text::bigint))
    FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
    UNION ALL SELECT 'comment of the database', count(*), sum(hashtext(description))
    FROM pg_catalog.pg_shdescription AS c JOIN pg_catalog.pg_database AS d ON d.oid = c.objoid
    WHERE c.classoid = 'pg_catalog.pg_database'::regclass AND d.datname = pg_catalog.current_database()
    UNION ALL SELECT 'user mapping', count(*), sum(hashoidextended(umuser, srvid::bigint))
    FROM pg_catalog.pg_user_mappings
    -- Other databases of the cluster have roles of their own.
    UNION ALL SELECT 'role', count(*), sum(hashtext(concat(r.*, (
        SELECT string_agg(m.roleid::text, ' ' ORDER BY m.roleid)
        FROM pg_catalog.pg_auth_members AS m WHERE m.member = r.oid))))
    FROM pg_catalog.pg_roles AS r WHERE r.oid IN (SELECT s.refobjid FROM pg_catalog.pg_shdepend AS s
        WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.dbid = (
            SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database()))
) AS t
