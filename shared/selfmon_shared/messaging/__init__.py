"""How services talk: nameko entrypoints, RPC clients, relay and followers, on RabbitMQ or in one process.

Only here, and in each service's ``service.py`` and ``bootstrap.py``, may nameko, eventlet, kombu and pika appear (ADR 0004).
"""
