"""Fetching for TUF's client: HTTPS under one pinned certificate, bounded in time; sizes are bounded by the client."""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Iterator

import urllib3
from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient.fetcher import FetcherInterface

from musnad.core.directory.errors import BadEntry

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
FILE_SECONDS = 60.0
CHUNK_OCTETS = 64 * 1024


class PinnedFetcher(FetcherInterface):
    """No proxy, no redirect, no retry, no decompression: what the metadata names is what is read.

    Args:
        certificate: the server's own certificate (PEM). It is the only one trusted, whatever name it bears.
    """

    def __init__(
        self,
        certificate: str,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        file_seconds: float = FILE_SECONDS,
    ) -> None:
        try:
            context = ssl.create_default_context(cadata=certificate)
            fingerprint = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate)).hexdigest()
        except (ssl.SSLError, ValueError) as error:
            raise BadEntry("certificate", "not one certificate (PEM)") from error
        context.check_hostname = False
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._file_seconds = file_seconds
        self._open: urllib3.BaseHTTPResponse | None = None
        self._pool = urllib3.PoolManager(
            ssl_context=context,
            cert_reqs="CERT_REQUIRED",
            assert_hostname=False,
            assert_fingerprint=fingerprint,
            timeout=urllib3.Timeout(connect=connect_seconds, read=read_seconds),
            retries=False,
        )

    def close(self) -> None:
        """Hang up, also on an answer that its reader left in the middle."""
        if self._open is not None:
            self._open.close()
        self._pool.clear()

    def _fetch(self, url: str) -> Iterator[bytes]:
        if not url.startswith("https://"):
            raise DownloadError("not https")
        response = self._pool.request(
            "GET",
            url,
            headers={"accept-encoding": "identity"},
            preload_content=False,
            redirect=False,
            decode_content=False,
        )
        if response.status != 200:
            response.close()
            raise DownloadHTTPError("not 200", response.status)
        if self._open is not None:
            self._open.close()
        self._open = response
        return self._chunks(response)

    def _chunks(self, response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        ends = time.monotonic() + self._file_seconds
        due = response.headers.get("content-length", "")
        received = 0
        whole = False
        try:
            while chunk := response.read1(CHUNK_OCTETS):
                if time.monotonic() > ends:
                    raise SlowRetrievalError
                received += len(chunk)
                yield chunk
            if due.isdecimal() and received < int(due):
                raise DownloadError("cut short")
            whole = True
        except urllib3.exceptions.TimeoutError as error:
            raise SlowRetrievalError from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise DownloadError("cut short") from error
        finally:
            if whole:
                response.release_conn()
            else:
                response.close()
