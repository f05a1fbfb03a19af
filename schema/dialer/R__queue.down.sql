-- queue, down: drops the view and the functions, newest first.

DROP VIEW dialer.queue_status_by_type;
DROP FUNCTION dialer.get_call_queue_position(uuid);
DROP FUNCTION dialer.get_next_queued_call(uuid);
DROP FUNCTION dialer.get_next_direct_call_queued(uuid);
DROP FUNCTION dialer.take_queued_call(uuid, text, uuid[]);
DROP FUNCTION dialer.is_call_time(date, date, time, time, text, timestamptz);
