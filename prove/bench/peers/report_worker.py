"""The seed's worker: takes a report from the list with BRPOP, and writes it to a file as JSON, one line for each.

Tuned where the seed was not: it appends, instead of reading and writing the whole file for each change.

Environment:
  REDIS_URL, DB (the file)
  SYNC     1: fsync for each job, as a database does before it says "done"
  WORK_MS  how long a job takes, between taking it and writing it (0)
"""

import json
import os
import time

import redis

store = redis.Redis.from_url(os.environ["REDIS_URL"])
sync = os.environ.get("SYNC") == "1"
work = float(os.environ.get("WORK_MS", "0")) / 1000
out = open(os.environ["DB"], "a", buffering=1024 * 64)
while True:
    _, raw = store.brpop("reports")
    job = json.loads(raw)
    if work:
        time.sleep(work)
    job["status"] = "done"
    out.write(json.dumps(job) + "\n")
    out.flush()
    if sync:
        os.fsync(out.fileno())
