# The image that serves a site: docker build -t isogloss .
#   docker run --read-only -p 8000:8000 -v "$PWD/site:/site:ro" isogloss
# It installs what scripts/serve installs, from the same locks. It writes nothing: the root file system may be read-only.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

# The runtime's environment has no pip of its own; the builder's pip fills it. Locks first: they change less often than sources.
COPY requirements/build.lock requirements/serve.lock requirements/
RUN python -m pip install --require-hashes -r requirements/build.lock \
 && python -m venv --without-pip /opt/isogloss \
 && python -m pip --python /opt/isogloss/bin/python install --require-hashes -r requirements/serve.lock

COPY pyproject.toml README.md LICENSE NOTICE ./
COPY locales locales
COPY rules rules
COPY variants variants
COPY edge edge
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && python -m pip --python /opt/isogloss/bin/python install --no-deps --no-index /wheels/isogloss-*.whl


FROM python:3.11-slim
LABEL org.opencontainers.image.title="Isogloss" org.opencontainers.image.licenses="Apache-2.0"
# Nothing in this image can install or build anything.
RUN python -m pip uninstall --yes --quiet setuptools wheel pip \
 && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin isogloss
COPY --from=build /opt/isogloss /opt/isogloss
ENV PATH=/opt/isogloss/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 ISOGLOSS_SITE=/site
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
# A container is reached from outside itself, so it listens on every address. A missing or empty /site is an error, never the demo.
ENTRYPOINT ["isogloss"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
