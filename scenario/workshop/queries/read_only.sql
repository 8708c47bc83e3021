select useridentity.principalid, eventsource, eventname, count(*) as total
    from EDS_ID
    where useridentity.principalid like '%:<INSTANCE_ID>'
    and readonly=true
    group by useridentity.principalid, eventsource, eventname
    order by total desc
