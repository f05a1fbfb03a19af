-- property: what is said of everything else.
SELECT 'pg_authid', r.oid, 0, v.property, v.value
FROM pg_roles AS r
CROSS JOIN LATERAL (VALUES
    ('attributes', concat_ws(', ', CASE WHEN r.rolsuper THEN 'superuser' END,
        CASE WHEN r.rolbypassrls THEN 'bypasses row security' END,
        CASE WHEN r.rolcreaterole THEN 'creates roles' END, CASE WHEN r.rolcreatedb THEN 'creates databases' END,
        CASE WHEN r.rolreplication THEN 'replicates' END, CASE WHEN r.rolcanlogin THEN 'logs in' END,
        CASE WHEN r.rolinherit THEN 'inherits' END)),
    ('member of', (SELECT string_agg(quote_ident(g.rolname), ', ' ORDER BY g.rolname COLLATE "C")
        FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid WHERE m.member = r.oid)),
    ('settings', (SELECT string_agg(c, ', ' ORDER BY c COLLATE "C") FROM unnest(r.rolconfig) AS c))
) AS v (property, value)
WHERE r.oid >= 16384 AND v.value IS NOT NULL
UNION ALL
SELECT 'pg_proc', p.oid, 0, 'definition', rtrim(pg_get_functiondef(p.oid), E'\n')
FROM pg_proc AS p WHERE p.oid >= 16384 AND p.prokind <> 'a' AND NOT EXISTS (SELECT FROM pg_depend AS d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'pg_proc', a.aggfnoid, 0, 'definition', concat_ws(' ',
    'transition ' || a.aggtransfn::regprocedure, 'state ' || format_type(a.aggtranstype, NULL),
    'state size ' || nullif(a.aggtransspace, 0),
    'final ' || nullif(a.aggfinalfn, 0::oid::regproc)::regprocedure, nullif(a.aggfinalmodify::text, 'r'),
    CASE WHEN a.aggfinalextra THEN 'extra' END,
    'combine ' || nullif(a.aggcombinefn, 0::oid::regproc)::regprocedure,
    'serial ' || nullif(a.aggserialfn, 0::oid::regproc)::regprocedure,
    'deserial ' || nullif(a.aggdeserialfn, 0::oid::regproc)::regprocedure,
    'moving ' || nullif(a.aggmtransfn, 0::oid::regproc)::regprocedure,
    'initially ' || quote_literal(a.agginitval), 'kind ' || a.aggkind::text,
    'sorted by ' || nullif(a.aggsortop, 0)::regoperator, 'parallel ' || p.proparallel::text,
    'returns ' || format_type(p.prorettype, NULL))
FROM pg_aggregate AS a JOIN pg_proc AS p ON p.oid = a.aggfnoid AND p.oid >= 16384
UNION ALL
SELECT 'pg_type', t.oid, 0, v.property, v.value
FROM pg_type AS t LEFT JOIN pg_type AS b ON b.oid = t.typbasetype
CROSS JOIN LATERAL (VALUES
    ('labels', CASE WHEN t.typtype = 'e' THEN coalesce((SELECT string_agg(quote_literal(e.enumlabel), ', '
        ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid), '') END),
    ('definition', CASE t.typtype WHEN 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
        CASE WHEN t.typcollation <> b.typcollation THEN 'collate ' || t.typcollation::regcollation END,
        CASE WHEN t.typnotnull THEN 'not null' END, 'default ' || t.typdefault)
    WHEN 'r' THEN (SELECT concat_ws(' ', 'range of ' || format_type(r.rngsubtype, NULL),
        'collate ' || nullif(r.rngcollation, 0)::regcollation,
        'canonical ' || nullif(r.rngcanonical, 0::oid::regproc)::regprocedure,
        'difference ' || nullif(r.rngsubdiff, 0::oid::regproc)::regprocedure,
        'multirange ' || format_type(r.rngmultitypid, NULL))
        FROM pg_range AS r WHERE r.rngtypid = t.oid)
    WHEN 'b' THEN concat_ws(' ', t.typinput::regprocedure, t.typoutput::regprocedure, t.typlen, t.typalign,
        t.typstorage, t.typcategory, t.typdefault)
    WHEN 'p' THEN 'shell' END)
) AS v (property, value)
WHERE t.oid >= 16384 AND t.typtype IN ('e', 'd', 'r', 'b', 'p') AND t.typcategory <> 'A' AND v.value IS NOT NULL
UNION ALL
SELECT 'pg_extension', e.oid, 0, v.property, v.value
FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
CROSS JOIN LATERAL (VALUES ('schema', quote_ident(n.nspname)), ('version', e.extversion)) AS v (property, value)
UNION ALL
SELECT 'pg_statistic_ext', s.oid, 0, 'definition',
    concat_ws(' ', pg_get_statisticsobjdef(s.oid), 'statistics ' || nullif(to_jsonb(s) ->> 'stxstattarget', '-1'))
FROM pg_statistic_ext AS s
UNION ALL
SELECT 'pg_event_trigger', e.oid, 0, 'definition', concat_ws(' ', 'on', e.evtevent,
    'when tag in ' || (SELECT string_agg(t, ', ' ORDER BY t COLLATE "C") FROM unnest(e.evttags) AS t),
    'execute', e.evtfoid::regprocedure, CASE e.evtenabled WHEN 'O' THEN NULL WHEN 'D' THEN 'disabled'
        WHEN 'R' THEN 'enabled on replicas' ELSE 'enabled always' END)
FROM pg_event_trigger AS e
UNION ALL
SELECT 'pg_publication', p.oid, 0, 'publishes', concat_ws(' ', CASE WHEN p.puballtables THEN 'all tables:' END,
    CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
    CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END,
    CASE WHEN p.pubviaroot THEN 'via root' END,
    'generated columns ' || nullif(to_jsonb(p) ->> 'pubgencols', 'n'))
FROM pg_publication AS p
UNION ALL
SELECT 'pg_publication', r.prpubid, 0, 'table ' || r.prrelid::regclass, concat_ws(' ',
    coalesce('(' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname COLLATE "C")
        FROM pg_attribute AS a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', 'all columns'),
    'where ' || pg_get_expr(r.prqual, r.prrelid))
FROM pg_publication_rel AS r
UNION ALL
SELECT 'pg_publication', s.pnpubid, 0, 'schema ' || s.pnnspid::regnamespace, 'all tables'
FROM pg_publication_namespace AS s
UNION ALL
SELECT 'pg_database', s.setdatabase, 0, 'setting'
        || CASE WHEN s.setrole = 0 THEN '' ELSE ' of ' || quote_ident(pg_get_userbyid(s.setrole)) END
        || ' ' || split_part(c.setting, '=', 1),
    substr(c.setting, strpos(c.setting, '=') + 1)
FROM pg_db_role_setting AS s CROSS JOIN unnest(s.setconfig) AS c (setting)
WHERE s.setdatabase = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
UNION ALL
SELECT 'pg_collation', c.oid, 0, 'definition', concat_ws(' ', 'provider ' || c.collprovider::text,
    'locale ' || coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', c.collcollate),
    'ctype ' || c.collctype, CASE WHEN c.collisdeterministic THEN NULL ELSE 'not deterministic' END,
    'rules ' || nullif(to_jsonb(c) ->> 'collicurules', ''))
FROM pg_collation AS c WHERE c.oid >= 16384
UNION ALL
SELECT 'pg_collation', c.oid, 0, 'version', c.collversion FROM pg_collation AS c
WHERE c.oid >= 16384 AND c.collversion IS NOT NULL
UNION ALL
SELECT 'pg_cast', c.oid, 0, 'definition', concat_ws(' ', CASE c.castcontext WHEN 'i' THEN 'implicit'
    WHEN 'a' THEN 'assignment' ELSE 'explicit' END, CASE c.castmethod WHEN 'b' THEN 'binary'
    WHEN 'i' THEN 'inout' ELSE 'with ' || c.castfunc::regprocedure END)
FROM pg_cast AS c WHERE c.oid >= 16384
UNION ALL
SELECT 'pg_operator', o.oid, 0, 'definition', concat_ws(' ', 'function ' || nullif(o.oprcode, 0::oid::regproc)::regprocedure,
    'commutator ' || nullif(o.oprcom, 0)::regoperator, 'negator ' || nullif(o.oprnegate, 0)::regoperator,
    'restrict ' || nullif(o.oprrest, 0::oid::regproc)::regprocedure,
    'join ' || nullif(o.oprjoin, 0::oid::regproc)::regprocedure,
    CASE WHEN o.oprcanmerge THEN 'merges' END, CASE WHEN o.oprcanhash THEN 'hashes' END)
FROM pg_operator AS o WHERE o.oid >= 16384
UNION ALL
SELECT 'pg_opclass', o.oid, 0, 'definition', concat_ws(' ', 'for ' || format_type(o.opcintype, NULL),
    CASE WHEN o.opcdefault THEN 'default' END, 'stores ' || format_type(nullif(o.opckeytype, 0), NULL))
FROM pg_opclass AS o WHERE o.oid >= 16384
UNION ALL
SELECT 'pg_opfamily', a.amopfamily, 0, concat('operator ', a.amopstrategy, ' (',
    format_type(a.amoplefttype, NULL), ', ', format_type(a.amoprighttype, NULL), ')'), a.amopopr::regoperator::text
FROM pg_amop AS a WHERE a.oid >= 16384
UNION ALL
SELECT 'pg_opfamily', a.amprocfamily, 0, concat('function ', a.amprocnum, ' (',
    format_type(a.amproclefttype, NULL), ', ', format_type(a.amprocrighttype, NULL), ')'), a.amproc::regprocedure::text
FROM pg_amproc AS a WHERE a.oid >= 16384
UNION ALL
SELECT 'pg_ts_config', m.mapcfg, 0, 'token ' || t.alias, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno)
FROM pg_ts_config_map AS m JOIN pg_ts_config AS c ON c.oid = m.mapcfg AND c.oid >= 16384
CROSS JOIN LATERAL ts_token_type(c.cfgparser) AS t WHERE t.tokid = m.maptokentype
GROUP BY m.mapcfg, t.alias
UNION ALL
SELECT 'pg_ts_dict', d.oid, 0, 'definition', concat_ws(' ', quote_ident(t.tmplname), d.dictinitoption)
FROM pg_ts_dict AS d JOIN pg_ts_template AS t ON t.oid = d.dicttemplate WHERE d.oid >= 16384
UNION ALL
-- Options may hold secrets of other servers; their names are enough to see one go or come.
SELECT 'pg_foreign_server', s.oid, 0, 'definition', concat_ws(' ', 'wrapper ' || quote_ident(w.fdwname),
    s.srvtype, s.srvversion, (SELECT string_agg(CASE WHEN o ~* '^(passw|secret|key|token)' THEN split_part(o, '=', 1)
        || '=***' ELSE o END, ', ' ORDER BY o COLLATE "C") FROM unnest(s.srvoptions) AS o))
FROM pg_foreign_server AS s JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
UNION ALL
SELECT 'pg_foreign_server', u.srvid, 0, 'user mapping of ' || quote_ident(u.usename), 'present'
FROM pg_user_mappings AS u
UNION ALL
SELECT 'pg_foreign_data_wrapper', w.oid, 0, 'definition', concat_ws(' ',
    'handler ' || nullif(w.fdwhandler, 0)::regprocedure, 'validator ' || nullif(w.fdwvalidator, 0)::regprocedure,
    w.fdwoptions::text)
FROM pg_foreign_data_wrapper AS w WHERE w.oid >= 16384
UNION ALL
SELECT 'pg_language', l.oid, 0, 'definition', concat_ws(' ', CASE WHEN l.lanpltrusted THEN 'trusted' END,
    nullif(l.lanplcallfoid, 0)::regprocedure)
FROM pg_language AS l WHERE l.oid >= 16384
UNION ALL
SELECT 'pg_conversion', c.oid, 0, 'definition', concat_ws(' ', pg_encoding_to_char(c.conforencoding), 'to',
    pg_encoding_to_char(c.contoencoding), 'by', c.conproc::regprocedure, CASE WHEN c.condefault THEN 'default' END)
FROM pg_conversion AS c WHERE c.oid >= 16384
UNION ALL
SELECT 'pg_am', a.oid, 0, 'definition', concat(a.amtype, ' ', a.amhandler::regprocedure)
FROM pg_am AS a WHERE a.oid >= 16384
