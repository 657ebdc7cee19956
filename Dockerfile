# One image for web, worker, beat and the one-shot that prepares the database; docker-compose.yml says who runs what.
FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.lock hims/platform/installer.lock /tmp/
RUN /opt/venv/bin/pip install --require-hashes -r /tmp/installer.lock \
    && /opt/venv/bin/uv pip install --no-cache --python /opt/venv/bin/python --compile-bytecode \
       --require-hashes -r /tmp/requirements.lock

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin hims \
    && install -d -o hims -g hims -m 0700 /data \
    && install -d -o hims -g hims /srv/static
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/hims
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/srv/hims \
    PYTHONUNBUFFERED=1 \
    OMP_THREAD_LIMIT=1 \
    HIMS_DATA_DIR=/data \
    HIMS_STATIC_ROOT=/srv/static \
    HIMS_PRODUCTION=1
# The settings are read without a server: these values reach nothing and stay in no layer's environment.
RUN python -m compileall -q hims audit records coding scheduling billing \
    && su hims -s /bin/sh -c 'HIMS_TESTING=1 HIMS_SECRET_KEY=none HIMS_FIELD_KEY=none HIMS_NOTES_KEY=no DATABASE_URL=postgresql://x@/x \
       HIMS_APP_DATABASE_URL=postgresql://x@/x HIMS_AUDIT_DATABASE_URL=postgresql://x@/x \
       REDIS_URL=redis://127.0.0.1:1/0 /opt/venv/bin/python manage.py collectstatic --no-input'
USER hims
EXPOSE 8000
CMD ["gunicorn", "hims.wsgi", "--bind", "0.0.0.0:8000", "--workers", "4", "--threads", "4", "--worker-class", "gthread", \
     "--timeout", "120", "--graceful-timeout", "20", "--no-control-socket", "--forwarded-allow-ips", "*", \
     "--access-logfile", "-", "--access-logformat", "%(t)s %(m)s %(U)s %(s)s %(b)s bytes %(M)s ms"]
