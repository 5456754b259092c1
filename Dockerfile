# The service as an image. The first stage installs what the lock names, with its hashes, and the wheel;
# the second has the result, and nothing that builds. It runs as any user, on a root that is read-only,
# with a directory /tmp that is not; the database is elsewhere.
#
#     docker build --build-arg VERSION=1.2.3 -t kanal .
#     docker run --read-only --tmpfs /tmp -p 8000:8000 \
#         -e KANAL_DATABASE_URL=postgresql://… -e KANAL_JWT_ISSUER=https://… kanal
#
# A release names BASE with its digest, see docs/releasing.md.
ARG BASE=docker.io/library/python:3.13-slim-trixie

FROM ${BASE} AS build
WORKDIR /src
COPY requirements.lock requirements-server.lock ./
RUN python -m venv /opt/kanal && python -m venv /opt/build \
    && /opt/kanal/bin/pip install --no-cache-dir --require-hashes --only-binary :all: \
        -r requirements-server.lock \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: \
        -r requirements.lock
COPY . .
# Without VERSION the wheel says that it is of no release.
ARG VERSION=
RUN env ${VERSION:+SETUPTOOLS_SCM_PRETEND_VERSION="$VERSION"} \
        /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheel . \
    && /opt/kanal/bin/pip install --no-cache-dir --no-deps --no-index /wheel/kanal-*.whl \
    && /opt/kanal/bin/pip uninstall --yes --quiet pip

FROM ${BASE}
ARG VERSION=
LABEL org.opencontainers.image.title="Kanal" \
    org.opencontainers.image.description="An event-sourced channel service with a Socket.IO projection" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.version="${VERSION}"
COPY --from=build /opt/kanal /opt/kanal
ENV PATH=/opt/kanal/bin:$PATH KANAL_HOST=0.0.0.0
# The group is root's, as platforms that choose the user at random have it; no file is the user's.
USER 10001:0
EXPOSE 8000
STOPSIGNAL SIGTERM
# Whether the process answers; whether it can serve is for whoever sends it clients: GET /health/ready.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"KANAL_PORT\", 8000)}/health/live')"]
ENTRYPOINT ["kanal"]
CMD ["serve"]
