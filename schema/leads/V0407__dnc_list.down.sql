-- dnc_list, down: drops the function and the table. DESTROYS the list of every organization.

DROP FUNCTION leads.is_on_dnc_list(text, uuid);
DROP TABLE leads.dnc_list;  -- takes its indexes, policy, grants and comments along
