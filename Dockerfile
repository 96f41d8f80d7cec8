# Tocsin in a container: `docker build -t tocsin .`; compose.yml runs two of it on one PostgreSQL.

FROM python:3.11-slim AS wheels
WORKDIR /build
COPY requirements.lock ./
# Everything that the lock names, each file checked against its hash; the next stage takes what running needs.
RUN pip wheel --no-cache-dir --no-deps --require-hashes --wheel-dir /wheels -r requirements.lock

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=3000 DIRECTORY=/config/directory.yml DATABASE_URL=sqlite:////data/tocsin.db
RUN useradd --uid 10001 --no-create-home tocsin && install -d -o tocsin /config /data
WORKDIR /app
COPY pyproject.toml README.md LICENSE app.py manifest.yml ./
COPY bot ./bot
COPY templates ./templates
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels -e '.[apprise]' && python -m compileall -q app.py bot
USER tocsin
VOLUME /data
EXPOSE 3000
# /healthz is red when the process stands still and a restart helps; /readyz is red while Slack is down as well.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
# Without a shell in between: SIGTERM reaches Tocsin, which then lets what is in flight end.
STOPSIGNAL SIGTERM
CMD ["python", "app.py"]
