"""A certificate that is being replaced while it is read again: the one in use stays, or the new one
is shown, and nothing else comes of it."""

import threading
from pathlib import Path

from scripts.service.listening.tls import Tls
from tests.support.tls import made_certificate

TIMES = 500


def test_whatever_is_there_at_that_moment_a_renewal_raises_nothing(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = made_certificate()
    certificate.write_bytes(made.certificate)
    key.write_bytes(made.key)
    tls = Tls(certificate, key)
    done = threading.Event()

    def replace() -> None:
        while not done.is_set():
            for path, content in ((certificate, made.certificate), (key, made.key)):
                path.unlink()
                path.write_bytes(content)

    replacing = threading.Thread(target=replace)
    replacing.start()
    try:
        for _ in range(TIMES):
            tls.reload()
    finally:
        done.set()
        replacing.join()
