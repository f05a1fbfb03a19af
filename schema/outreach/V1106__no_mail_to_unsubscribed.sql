-- outreach: a mail is queued only for an active lead whose address has not unsubscribed.
--
-- Needs: V1103, V1104, V1105.
-- Locks: SHARE ROW EXCLUSIVE on leads, unsubscribes and email_queue, for the triggers.
--
-- Who queues and who unsubscribes at the same moment meet at lock_addresses(): whichever comes
-- second sees what the first has written.

-- PL/pgSQL keeps its plan from call to call; a function in SQL would be planned for each mail.
CREATE FUNCTION outreach.mail_obstacle(lead_id uuid)
    RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT
            CASE
                WHEN EXISTS (
                    SELECT
                    FROM outreach.unsubscribes AS u
                    WHERE u.organization_id = l.organization_id AND u.email = l.email
                ) THEN 'unsubscribed'
                WHEN l.status <> 'active' THEN 'lead is ' || l.status
            END
        FROM outreach.leads AS l
        WHERE l.id = mail_obstacle.lead_id
    );
END;
$$;

COMMENT ON FUNCTION outreach.mail_obstacle(uuid) IS
    'Why the lead may not be written to; NULL when it may.';

CREATE FUNCTION outreach.cancel_hopeless_email()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    obstacle text;
BEGIN
    PERFORM outreach.lock_addresses(NEW.organization_id, false);
    obstacle := outreach.mail_obstacle(NEW.lead_id);
    IF obstacle IS NOT NULL THEN
        NEW.status := 'cancelled';
        NEW.error_message := obstacle;
    END IF;
    RETURN NEW;
END;
$$;

-- Not an error: of ten thousand leads queued at once, one who has just left stops nobody.
COMMENT ON FUNCTION outreach.cancel_hopeless_email() IS
    'Trigger: a mail that may not be sent is stored as cancelled, with the reason.';

CREATE FUNCTION outreach.cancel_emails_to_unsubscribed()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM outreach.lock_addresses(NEW.organization_id, true);
    UPDATE outreach.email_queue AS q
    SET status = 'cancelled', error_message = 'unsubscribed'
    FROM outreach.leads AS l
    WHERE l.organization_id = NEW.organization_id
        AND l.email = NEW.email
        AND q.lead_id = l.id
        AND q.status = 'queued';
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION outreach.cancel_emails_to_unsubscribed() IS
    'Trigger: an unsubscribe cancels what is queued for the address, in all campaigns.';

CREATE FUNCTION outreach.cancel_emails_to_new_address()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM outreach.lock_addresses(NEW.organization_id, true);
    IF outreach.is_unsubscribed(NEW.email, NEW.organization_id) THEN
        UPDATE outreach.email_queue AS q
        SET status = 'cancelled', error_message = 'unsubscribed'
        WHERE q.lead_id = NEW.id AND q.status = 'queued';
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION outreach.cancel_emails_to_new_address() IS
    'Trigger: a lead that gets an unsubscribed address loses what is queued for it.';

REVOKE ALL ON FUNCTION
    outreach.mail_obstacle(uuid),
    outreach.cancel_hopeless_email(),
    outreach.cancel_emails_to_unsubscribed(),
    outreach.cancel_emails_to_new_address()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION outreach.mail_obstacle(uuid) TO crm_app, crm_readonly;

-- By name after fill_queued_email: it needs the organization.
CREATE TRIGGER hold_back_queued_email
    BEFORE INSERT ON outreach.email_queue
    FOR EACH ROW WHEN (NEW.status = 'queued')
    EXECUTE FUNCTION outreach.cancel_hopeless_email();

-- One that was queued before is left alone: an unsubscribe that waits for the row cancels it, and
-- to wait for the unsubscribe in turn would be a deadlock.
CREATE TRIGGER hold_back_requeued_email
    BEFORE UPDATE OF status, lead_id ON outreach.email_queue
    FOR EACH ROW WHEN (
        NEW.status = 'queued' AND (OLD.status <> 'queued' OR OLD.lead_id <> NEW.lead_id)
    )
    EXECUTE FUNCTION outreach.cancel_hopeless_email();

CREATE TRIGGER cancel_emails_to_unsubscribed
    AFTER INSERT OR UPDATE OF organization_id, email ON outreach.unsubscribes
    FOR EACH ROW EXECUTE FUNCTION outreach.cancel_emails_to_unsubscribed();

CREATE TRIGGER cancel_emails_to_new_address
    AFTER UPDATE OF email ON outreach.leads
    FOR EACH ROW WHEN (NEW.email <> OLD.email)
    EXECUTE FUNCTION outreach.cancel_emails_to_new_address();
