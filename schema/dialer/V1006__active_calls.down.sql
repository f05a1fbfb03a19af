-- active_calls, down: drops the triggers, the table and its functions. DESTROYS the record of
-- calls under way.

DROP TRIGGER cleanup_active_calls_on_delete ON dialer.call_queue;
DROP TRIGGER cleanup_active_calls_on_delete ON dialer.calls;
DROP TRIGGER cleanup_active_calls_on_queue_change ON dialer.call_queue;
DROP TRIGGER cleanup_active_calls_on_status_change ON dialer.calls;
DROP TABLE dialer.active_calls;  -- takes its trigger, indexes, policy, grants and comments along
DROP FUNCTION dialer.cleanup_active_calls_on_delete();
DROP FUNCTION dialer.cleanup_active_calls_on_queue_change();
DROP FUNCTION dialer.cleanup_active_calls_on_status_change();
DROP FUNCTION dialer.check_active_call_reference();
