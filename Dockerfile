# One image for every process: the command chooses. See docs/deploying.md.
ARG PYTHON_IMAGE=python:3.13-slim
ARG NODE_IMAGE=node:24-slim

# ---- The locked packages, every one by its hash, and none that would have to be compiled here.
FROM ${PYTHON_IMAGE} AS packages
COPY requirements/tracing.txt /tmp/tracing.txt
RUN python -m venv --without-pip /opt/inbox \
    && python -m pip --python /opt/inbox/bin/python install --quiet --no-cache-dir --no-compile \
        --require-hashes --only-binary :all: -r /tmp/tracing.txt

# ---- The code, and the bytecode of all: a read-only root keeps none that is made later. By hash and unchecked, because
# times differ from build to build.
FROM packages AS code
COPY services /app/services
COPY shared /app/shared
COPY simulator /app/simulator

COPY deploy/image /app/deploy/image
COPY LICENSE /app/
WORKDIR /app
RUN /opt/inbox/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/inbox/lib /app
RUN /opt/inbox/bin/python -m services.api openapi >/openapi.json

# ---- The page.
FROM ${NODE_IMAGE} AS page
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
COPY web/schema/package.json schema/
RUN npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
COPY web ./
COPY --from=code /openapi.json schema/openapi.json
RUN npm run --silent --workspace schema generate && npm run --silent build

# ---- What runs. Packages can be fetched and compiled in the stages above, not in here.
FROM ${PYTHON_IMAGE} AS runtime
RUN rm -rf /usr/local/bin/pip* /usr/bin/pip* /usr/local/lib/python3*/ensurepip /usr/lib/python3*/ensurepip \
        /usr/local/lib/python3*/site-packages/pip* /usr/lib/python3/dist-packages/pip* /usr/share/python-wheels \
    && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=code /opt/inbox /opt/inbox
COPY --from=code /app/LICENSE /app/LICENSE
COPY --from=code /app/deploy /app/deploy
COPY --from=code /app/shared /app/shared
COPY --from=code /app/services /app/services
COPY --from=page /web/dist /app/web/dist
WORKDIR /app
# HOME, because this number has no entry in /etc/passwd; only /data is its own.
ENV PATH=/opt/inbox/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    INBOX_HOST=0.0.0.0 \
    INBOX_DATA_DIR=/data
USER 10001:10001
EXPOSE 8080 8081 8082 8083 8084
# Without site packages it is up in about 20 ms.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-I", "-S", "/app/deploy/image/alive.py"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Cloud Inbox" \
    org.opencontainers.image.description="An open inbox for WhatsApp's official Cloud API: every process in one image" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
CMD ["python", "-m", "services"]

# ---- The same with the simulator, which has no place in production.
FROM runtime AS demo
COPY --from=code /app/simulator /app/simulator
EXPOSE 8090

# ---- The default.
FROM runtime
