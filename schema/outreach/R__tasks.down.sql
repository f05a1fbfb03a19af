-- tasks, down: drops the functions, newest first.

DROP FUNCTION outreach.reset_daily_limits();
DROP FUNCTION outreach.requeue_stuck_emails(interval, integer);
