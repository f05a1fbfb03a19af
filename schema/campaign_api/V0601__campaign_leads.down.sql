-- campaign leads, down: drops the table and the schema. DESTROYS which campaign brought a lead.

DROP TABLE campaign_api.campaign_leads;  -- takes its indexes, policy and grants along
DROP SCHEMA campaign_api;
