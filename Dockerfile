# docker build -t trustpath .
# docker run --read-only --cap-drop ALL -p 10853:10853 trustpath

FROM swift:6.3-bookworm AS build
WORKDIR /source
COPY scripts/build-prerequisites scripts/
RUN scripts/build-prerequisites
COPY . .
RUN install -s "$(scripts/build)" /usr/local/bin/trustpath

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="trustpath" \
      org.opencontainers.image.description="Names the cause when a TLS handshake fails and DNS may be the reason" \
      org.opencontainers.image.source="https://github.com/trustpath/trustpath" \
      org.opencontainers.image.documentation="https://github.com/trustpath/trustpath/blob/main/docs/installing.md" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libgcc-s1 libidn2-0 libmicrohttpd12 libnghttp2-14 libssl3 libyaml-0-2 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb /var/log/apt /var/log/dpkg.log
COPY --from=build /usr/local/bin/trustpath /usr/local/bin/trustpath
COPY packaging/trustpath.yaml /etc/trustpath/trustpath.yaml
# A number, so that Kubernetes sees that it is not root.
USER 65532:65532
EXPOSE 10853
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s CMD ["/usr/local/bin/trustpath", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/trustpath"]
CMD ["serve", "--config.file=/etc/trustpath/trustpath.yaml"]
