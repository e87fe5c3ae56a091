import Addresses
import Lab
import Testing

extension LabTests {
    /// What `dig` gets from the resolvers that some names bring.
    @Suite struct ResolverToolTests {
        /// The text that the first resolver's answer holds, for A with CD=0 and with CD=1 alike.
        private static let expectations: [(name: String, texts: [String])] = [
            ("cached-failure.test", ["SERVFAIL", "EDE: 13 (Cached Error)"]),
            ("blocklisted.test", ["NXDOMAIN", "EDE: 15 (Blocked)", "AUTHORITY: 0"]),
            ("filtered.test", ["NXDOMAIN", "AUTHORITY: 0", "rpz.nic.test."]),
            ("sinkhole.test", ["NOERROR", "0.0.0.0"]),
            ("resolver-fails.test", ["SERVFAIL", "EDE: 22 (No Reachable Authority)"]),
            ("resolver-refuses.test", ["REFUSED", "EDE: 18 (Prohibited)"]),
            ("serve-expired.test", ["NOERROR", "EDE: 3 (Stale Answer)", "\t30\tIN\tA"]),
            ("www.cached-denial.test", ["NXDOMAIN", "cached-denial.test.", "SOA"]),
        ]

        @Test func everyFaultShows() async throws {
            let lab = try await Lab.shared()
            for (name, texts) in Self.expectations {
                let resolver = try #require(lab.resolvers(of: name).first)
                for options in ["", "+cd", "+tcp"] {
                    let output = await dig(resolver, "\(name) \(options)")
                    for text in texts { #expect(output.contains(text), "\(name): \(output)") }
                }
            }
        }

        @Test func resolversAreApart() async throws {
            let lab = try await Lab.shared()
            for name in Lab.names where name.hasOwnResolvers {
                let resolvers = lab.resolvers(of: name)
                #expect(!resolvers.isEmpty && Set(resolvers).count == resolvers.count)
                #expect(resolvers != [lab.resolver.description])
            }
            #expect(lab.resolvers(of: "healthy.test") == [lab.resolver.description])
        }

        @Test func transportsAreRestrictedAsPlanned() async throws {
            let lab = try await Lab.shared()
            let large = try #require(lab.resolvers(of: "large-answer.test").first)
            let cut = await dig(large, "large-answer.test +ignore")
            #expect(cut.contains("flags: qr tc rd ra"), "\(cut)")
            let refused = await dig(large, "large-answer.test")
            #expect(refused.contains("connection refused"), "\(refused)")
            #expect(await dig(large, "healthy.test").contains("NOERROR"))
            let whole = await dig("\(lab.resolver)", "large-answer.test +short")
            #expect(whole.split(separator: "\n").count == 9)
            let other = try #require(lab.resolvers(of: "resolver-without-udp.test").first)
            #expect(await dig(other, "healthy.test +time=1").contains("timed out"))
            #expect(await dig(other, "healthy.test +tcp").contains("NOERROR"))
        }

        /// Only the name's own zone is out of order.
        @Test func othersAreAnswered() async throws {
            let lab = try await Lab.shared()
            let expected = await dig("\(lab.resolver)", "healthy.test +short")
            #expect(expected.hasPrefix("127."))
            for name in Lab.names where name.hasOwnResolvers {
                guard
                    ![
                        "resolver-refuses.test", "resolver-silent.test", "dns-blocked.test",
                        "resolver-without-udp.test",
                    ].contains(name.name),
                    let resolver = lab.resolvers(of: name).first, !resolver.contains("://")
                else { continue }
                #expect(await dig(resolver, "healthy.test +short") == expected, "\(name.name)")
            }
        }

        @Test func cachesCountDownAndAreOld() async throws {
            let lab = try await Lab.shared()
            let resolver = try #require(lab.resolvers(of: "stale.test").first)
            let old = await dig(resolver, "stale.test +noall +answer")
            let new = await dig("\(lab.resolver)", "stale.test +noall +answer")
            #expect(address(old) != address(new))
            #expect(new.contains("\t300\t") && !old.contains("\t300\t"))
            let (first, later) = (try ttl(old), try await ttl(until: resolver, isBelow: ttl(old)))
            #expect(first > 600_000 && later < first)
            let serial = await dig(resolver, "stale.test SOA +short")
            #expect(serial.contains(" 1 3600"))
            let current = await dig("\(lab.resolver)", "stale.test SOA +short")
            #expect(current.contains(" 2 3600"))
        }

        @Test func oldAnswersStillValidate() async throws {
            let lab = try await Lab.shared()
            let anchor = try Anchor(lab)
            for name in ["stale.test", "serve-expired.test", "www.cached-denial.test", "cdn.test"] {
                for resolver in lab.resolvers(of: name) {
                    let output = await anchor.delv(name, "A", at: resolver)
                    #expect(output.contains("fully validated"), "\(name): \(output)")
                }
            }
        }

        @Test func silenceIsOnBothTransports() async throws {
            let lab = try await Lab.shared()
            let resolver = try #require(lab.resolvers(of: "resolver-silent.test").first)
            for options in ["", "+tcp"] {
                let output = await dig(resolver, "healthy.test +time=1 \(options)")
                #expect(output.contains("timed out"), "\(output)")
            }
        }

        private func address(_ line: String) -> Substring? {
            line.split(whereSeparator: \.isWhitespace).last
        }

        private func ttl(_ line: String) throws -> Int {
            let fields = line.split(whereSeparator: \.isWhitespace)
            return try #require(fields.count > 1 ? Int(fields[1]) : nil)
        }

        /// Asks until the TTL has fallen, as it does within a second.
        private func ttl(until resolver: String, isBelow first: Int) async throws -> Int {
            for _ in 0..<100 {
                let now = try ttl(await dig(resolver, "stale.test +noall +answer"))
                if now < first { return now }
                try await Task.sleep(for: .milliseconds(50))
            }
            return first
        }
    }
}

/// Asks a resolver by its SPEC.
func dig(_ resolver: String, _ rest: String) async -> String {
    let parts = resolver.split(separator: ":")
    guard parts.count == 2 else { return "no address: \(resolver)" }
    return await Command.run("dig +timeout=5 +tries=1 @\(parts[0]) -p \(parts[1]) \(rest)").output
}

extension Lab {
    func resolvers(of name: String) -> [String] {
        Lab.names.first { $0.name == name }.map(resolvers) ?? []
    }
}
