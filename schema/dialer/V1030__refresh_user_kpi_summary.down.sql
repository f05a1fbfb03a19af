-- refresh_user_kpi_summary, down: drops the functions, newest first.

DROP FUNCTION dialer.get_user_kpi_summary();
DROP FUNCTION dialer.test_cache_invalidation(uuid);
DROP FUNCTION dialer.refresh_user_kpi_summary_for_user(uuid);
DROP FUNCTION dialer.count_user_kpi_differences(uuid);
DROP FUNCTION dialer.scheduled_refresh_user_kpi_summary();
DROP FUNCTION dialer.refresh_user_kpi_summary();
