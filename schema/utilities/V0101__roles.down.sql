-- roles, down: drops the schema. The roles stay: they belong to the cluster, and other databases
-- may use them. Where none does: DROP ROLE crm_app, crm_readonly, crm_vendor, crm_maintenance;

DROP SCHEMA utilities;
