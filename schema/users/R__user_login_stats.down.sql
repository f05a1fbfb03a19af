-- user_login_stats, down: drops the view.

DROP VIEW users.user_login_stats;
