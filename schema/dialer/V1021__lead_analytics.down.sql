-- lead_analytics, down: drops the table and its functions. DESTROYS every lead.

DROP TABLE dialer.lead_analytics;  -- takes its triggers, indexes, policy, grants, comments along
DROP FUNCTION dialer.complete_lead();
DROP FUNCTION dialer.mean_score(numeric[]);
