-- title: Held endpoints
-- why: Their webhooks wait until staff resume the endpoint.
-- hint: When the receiver works again, run manage.py endpoint resume NAME.
-- warn: 1
select e.name, 1, 'held since ' || e.held_at || coalesce(': ' || e.held_reason, '') from private.service_endpoints e where e.held_at is not null
