# The packages of the lockfile, Node.js among them. What builds them stays behind in this stage.
FROM node:24.11.1-trixie-slim AS packages
WORKDIR /coffer
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM debian:13.2-slim
LABEL org.opencontainers.image.title="Coffer" \
  org.opencontainers.image.licenses="Apache-2.0"
# Numbers, so that a host can be told that it never runs as root. The directories belong to it
# before anything is mounted there: a new volume takes that over.
RUN groupadd --gid 10001 coffer \
  && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
    --shell /usr/sbin/nologin coffer \
  && install --directory --owner=coffer --group=coffer --mode=0711 /data \
  && install --directory --owner=coffer --group=coffer --mode=0700 /backups /run/coffer
WORKDIR /coffer
COPY --from=packages /coffer/node_modules node_modules
COPY package.json LICENSE README.md ./
COPY docs docs
COPY contracts/artifacts contracts/artifacts
COPY packages/crytom-sdk packages/crytom-sdk
COPY server/migrations server/migrations
COPY server/src server/src
ENV PATH=/coffer/node_modules/node/bin:$PATH \
  NODE_ENV=production \
  HOST=0.0.0.0 \
  COFFER_DATA=/data \
  COFFER_SANDBOX=off \
  COFFER_LOCAL_NODE=off
USER 10001:10001
EXPOSE 4000
VOLUME ["/data"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.COFFER_OPS_PORT || process.env.PORT || 4000) + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "server/src/main.ts"]
CMD ["up"]
