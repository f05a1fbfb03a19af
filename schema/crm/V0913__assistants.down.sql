-- assistants, down: drops the tables, newest first. DESTROYS every assistant and phone number.

DROP TABLE crm.phone_numbers;  -- takes its trigger, indexes, policy, grants and comments along
DROP TABLE crm.assistants;
