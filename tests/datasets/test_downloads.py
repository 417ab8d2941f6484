import os
import threading
from pathlib import Path

import pytest

from wubu.datasets import downloads
from wubu.datasets.downloads import fetch, keep_aside, with_own_mirror
from wubu.errors import DiskFullError, DownloadError, FileFormatError

BODY = bytes(range(256)) * 40


def reader(expected=BODY):
    def read(path: Path, downloaded: bool) -> bytes:
        data = path.read_bytes()
        if data != expected:
            raise FileFormatError(f"{len(data)} wrong bytes")
        return data

    return read


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(downloads.time, "sleep", lambda seconds: None)


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_downloads_once_then_reads_the_cache(server, tmp_path):
    server.files["/a.bin"] = BODY
    target = tmp_path / "cache" / "a.bin"
    for _ in range(2):
        assert fetch(target, [server.url + "/a.bin"], reader()) == BODY
    assert len(server.requests) == 1
    assert names(target.parent) == ["a.bin"]


def test_interruptions_continue_where_they_stopped(server, tmp_path):
    server.files["/a.bin"] = BODY
    server.cut_after["/a.bin"] = [1000, 3000]
    assert fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader()) == BODY
    assert [r[1] for r in server.requests] == [None, "bytes=1000-", "bytes=4000-"]
    assert server.requests[1][2] == '"v1"'
    assert names(tmp_path) == ["a.bin"]


def test_a_later_run_continues(server, tmp_path):
    server.files["/a.bin"] = BODY
    server.cut_after["/a.bin"] = [1000, 0, 0, 0]
    with pytest.raises(DownloadError, match=r"1,000 bytes have arrived in a\.bin\.part"):
        fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader())
    assert names(tmp_path) == ["a.bin.part", "a.bin.part.json"]
    server.requests.clear()
    assert fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader()) == BODY
    assert [r[1] for r in server.requests] == ["bytes=1000-"]


def test_a_file_that_changed_meanwhile_comes_whole(server, tmp_path):
    server.files["/a.bin"] = b"x" * 5000
    server.cut_after["/a.bin"] = [1000, 0, 0, 0]
    with pytest.raises(DownloadError):
        fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader())
    server.files["/a.bin"], server.etag = BODY, '"v2"'
    assert fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader()) == BODY


def test_a_changed_file_without_a_tag_is_noticed_by_its_content(server, tmp_path):
    server.etag = None
    server.files["/a.bin"] = b"x" * 5000
    server.cut_after["/a.bin"] = [1000, 0, 0, 0]
    with pytest.raises(DownloadError):
        fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader())
    server.files["/a.bin"] = BODY
    assert fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader()) == BODY
    assert names(tmp_path) == ["a.bin"]


def test_a_server_without_ranges(server, tmp_path):
    server.ranges = False
    server.files["/a.bin"] = BODY
    server.cut_after["/a.bin"] = [1000]
    assert fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader()) == BODY


def test_a_part_that_was_whole_already(server, tmp_path):
    server.files["/a.bin"] = BODY
    (tmp_path / "a.bin.part").write_bytes(BODY)
    assert fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader()) == BODY


def test_a_part_longer_than_the_file(server, tmp_path):
    server.files["/a.bin"] = BODY
    (tmp_path / "a.bin.part").write_bytes(BODY + b"more")
    assert fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader()) == BODY


def test_mirrors_are_tried_in_order_and_share_the_part(server, tmp_path):
    server.files["/one/a.bin"] = server.files["/two/a.bin"] = BODY
    server.cut_after["/one/a.bin"] = [2000, 0, 0, 0]
    urls = [f"{server.url}/missing/a.bin", f"{server.url}/one/a.bin", f"{server.url}/two/a.bin"]
    assert fetch(tmp_path / "a.bin", urls, reader()) == BODY
    assert server.requests[-1][:2] == ("/two/a.bin", "bytes=2000-")


def test_wrong_content_is_kept_aside_and_the_next_mirror_tried(server, tmp_path, capsys):
    server.files["/one/a.bin"] = b"<html>please log in</html>"
    server.files["/two/a.bin"] = BODY
    fetch(tmp_path / "a.bin", [f"{server.url}/one/a.bin", f"{server.url}/two/a.bin"], reader())
    assert names(tmp_path) == ["a.bin", "a.bin.bad-1"]
    assert (tmp_path / "a.bin.bad-1").read_bytes().startswith(b"<html>")
    assert "kept as a.bin.bad-1" in capsys.readouterr().err


def test_a_bad_file_in_the_cache_is_renamed_never_deleted(server, tmp_path, capsys):
    server.files["/a.bin"] = BODY
    for number in (1, 2):
        (tmp_path / "a.bin").write_bytes(b"mine %d" % number)
        assert fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader()) == BODY
        assert (tmp_path / f"a.bin.bad-{number}").read_bytes() == b"mine %d" % number
    assert "7 wrong bytes" not in capsys.readouterr().out


def test_server_errors_are_tried_again_and_refusals_are_not(server, tmp_path):
    server.status.update({"/busy": 503, "/gone": 410})
    with pytest.raises(DownloadError) as caught:
        fetch(tmp_path / "a.bin", [server.url + "/busy", server.url + "/gone"], reader())
    assert [r[0] for r in server.requests] == ["/busy"] * 3 + ["/gone"]
    text = str(caught.value)
    assert "HTTP 503" in text and "HTTP 410" in text and str(tmp_path / "a.bin") in text
    assert names(tmp_path) == []


def test_offline_says_where_to_put_the_file(tmp_path, no_network):
    (tmp_path / "a.bin").write_bytes(b"bad")
    with pytest.raises(DownloadError) as caught:
        fetch(tmp_path / "a.bin", ["https://example.org/a.bin", "nonsense"], reader())
    text = str(caught.value)
    assert "https://example.org/a.bin: [Errno -3]" in text
    assert f"put it here and run again:\n  {tmp_path / 'a.bin'}" in text
    assert "Kept aside because not good: a.bin.bad-1" in text
    assert "WUBU_DATASETS_MIRROR" in text and isinstance(caught.value, OSError)
    with pytest.raises(DownloadError) as caught:
        fetch(tmp_path / "a.bin", ["https://example.org/a.bin"], reader(), own_mirror=False)
    assert "WUBU_DATASETS_MIRROR" not in str(caught.value)


def test_a_connection_refused_and_no_address(tmp_path):
    with pytest.raises(DownloadError, match="refused"):
        fetch(tmp_path / "a.bin", ["http://127.0.0.1:9/a.bin"], reader())
    with pytest.raises(DownloadError, match="unknown url type"):
        fetch(tmp_path / "a.bin", ["a.bin"], reader())


def test_a_full_disk(server, tmp_path, monkeypatch):
    server.files["/a.bin"] = BODY

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(downloads.os, "fsync", full)
    with pytest.raises(DiskFullError, match=r"a\.bin\.part"):
        fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader())


def test_refresh_downloads_again(server, tmp_path):
    server.files["/a.bin"] = BODY
    (tmp_path / "a.bin").write_bytes(BODY)
    fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader(), refresh=True)
    assert len(server.requests) == 1


def test_two_at_once_download_once(server, tmp_path):
    server.files["/a.bin"] = BODY * 200
    results = []
    threads = [
        threading.Thread(
            target=lambda: results.append(
                fetch(tmp_path / "a.bin", [server.url + "/a.bin"], reader(BODY * 200))
            )
        )
        for _ in range(4)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(results) == 4
    assert len(server.requests) == 1
    assert names(tmp_path) == ["a.bin"]


def test_file_addresses_and_the_own_mirror(tmp_path, monkeypatch):
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "a.bin").write_bytes(BODY)
    monkeypatch.setenv("WUBU_DATASETS_MIRROR", mirror.as_uri() + "/")
    urls = ["https://example.org/x/a.bin", "https://example.com/y/a.bin"]
    assert with_own_mirror(urls) == [mirror.as_uri() + "/a.bin", *urls]
    assert fetch(tmp_path / "a.bin", urls, reader()) == BODY


def test_keep_aside_numbers(tmp_path):
    for number in (1, 2, 3):
        (tmp_path / "x").write_bytes(b"")
        assert keep_aside(tmp_path / "x").name == f"x.bad-{number}"
    assert not os.path.exists(tmp_path / "x")
