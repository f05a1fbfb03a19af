-- maintenance reports, down: drops the functions, newest first.

DROP FUNCTION utilities.maintenance_candidates(name);
DROP FUNCTION utilities.index_usage(name);
DROP FUNCTION utilities.table_sizes(name);
