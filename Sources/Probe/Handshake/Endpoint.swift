package import Addresses
package import OpenSSL
package import Sockets

/// One address and port to shake hands with, under one name.
package struct Endpoint: Hashable, Sendable {
    /// The name as asked for, an A-label name without final dot or an IP literal: the metrics' `host`.
    package var host: String
    package var address: IPAddress
    package var port: Port

    package init(host: String, address: IPAddress, port: Port) {
        (self.host, self.address, self.port) = (host, address, port)
    }

    package var socketAddress: SocketAddress { SocketAddress(address, port: port.number) }
}

/// What one endpoint did.
package struct EndpointResult: Sendable {
    package var endpoint: Endpoint
    package var connection: Connection
    /// Nil where TCP did not connect, or TLS comes first.
    package var startTLS: StartTLS?
    /// Nil where TCP did not connect, or the conversation before TLS failed.
    package var handshake: Handshake?

    package init(endpoint: Endpoint, connection: Connection, handshake: Handshake? = nil) {
        (self.endpoint, self.connection, self.handshake) = (endpoint, connection, handshake)
    }

    /// How the TCP connection went.
    package enum Connection: Hashable, Sendable {
        case connected(Duration)
        /// With the time until it failed.
        case failed(SocketError, after: Duration)
        /// Not tried: the address policy forbids it.
        case forbidden
        /// Not tried: this host has no route to any address of the family.
        case noRouteForFamily
        /// Could not run its timer to the end, because the probe's deadline came first.
        case cutShort
    }
}

/// What a TLS handshake on an open connection gave; verification is recorded here, not enforced.
package struct Handshake: Sendable {
    package var outcome: Outcome
    /// The host name or address asked for, which the certificate is to cover; nil for the endpoint's own host.
    package var serverName: String?
    /// From the first byte sent to the outcome.
    package var duration: Duration
    /// "TLSv1.3" as OpenSSL names it; "TLS_AES_256_GCM_SHA384" and "ecdsa_secp256r1_sha256" as IANA does.
    package var version: String?
    package var cipher: String?
    package var group: String?
    package var signature: String?
    package var alpn: String?
    /// Whatever certificates came, a failed handshake's too.
    package var certificate: PresentedCertificate?
    /// Nil where there are no secure TLSA records or no certificate.
    package var dane: DANEVerdict?
    /// What the server shows to a client that takes the other kind of key only; nil where it has none, or was not
    /// asked.
    package var otherCertificate: PresentedCertificate?
    /// The same as `dane`, of that one.
    package var otherDANE: DANEVerdict?
    package var clientCertificateRequested = false
    /// Signed certificate timestamps came in a TLS extension.
    package var hasTimestampExtension = false
    /// Nil where nothing was negotiated.
    package var hasForwardSecrecy: Bool?
    /// The version that the ServerHello chose, also one that was refused; nil where none came.
    package var versionOffered: TLSVersion?
    /// What a second, permissive handshake negotiated after the strict one failed; nil where it failed too, or was
    /// not worth trying.
    package var permissive: Permissive?
    /// Whether a second handshake without SNI completed after the first one failed; nil where it was not worth
    /// trying, or could not be tried to its end.
    package var completesWithoutServerName: Bool?
    /// What a ClientHello of our own got of the versions and ciphers that libssl does not speak, after both
    /// handshakes failed; nil where nothing.
    package var legacyAnswer: HelloAnswer?
    /// That a small ClientHello gets a ServerHello where the first one got none; nil where it does not either.
    package var smallHello: SmallHello?
    /// Bytes of the first ClientHello, its record included; nil where none was sent.
    package var helloSize: Int?
    /// What else the server takes, where the module asks to scan that; nil where it was not asked.
    package var offers: Offers?

    package init(outcome: Outcome, duration: Duration) {
        (self.outcome, self.duration) = (outcome, duration)
    }

    package struct Permissive: Hashable, Sendable {
        package var version: String
        package var cipher: String
        package var group: String?
        package var signature: String?
        /// The strict handshake offered this cipher too: it was not what kept them apart.
        package var isCipherStrict: Bool

        package init(
            version: String, cipher: String, group: String? = nil, signature: String? = nil,
            isCipherStrict: Bool
        ) {
            (self.version, self.cipher) = (version, cipher)
            (self.group, self.signature) = (group, signature)
            self.isCipherStrict = isCipherStrict
        }
    }

    /// What a ClientHello of our own got, for TLS 1.2 with few ciphers and extensions.
    package struct SmallHello: Hashable, Sendable {
        package var version: WireVersion
        /// Bytes, the record included.
        package var size: Int
        /// Bytes of the same one padded to the size of the first handshake's; nil where it was not smaller.
        package var paddedSize: Int?
        /// Whether that one gets a ServerHello too; nil where it was not tried to its end.
        package var takesPadded: Bool?

        package init(
            version: WireVersion, size: Int, paddedSize: Int? = nil, takesPadded: Bool? = nil
        ) {
            (self.version, self.size) = (version, size)
            (self.paddedSize, self.takesPadded) = (paddedSize, takesPadded)
        }
    }

    package enum Outcome: Hashable, Sendable {
        case completed
        case failed(TLSFailure)
        /// RST or another socket error while shaking hands.
        case disconnected(SocketError)
        /// The handshake's own timer ran out.
        case timedOut
        /// The probe's deadline came before the handshake's own timer.
        case cutShort
        /// This host could not make a session (out of memory, broken library).
        case unavailable(String)
    }

    package var isCompleted: Bool { outcome == .completed }
}

/// A server's certificates and every judgement of them, name and trust apart.
package struct PresentedCertificate: Sendable {
    package var leaf: Certificate
    /// As sent, the leaf first.
    package var sentChain: [Certificate]
    package var verification: Verification
    /// Whether verification succeeds once the intermediates known from elsewhere are added; nil where it was not
    /// tried because the first one succeeded.
    package var completedByKnownIntermediates: Bool?
    /// The chain built with intermediates known from elsewhere in place of those missing or ended; nil where none
    /// helps, or none was needed.
    package var completion: [Certificate]?
    package var nameMatches: Bool
    /// Siblings of the name that the certificate does cover, the likely mix-up: `www.` or a parent.
    package var matchingSiblings: [String]
    /// The OCSP response that came with it, judged; nil where none came.
    package var staple: OCSPStaple?
    /// What was fetched from where the certificates of the chain say, where the module asks for it.
    package var fetched: [FetchedFact] = []

    package init(
        leaf: Certificate, sentChain: [Certificate], verification: Verification,
        completedByKnownIntermediates: Bool? = nil, nameMatches: Bool,
        matchingSiblings: [String] = []
    ) {
        (self.leaf, self.sentChain, self.verification) = (leaf, sentChain, verification)
        self.completedByKnownIntermediates = completedByKnownIntermediates
        (self.nameMatches, self.matchingSiblings) = (nameMatches, matchingSiblings)
    }
}
