-- organizations, down: drops the table. DESTROYS every organization.

DROP TABLE users.organizations;  -- takes its trigger, policy, grants and comments along
