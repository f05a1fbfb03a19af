-- tenant settings, down: drops the functions, newest first, and the schema.

DROP FUNCTION users.current_user_id();
DROP FUNCTION users.current_organization_id();
DROP FUNCTION users.current_tenant_id();
DROP SCHEMA users;
