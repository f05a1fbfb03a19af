-- call_logs, down: drops the functions and the table with its partitions. DESTROYS every call.

DROP TABLE telephony.call_logs;  -- takes its partitions, sequence, trigger, policies along
DROP FUNCTION telephony.assign_call_logs();
DROP FUNCTION telephony.fill_call_log();
