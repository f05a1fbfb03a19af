-- leads: the schema, and the statuses of a lead.
--
-- Needs: utilities V0101 (roles); triggers V0201.
-- Locks: nothing.

CREATE SCHEMA leads;

COMMENT ON SCHEMA leads IS
    'Leads with their history, activities, documents, nurturing, segments, costs and budgets.';

GRANT USAGE ON SCHEMA leads TO crm_app, crm_readonly;

CREATE TABLE leads.lead_statuses (
    status      varchar(20)  NOT NULL,
    label       varchar(100) NOT NULL,
    description text,
    stage_order integer,
    is_terminal boolean      NOT NULL DEFAULT false,
    created_at  timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at  timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT lead_statuses_pkey PRIMARY KEY (status),
    CONSTRAINT lead_statuses_stage_order_key UNIQUE (stage_order),
    CONSTRAINT lead_statuses_status_check CHECK (
        status IN ('new', 'contacted', 'qualified', 'nurturing', 'hot', 'cold', 'recruited', 'dnc')
    )
);

COMMENT ON TABLE leads.lead_statuses IS
    'What the statuses of a lead mean, the same for all organizations. What a status may be is '
    'checked on leads.leads, with or without rows here.';
COMMENT ON COLUMN leads.lead_statuses.stage_order IS
    'The place in the funnel; NULL for a status beside it, such as cold.';
COMMENT ON COLUMN leads.lead_statuses.is_terminal IS
    'Whether a lead is done with once it is here.';

CREATE TRIGGER update_lead_statuses_updated_at
    BEFORE UPDATE ON leads.lead_statuses
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

GRANT SELECT ON leads.lead_statuses TO crm_app, crm_readonly;
