-- numbers and mail settings, down: drops the tables. DESTROYS every number and mail setting.

DROP TABLE dialer.user_email_settings;  -- both take triggers, indexes, policy, grants along
DROP TABLE dialer.phone_numbers;
