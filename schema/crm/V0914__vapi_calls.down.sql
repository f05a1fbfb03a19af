-- vapi_calls, down: drops the table. DESTROYS the record of every call by VAPI.

DROP TABLE crm.vapi_calls;  -- takes its trigger, indexes, policy, grants and comments along
