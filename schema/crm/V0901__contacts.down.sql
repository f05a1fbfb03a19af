-- contacts, down: drops the table, its trigger function and the schema. DESTROYS every contact.

DROP TABLE crm.contacts;  -- takes its triggers, indexes, policy, grants and comments along
DROP FUNCTION crm.normalize_contact();
DROP SCHEMA crm;
