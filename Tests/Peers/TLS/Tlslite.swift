/// tlslite-ng, a TLS server in Python that has what no library of Debian has: SSL 3.0 and ML-KEM.
package enum Tlslite {
    /// Where scripts/test-prerequisites puts it.
    package static let python = "/usr/local/lib/trustpath-tests/tlslite-ng-0.8.2/bin/python"

    /// Serves a PEM chain and key on a port of 127.0.0.1, with what lines of Python make of `settings`.
    package static func server(
        port: Int, chain: String, key: String, settings: String, in directory: String
    ) async throws -> Daemon {
        try await Daemon(
            python, ["-c", program, "\(port)", chain, key, settings], in: directory,
            until: .port("127.0.0.1", port))
    }

    private static let program = """
        import socketserver, sys
        from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

        settings = HandshakeSettings()
        exec(sys.argv[4])
        chain = X509CertChain()
        chain.parsePemList(open(sys.argv[2]).read())
        key = parsePEMKey(open(sys.argv[3]).read(), private=True)

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                connection = TLSConnection(self.request)
                connection.handshakeServer(certChain=chain, privateKey=key, settings=settings)
                connection.close()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True
            request_queue_size = 64

        Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()

        """
}
