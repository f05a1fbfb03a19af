-- users, down: drops the table and its trigger function. DESTROYS every user.

DROP TABLE users.users;  -- takes its triggers, indexes, policy, grants and comments along
DROP FUNCTION users.fill_user_name();
