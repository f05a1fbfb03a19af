-- documents, down: drops the table. DESTROYS the record of every file; the files stay.

DROP TABLE crm.documents;  -- takes its trigger, indexes, policy, grants and comments along
