select eventname, count(*) as total, eventsource, awsregion
    from EDS_ID
    where useridentity.principalid like '%:<INSTANCE_ID>'
    group by eventname, eventsource, awsregion
    order by total desc
