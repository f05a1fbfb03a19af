-- lead_statuses, down: drops the table, the function and the schema.

DROP TABLE leads.lead_statuses;  -- takes its trigger, grants and comments along
DROP FUNCTION leads.visible_organization_id();
DROP SCHEMA leads;
