-- contact functions, down: drops the functions, newest first.

DROP FUNCTION crm.calculate_contact_score(uuid);
DROP FUNCTION crm.get_contact_tags(uuid);
