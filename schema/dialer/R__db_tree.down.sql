-- db_tree, down: drops the function.

DROP FUNCTION dialer.show_db_tree();
