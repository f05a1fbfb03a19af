-- call reports, down: drops the views, newest first.

DROP VIEW telephony.calls_per_extension_daily;
DROP VIEW telephony.missed_calls;
DROP VIEW telephony.extension_calls;
