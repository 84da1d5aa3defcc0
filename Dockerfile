# The gateway as one image; what a container does is its command (see docker-compose.yml).
# Pin the base by digest for a real installation: --build-arg PYTHON_DIGEST=@sha256:...
ARG PYTHON_TAG=3.12-slim-bookworm
ARG PYTHON_DIGEST=

FROM python:${PYTHON_TAG}${PYTHON_DIGEST} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/runtime.txt /tmp/runtime.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/runtime.txt
WORKDIR /srv/gateway
COPY manage.py ./
COPY gateway gateway
COPY workflows workflows
COPY redaction redaction
COPY templates templates
COPY locale* locale/
# Static files get hashed names. The key of this one command signs nothing and stays in this stage.
RUN install -m 0600 /dev/null /tmp/once \
    && python -c "import secrets; print(secrets.token_urlsafe(48))" > /tmp/once \
    && GATEWAY_PROFILE=production GATEWAY_DATA_DIR=/tmp/data GATEWAY_SECRET_KEY_FILE=/tmp/once \
       GATEWAY_CITY_NAME=build GATEWAY_PUBLIC_URL=https://build.invalid/ GATEWAY_ALLOWED_HOSTS=build.invalid \
       /opt/venv/bin/python manage.py collectstatic --no-input \
    && /opt/venv/bin/python -m compileall -q gateway workflows redaction

FROM python:${PYTHON_TAG}${PYTHON_DIGEST}
# Character recognition, the converter of office files with fonts, and the cage they run in. Versions
# follow the base image's own release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bubblewrap tesseract-ocr tesseract-ocr-spa \
       libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui \
       fonts-dejavu-core fonts-liberation \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin gateway \
    && install -d -o gateway -g gateway -m 0700 /data /export /memory
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/gateway /srv/gateway
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GATEWAY_PROFILE=production GATEWAY_DATA_DIR=/data GATEWAY_EXPORT_DIR=/export \
    GATEWAY_MEMORY_FILE=/memory/signer.json
WORKDIR /srv/gateway
USER 10001:10001
ENTRYPOINT ["python", "manage.py"]
CMD ["start", "web", "--host", "0.0.0.0", "--port", "8000"]
