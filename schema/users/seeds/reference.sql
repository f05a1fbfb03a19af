-- users: the default organization and its administrator (OPhir: Initial Data).

INSERT INTO users.organizations (id, name)
VALUES ('00000000-0000-0000-0000-000000000001', 'Default Organization')
ON CONFLICT DO NOTHING;

-- Without a password nobody can log in; `crmdb user set-password admin@ophir.dev` gives it one.
-- Nobody works with the default organization where it was deleted.
INSERT INTO users.users (organization_id, email, name, role, email_verified)
SELECT o.id, 'admin@ophir.dev', 'Administrator', 'admin', true
FROM users.organizations AS o
WHERE o.id = '00000000-0000-0000-0000-000000000001'
ON CONFLICT DO NOTHING;
