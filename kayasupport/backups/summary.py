"""What an archive holds, in a few lines."""

from kayasupport.backups import keys, manifest
from kayasupport.backups.manifest import Manifest


def lines(found: Manifest) -> list[str]:
    """Say in a few lines what an archive holds."""
    size = sum(member.size for member in found.members) / 1_000_000
    files = sum(member.name.startswith("screenshots/") for member in found.members)
    has_keys = any(member.name.startswith(f"{keys.FOLDER}/") for member in found.members)
    said = [
        f"Made {found.created_at} by {found.product_version} on {found.engine} {found.engine_version}.",
        f"{found.rows.get('tickets_ticket', 0)} tickets, {files} screenshots, {sum(found.rows.values())}"
        f" rows; {len(found.members)} members and {manifest.NAME}, {size:.1f} MB.",
    ]
    if found.gone:
        said.append(f"{len(found.gone)} files that rows point to were not there; {manifest.NAME} names them.")
    if has_keys:
        said.append("It holds the keys: who has it can read everything that is sealed.")
    return said
