# terp-seed as a command: docker build -t terp-seed . && docker run --rm -e DATABASE_URL=mysql://… terp-seed status

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.lock ./
# the only step that downloads: each file is checked against its hash in the lock, and nothing is built on the way
RUN pip wheel --require-hashes --only-binary=:all: --wheel-dir=/wheels -r requirements.lock
COPY .env.example LICENSE README.md alembic.ini pyproject.toml ./
COPY migrations migrations
COPY seeds seeds
COPY terp_seed terp_seed
RUN pip install --no-index --find-links=/wheels hatchling \
    && pip wheel --no-index --no-deps --no-build-isolation --wheel-dir=/wheels .
# of the locked files, only what terp-seed itself and the driver of PostgreSQL need: the tools of its developers stay behind
RUN python -m venv /opt/terp-seed \
    && /opt/terp-seed/bin/pip install --no-index --find-links=/wheels 'terp-seed[postgresql]'

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 seed
COPY --from=build /opt/terp-seed /opt/terp-seed
ENV PATH=/opt/terp-seed/bin:$PATH
USER seed
WORKDIR /home/seed
ENTRYPOINT ["terp-seed"]
CMD ["--help"]
