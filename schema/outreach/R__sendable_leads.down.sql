-- sendable_leads, down: drops the view.

DROP VIEW outreach.sendable_leads;
