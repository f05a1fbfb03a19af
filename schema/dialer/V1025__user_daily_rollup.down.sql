-- user_daily_rollup, down: drops the triggers and their function.

DROP TRIGGER trg_user_daily_rollup_on_delete ON dialer.agent_analytics;
DROP TRIGGER trg_user_daily_rollup_on_update ON dialer.agent_analytics;
DROP TRIGGER trg_user_daily_rollup ON dialer.agent_analytics;
DROP FUNCTION dialer.update_user_analytics_from_agents();
