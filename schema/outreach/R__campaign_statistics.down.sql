-- campaign_statistics, down: drops the view.

DROP VIEW outreach.campaign_statistics;
