"""Makes the files in secrets/ that docker-compose.yml mounts; leaves those alone that exist."""

import base64
import os
import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "secrets"


def main():
    # The folder is the lock: containers read the files as users of their own, so the files
    # must be readable for all, and nobody on this machine gets past the folder.
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    write("secret_key", secrets.token_urlsafe(50))
    # Fernet keys: 32 bytes in URL-safe base64.
    for name in ("sealing_keys", "identity_keys"):
        write(name, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    write("postgres_password", secrets.token_urlsafe(24))
    password = (FOLDER / "postgres_password").read_text()
    write("database_url", f"postgres://kayasupport:{password}@postgres:5432/kayasupport")
    write("email_url", "")


def write(name, text):
    path = FOLDER / name
    if path.exists():
        sys.stdout.write(f"secrets/{name} is there already.\n")
        return
    path.write_text(text)
    os.chmod(path, 0o644)
    sys.stdout.write(f"secrets/{name} written.\n")


if __name__ == "__main__":
    main()
