"""Documents are kept by their hash, in a folder or a bucket, and never named by their sender."""

from __future__ import annotations

import hashlib

import boto3
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import S3Store

from workflow.storage.documents import (
    DocumentGoneError,
    DocumentStore,
    DocumentTooLargeError,
    open_store,
)


@pytest.fixture
def bucket():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    _, port = server.get_host_and_port()
    yield (
        DocumentStore(
            S3Store(
                "documents",
                prefix="tramita",
                endpoint=f"http://127.0.0.1:{port}",
                access_key_id="key",
                secret_access_key="secret",
                region="us-east-1",
                client_options={"allow_http": True},
                virtual_hosted_style_request=False,
            )
        ),
        port,
    )
    server.stop()


def keeps_documents(store):
    text = b"minuta" * 300_000
    kept = store.put([text[:10], text[10:]])

    assert (kept.sha256, kept.size) == (hashlib.sha256(text).hexdigest(), len(text))
    assert store.put([text]) == kept
    assert store.get(kept.sha256) == text
    assert store.has(kept.sha256)
    assert not store.has("0" * 64)
    with pytest.raises(DocumentGoneError):
        store.get("0" * 64)
    with pytest.raises(DocumentTooLargeError):
        store.put([b"12345", b"67890"], limit=9)


def test_a_folder_keeps_documents(tmp_path):
    store = open_store(str(tmp_path / "new" / "documents"))
    keeps_documents(store)
    assert store.put([]).size == 0
    assert not [path for path in tmp_path.rglob("*") if "minuta" in path.name]


def test_a_bucket_keeps_documents(bucket):
    store, port = bucket
    _make_bucket(port)
    keeps_documents(store)


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "", "a" * 63])
def test_only_a_hash_names_a_document(tmp_path, name):
    store = open_store(str(tmp_path))
    with pytest.raises(DocumentGoneError):
        store.get(name)


def _make_bucket(port):
    boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    ).create_bucket(Bucket="documents")
