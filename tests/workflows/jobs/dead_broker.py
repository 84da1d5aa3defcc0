"""A Celery application whose broker refuses every connection."""

from celery import Celery

app = Celery("dead", broker="amqp://127.0.0.1:9//", set_as_current=False)
app.conf.update(
    broker_connection_timeout=1, broker_transport_options={"max_retries": 0}, task_ignore_result=True
)
