-- user_stats, down: drops the view.

DROP VIEW dialer.user_stats;
