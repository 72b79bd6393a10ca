def register(r):
    r.filter('shout', lambda text: text.upper())
    r.collector('data', 'data/*.csv', read)
    r.page_kind('thing', plan)


def read(path, text):
    return [{'x': int(text)}]


def plan(library, config):
    return [1 / 0]
