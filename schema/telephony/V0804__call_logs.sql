-- telephony: call logs, which Asterisk's cdr_pgsql, cdr_odbc and cdr_adaptive_odbc write as is.
--
-- Needs: V0802.
-- Locks: nothing.
--
-- A record that the server refuses is lost: Asterisk does not keep it. Hence text without a limit,
-- no check on what Asterisk writes, and a partition for whatever fits no month. cdr_pgsql writes
-- '' to each column that is NOT NULL and has no default, known to it or not: the other columns
-- are nullable, and id has a default, which an identity column has not in the catalog.

CREATE SEQUENCE telephony.call_logs_id_seq;

CREATE TABLE telephony.call_logs (
    id              bigint      NOT NULL DEFAULT nextval('telephony.call_logs_id_seq'),
    organization_id uuid,
    calldate        timestamptz NOT NULL DEFAULT now(),
    start           timestamptz,
    answer          timestamptz,
    "end"           timestamptz,
    clid            text,
    src             text,
    dst             text,
    dcontext        text,
    channel         text,
    dstchannel      text,
    lastapp         text,
    lastdata        text,
    duration        integer,
    billsec         integer,
    disposition     text,
    amaflags        integer,
    accountcode     text,
    uniqueid        text,
    linkedid        text,
    peeraccount     text,
    sequence        integer,
    userfield       text,

    CONSTRAINT call_logs_pkey PRIMARY KEY (id, calldate)
) PARTITION BY RANGE (calldate);

ALTER SEQUENCE telephony.call_logs_id_seq OWNED BY telephony.call_logs.id;

COMMENT ON TABLE telephony.call_logs IS
    'Call detail records, as Asterisk writes them; a partition for each month (UTC).';
COMMENT ON COLUMN telephony.call_logs.organization_id IS
    'From the account code, when the record is written. NULL where there is no such account: no '
    'tenant sees the call until assign_call_logs() finds one.';
COMMENT ON COLUMN telephony.call_logs.calldate IS
    'When the call began. The same as start, which not every backend writes.';
COMMENT ON COLUMN telephony.call_logs.answer IS
    'When it was answered; NULL when it was not.';
COMMENT ON COLUMN telephony.call_logs.clid IS
    'Caller ID with the name: "Ada" <1001>.';
COMMENT ON COLUMN telephony.call_logs.src IS
    'The number of the caller.';
COMMENT ON COLUMN telephony.call_logs.dst IS
    'The number called: the extension in the dialplan.';
COMMENT ON COLUMN telephony.call_logs.dcontext IS
    'The context of the dialplan that the caller was in.';
COMMENT ON COLUMN telephony.call_logs.duration IS
    'Seconds from the beginning to the end.';
COMMENT ON COLUMN telephony.call_logs.billsec IS
    'Seconds from the answer to the end.';
COMMENT ON COLUMN telephony.call_logs.disposition IS
    'ANSWERED, NO ANSWER, BUSY, FAILED or CONGESTION. The numbers that cdr_odbc writes become '
    'these names.';
COMMENT ON COLUMN telephony.call_logs.amaflags IS
    '1 omit, 2 billing, 3 documentation.';
COMMENT ON COLUMN telephony.call_logs.uniqueid IS
    'Of the caller''s channel. A call has a record for each pair of channels in it.';
COMMENT ON COLUMN telephony.call_logs.linkedid IS
    'The same in all records of a call.';
COMMENT ON COLUMN telephony.call_logs.sequence IS
    'Tells records with one uniqueid apart.';
COMMENT ON COLUMN telephony.call_logs.userfield IS
    'What the dialplan puts there.';

-- Calls come in the order of time, so a BRIN index costs nothing and finds a day of all tenants.
CREATE INDEX call_logs_calldate_idx ON telephony.call_logs USING brin (calldate);
CREATE INDEX call_logs_organization_id_calldate_idx
    ON telephony.call_logs (organization_id, calldate);
-- With the organization: each has an extension 1001.
CREATE INDEX call_logs_organization_id_src_calldate_idx
    ON telephony.call_logs (organization_id, src, calldate);
CREATE INDEX call_logs_organization_id_dst_calldate_idx
    ON telephony.call_logs (organization_id, dst, calldate);
CREATE INDEX call_logs_accountcode_calldate_idx ON telephony.call_logs (accountcode, calldate);
-- For assign_call_logs(): the few calls whose code is not known, of all months.
CREATE INDEX call_logs_accountcode_unknown_idx ON telephony.call_logs (accountcode)
    WHERE organization_id IS NULL AND accountcode <> '';
CREATE INDEX call_logs_uniqueid_idx ON telephony.call_logs (uniqueid);
CREATE INDEX call_logs_linkedid_idx ON telephony.call_logs (linkedid);

-- The one partition that a migration makes: the others are named after a month, and the catalog
-- does not depend on the day. It takes everything until the first run of the task.
CREATE TABLE telephony.call_logs_default PARTITION OF telephony.call_logs DEFAULT;

-- SECURITY DEFINER: Asterisk reads no table of ours, and works for no organization.
CREATE FUNCTION telephony.fill_call_log()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- The row is in its partition by now: what it is partitioned by cannot be changed.
    NEW.start := coalesce(NEW.start, NEW.calldate);

    -- Older versions write the beginning of the epoch, in their time zone, for "never".
    IF NEW.answer < '1970-01-03 00:00:00+00' THEN
        NEW.answer := NULL;
    END IF;

    -- cdr_odbc writes a number unless it has dispositionstring = yes.
    NEW.disposition := CASE NEW.disposition
        WHEN '0' THEN 'NO ANSWER'
        WHEN '1' THEN 'NO ANSWER'
        WHEN '2' THEN 'FAILED'
        WHEN '4' THEN 'BUSY'
        WHEN '8' THEN 'ANSWERED'
        WHEN '16' THEN 'CONGESTION'
        ELSE NEW.disposition
    END;

    IF NEW.organization_id IS NULL AND NEW.accountcode <> '' THEN
        NEW.organization_id := (
            SELECT a.organization_id
            FROM telephony.accounts AS a
            WHERE a.accountcode = NEW.accountcode
        );
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION telephony.fill_call_log() IS
    'Trigger: gives a call the organization of its account code, and what the backends of '
    'Asterisk write differently one form.';

CREATE TRIGGER fill_call_log
    BEFORE INSERT ON telephony.call_logs
    FOR EACH ROW EXECUTE FUNCTION telephony.fill_call_log();

CREATE FUNCTION telephony.assign_call_logs()
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    assigned bigint;
BEGIN
    UPDATE telephony.call_logs AS c
    SET organization_id = a.organization_id
    FROM telephony.accounts AS a
    WHERE c.organization_id IS NULL
        AND c.accountcode <> ''
        AND a.accountcode = c.accountcode;
    GET DIAGNOSTICS assigned = ROW_COUNT;
    RETURN assigned;
END;
$$;

COMMENT ON FUNCTION telephony.assign_call_logs() IS
    'Task, hourly: gives calls of nobody the organization of an account that was added since; '
    'returns how many.';

REVOKE ALL ON FUNCTION telephony.fill_call_log(), telephony.assign_call_logs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION telephony.assign_call_logs() TO crm_maintenance;

ALTER TABLE telephony.call_logs ENABLE ROW LEVEL SECURITY;

CREATE POLICY call_logs_tenant_policy ON telephony.call_logs
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY call_logs_asterisk_policy ON telephony.call_logs
    FOR INSERT TO crm_asterisk WITH CHECK (true);

-- On the whole table only: who could read a partition would read past the policies.
GRANT SELECT ON telephony.call_logs TO crm_app, crm_readonly;
GRANT INSERT ON telephony.call_logs TO crm_asterisk;
GRANT USAGE ON SEQUENCE telephony.call_logs_id_seq TO crm_asterisk;
