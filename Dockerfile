# syntax=docker/dockerfile:1
# The bot without the Agents Playground: docker build -t certbot . — see compose.yaml for how it is run.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional package is a second Node, for machines with an older one.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

# What nobody runs: source maps, TypeScript (Node reads none below node_modules) with its declarations, SQLite's sources
# and its builds for other machines, a test library that botbuilder brings along, and sign-in in browsers.
RUN find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.tsx' \) -delete
RUN rm -rf node_modules/@types node_modules/@azure/msal-browser \
    node_modules/botbuilder/vendors/chai node_modules/botframework-streaming/vendors/chai \
    node_modules/better-sqlite3/deps node_modules/better-sqlite3/src
RUN find node_modules/better-sqlite3/prebuilds -type f ! -name "$(node -p 'process.platform + "-" + process.arch').node" -delete
RUN find node_modules -type d -empty -delete

COPY src ./src
COPY scripts/backup.ts ./scripts/

FROM node:24-slim
ENV NODE_ENV=production PLAYGROUND=off
WORKDIR /app
# The default of DATABASE_URL, which a .env made from .env.example names as well, leads into the volume.
RUN mkdir -m 700 /data && chown 1000:1000 /data && ln -s /data data
COPY --from=build /app ./
# "node" in Node's own image. Nothing but /data and /tmp is written to: run it with --read-only --tmpfs /tmp.
USER 1000:1000
VOLUME /data
EXPOSE 3978
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3978) + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "--max-old-space-size=768", "--heap-growing-percent=60", "src/main.ts"]
