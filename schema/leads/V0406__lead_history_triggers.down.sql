-- lead_history_triggers, down: drops the triggers and their functions, newest first.

DROP TRIGGER fill_organization_of_lead ON leads.lead_assignments;
DROP TRIGGER fill_organization_of_lead ON leads.lead_score_history;
DROP TRIGGER fill_organization_of_lead ON leads.lead_status_history;
DROP TRIGGER fill_organization_of_lead ON leads.lead_audit_log;
DROP TRIGGER record_lead_changes ON leads.leads;
DROP TRIGGER record_new_leads ON leads.leads;
DROP FUNCTION leads.record_lead_changes();
DROP FUNCTION leads.record_new_leads();
DROP FUNCTION leads.assignment_strategy();
DROP FUNCTION leads.trigger_type();
