-- concurrency, down: drops the views and functions, newest first.

DROP VIEW dialer.system_concurrency_overview;
DROP VIEW dialer.user_concurrency_status;
DROP FUNCTION dialer.cleanup_orphaned_active_calls();
DROP FUNCTION dialer.try_line(uuid);
DROP FUNCTION dialer.count_system_lines_in_use();
DROP FUNCTION dialer.count_lines_in_use(uuid);
DROP FUNCTION dialer.get_system_active_calls_count();
DROP FUNCTION dialer.system_active_calls();
DROP FUNCTION dialer.count_user_direct_calls_queued(uuid);
DROP FUNCTION dialer.get_user_active_calls_count(uuid);
DROP FUNCTION dialer.count_active_calls(uuid);
