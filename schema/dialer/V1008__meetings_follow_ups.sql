-- dialer: meetings in a calendar, and follow-ups that a user plans.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201, users V0303, V1002, V1004.
-- Locks: SHARE ROW EXCLUSIVE on users.users, dialer.contacts and calls, for the foreign keys.

CREATE TABLE dialer.calendar_meetings (
    id                 uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id            uuid         NOT NULL,
    call_id            uuid,
    contact_id         uuid,
    meeting_time       timestamptz  NOT NULL,
    duration_minutes   integer      NOT NULL DEFAULT 30,
    title              varchar(500) NOT NULL,
    description        text,
    location           varchar(500),
    attendee_email     varchar(255),
    google_event_id    varchar(255),
    google_calendar_id varchar(255),
    google_meet_link   text,
    status             varchar(20)  NOT NULL DEFAULT 'scheduled',
    timezone           varchar(50)  NOT NULL DEFAULT 'UTC',
    created_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT calendar_meetings_pkey PRIMARY KEY (id),
    CONSTRAINT calendar_meetings_google_event_id_key UNIQUE (google_event_id),
    CONSTRAINT calendar_meetings_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT calendar_meetings_call_id_user_id_fkey FOREIGN KEY (call_id, user_id)
        REFERENCES dialer.calls (id, user_id) ON DELETE SET NULL (call_id),
    CONSTRAINT calendar_meetings_contact_id_user_id_fkey FOREIGN KEY (contact_id, user_id)
        REFERENCES dialer.contacts (id, user_id) ON DELETE SET NULL (contact_id),
    CONSTRAINT calendar_meetings_status_check
        CHECK (status IN ('scheduled', 'completed', 'cancelled', 'rescheduled'))
);

COMMENT ON TABLE dialer.calendar_meetings IS
    'A meeting that came of a call, as it stands in Google Calendar.';
COMMENT ON COLUMN dialer.calendar_meetings.google_event_id IS
    'The event''s id at Google; NULL until it is synchronised.';
COMMENT ON COLUMN dialer.calendar_meetings.timezone IS
    'The time zone to show the meeting in.';

CREATE INDEX calendar_meetings_user_id_meeting_time_idx
    ON dialer.calendar_meetings (user_id, meeting_time);
CREATE INDEX calendar_meetings_call_id_idx ON dialer.calendar_meetings (call_id)
    WHERE call_id IS NOT NULL;
CREATE INDEX calendar_meetings_contact_id_idx ON dialer.calendar_meetings (contact_id)
    WHERE contact_id IS NOT NULL;

CREATE TRIGGER update_calendar_meetings_updated_at
    BEFORE UPDATE ON dialer.calendar_meetings
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TABLE dialer.follow_ups (
    id             uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id        uuid         NOT NULL,
    lead_phone     varchar(20)  NOT NULL,
    lead_email     varchar(255),
    lead_name      varchar(255),
    follow_up_date date         NOT NULL,
    remark         text,
    is_completed   boolean      DEFAULT false,
    completed_at   timestamptz,
    created_by     uuid,
    created_at     timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at     timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT follow_ups_pkey PRIMARY KEY (id),
    CONSTRAINT follow_ups_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT follow_ups_created_by_fkey FOREIGN KEY (created_by)
        REFERENCES users.users (id) ON DELETE SET NULL
);

COMMENT ON TABLE dialer.follow_ups IS
    'A lead that a user means to get back to on a certain day.';
COMMENT ON COLUMN dialer.follow_ups.created_by IS
    'Who planned it, when it was not the user; a colleague, say.';

CREATE INDEX follow_ups_user_id_follow_up_date_idx
    ON dialer.follow_ups (user_id, follow_up_date);
CREATE INDEX follow_ups_created_by_idx ON dialer.follow_ups (created_by);

CREATE TRIGGER update_follow_ups_updated_at
    BEFORE UPDATE ON dialer.follow_ups
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE dialer.calendar_meetings ENABLE ROW LEVEL SECURITY;
ALTER TABLE dialer.follow_ups ENABLE ROW LEVEL SECURITY;

CREATE POLICY calendar_meetings_tenant_policy ON dialer.calendar_meetings
    USING (user_id = (SELECT users.current_user_id()));
CREATE POLICY follow_ups_tenant_policy ON dialer.follow_ups
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON dialer.calendar_meetings, dialer.follow_ups TO crm_app;
GRANT SELECT ON dialer.calendar_meetings, dialer.follow_ups TO crm_readonly;
