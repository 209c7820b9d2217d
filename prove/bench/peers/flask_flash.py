"""The seed's sale: POST /buy takes one unit with a Lua check-and-decrement in Redis.

Started by stack.ts: gunicorn with one gevent worker, three of them behind nginx.
Environment: REDIS_URL, NODE
"""

import os

import redis
from flask import Flask, Response
from prometheus_client import Counter, generate_latest

NODE = os.environ["NODE"]
pool = redis.BlockingConnectionPool.from_url(os.environ["REDIS_URL"], max_connections=64, timeout=30)
store = redis.Redis(connection_pool=pool)
take = store.register_script(
    "local n = tonumber(redis.call('GET', KEYS[1]) or '0') "
    "if n <= 0 then return -1 end "
    "return redis.call('DECR', KEYS[1])"
)
counter = Counter("flash_sale_requests_total", "Requests by outcome", ["status"])
app = Flask(__name__)


@app.get("/health")
def health():
    return {"node": NODE}


@app.post("/buy")
def buy():
    left = take(keys=["stock"])
    sold = left >= 0
    counter.labels("success" if sold else "failed").inc()
    if sold:
        body = '{"ok":true,"left":%d,"node":"%s"}' % (left, NODE)
        return Response(body, 200, mimetype="application/json")
    return Response('{"ok":false,"error":"sold out","node":"%s"}' % NODE, 409, mimetype="application/json")


@app.get("/metrics")
def metrics():
    return Response(generate_latest(), mimetype="text/plain")
