-- lead_history, down: drops the tables, newest first. DESTROYS the history of every lead.

DROP TABLE leads.lead_assignments;
DROP TABLE leads.lead_score_history;
DROP TABLE leads.lead_status_history;
DROP TABLE leads.lead_audit_log;
