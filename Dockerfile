# docmill as an image: Node 24, the compiled sources and the native library for this processor; no model, no GPU build.
# BUILD_IMAGE has Node and npm, RUNTIME_IMAGE glibc and libstdc++. Where no registry can be reached,
# scripts/local-images.sh makes both from the files of a Linux machine.
ARG BUILD_IMAGE=node:24.21.0-bookworm-slim
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts/trim-lock.mjs scripts/
# The native library comes as packages, so no script of a package has to run.
RUN node scripts/trim-lock.mjs && npm ci --ignore-scripts --loglevel=error
COPY tsconfig.json tsconfig.build.json ./
COPY schemas schemas
COPY src src
COPY bin bin
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts --loglevel=error \
 # What only a developer, or a build of llama.cpp from its sources, would read.
 && rm -rf src schemas node_modules/typescript node_modules/@typescript node_modules/node-llama-cpp/llama/gitRelease.bundle \
 && find dist node_modules -regex '.*\.\(map\|d\.[cm]?ts\)' -delete \
 && mkdir -p /volumes/out

FROM ${RUNTIME_IMAGE}
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /app/package.json /app/package.json
COPY --from=build /app/bin /app/bin
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/dist /app/dist
COPY deploy/worker-health.mjs /app/deploy/
# A new volume that is mounted on /out takes over its owner.
COPY --from=build --chown=1000:1000 /volumes /
ENV NODE_ENV=production DOCMILL_OUT=/out HOME=/tmp
# Less memory for whatever holds a model; src/worker/lean-process.ts says why.
ENV MALLOC_ARENA_MAX=1 NODE_OPTIONS=--max-semi-space-size=4
USER 1000:1000
WORKDIR /tmp
# docmill gets SIGTERM itself: it finishes or puts back its shard and exits 0. Run it below an init (`docker run --init`,
# as docker-compose.yml does): the first process of a container cannot end itself when it hangs.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=2 CMD ["node", "/app/deploy/worker-health.mjs"]
ENTRYPOINT ["node", "/app/bin/docmill.js"]
CMD ["--help"]
