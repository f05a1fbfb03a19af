-- default: relation, column, expression.
-- Where no column is named in it, it is written several times faster without the relation.
SELECT d.adrelid, d.adnum,
    pg_get_expr(d.adbin, CASE WHEN d.adbin::text LIKE '%{VAR %' THEN d.adrelid ELSE 0 END)
FROM pg_attrdef AS d
