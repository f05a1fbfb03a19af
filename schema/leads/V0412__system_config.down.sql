-- system_config, down: drops the table. DESTROYS the settings of every organization.

DROP TABLE leads.system_config;  -- takes its trigger, indexes, policy, grants and comments along
