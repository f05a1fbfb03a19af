-- asterisk role, down: drops the schema. The role stays: it belongs to the cluster, and other
-- databases may use it. Where none does: DROP ROLE crm_asterisk;

DROP SCHEMA telephony;
