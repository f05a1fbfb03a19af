-- last contact, down: drops the triggers and the function.

DROP TRIGGER update_contact_last_contact_on_update ON dialer.calls;
DROP TRIGGER update_contact_last_contact_on_insert ON dialer.calls;
DROP FUNCTION dialer.update_contact_last_contact();
