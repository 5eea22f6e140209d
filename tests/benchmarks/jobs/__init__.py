"""Jobs: what a worker can be told to do, one file a job, each a function `work`.

Each is given JSON and returns its figures as JSON can hold them. Only what a job itself
needs is imported, so that its memory is its own.
"""
