"""The seed's reports: POST /api/lapor pushes a job to a list in Redis with LPUSH.

Started by queue.ts: gunicorn with two gevent workers.
Environment: REDIS_URL
"""

import json
import os
import uuid

import redis
from flask import Flask, request

store = redis.Redis.from_url(os.environ["REDIS_URL"], max_connections=64)
app = Flask(__name__)


@app.get("/health")
def health():
    return {"ok": True}


@app.post("/api/lapor")
def submit():
    data = request.get_json()
    job = {
        "id": uuid.uuid4().hex,
        "facility": data["facility"],
        "urgency": data["urgency"],
        "text": data["text"],
        "status": "pending",
    }
    store.lpush("reports", json.dumps(job))
    return {"id": job["id"], "status": "pending"}, 202
