-- user_analytics, down: drops the table. The figures can be added up again.

DROP TABLE dialer.user_analytics;  -- takes its policy, grants and comments along
