"""The servers that other tests lean on answer, and are this run's own."""

from __future__ import annotations

import pytest

from tests import services


@pytest.mark.postgres
def test_postgresql_gives_an_empty_database(postgres_url: str) -> None:
    import psycopg

    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        version = connection.info.server_version
    assert tables == (0,)
    assert version >= 150000


@pytest.mark.redis
def test_redis_keeps_a_value(redis_url: str) -> None:
    import redis

    client = redis.Redis.from_url(redis_url)
    client.set("gw:house", b"1", ex=5)
    assert client.get("gw:house") == b"1"


@pytest.mark.rabbitmq
def test_rabbitmq_carries_a_message_through_a_quorum_queue(rabbitmq_url: str) -> None:
    import kombu

    with kombu.Connection(rabbitmq_url) as connection, connection.channel() as channel:
        queue = kombu.Queue(
            "gw-house", channel=channel, durable=True, queue_arguments={"x-queue-type": "quorum"}
        )
        queue.declare()
        kombu.Producer(channel).publish({"id": 7}, routing_key="gw-house", serializer="json")
        received: list[object] = []
        with kombu.Consumer(
            channel,
            [queue],
            callbacks=[lambda body, message: (received.append(body), message.ack())],
            prefetch_count=1,
        ):
            connection.drain_events(timeout=10)
        queue.delete()
    assert received == [{"id": 7}]


@pytest.mark.s3
def test_the_store_keeps_an_object(s3_url: str) -> None:
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=s3_url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket="gw-house")
    client.put_object(Bucket="gw-house", Key="a", Body=b"bytes")
    assert client.get_object(Bucket="gw-house", Key="a")["Body"].read() == b"bytes"


@pytest.mark.parametrize(
    "environment, required",
    [
        ({}, False),
        ({"CI": "true"}, True),
        ({"GATEWAY_REQUIRE_SERVICES": "all"}, True),
    ],
)
def test_a_missing_server_is_a_failure_where_services_are_required(
    monkeypatch, environment, required
) -> None:
    for name in ("CI", "GATEWAY_REQUIRE_SERVICES"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert services.services_required() is required
