-- The tables of the schemas {schemas}, as JSON, in the order of their numbers.
WITH RECURSIVE domains AS (
    SELECT t.oid AS domain, t.typbasetype AS base, t.typtypmod AS modifier, t.typnotnull AS not_null, ARRAY[t.oid] AS chain
    FROM pg_type AS t WHERE t.typtype = 'd'
    UNION ALL
    SELECT d.domain, t.typbasetype, CASE WHEN d.modifier >= 0 THEN d.modifier ELSE t.typtypmod END, d.not_null OR t.typnotnull, d.chain || t.oid
    FROM domains AS d JOIN pg_type AS t ON t.oid = d.base WHERE t.typtype = 'd'
),
bases AS (
    SELECT d.* FROM domains AS d JOIN pg_type AS t ON t.oid = d.base WHERE t.typtype <> 'd'
),
types AS (
    SELECT
        t.oid,
        coalesce(b.base, t.oid) AS base,
        coalesce(b.modifier, -1) AS modifier,
        coalesce(b.not_null, false) AS not_null,
        coalesce(b.chain, '{}') AS chain
    FROM pg_type AS t LEFT JOIN bases AS b ON b.domain = t.oid
),
filled AS (
    SELECT c.*, n.nspname
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY (ARRAY[{schemas}]::name[])
        AND NOT EXISTS (
            SELECT FROM pg_depend AS d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT json_build_object(
    'oid', c.oid::bigint,
    'schema', c.nspname,
    'name', c.relname,
    'relation', format('%I.%I', c.nspname, c.relname),
    'row_security', row_security_active(c.oid),
    'may_insert', has_table_privilege(c.oid, 'INSERT'),
    'columns', (
        SELECT coalesce(json_agg(json_build_object(
            'number', a.attnum,
            'name', a.attname,
            'type', json_build_object(
                'oid', b.oid::bigint,
                'name', format_type(b.oid, NULL),
                'class', b.typtype,
                'modifier', CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE t.modifier END,
                'element', CASE WHEN b.typcategory = 'A' AND b.typelem <> 0 THEN json_build_object(
                    'oid', b.typelem::bigint, 'name', format_type(b.typelem, NULL),
                    'class', (SELECT e.typtype FROM pg_type AS e WHERE e.oid = b.typelem),
                    'modifier', CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE t.modifier END,
                    'labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = b.typelem))
                    WHEN b.typtype = 'r' THEN (SELECT json_build_object(
                        'oid', r.rngsubtype::bigint, 'name', format_type(r.rngsubtype, NULL), 'class', 'b', 'modifier', -1)
                        FROM pg_range AS r WHERE r.rngtypid = b.oid) END,
                'labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = b.oid)),
            'not_null', a.attnotnull OR t.not_null,
            'default', pg_get_expr(d.adbin, d.adrelid),
            'generated', a.attgenerated <> '',
            'identity', a.attidentity <> '',
            'sequence', (
                SELECT json_build_object(
                    'name', format('%I.%I', sn.nspname, sc.relname),
                    'increment', s.seqincrement, 'least', s.seqmin, 'greatest', s.seqmax, 'start', s.seqstart)
                FROM pg_sequence AS s
                JOIN pg_class AS sc ON sc.oid = s.seqrelid
                JOIN pg_namespace AS sn ON sn.oid = sc.relnamespace
                WHERE s.seqrelid = pg_get_serial_sequence(format('%I.%I', c.nspname, c.relname), a.attname)::regclass),
            'domain_checks', (
                SELECT coalesce(json_agg(pg_get_constraintdef(k.oid)), '[]')
                FROM pg_constraint AS k WHERE k.contypid = ANY (t.chain) AND k.contype = 'c'))
            ORDER BY a.attnum), '[]')
        FROM pg_attribute AS a
        JOIN types AS t ON t.oid = a.atttypid
        JOIN pg_type AS b ON b.oid = t.base
        LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'checks', (
        SELECT coalesce(json_agg(json_build_object('name', k.conname, 'text', pg_get_expr(k.conbin, k.conrelid)) ORDER BY k.conname), '[]')
        FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'c'),
    'keys', (
        SELECT coalesce(json_agg(json_build_object(
            'name', ic.relname,
            'is_primary', i.indisprimary,
            'is_exclusion', i.indisexclusion,
            'is_plain', i.indpred IS NULL AND i.indexprs IS NULL AND NOT i.indisexclusion,
            'nulls_equal', coalesce((to_json(i) ->> 'indnullsnotdistinct')::boolean, false),
            'predicate', pg_get_expr(i.indpred, i.indrelid),
            'columns', (
                SELECT coalesce(json_agg(a.attname ORDER BY k.place), '[]')
                FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
                JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
                WHERE k.place <= i.indnkeyatts
                    AND (NOT i.indisexclusion OR EXISTS (
                        SELECT FROM pg_constraint AS x JOIN pg_operator AS o ON o.oid = x.conexclop[k.place]
                        WHERE x.conindid = i.indexrelid AND x.contype = 'x' AND o.oprname = '='))),
            'expressions', (
                SELECT coalesce(json_agg(pg_get_indexdef(i.indexrelid, k.place::int, true) ORDER BY k.place), '[]')
                FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
                WHERE k.number = 0 AND k.place <= i.indnkeyatts
                    AND (NOT i.indisexclusion OR EXISTS (
                        SELECT FROM pg_constraint AS x JOIN pg_operator AS o ON o.oid = x.conexclop[k.place]
                        WHERE x.conindid = i.indexrelid AND x.contype = 'x' AND o.oprname = '='))))
            ORDER BY i.indisprimary DESC, ic.relname), '[]')
        FROM pg_index AS i JOIN pg_class AS ic ON ic.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion)),
    'foreign_keys', (
        SELECT coalesce(json_agg(json_build_object(
            'name', k.conname,
            'columns', k.conkey,
            'parent', k.confrelid::bigint,
            'parent_schema', pn.nspname,
            'parent_name', pc.relname,
            'parent_columns', k.confkey,
            'on_delete', k.confdeltype,
            'is_full', k.confmatchtype = 'f',
            'triggers', (
                SELECT coalesce(json_agg(g.tgname ORDER BY g.tgname), '[]') FROM pg_trigger AS g
                WHERE g.tgconstraint = k.oid AND g.tgrelid = k.conrelid AND g.tgtype & 4 = 4)) ORDER BY k.conname), '[]')
        FROM pg_constraint AS k
        JOIN pg_class AS pc ON pc.oid = k.confrelid
        JOIN pg_namespace AS pn ON pn.oid = pc.relnamespace
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0
            AND pc.relispartition IS FALSE),
    'partitions', CASE WHEN c.relkind = 'p' THEN (
        SELECT json_build_object(
            'columns', p.partattrs::smallint[],
            'strategy', p.partstrat,
            'bounds', (
                SELECT coalesce(json_agg(pg_get_expr(x.relpartbound, x.oid)), '[]')
                FROM pg_inherits AS h JOIN pg_class AS x ON x.oid = h.inhrelid WHERE h.inhparent = c.oid))
        FROM pg_partitioned_table AS p WHERE p.partrelid = c.oid) END)
FROM filled AS c
ORDER BY c.oid
