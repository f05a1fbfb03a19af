-- agent_analytics, down: drops the table and its functions. The figures can be counted again.

DROP TABLE dialer.agent_analytics;  -- takes its trigger, index, policy, grants and comments along
DROP FUNCTION dialer.derive_agent_rates();
DROP FUNCTION dialer.mean(numeric, bigint);
DROP FUNCTION dialer.percent(bigint, bigint);
