-- views, down: drops the views, newest first.

DROP VIEW crm.activity_dashboard;
DROP VIEW crm.deal_pipeline;
DROP VIEW crm.contact_summary;
