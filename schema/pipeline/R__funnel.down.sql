-- funnel, down: drops the view.

DROP VIEW pipeline.funnel;
