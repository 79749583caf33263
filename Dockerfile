# Build: docker build -t poe-proxy .    Tests: docker build --target test -t poe-proxy-tests .
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim

# Everything: compiler, tests and the tools that npm brings for them.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

# docker run --rm poe-proxy-tests
FROM build AS test
CMD ["npm", "test"]

# What runs in production and nothing else. The optional packages are Node itself, for machines
# without it.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Of better-sqlite3 only the binary for this system: not those for others, nor SQLite's source. Of
# Swagger UI what the page loads.
RUN npm ci --omit=dev --omit=optional && cd node_modules/better-sqlite3 && \
  find prebuilds -type f ! -path "$(node -p "path.relative('', require('./lib/binding.js').getPrebuildPath())")" -delete && \
  rm -r deps src && cd ../swagger-ui-dist && \
  find . -type f ! -name package.json ! -name LICENSE ! -name swagger-ui-bundle.js ! -name swagger-ui.css -delete

FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production \
    MODELS_FILE=/app/models.yaml
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json models.yaml LICENSE ./
# A number, so that Kubernetes can see that it is not root. Nothing is written to disk but DATA_DIR.
USER 1000:1000
EXPOSE 8080 9090
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT||8080}/health/ready`).then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# No shell in between: the process is PID 1 and gets SIGTERM itself.
CMD ["node", "dist/main.js"]
