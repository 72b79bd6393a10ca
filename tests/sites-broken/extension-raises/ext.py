def register(r):
    helper(r)


def helper(r):
    r.collection('grants', 'grants.yaml', title='txt!')
