-- conversation_statistics, down: drops the triggers and their functions, newest first.

DROP TRIGGER count_deleted_emails ON crm.emails;
DROP TRIGGER count_changed_emails ON crm.emails;
DROP TRIGGER count_new_emails ON crm.emails;
DROP TRIGGER count_deleted_calls ON crm.calls;
DROP TRIGGER count_changed_calls ON crm.calls;
DROP TRIGGER count_new_calls ON crm.calls;
DROP TRIGGER count_deleted_messages ON crm.messages;
DROP TRIGGER count_changed_messages ON crm.messages;
DROP TRIGGER count_new_messages ON crm.messages;
DROP FUNCTION crm.update_conversation_statistics();
DROP FUNCTION crm.add_to_conversations(uuid[], integer[], integer[], integer[], integer[]);
