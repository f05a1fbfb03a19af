-- tags, down: drops the tables, newest first. DESTROYS every tag.

DROP TABLE crm.contact_tags;  -- takes its trigger, indexes, policy, grants and comments along
DROP TABLE crm.tags;
