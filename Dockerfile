# The Telegram bot in a container: docs/telegram.md, "A service". Holds the program, no articles, no store and no token.
FROM python:3.11-slim

# torch converts the model once, on the CPU: what a plain index serves brings gigabytes of CUDA.
COPY constraints.txt /tmp/
RUN pip install --no-cache-dir -c /tmp/constraints.txt --extra-index-url https://download.pytorch.org/whl/cpu torch

COPY . /src
# Of the extras: socks; voice or vosk for spoken questions.
ARG EXTRAS=socks
RUN pip install --no-cache-dir -c /tmp/constraints.txt "/src[$EXTRAS]" && rm -r /src /tmp/constraints.txt

# Whoever runs it may name another user, the owner of the folders that it is given: compose.yaml does.  A volume takes over whose its
# place in the image is: root's alone, if it were not made here, and then nobody could write the converted model.
RUN useradd --uid 1000 --create-home askcorpus && mkdir -p /data/.home && chown -R askcorpus /data && chmod 1777 /data/.home
USER 1000
WORKDIR /data
# hadolint ignore=DL3064
ENV HOME=/data/.home \
    ASKCORPUS_TELEGRAM_TOKEN_FILE=/run/secrets/token \
    ASKCORPUS_TELEGRAM_HEALTH_PORT=9100

STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=300s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:9100/health', timeout=8)"]
ENTRYPOINT ["askcorpus"]
CMD ["bot"]
