-- leads, down: drops the table and its trigger functions. DESTROYS every lead.

DROP TABLE leads.leads;  -- takes its triggers, indexes, policy, grants and comments along
DROP FUNCTION leads.fill_organization_of_lead();
DROP FUNCTION leads.update_leads_updated_at();
DROP FUNCTION leads.fill_lead();
