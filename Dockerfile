# One image for web, worker, beat and migrate; docker-compose.yml says which does what.
ARG PYTHON=python:3.12-slim-trixie
# As in docker-compose.yml: pg_dump must not be older than the server.
ARG POSTGRES=18

FROM postgres:${POSTGRES} AS postgres

FROM ${PYTHON} AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt /tmp/
# A virtual environment without pip: what runs in service cannot install anything.
RUN python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --no-cache-dir --only-binary=:all: --no-deps --require-hashes -r /tmp/requirements.txt
WORKDIR /app
COPY . .
# The same for every container, so made once, here. The key and the data of this step stay behind.
RUN export DATA_DIR=/tmp/build STATIC_ROOT=/srv/static \
 && mkdir -p "$DATA_DIR" \
 && /venv/bin/python manage.py compile_catalogs \
 && /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && /venv/bin/python -m compileall -q /app /venv \
 && chmod -R a+rX /app /srv

FROM ${PYTHON}
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/srv/static
# tesseract reads the screenshots; pg_dump and pg_restore are for backups, from where the server's image has its own.
ARG POSTGRES
COPY --from=postgres /usr/local/share/keyrings/postgres.gpg.asc /usr/local/share/keyrings/
RUN . /etc/os-release \
 && echo "deb [signed-by=/usr/local/share/keyrings/postgres.gpg.asc] http://apt.postgresql.org/pub/repos/apt $VERSION_CODENAME-pgdg main" \
    > /etc/apt/sources.list.d/pgdg.list \
 && apt-get update -q \
 && apt-get install -q -y --no-install-recommends tesseract-ocr tesseract-ocr-ind tesseract-ocr-eng \
    "postgresql-client-$POSTGRES" \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin kayasupport \
 && install -d -m 0700 -o 10001 -g 10001 /data
COPY --from=build /venv /venv
COPY --from=build /srv /srv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "--config", "python:kayasupport.web_server"]
