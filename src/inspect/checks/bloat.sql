-- What the entries of a B-tree would take at its fill factor; those that are stored once for several
-- rows make it smaller, so that the estimate errs to the safe side. What looks bad is measured, where
-- that can be done: it reads the whole index.
SELECT w.index::pg_catalog.regclass::pg_catalog.text AS name, w.bytes, w.readable,
    w.measured IS NOT NULL AS is_measured,
    greatest(coalesce(w.measured, w.bytes - w.needed), 0)::bigint AS wasted_bytes
FROM (
    SELECT e.*, CASE WHEN e.readable AND e.needed < e.bytes / 2 THEN {measured} END AS measured
    FROM (
        SELECT i.indexrelid AS index, coalesce(pg_catalog.pg_relation_size(i.indexrelid), 0) AS bytes,
            pg_catalog.count(s.avg_width) = i.indnatts AS readable, z.page, o.fill_factor,
            -- A line pointer, and an entry of 8 bytes and its values, aligned to 8.
            pg_catalog.ceil(greatest(c.reltuples, 0) * (4 + 8 * pg_catalog.ceil(
                    (8 + coalesce(pg_catalog.sum(s.avg_width * (1 - s.null_frac)), 0)) / 8.0))
                / ((z.page - 40) * o.fill_factor / 100)) * z.page + 2 * z.page AS needed
        FROM free AS t JOIN pg_catalog.pg_index AS i ON i.indrelid = t.oid AND i.indisvalid
        JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid AND c.relkind = 'i' AND c.reltuples >= 0
        JOIN pg_catalog.pg_am AS m ON m.oid = c.relam AND m.amname = 'btree'
        CROSS JOIN (SELECT pg_catalog.current_setting('block_size')::float8 AS page) AS z
        CROSS JOIN LATERAL (SELECT coalesce((SELECT x.option_value::float8
            FROM pg_catalog.pg_options_to_table(c.reloptions) AS x
            WHERE x.option_name = 'fillfactor'), 90) AS fill_factor) AS o
        CROSS JOIN LATERAL pg_catalog.generate_series(0, i.indnatts - 1) AS k (at)
        LEFT JOIN pg_catalog.pg_attribute AS a
            ON a.attrelid = CASE WHEN i.indkey[k.at] = 0 THEN c.oid ELSE t.oid END
            AND a.attnum = CASE WHEN i.indkey[k.at] = 0 THEN k.at + 1 ELSE i.indkey[k.at] END
        LEFT JOIN pg_catalog.pg_stats AS s ON s.schemaname = t.nspname AND s.attname = a.attname
            AND s.tablename = CASE WHEN i.indkey[k.at] = 0 THEN c.relname ELSE t.relname END AND NOT s.inherited
        -- Smaller ones are not worth a word.
        WHERE c.relpages >= 128
        GROUP BY i.indexrelid, i.indnatts, c.reltuples, c.reloptions, z.page, o.fill_factor
    ) AS e
) AS w
ORDER BY wasted_bytes DESC, w.index::pg_catalog.regclass::pg_catalog.text COLLATE "C"
