def register(r):
    r.collection('grants' 'grants.yaml',
