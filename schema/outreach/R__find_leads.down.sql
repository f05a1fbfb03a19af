-- find_leads, down: drops the functions, newest first.

DROP FUNCTION outreach.leads_with_data(jsonb);
DROP FUNCTION outreach.leads_with_tags(text[]);
