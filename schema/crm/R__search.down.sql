-- search, down: drops the functions, newest first.

DROP FUNCTION crm.search_activities(text, integer);
DROP FUNCTION crm.search_deals(text, integer);
DROP FUNCTION crm.search_contacts(text, integer);
