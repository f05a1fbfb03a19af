-- meetings and follow-ups, down: drops the tables. DESTROYS every meeting and follow-up.

DROP TABLE dialer.follow_ups;  -- both take triggers, indexes, policy, grants and comments along
DROP TABLE dialer.calendar_meetings;
