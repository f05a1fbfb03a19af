-- lead_source_costs, down: drops the table and the function. DESTROYS the costs of every source.

DROP TABLE leads.lead_source_costs;  -- takes its triggers, indexes, policy and grants along
DROP FUNCTION leads.fill_organization_of_user();
