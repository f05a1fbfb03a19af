-- dashboard_cache, down: drops the trigger, the functions and the table. DESTROYS what is cached.

DROP TRIGGER update_dashboard_cache_from_agents ON dialer.agents;
DROP FUNCTION dialer.cleanup_expired_dashboard_cache();
DROP FUNCTION dialer.update_dashboard_cache_from_agents();
DROP TABLE dialer.dashboard_cache;  -- takes its index, policy, grants and comments along
