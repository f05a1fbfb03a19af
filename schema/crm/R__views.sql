-- crm: contacts, deals and activities as a list shows them.
--
-- Needs: users V0303; V0901 to V0910.
--
-- The figures of a row are looked up by index for that row: who asks for one contact, or for one
-- page of them, does not wait for the sums of all.

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW crm.contact_summary
    WITH (security_invoker = true) AS
SELECT
    c.id AS contact_id,
    c.organization_id,
    c.first_name,
    c.last_name,
    c.company,
    c.email,
    c.phone,
    c.contact_type,
    c.status,
    c.assigned_to,
    c.property_address,
    c.estimated_value,
    ARRAY(
        SELECT t.name::text
        FROM crm.contact_tags AS ct
        JOIN crm.tags AS t ON t.id = ct.tag_id
        WHERE ct.contact_id = c.id
        ORDER BY t.name
    ) AS tags,
    m.message_count,
    k.call_count,
    e.email_count,
    m.unread_count + k.unread_count + e.unread_count AS unread_count,
    greatest(m.last_at, k.last_at, e.last_at) AS last_contacted_at,
    a.activity_count,
    a.pending_activity_count,
    a.overdue_activity_count,
    a.next_due_at,
    d.deal_count,
    d.open_deal_count,
    d.open_deal_value,
    d.won_deal_value,
    c.created_at,
    c.updated_at
FROM crm.contacts AS c
CROSS JOIN LATERAL (
    SELECT count(*) AS message_count, count(*) FILTER (WHERE x.is_unread) AS unread_count,
        max(x.sent_at) AS last_at
    FROM crm.messages AS x
    WHERE x.contact_id = c.id
) AS m
CROSS JOIN LATERAL (
    SELECT count(*) AS call_count, count(*) FILTER (WHERE x.is_unread) AS unread_count,
        max(x.started_at) AS last_at
    FROM crm.calls AS x
    WHERE x.contact_id = c.id
) AS k
CROSS JOIN LATERAL (
    SELECT count(*) AS email_count, count(*) FILTER (WHERE x.is_unread) AS unread_count,
        max(x.sent_at) AS last_at
    FROM crm.emails AS x
    WHERE x.contact_id = c.id
) AS e
CROSS JOIN LATERAL (
    SELECT
        count(*) AS activity_count,
        count(*) FILTER (
            WHERE x.status IN ('pending', 'in_progress', 'overdue')
        ) AS pending_activity_count,
        count(*) FILTER (
            WHERE x.status IN ('pending', 'in_progress', 'overdue') AND x.due_at < now()
        ) AS overdue_activity_count,
        min(x.due_at) FILTER (
            WHERE x.status IN ('pending', 'in_progress', 'overdue')
        ) AS next_due_at
    FROM crm.activities AS x
    WHERE x.contact_id = c.id
) AS a
CROSS JOIN LATERAL (
    SELECT
        count(*) AS deal_count,
        count(*) FILTER (WHERE x.closed_at IS NULL) AS open_deal_count,
        coalesce(sum(x.value) FILTER (WHERE x.closed_at IS NULL), 0) AS open_deal_value,
        coalesce(sum(x.value) FILTER (WHERE x.stage = 'closed_won'), 0) AS won_deal_value
    FROM crm.deals AS x
    WHERE x.contact_id = c.id
) AS d
WHERE c.deleted_at IS NULL;

COMMENT ON VIEW crm.contact_summary IS
    'The contacts not put away, each with its tags, what was exchanged with it, what is to be '
    'done, and its deals. pending_activity_count counts those overdue too; next_due_at may have '
    'passed; the values of deals are added whatever their currency.';

CREATE OR REPLACE VIEW crm.deal_pipeline
    WITH (security_invoker = true) AS
SELECT
    d.id AS deal_id,
    d.organization_id,
    d.title,
    d.stage,
    array_position(
        ARRAY['lead', 'qualified', 'appointment', 'offer', 'negotiation', 'under_contract'],
        d.stage::text
    ) AS stage_position,
    d.priority,
    d.value,
    d.currency,
    d.probability,
    round(d.value * d.probability / 100, 2) AS weighted_value,
    d.expected_close_date,
    d.expected_close_date < CURRENT_DATE AS is_late,
    d.stage_changed_at,
    -- Not negative where the deal was moved in this transaction, by the clock.
    greatest(now() - d.stage_changed_at, interval '0') AS time_in_stage,
    d.contact_id,
    btrim(concat_ws(' ', c.first_name, c.last_name)) AS contact_name,
    c.company AS contact_company,
    c.email AS contact_email,
    c.phone AS contact_phone,
    d.assigned_to,
    u.name AS assigned_to_name,
    ARRAY(
        SELECT t.name::text
        FROM crm.deal_tags AS dt
        JOIN crm.tags AS t ON t.id = dt.tag_id
        WHERE dt.deal_id = d.id
        ORDER BY t.name
    ) AS tags,
    d.created_at,
    d.updated_at
FROM crm.deals AS d
JOIN crm.contacts AS c ON c.id = d.contact_id
LEFT JOIN users.users AS u ON u.id = d.assigned_to
WHERE d.closed_at IS NULL;

COMMENT ON VIEW crm.deal_pipeline IS
    'The open deals with their contact. stage_position counts from 1; weighted_value is value '
    'times probability.';

CREATE OR REPLACE VIEW crm.activity_dashboard
    WITH (security_invoker = true) AS
SELECT
    a.id AS activity_id,
    a.organization_id,
    a.activity_type,
    a.title,
    CASE
        WHEN a.status IN ('pending', 'in_progress') AND a.due_at < now() THEN 'overdue'
        ELSE a.status
    END AS status,
    a.priority,
    a.starts_at,
    a.due_at,
    CASE
        WHEN a.status IN ('completed', 'cancelled') THEN 'done'
        WHEN a.due_at IS NULL THEN 'no_date'
        WHEN a.due_at < now() THEN 'overdue'
        WHEN a.due_at < CURRENT_DATE + 1 THEN 'today'
        WHEN a.due_at < CURRENT_DATE + 7 THEN 'this_week'
        ELSE 'later'
    END AS due,
    a.completed_at,
    a.contact_id,
    btrim(concat_ws(' ', c.first_name, c.last_name)) AS contact_name,
    c.phone AS contact_phone,
    a.deal_id,
    d.title AS deal_title,
    a.assigned_to,
    u.name AS assigned_to_name,
    a.created_at,
    a.updated_at
FROM crm.activities AS a
LEFT JOIN crm.contacts AS c ON c.id = a.contact_id
LEFT JOIN crm.deals AS d ON d.id = a.deal_id
LEFT JOIN users.users AS u ON u.id = a.assigned_to;

COMMENT ON VIEW crm.activity_dashboard IS
    'The activities with contact and deal. status and due follow the clock, and do not wait for '
    'mark_overdue_activities(); days are those of the session''s time zone, this_week the next '
    'seven.';

GRANT SELECT ON crm.contact_summary, crm.deal_pipeline, crm.activity_dashboard
    TO crm_app, crm_readonly;
