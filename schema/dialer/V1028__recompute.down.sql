-- recompute, down: drops the functions, newest first.

DROP FUNCTION dialer.batch_calculate_call_analytics(uuid, date, date);
DROP FUNCTION dialer.calculate_daily_call_analytics(uuid, date);
DROP FUNCTION dialer.recompute_user_daily_from_agent(uuid, date);
DROP FUNCTION dialer.recompute_agent_daily_from_calls(uuid, date);
