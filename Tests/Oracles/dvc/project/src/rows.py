def values(path):
    return [float(line.split(",")[2]) for line in open(path).read().splitlines()[1:]]
