-- lead_embeddings, down: drops the function and the table. DESTROYS every vector.

DROP FUNCTION leads.find_similar_leads(uuid, integer);
DROP TABLE leads.lead_embeddings;  -- takes its triggers, indexes, policy and grants along
