-- lead_reports, down: drops the functions.

DROP FUNCTION leads.calculate_lead_roi(uuid);
DROP FUNCTION leads.calculate_funnel_conversion(uuid, timestamptz, timestamptz);
