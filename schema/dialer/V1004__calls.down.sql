-- calls, down: drops the table. DESTROYS every call.

ALTER TABLE dialer.contacts DROP CONSTRAINT contacts_auto_created_from_call_id_user_id_fkey;
DROP TABLE dialer.calls;  -- takes its trigger, indexes, policy, grants and comments along
