-- telephony: the calls of each extension, those missed, and how many a day.
--
-- Needs: V0803, V0804.

-- security_invoker: the reader's own rights and row policies apply. Each half finds the calls of
-- an extension by an index on the number; calldate passes through, so that a condition on it
-- leaves out partitions.
CREATE OR REPLACE VIEW telephony.extension_calls
    WITH (security_invoker = true) AS
SELECT
    e.organization_id,
    e.id AS extension_id,
    e.user_id,
    e.number,
    'outbound' AS direction,
    c.calldate,
    c.dst AS other_number,
    c.clid,
    c.disposition = 'ANSWERED' AS answered,
    c.duration,
    c.billsec,
    c.uniqueid,
    coalesce(c.linkedid, c.uniqueid) AS linkedid,
    c.id AS call_log_id
FROM telephony.extensions AS e
JOIN telephony.call_logs AS c ON c.organization_id = e.organization_id AND c.src = e.number
UNION ALL
SELECT
    e.organization_id,
    e.id,
    e.user_id,
    e.number,
    'inbound',
    c.calldate,
    c.src,
    c.clid,
    c.disposition = 'ANSWERED',
    c.duration,
    c.billsec,
    c.uniqueid,
    coalesce(c.linkedid, c.uniqueid),
    c.id
FROM telephony.extensions AS e
JOIN telephony.call_logs AS c ON c.organization_id = e.organization_id AND c.dst = e.number;

COMMENT ON VIEW telephony.extension_calls IS
    'The calls from and to each extension. A call between two extensions is there for both. Ask '
    'with a condition on calldate: it leaves out the partitions of other months.';
COMMENT ON COLUMN telephony.extension_calls.other_number IS
    'Who was called, or who called.';
COMMENT ON COLUMN telephony.extension_calls.linkedid IS
    'The same in all records of a call.';

-- A group that rings at several extensions has a record for each: the call is missed when none
-- of them answered. The records of a call lie within a day.
CREATE OR REPLACE VIEW telephony.missed_calls
    WITH (security_invoker = true) AS
SELECT
    m.organization_id,
    m.extension_id,
    m.user_id,
    m.number,
    m.calldate,
    m.other_number AS caller_number,
    m.clid,
    m.duration AS waited_seconds,
    m.linkedid,
    m.call_log_id
FROM telephony.extension_calls AS m
WHERE m.direction = 'inbound'
    AND m.answered IS NOT TRUE
    AND NOT EXISTS (
        SELECT
        FROM telephony.call_logs AS c
        WHERE c.organization_id = m.organization_id
            AND c.linkedid = m.linkedid
            AND c.disposition = 'ANSWERED'
            AND c.calldate BETWEEN m.calldate - interval '1 day' AND m.calldate + interval '1 day'
    );

COMMENT ON VIEW telephony.missed_calls IS
    'Calls to an extension that nobody answered, there or at another extension that rang.';

CREATE OR REPLACE VIEW telephony.calls_per_extension_daily
    WITH (security_invoker = true) AS
SELECT
    x.organization_id,
    x.extension_id,
    x.number,
    x.calldate::date AS day,
    count(*) AS calls,
    count(*) FILTER (WHERE x.direction = 'inbound') AS inbound,
    count(*) FILTER (WHERE x.direction = 'outbound') AS outbound,
    count(*) FILTER (WHERE x.answered) AS answered,
    count(*) FILTER (WHERE x.direction = 'inbound' AND x.answered IS NOT TRUE) AS not_taken,
    coalesce(sum(x.billsec), 0) AS talk_seconds
FROM telephony.extension_calls AS x
GROUP BY x.organization_id, x.extension_id, x.number, x.calldate::date;

COMMENT ON VIEW telephony.calls_per_extension_daily IS
    'The calls of each extension by day, in the time zone of the session. Reads all months: for '
    'a few days of many, group extension_calls with a condition on calldate.';
COMMENT ON COLUMN telephony.calls_per_extension_daily.not_taken IS
    'Inbound calls that this extension did not answer; another may have.';

GRANT SELECT ON
    telephony.extension_calls,
    telephony.missed_calls,
    telephony.calls_per_extension_daily
TO crm_app, crm_readonly;
