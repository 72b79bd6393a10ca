import nothing_like_this


def register(r):
    pass
