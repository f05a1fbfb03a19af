-- segments, down: drops the functions and the table. DESTROYS every segment.

DROP FUNCTION leads.refresh_segment(uuid);
DROP FUNCTION leads.segment_leads(uuid);
DROP FUNCTION leads.segment_condition(jsonb);
DROP TABLE leads.segments;  -- takes its triggers, indexes, policy, grants and comments along
