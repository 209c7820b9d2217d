"""The seed's chat on Flask-SocketIO: rooms, a Redis message queue, the last hundred messages of a room in a Redis list.

Started by flask-socketio.ts: gunicorn with one worker of gevent-websocket.
Environment: REDIS_URL, NODE
"""

# ruff: noqa: E402
from gevent import monkey

monkey.patch_all()

import json
import os

import redis
from flask import Flask
from flask_socketio import SocketIO, emit, join_room

REDIS_URL = os.environ["REDIS_URL"]
NODE = os.environ["NODE"]

app = Flask(__name__)
store = redis.Redis.from_url(REDIS_URL, max_connections=64)
socketio = SocketIO(
    app,
    async_mode="gevent",
    message_queue=REDIS_URL,
    cors_allowed_origins="*",
    logger=False,
    engineio_logger=False,
)


@app.get("/health")
def health():
    return {"node": NODE}


@socketio.on("join")
def on_join(data):
    join_room(data["room"])
    emit("joined", {"room": data["room"], "node": NODE})


@socketio.on("send_message")
def on_send(data):
    emit("message", data, to=data["room"])
    key = "history:" + data["room"]
    pipe = store.pipeline(transaction=False)
    pipe.lpush(key, json.dumps(data, separators=(",", ":")))
    pipe.ltrim(key, 0, 99)
    pipe.execute()
