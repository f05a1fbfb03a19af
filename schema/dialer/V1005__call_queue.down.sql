-- call_queue, down: drops the table and its functions. DESTROYS every queued call.

DROP TABLE dialer.call_queue;  -- takes its triggers, indexes, policy, grants and comments along
DROP FUNCTION dialer.track_call_attempt();
DROP FUNCTION dialer.take_campaign_retries();
