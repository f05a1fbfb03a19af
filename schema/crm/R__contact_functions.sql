-- crm: the tags of a contact, and how promising it is.
--
-- Needs: V0901, V0902, V0904, V0905, V0906, V0908.

CREATE OR REPLACE FUNCTION crm.get_contact_tags(contact_id uuid)
    RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ARRAY(
        SELECT t.name::text
        FROM crm.contact_tags AS ct
        JOIN crm.tags AS t ON t.id = ct.tag_id
        WHERE ct.contact_id = get_contact_tags.contact_id
        ORDER BY t.name
    );

COMMENT ON FUNCTION crm.get_contact_tags(uuid) IS
    'The names of the contact''s tags, sorted; an empty array when it has none.';

CREATE OR REPLACE FUNCTION crm.calculate_contact_score(contact_id uuid)
    RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
SELECT CASE
    WHEN c.deleted_at IS NOT NULL OR c.status = 'do_not_contact' THEN 0
    ELSE
        5 * num_nonnulls(c.phone, c.email, c.property_address, c.estimated_value)
        + 3 * least(answers.count, 10)
        + CASE
            WHEN latest.at > now() - interval '7 days' THEN 25
            WHEN latest.at > now() - interval '30 days' THEN 15
            WHEN latest.at > now() - interval '90 days' THEN 5
            ELSE 0
        END
        + CASE WHEN deals.open THEN 15 ELSE 0 END
        + CASE WHEN deals.won THEN 10 ELSE 0 END
END::integer
FROM crm.contacts AS c
-- Ten are enough to know, however many there are.
CROSS JOIN LATERAL (
    SELECT count(*) AS count
    FROM (
        (
            SELECT FROM crm.messages AS m
            WHERE m.contact_id = c.id AND m.direction = 'inbound'
                AND m.sent_at > now() - interval '90 days'
            LIMIT 10
        )
        UNION ALL
        (
            SELECT FROM crm.emails AS e
            WHERE e.contact_id = c.id AND e.direction = 'inbound'
                AND e.sent_at > now() - interval '90 days'
            LIMIT 10
        )
        UNION ALL
        (
            SELECT FROM crm.calls AS k
            WHERE k.contact_id = c.id AND k.status = 'completed'
                AND k.started_at > now() - interval '90 days'
            LIMIT 10
        )
    ) AS a
) AS answers
CROSS JOIN LATERAL (
    SELECT greatest(
        (SELECT max(m.sent_at) FROM crm.messages AS m WHERE m.contact_id = c.id),
        (SELECT max(e.sent_at) FROM crm.emails AS e WHERE e.contact_id = c.id),
        (SELECT max(k.started_at) FROM crm.calls AS k WHERE k.contact_id = c.id)
    ) AS at
) AS latest
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(d.closed_at IS NULL), false) AS open,
        coalesce(bool_or(d.stage = 'closed_won'), false) AS won
    FROM crm.deals AS d
    WHERE d.contact_id = c.id
) AS deals
WHERE c.id = calculate_contact_score.contact_id;
$$;

COMMENT ON FUNCTION crm.calculate_contact_score(uuid) IS
    'How promising a contact is, from 0 to 100. 5 points each for phone, e-mail, property address '
    'and estimated value; 3 for each inbound message or e-mail and each completed call of the '
    'last 90 days, at most 30; 25, 15 or 5 when the last message, e-mail or call is not older '
    'than 7, 30 or 90 days; 15 for an open deal, 10 for one that was won. 0 when the contact was '
    'put away or is not to be contacted; NULL when it does not exist.';

REVOKE ALL ON FUNCTION
    crm.get_contact_tags(uuid),
    crm.calculate_contact_score(uuid)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    crm.get_contact_tags(uuid),
    crm.calculate_contact_score(uuid)
TO crm_app, crm_readonly;
