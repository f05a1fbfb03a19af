-- user_performance_summary, down: drops the view.

DROP VIEW dialer.user_performance_summary;
