-- telephony: voicemail messages, which Asterisk's ODBC storage writes as `voicemessages`.
--
-- Needs: V0806.
-- Locks: SHARE ROW EXCLUSIVE on telephony.voicemail_boxes, for the foreign key.
--
-- As with call logs, what the server refuses is lost. Asterisk keeps greetings here too, with ''
-- for what only a message has: so time and duration are text, as Asterisk documents them.

CREATE TABLE telephony.voicemails (
    id               bigint       GENERATED ALWAYS AS IDENTITY,
    organization_id  uuid,
    voicemail_box_id bigint,
    msgnum           integer      NOT NULL,
    dir              varchar(255) NOT NULL,
    context          text,
    macrocontext     text,
    callerid         text,
    origtime         text,
    duration         text,
    mailboxuser      text,
    mailboxcontext   text,
    recording        bytea,
    flag             text,
    category         text,
    msg_id           text,
    received_at      timestamptz  GENERATED ALWAYS AS (
        CASE WHEN origtime ~ '^[0-9]{1,10}$' THEN to_timestamp(origtime::double precision) END
    ) STORED,

    CONSTRAINT voicemails_pkey PRIMARY KEY (id),
    -- How Asterisk finds a message.
    CONSTRAINT voicemails_dir_msgnum_key UNIQUE (dir, msgnum),
    CONSTRAINT voicemails_voicemail_box_id_organization_id_fkey
        FOREIGN KEY (voicemail_box_id, organization_id)
        REFERENCES telephony.voicemail_boxes (uniqueid, organization_id) ON DELETE CASCADE
);

COMMENT ON TABLE telephony.voicemails IS
    'Voicemail messages and greetings, as Asterisk writes them. Deleting a box deletes its '
    'messages.';
COMMENT ON COLUMN telephony.voicemails.organization_id IS
    'That of the box. NULL while there is no such box: no tenant sees the message until '
    'assign_voicemails() finds one.';
COMMENT ON COLUMN telephony.voicemails.voicemail_box_id IS
    'The box that mailboxuser and mailboxcontext name.';
COMMENT ON COLUMN telephony.voicemails.msgnum IS
    'Which message of the folder, from 0; -1 for a greeting. Asterisk counts anew when one goes.';
COMMENT ON COLUMN telephony.voicemails.dir IS
    'The folder, as the path that it has on disk: …/default/1001/INBOX.';
COMMENT ON COLUMN telephony.voicemails.origtime IS
    'When the message was left, in seconds since 1970; see received_at.';
COMMENT ON COLUMN telephony.voicemails.duration IS
    'Seconds.';
COMMENT ON COLUMN telephony.voicemails.mailboxuser IS
    'The number of the box.';
COMMENT ON COLUMN telephony.voicemails.recording IS
    'The sound file. crm_readonly does not read it.';
COMMENT ON COLUMN telephony.voicemails.flag IS
    'Urgent, or empty.';
COMMENT ON COLUMN telephony.voicemails.msg_id IS
    'Of the message, wherever it is moved.';
COMMENT ON COLUMN telephony.voicemails.received_at IS
    'When the message was left; NULL for a greeting.';

CREATE INDEX voicemails_voicemail_box_id_received_at_idx
    ON telephony.voicemails (voicemail_box_id, received_at);
CREATE INDEX voicemails_organization_id_received_at_idx
    ON telephony.voicemails (organization_id, received_at);

-- SECURITY DEFINER: whoever moves a message, the box it names decides whose it is.
CREATE FUNCTION telephony.fill_voicemail()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT b.uniqueid, b.organization_id
    INTO NEW.voicemail_box_id, NEW.organization_id
    FROM telephony.voicemail_boxes AS b
    WHERE b.context = NEW.mailboxcontext AND b.mailbox = NEW.mailboxuser
    -- A box that is just being deleted is none: else the key would refuse the message.
    FOR KEY SHARE;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION telephony.fill_voicemail() IS
    'Trigger: gives a message the box that it names, and the organization of the box.';

CREATE TRIGGER fill_voicemail
    BEFORE INSERT OR UPDATE OF mailboxuser, mailboxcontext ON telephony.voicemails
    FOR EACH ROW EXECUTE FUNCTION telephony.fill_voicemail();

CREATE FUNCTION telephony.assign_voicemails()
    RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    assigned bigint;
BEGIN
    UPDATE telephony.voicemails AS v
    SET voicemail_box_id = b.uniqueid, organization_id = b.organization_id
    FROM telephony.voicemail_boxes AS b
    WHERE v.organization_id IS NULL
        AND b.context = v.mailboxcontext
        AND b.mailbox = v.mailboxuser;
    GET DIAGNOSTICS assigned = ROW_COUNT;
    RETURN assigned;
END;
$$;

COMMENT ON FUNCTION telephony.assign_voicemails() IS
    'Task, hourly: gives messages of no box the box that was added since; returns how many.';

REVOKE ALL ON FUNCTION telephony.fill_voicemail(), telephony.assign_voicemails() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION telephony.assign_voicemails() TO crm_maintenance;

ALTER TABLE telephony.voicemails ENABLE ROW LEVEL SECURITY;

CREATE POLICY voicemails_tenant_policy ON telephony.voicemails
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY voicemails_asterisk_policy ON telephony.voicemails
    TO crm_asterisk USING (true);

-- Asterisk counts the messages of a folder: nobody else adds or moves one.
GRANT SELECT, DELETE ON telephony.voicemails TO crm_app;
GRANT SELECT (
    id, organization_id, voicemail_box_id, msgnum, dir, context, macrocontext, callerid, origtime,
    duration, mailboxuser, mailboxcontext, flag, category, msg_id, received_at
) ON telephony.voicemails TO crm_readonly;
GRANT SELECT, INSERT, UPDATE, DELETE ON telephony.voicemails TO crm_asterisk;
