# The bot and the delivery worker: no torch, under 200 MB of memory each.
FROM python:3.11-slim
RUN useradd --create-home --uid 1000 aigc
WORKDIR /app
COPY requirements-bot.lock pyproject.toml README.md ./
RUN pip install --no-cache-dir --no-deps -r requirements-bot.lock
COPY bot bot
COPY engine engine
RUN pip install --no-cache-dir --no-deps . && mkdir /data && chown aigc /data
USER aigc
ENV AIGC_DATA_DIR=/data AIGC_HOST=0.0.0.0 AIGC_PORT=8080 PYTHONUNBUFFERED=1
EXPOSE 8080
CMD ["aigc", "serve"]
