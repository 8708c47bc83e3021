"""IAM of local AWS: may this caller make this call?"""
