-- notifications, down: drops the tables. DESTROYS every notification and preference.

DROP TABLE dialer.notification_preferences;  -- both take indexes, policy, grants, comments along
DROP TABLE dialer.notifications;
