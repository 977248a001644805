FROM python:3.12.12-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/cmdb
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY cmdb cmdb
COPY importers importers
COPY impact impact
COPY graphql graphql
RUN /opt/cmdb/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.12.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/cmdb --create-home cmdb
COPY --from=build /opt/cmdb /opt/cmdb
ENV PATH=/opt/cmdb/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CMDB_STORE=sqlite:////var/lib/cmdb/cmdb.db
USER cmdb
WORKDIR /var/lib/cmdb
VOLUME /var/lib/cmdb
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=5 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["cmdb"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
