-- reference: the columns that sequences belong to.
SELECT 'pg_class', s.seqrelid, CASE d.deptype WHEN 'i' THEN 'identity of' ELSE 'owned by' END, d.refobjid, d.refobjsubid
FROM pg_sequence AS s JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid
    AND d.objsubid = 0 AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
