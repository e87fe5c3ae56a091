import Addresses
import Lab
import OpenSSL
import Testing

extension LabTests {
    /// What `dig` and `openssl` get from the resolvers inside TLS.
    @Suite struct EncryptedToolTests {
        @Test func digAsksOverTLS() async throws {
            let lab = try await Lab.shared()
            let output = try await ask(lab, "dot.test", 0, "+tls", "dot.test +dnssec")
            #expect(output.contains("flags: qr rd ra ad;"), "\(output)")
            #expect(output.contains("(TLS)") && output.contains("RRSIG"), "\(output)")
            // Several questions on one connection.
            let again = try await ask(
                lab, "dot.test", 0, "+tls +keepopen", "dot.test healthy.test missing.test")
            #expect(again.count(of: "NOERROR") == 2 && again.count(of: "NXDOMAIN") == 1)
        }

        @Test func digAsksOverHTTPS() async throws {
            let lab = try await Lab.shared()
            for (index, method) in [(0, "+https"), (1, "+https-get")] {
                let output = try await ask(
                    lab, "doh.test", index, "\(method)=/dns-query", "doh.test +dnssec")
                #expect(output.contains("flags: qr rd ra ad;"), "\(output)")
                #expect(output.contains("(HTTPS"), "\(output)")
            }
            let elsewhere = try await ask(lab, "doh.test", 0, "+https=/other", "doh.test")
            #expect(!elsewhere.contains("NOERROR"), "\(elsewhere)")
        }

        @Test func strangersCertificateIsNotTrusted() async throws {
            let lab = try await Lab.shared()
            let output = try await ask(lab, "dot-intercepted.test", 0, "+tls", "dot.test")
            #expect(output.contains("TLS peer certificate verification"), "\(output)")
            let place = try server(lab, "dot-intercepted.test", 0)
            let shown = await Command.run(
                "timeout 10 openssl s_client -connect \(place.address):\(place.port) </dev/null")
            #expect(shown.output.contains("Stranger Root"), "\(shown.output)")
        }

        @Test func oneRefuses() async throws {
            let lab = try await Lab.shared()
            let output = try await ask(lab, "dot-refused.test", 0, "+tls", "dot.test")
            #expect(output.contains("connection refused"), "\(output)")
        }

        @Test func othersThanQueriesAreRefused() async throws {
            let lab = try await Lab.shared()
            let place = try server(lab, "doh.test", 0)
            let url = "https://resolver.nic.test:\(place.port)/dns-query"
            for (options, status) in [
                ("'\(url)?dns=%'", 400), ("'\(url)'", 400), ("-X PUT '\(url)'", 405),
                ("--data x '\(url)'", 415), ("'\(url)/more'", 404),
                ("-H 'content-type: application/dns-message' --data x '\(url)'", 400),
            ] {
                let output = await Command.run(
                    """
                    curl -sk -m 10 -o /dev/null -w '%{http_code} %{http_version}' \
                    --resolve resolver.nic.test:\(place.port):\(place.address) \(options)
                    """
                ).output
                #expect(output == "\(status) 2", "\(options)")
            }
        }

        private func ask(
            _ lab: Lab, _ name: String, _ index: Int, _ transport: String, _ questions: String
        ) async throws -> String {
            let place = try server(lab, name, index)
            let folder = Folder()
            let file = folder.file("ca.pem", lab.rootCertificate.pem)
            let trust = "+tls-ca=\(file) +tls-hostname=resolver.nic.test"
            return await Command.run(
                """
                dig +timeout=5 +tries=1 @\(place.address) -p \(place.port) \
                \(transport) \(trust) \(questions)
                """
            ).output
        }

        /// Reads `tls://NAME@ADDRESS:PORT` or `https://NAME@ADDRESS:PORT/PATH`.
        private func server(
            _ lab: Lab, _ name: String, _ index: Int
        ) throws -> (address: Substring, port: Substring) {
            let spec = try #require(lab.resolvers(of: name).dropFirst(index).first)
            let found = try #require(spec.firstMatch(of: #/@([0-9.]+):([0-9]+)/#), "\(spec)")
            return (found.1, found.2)
        }
    }
}

extension String {
    /// How often a word stands in it.
    fileprivate func count(of word: String) -> Int {
        ranges(of: word).count
    }
}
