import Addresses
import DNS
import DNSSEC
import Lab
import OpenSSL
import Sockets
import Testing

extension LabTests {
    /// What `openssl s_client` and plain connections meet at the lab's ports.
    @Suite struct TLSToolTests {
        /// A name and what s_client prints of its port 443.
        private static let expectations: [(name: String, text: String)] = [
            ("healthy.test", "Verification: OK"), ("www.healthy.test", "Verification: OK"),
            ("any.wildcard.test", "Verification: OK"), ("rsa.test", "Verification: OK"),
            ("unsigned.test", "Verification: OK"), ("old-offered.test", "Verification: OK"),
            ("wrong-ds.test", "Verification: OK"),
            ("cross-signed.test", "Verification: OK"), ("root-sent.test", "Verification: OK"),
            ("misordered.test", "Verification: OK"), ("weak-cipher.test", "Verification: OK"),
            ("renewed-half.test", "Verification: OK"),
            ("expired.test", "certificate has expired"),
            ("not-yet-valid.test", "certificate is not yet valid"),
            ("wrong-name.test", "hostname mismatch"),
            ("self-signed.test", "self-signed certificate"),
            ("missing-intermediate.test", "unable to get local issuer certificate"),
            ("unknown-root.test", "self-signed certificate in certificate chain"),
            ("expired-intermediate.test", "depth=1"),
            ("wrong-purpose.test", "unsuitable certificate purpose"),
            ("weak-key.test", "key too weak"), ("weak-signature.test", "digest algorithm too weak"),
            ("not-tls.test", "wrong version number"), ("handshake-alert.test", "handshake failure"),
            ("old-version.test", "protocol version"), ("old-cipher.test", "handshake failure"),
            ("weak-group.test", "dh key too small"), ("unknown-name.test", "unrecognized name"),
            ("client-certificate.test", "handshake failure"),
            ("client-certificate-13.test", "certificate required"),
            ("handshake-reset.test", "errno=104"),
        ]

        @Test func everyFaultShows() async throws {
            let lab = try await Lab.shared()
            let folder = Folder()
            let file = folder.file("root.pem", lab.rootCertificate.pem)
            let options =
                "-CAfile \(file) -verify_return_error -auth_level 2 -purpose sslserver -min_protocol TLSv1.2 -brief -ign_eof"
            for (name, text) in Self.expectations {
                let address = try #require(try await lab.addresses(of: name).first)
                // The weak ones must come through the handshake to be judged.
                let level = name.hasPrefix("weak-") && name != "weak-group.test" ? 0 : 2
                let output = await Command.run(
                    """
                    printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 10 openssl s_client \(options) \
                    -connect \(address):\(lab.ports.https) -servername \(name) \
                    -verify_hostname \(name) -cipher DEFAULT:@SECLEVEL=\(level)
                    """
                ).output
                #expect(output.contains(text), "\(name): \(output)")
                if text == "Verification: OK" { #expect(output.contains("HTTP/1.1 200 OK")) }
            }
        }

        @Test(arguments: ["tls1", "tls1_1"])
        func oldVersionsAreTakenWhereTheNameSaysSo(_ version: String) async throws {
            let lab = try await Lab.shared()
            for (name, isTaken) in [("old-offered.test", true), ("healthy.test", false)] {
                let address = try #require(try await lab.addresses(of: name).first)
                let output = await Command.run(
                    """
                    timeout 10 openssl s_client -brief -\(version) -cipher ALL:@SECLEVEL=0 \
                    -servername \(name) -connect \(address):\(lab.ports.https) </dev/null
                    """
                ).output
                #expect(output.contains("CONNECTION ESTABLISHED") == isTaken, "\(name): \(output)")
            }
        }

        @Test func mailPortsGreet() async throws {
            let lab = try await Lab.shared()
            let address = try #require(try await lab.addresses(of: "healthy.test").first)
            for (port, word, greeting) in [
                (lab.ports.imaps, "a LOGOUT", "* OK"), (lab.ports.smtps, "QUIT", "220 "),
            ] {
                let output = await Command.run(
                    "printf '\(word)\\r\\n' | timeout 10 openssl s_client -quiet -connect \(address):\(port)"
                ).output
                #expect(output.contains(greeting))
            }
        }

        @Test func upgradesAreAsPlanned() async throws {
            let lab = try await Lab.shared()
            let folder = Folder()
            let file = folder.file("root.pem", lab.rootCertificate.pem)
            let options = "-CAfile \(file) -verify_return_error -brief -ign_eof"
            for (name, text) in [
                ("starttls.test", "221 lab.test"), ("starttls-imap.test", "a OK"),
                ("starttls-expired.test", "certificate has expired"),
            ] {
                let entry = try #require(Lab.names.first { $0.name == name })
                let port = try #require(lab.upgradedPort(of: entry))
                let address = try #require(try await lab.addresses(of: name).first)
                let words = port.protocol == "imap" ? "a LOGOUT" : "QUIT"
                let output = await Command.run(
                    """
                    printf '\(words)\\r\\n' | timeout 10 openssl s_client \(options) \
                    -starttls \(port.protocol) -connect \(address):\(port.number) -servername \(name)
                    """
                ).output
                #expect(output.contains(text), "\(name): \(output)")
            }
        }

        @Test func healthyAnswersOnIPv6() async throws {
            let lab = try await Lab.shared()
            let name = try #require(Name("healthy.test"))
            let reply = try await Client(lab.resolver).ask(Message(Question(name, .aaaa)))
            if let address = reply.answers.compactMap(\.address).first {
                let end = SocketAddress(address, port: lab.ports.https)
                _ = try await TCPConnection.connect(to: end, by: .now + .seconds(5))
            } else {
                #expect(throws: SocketError.self) {
                    try UDPSocket(boundTo: SocketAddress(IPAddress(ipv6: 1), port: 0))
                }
            }
        }

        @Test func portsRefuseOrStaySilentAsPlanned() async throws {
            let lab = try await Lab.shared()
            func outcome(_ address: IPAddress, _ port: UInt16) async -> SocketError? {
                do throws(SocketError) {
                    let end = SocketAddress(address, port: port)
                    _ = try await TCPConnection.connect(to: end, by: .now + .milliseconds(300))
                    return nil
                } catch {
                    return error
                }
            }
            let silent = try #require(try await lab.addresses(of: "silent.test").first)
            #expect(await outcome(silent, lab.ports.https) == .timedOut)
            #expect(await outcome(silent, lab.ports.imaps) == .timedOut)
            #expect(await outcome(silent, lab.ports.smtps) == .timedOut)
            let refused = try #require(try await lab.addresses(of: "refused.test").first)
            #expect(await outcome(refused, lab.ports.https) == .refused)
            #expect(await outcome(refused, lab.ports.imaps) == nil)
            let blocked = try #require(try await lab.addresses(of: "blocked.test").first)
            #expect(await outcome(blocked, lab.ports.https) == .timedOut)
            #expect(await outcome(blocked, lab.ports.smtps) == nil)
            let partial = try await lab.addresses(of: "partial.test").sorted()
            try #require(partial.count == 2)
            #expect(await outcome(partial[0], lab.ports.https) == nil)
            #expect(await outcome(partial[1], lab.ports.https) == .refused)
        }
    }
}

extension Lab {
    func addresses(of name: String) async throws -> [IPAddress] {
        let name = try #require(Name(name))
        return try await Client(resolver).ask(Message(Question(name, .a))).answers
            .compactMap(\.address)
    }
}
