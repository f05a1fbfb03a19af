-- pg_stat_statements, down: removes the extension, if the way up created it.

CALL utilities.remove_extension('pg_stat_statements');
