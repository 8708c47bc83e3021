select useridentity.principalid, eventname, eventsource, requestparameters
    from EDS_ID
    where useridentity.principalid like '%:<INSTANCE_ID>'
    and eventsource = 's3.amazonaws.com'
    and eventname = 'PutObject'
