"""Prepares the data folder and database that the environment names; run as a process of its own."""

import django

django.setup()

from kayasupport import preparation  # noqa: E402 (it loads models)


def main() -> None:
    preparation.make_folders()
    for step in preparation.due():
        step.make()


if __name__ == "__main__":
    main()
