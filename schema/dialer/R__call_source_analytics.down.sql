-- call_source_analytics, down: drops the view.

DROP VIEW dialer.call_source_analytics;
