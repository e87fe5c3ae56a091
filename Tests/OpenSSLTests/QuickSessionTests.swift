@testable import OpenSSL
import Testing

/// A session that reads keys quickly tells what one does that knows every kind of key.
@Suite struct QuickSessionTests {
    let authority: Authority

    init() throws { authority = try Authority.shared.get() }

    @Test func `This OpenSSL takes the library context`() {
        #expect(LibraryContext.quick != nil)
    }

    @Test func `The same ciphers are offered`() throws {
        let seen = try [true, false].map { try TLSContext(client: .strict, isQuick: $0).ciphers }
        #expect(seen[0] == seen[1])
        #expect(seen[0].count > 20)
    }

    @Test(arguments: [nil, ServerKey.rsa, .elliptic], [[], ["h2", "http/1.1"]])
    func `The ClientHello is the same but for what is random`(_ key: ServerKey?, _ alpn: [String])
        throws
    {
        let seen = try [true, false].map { isQuick in
            let context = try TLSContext(client: .strict, alpn: alpn, key: key, isQuick: isQuick)
            let session = try TLSSession(context, serverName: "www.example.test")
            _ = session.handshake()
            return Self.withoutRandom(session.takeOutgoing())
        }
        #expect(seen[0] == seen[1])
        #expect(seen[0].count > 200)
    }

    @Test func `Every cipher that is offered for certificates works the same`() throws {
        let rsa = try PrivateKey.generate(.rsa(bits: 2048))
        let leaf = try Authority.draft("www.example.test").issued(
            by: authority.intermediate, key: authority.key, for: rsa)
        let identities = [
            authority.identity(try authority.leaf()),
            ServerIdentity(certificates: [leaf, authority.intermediate], key: rsa, names: []),
        ]
        var done: Set<String> = []
        for cipher in try TLSContext(client: .strict, isQuick: true).ciphers
        where !cipher.hasPrefix("TLS_") {
            for identity in identities {
                let seen = try [true, false].map {
                    try facts(
                        identity, versions: .tls12 ... .tls12, ciphers: cipher + ":@SECLEVEL=0",
                        isQuick: $0)
                }
                #expect(seen[0] == seen[1])
                if seen[0].contains(cipher) { done.insert(cipher) }
            }
        }
        #expect(done.isSuperset(of: ["AES128-SHA", "DHE-RSA-AES256-SHA256"]))
        #expect(done.isSuperset(of: ["ECDHE-ECDSA-CHACHA20-POLY1305", "AES256-GCM-SHA384"]))
    }

    @Test(arguments: ["md5", "sha3-224", "sha3-256", "sha3-512"])
    func `A signature by a digest that no handshake needs is verified`(_ digest: String) throws {
        let folder = Folder()
        let made = Command(
            "cd \(folder.path) && openssl req -x509 -newkey rsa:1024 -nodes -\(digest)"
                + " -subj /CN=Odd -keyout key.pem -out odd.pem 2>/dev/null && cat odd.pem")
        let odd = try Certificate.list(
            pem: Array(made.output.joined(separator: "\n").utf8))[0]
        let identity = ServerIdentity(
            certificates: [try authority.leaf(), odd], key: authority.leafKey, names: [])
        let seen = try [true, false].map { try facts(identity, isQuick: $0) }
        #expect(seen[0] == seen[1])
        #expect(seen[0].contains { $0.hasPrefix("true ") })
    }

    @Test(arguments: [
        PrivateKey.Kind.rsa(bits: 2048), .rsa(bits: 1024), .ecdsa(.p256), .ecdsa(.p384),
        .edwards(.ed25519), .edwards(.ed448),
    ])
    func `Handshakes with a key of each kind are the same`(_ kind: PrivateKey.Kind) throws {
        let key = try PrivateKey.generate(kind)
        let leaf = try Authority.draft("www.example.test").issued(
            by: authority.intermediate, key: authority.key, for: key)
        let identity = ServerIdentity(
            certificates: [leaf, authority.intermediate], key: key, names: [])
        for versions in [TLSVersion.tls12 ... .tls12, .tls13 ... .tls13] {
            let seen = try [true, false].map { isQuick in
                try facts(identity, versions: versions, isQuick: isQuick)
            }
            #expect(seen[0] == seen[1])
            #expect(seen[0].contains(leaf.keyDescription))
        }
    }

    @Test func `Keys on a curve that is known are read beside it`() {
        #expect(LibraryContext.keepsCurves)
    }

    /// The second time the quick session has the curve already, of its own or of another form. With what shows that the
    /// certificate has the form: bytes before its point, or the identifier of its field.
    @Test(
        arguments: [
            ("P-256", "uncompressed", [0x03, 0x42, 0x00, 0x04]),
            ("P-384", "uncompressed", [0x03, 0x62, 0x00, 0x04]),
            ("P-521", "uncompressed", [0x03, 0x81, 0x86, 0x00, 0x04]),
            ("secp256k1", "uncompressed", [0x81, 0x04, 0x00, 0x0a]),
            ("P-256", "compressed", [0x03, 0x22, 0x00]),
            ("P-384", "compressed", [0x03, 0x32, 0x00]),
            (
                "P-256 -pkeyopt ec_param_enc:explicit", "uncompressed",
                [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01]
            ),
        ] as [(String, String, [UInt8])])
    func `Keys on every curve and in every form are the same`(
        _ curve: String, _ form: String, _ mark: [UInt8]
    ) throws {
        let folder = Folder()
        let made = Command(
            "cd \(folder.path) && for n in 1 2; do openssl genpkey -algorithm EC"
                + " -pkeyopt ec_paramgen_curve:\(curve) |"
                + " openssl ec -conv_form \(form) -out $n.key 2>/dev/null &&"
                + " openssl req -x509 -key $n.key -subj /CN=Odd; done")
        let odd = try Certificate.list(pem: Array(made.output.joined(separator: "\n").utf8))
        try #require(odd.count == 2)
        #expect(odd.allSatisfy { $0.der.contains(mark) })
        let identity = ServerIdentity(
            certificates: [try authority.leaf()] + odd, key: authority.leafKey, names: [])
        let seen = try [true, true, false].map { try facts(identity, isQuick: $0) }
        #expect(seen[0] == seen[2])
        #expect(seen[1] == seen[2])
        // Which key has signed is known by what was read of it.
        #expect(seen[2].count { $0.hasPrefix("true ") } == 2)
    }

    @Test func `A point that is not on its curve is no key`() throws {
        var bytes = try authority.leaf().der
        let point = try #require(bytes.firstRange(of: [0x03, 0x42, 0x00, 0x04])).upperBound
        bytes[point + 63] ^= 1
        let wrong = try #require(Certificate(der: bytes))
        let right = try authority.leaf()
        let identity = ServerIdentity(
            certificates: [right, wrong, right], key: authority.leafKey, names: [])
        let seen = try [true, true, false].map { try facts(identity, isQuick: $0) }
        #expect(seen[0] == seen[2])
        #expect(seen[1] == seen[2])
    }

    @Test func `A key that a quick session does not know is read after it`() throws {
        let stranger = try #require(Certificate(der: Self.x25519))
        let leaf = try authority.leaf()
        let identity = ServerIdentity(
            certificates: [leaf, stranger], key: authority.leafKey, names: [])
        let seen = try [true, false].map { try facts(identity, isQuick: $0) }
        #expect(seen[0] == seen[1])
        #expect(seen[0].contains("X25519"))
    }

    @Test func `A server's own key of an unknown kind is told, so that another session is asked`()
        throws
    {
        let server = try TLSContext(
            server: [authority.identity(try authority.leaf())], versions: .tls12 ... .tls12)
        let steps = try [true, false].map { isQuick -> (TLSSession, String?) in
            let client = try TLSSession(
                TLSContext(client: .strict, isQuick: isQuick), serverName: nil)
            let peer = try TLSSession(server: server)
            _ = client.handshake()
            peer.receive(client.takeOutgoing())
            _ = peer.handshake()
            client.receive(Self.replacingCertificate(in: peer.takeOutgoing()))
            return (client, client.handshake().failure?.reason?.text)
        }
        #expect(steps[0].0.mayHaveMissedKey)
        #expect(!steps[1].0.mayHaveMissedKey)
        #expect(steps[1].1 == "unknown certificate type")
    }

    /// All that reports take from a session and its certificates.
    private func facts(
        _ identity: ServerIdentity, versions: ClosedRange<TLSVersion> = .tls12 ... .tls13,
        ciphers: String = "ALL:@SECLEVEL=0", isQuick: Bool
    ) throws -> [String] {
        let client = try TLSContext(client: .strict, isQuick: isQuick)
        let server = try TLSContext(server: [identity], versions: versions, ciphers: ciphers)
        let wire = Wire(
            client: try TLSSession(client, serverName: "www.example.test"),
            server: try TLSSession(server: server))
        let step = wire.handshake().client
        let session = wire.client
        let chain = session.sentChain
        let verification = try chain.first.map {
            try #require(authority.store()).verify($0, sent: chain, at: Authority.now)
        }
        let own: [String?] = [
            "\(step)", session.version, session.cipher, session.group, session.signature,
            verification?.faults.map(\.name).joined(separator: " "),
            verification?.chain.map(\.subject).joined(separator: " / "),
        ]
        return own.map { $0 ?? "none" }
            + chain.flatMap {
                [
                    $0.keyDescription, $0.keyType, "\($0.keyBits)", $0.fingerprintSHA256,
                    "\($0.isSelfSigned) \($0.issued(by: authority.intermediate))",
                ]
            }
    }

    /// A ClientHello with zeros for its random, its session id and its key share (RFC 8446 4.1.2).
    private static func withoutRandom(_ hello: [UInt8]) -> [UInt8] {
        var hello = hello
        func clear(_ range: Range<Int>) {
            for index in range { hello[index] = 0 }
        }
        func number(_ place: Int) -> Int { Int(hello[place]) << 8 | Int(hello[place + 1]) }
        clear(11..<43)
        let suites = 44 + Int(hello[43])
        clear(44..<suites)
        let methods = suites + 2 + number(suites)
        var place = methods + 1 + Int(hello[methods]) + 2
        while place < hello.count {
            let end = place + 4 + number(place + 2)
            if number(place) == 51 { clear(place + 10..<end) }  // key_share: its group stays
            place = end
        }
        return hello
    }

    /// The records of a TLS 1.2 server with another leaf, alone.
    private static func replacingCertificate(in bytes: [UInt8]) -> [UInt8] {
        func vector(_ width: Int, _ body: [UInt8]) -> [UInt8] {
            (0..<width).reversed().map { UInt8(truncatingIfNeeded: body.count >> (8 * $0)) } + body
        }
        var (rest, result) = (bytes[...], [UInt8]())
        while rest.count > 5 {
            let record = rest.prefix(
                5 + Int(rest[rest.startIndex + 3]) << 8 + Int(rest[rest.startIndex + 4]))
            rest = rest.dropFirst(record.count)
            if record[record.startIndex + 5] == 11 {  // Certificate, RFC 5246 7.4.2
                result +=
                    record.prefix(3) + vector(2, [11] + vector(3, vector(3, vector(3, x25519))))
            } else {
                result += record
            }
        }
        return result
    }

    /// A certificate of an X25519 key, by `openssl x509 -req -force_pubkey`.
    private static let x25519 = [UInt8](
        base64: """
            MIHhMIGIAgEHMAoGCCqGSM49BAMCMAwxCjAIBgNVBAMMAXgwIBcNMjYxMTIxMTM0NTAxWhgPMjEyNjEwMjgxMzQ1\
            MDFaMBsxGTAXBgNVBAMMEHd3dy5leGFtcGxlLnRlc3QwKjAFBgMrZW4DIQCJqxXElK62HxayHKCkLBS//MvHj0cW\
            aFktvqwuIBiBTzAKBggqhkjOPQQDAgNIADBFAiAfY1iP9iNWwDROzNg/TLJ68tyvlp0M/x1PDmEd7Q8wrAIhAPiy\
            ChhH7E0yPLlMFe3QRQrSqQW6hFUaUCzQ0xR4dnPd
            """)
}
