SELECT n.nspname, i.relname,
  i.relpages * pg_catalog.current_setting('block_size')::pg_catalog.float8,
  i.relname ~ '_cc(new|old)[0-9]*$' AND EXISTS (
    SELECT FROM pg_catalog.pg_index AS y
    JOIN pg_catalog.pg_class AS j ON j.oid = y.indexrelid
    WHERE y.indrelid = x.indrelid AND y.indexrelid <> x.indexrelid
      AND y.indisvalid AND y.indisunique = x.indisunique AND j.relam = i.relam
      AND y.indnkeyatts = x.indnkeyatts
      AND y.indkey::pg_catalog.text = x.indkey::pg_catalog.text
      AND y.indclass::pg_catalog.text = x.indclass::pg_catalog.text
      AND y.indcollation::pg_catalog.text = x.indcollation::pg_catalog.text
      AND y.indoption::pg_catalog.text = x.indoption::pg_catalog.text
      AND (y.indexprs IS NULL) = (x.indexprs IS NULL)
      AND (y.indpred IS NULL) = (x.indpred IS NULL)),
  -- Who builds an index concurrently holds this lock on its table to the end.
  EXISTS (
    SELECT FROM pg_catalog.pg_locks AS l
    WHERE l.locktype = 'relation' AND l.relation = x.indrelid AND l.database = d.oid
      AND l.mode = 'ShareUpdateExclusiveLock' AND l.pid <> pg_catalog.pg_backend_pid())
FROM pg_catalog.pg_index AS x
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid AND i.relkind = 'i'
JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid AND c.relkind IN ('r', 'm')
JOIN pg_catalog.pg_namespace AS n ON n.oid = i.relnamespace
JOIN pg_catalog.pg_database AS d ON d.datname = pg_catalog.current_database()
WHERE NOT x.indisvalid AND {scope}
ORDER BY n.nspname COLLATE pg_catalog."C", i.relname COLLATE pg_catalog."C"
