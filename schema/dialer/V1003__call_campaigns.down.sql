-- call_campaigns, down: drops the table and its function. DESTROYS every campaign.

DROP TABLE dialer.call_campaigns;  -- takes its trigger, indexes, policy, grants and comments along
DROP FUNCTION dialer.is_time_zone(text);
