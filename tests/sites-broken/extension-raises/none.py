def rgister(r):
    pass
