-- retention, down: drops the procedure and the function, newest first.

DROP PROCEDURE utilities.purge_older_than(regclass, name, interval, integer, bigint);
DROP FUNCTION utilities.delete_older_than(regclass, name, interval, integer);
