"""What a page says when a request cannot be read at all."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_form_that_is_too_long_is_refused_with_what_to_do(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = client.post("/accounts/login/", {"login": "office", "password": "长" * 1000})
    assert (response.status_code, "存成文件再上传" in response.content.decode()) == (413, True)


def test_an_unreadable_request_says_so(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    response = client.post("/accounts/login/", {"login": "1", "password": "2", "next": "3"})
    assert (response.status_code, "这个请求没法处理" in response.content.decode()) == (400, True)
