# The Telegram bot in a container: docs/telegram.md, "A service". Holds the program, no articles, no store and no token.
FROM python:3.11-slim

# torch converts the model once, on the CPU: what a plain index serves brings gigabytes of CUDA.
COPY constraints.txt /tmp/
RUN pip install --no-cache-dir -c /tmp/constraints.txt --index-url https://download.pytorch.org/whl/cpu torch

COPY . /src
RUN pip install --no-cache-dir -c /tmp/constraints.txt "/src[socks]" && rm -r /src /tmp/constraints.txt

# Whoever runs it may name another user, the owner of the folders that it is given: compose.yaml does.
RUN useradd --uid 1000 --create-home askcorpus && mkdir /data && chown askcorpus /data
USER askcorpus
WORKDIR /data
ENV HOME=/data/.home \
    ASKCORPUS_TELEGRAM_TOKEN_FILE=/run/secrets/token \
    ASKCORPUS_TELEGRAM_HEALTH_PORT=9100

STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=300s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:9100/health', timeout=8)"]
ENTRYPOINT ["askcorpus"]
CMD ["bot"]
