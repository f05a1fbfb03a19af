-- lead_statuses, down: drops the table and the schema.

DROP TABLE leads.lead_statuses;  -- takes its trigger, grants and comments along
DROP SCHEMA leads;
