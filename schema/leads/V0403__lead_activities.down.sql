-- lead_activities, down: drops the table. DESTROYS every activity.

DROP TABLE leads.lead_activities;  -- takes its triggers, indexes, policy and grants along
