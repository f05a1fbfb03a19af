-- vendors, down: drops the tables and the schema. DESTROYS every vendor and retainer.

DROP TABLE marketing.retainer_fees;  -- takes its trigger, indexes, policy and grants along
DROP TABLE marketing.vendors;
DROP SCHEMA marketing;
