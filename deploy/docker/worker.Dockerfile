# The generation worker. Build for a GPU with --build-arg BASE=<an image with Python 3.11 and CUDA>; torch from the
# package index brings the CUDA libraries along, or give TORCH_INDEX an index with CPU builds.
ARG BASE=python:3.11-slim
FROM ${BASE}
ARG TORCH_INDEX=""
RUN useradd --create-home --uid 1000 aigc
WORKDIR /app
COPY requirements.lock pyproject.toml README.md ./
RUN pip install --no-cache-dir ${TORCH_INDEX:+--index-url $TORCH_INDEX} -c requirements.lock "$(grep '^torch==' requirements.lock)" \
    && pip install --no-cache-dir --no-deps -r requirements.lock
COPY bot bot
COPY engine engine
RUN pip install --no-cache-dir --no-deps . && mkdir /data && chown aigc /data
USER aigc
ENV AIGC_DATA_DIR=/data PYTHONUNBUFFERED=1
CMD ["aigc", "worker", "generate"]
