import Addresses
import Lab
import Testing

extension LabTests {
    /// What `dig` gets from the servers of the zones that some names stand in.
    @Suite struct DelegationToolTests {
        @Test func serversDoAsTheirNamesSay() async throws {
            let lab = try await Lab.shared()
            for (zone, server, texts) in [
                ("lame.test", "lame1", ["REFUSED", "EDE: 20 (Not Authoritative)"]),
                ("lame.test", "lame2", ["REFUSED"]),
                ("lame-server.test", "ns1", ["flags: qr aa;", "NOERROR", "ANSWER: 1"]),
                ("propagating.test", "ns1", ["flags: qr aa;", "ANSWER: 1"]),
                ("propagating.test", "behind", ["flags: qr aa;", "ANSWER: 1"]),
                ("server-without-tcp.test", "udp1", ["flags: qr aa;", "ANSWER: 1"]),
                ("large-zone.test", "udp2", ["flags: qr aa tc;"]),
                ("dead-zone.test", "silent1", ["timed out"]),
                ("dead-zone.test +tcp", "silent2", ["timed out"]),
                ("server-without-tcp.test +tcp", "udp1", ["connection refused"]),
                ("large-zone.test +tcp", "udp2", ["connection refused"]),
            ] {
                let output = await dig(
                    try await lab.address(of: server), "\(zone) +norec +ignore +time=1")
                for text in texts { #expect(output.contains(text), "\(zone) \(output)") }
            }
        }

        @Test func parentsListTheServers() async throws {
            let lab = try await Lab.shared()
            for (zone, servers) in [
                ("healthy.test", ["ns1", "ns2"]), ("lame.test", ["lame1", "lame2"]),
                ("lost-server.test", ["gone", "ns1"]), ("dead-server.test", ["ns1", "silent1"]),
                ("other-servers.test", ["ns1", "ns2"]),
            ] {
                let referral = await dig(
                    try await lab.address(of: "top"), "\(zone) NS +norec +noall +authority")
                #expect(referral.nameservers == servers.map { $0 + ".nic.test." }, "\(referral)")
            }
            let gone = await dig("\(lab.resolver)", "gone.nic.test")
            #expect(gone.contains("NXDOMAIN"))
        }

        @Test func zonesMayDifferFromTheirParents() async throws {
            let lab = try await Lab.shared()
            let first = try await lab.address(of: "ns1")
            let own = await dig(first, "other-servers.test NS +norec +noall +answer")
            #expect(own.nameservers == ["ns1.nic.test.", "ns3.nic.test."])
            let glue = await dig(
                try await lab.address(of: "top"), "old-glue.test NS +norec +noall +additional")
            let address = await dig(first, "ns.old-glue.test +norec +short").split(separator: "\n")
            let second = try await lab.address(of: "ns2").split(separator: ":")
            let third = try await lab.address(of: "ns3").split(separator: ":")
            #expect(glue.contains("ns.old-glue.test.\t300\tIN\tA\t\(second[0])\n"))
            #expect(address == [third[0]])
        }

        @Test func disagreementIsInAddressAndSerial() async throws {
            let lab = try await Lab.shared()
            func both(_ question: String) async throws -> (String, String) {
                async let now = dig(lab.address(of: "ns1"), question + " +norec +short")
                return (
                    try await now,
                    await dig(try await lab.address(of: "behind"), question + " +norec +short")
                )
            }
            for zone in ["propagating.test", "propagating-harmless.test"] {
                let addresses = try await both(zone)
                #expect(addresses.0 != addresses.1 && addresses.1.hasPrefix("127."))
                let serials = try await both("\(zone) SOA")
                #expect(serials.0.contains(" 2 3600 ") && serials.1.contains(" 1 3600 "))
            }
            let addresses = try await both("geo.test")
            #expect(addresses.0 != addresses.1)
            let serials = try await both("geo.test SOA")
            #expect(serials.0 == serials.1)
            // Each of its resolvers has another server's answer.
            let resolvers = lab.resolvers(of: "geo.test")
            #expect(await dig(resolvers[0], "geo.test +short") == addresses.0)
            #expect(await dig(resolvers[1], "geo.test +short") == addresses.1)
        }

        @Test func resolverSaysWhichZonesCannotBeReached() async throws {
            let lab = try await Lab.shared()
            for zone in ["lame.test", "dead-zone.test", "large-zone.test"] {
                let output = await dig("\(lab.resolver)", zone)
                #expect(output.contains("SERVFAIL"), "\(output)")
                #expect(output.contains("EDE: 22 (No Reachable Authority)"), "\(output)")
            }
            // A sound server among others is enough.
            for zone in ["lame-server.test", "lost-server.test", "dead-server.test"] {
                let output = await dig("\(lab.resolver)", zone + " +dnssec")
                #expect(output.contains("flags: qr rd ra ad;"), "\(output)")
            }
        }

        @Test func everyServerHasAnAddressOfItsOwn() async throws {
            let lab = try await Lab.shared()
            let names = ["ns1", "ns2", "ns3", "behind", "lame1", "silent1", "udp1"]
            var addresses: Set<String> = []
            for name in names { addresses.insert(try await lab.address(of: name)) }
            #expect(addresses.count == names.count)
        }
    }
}

extension String {
    /// What the NS records among these lines name, in order.
    fileprivate var nameservers: [String] {
        split(separator: "\n").compactMap { line in
            let fields = line.split(whereSeparator: \.isWhitespace)
            return fields.count == 5 && fields[3] == "NS" ? String(fields[4]) : nil
        }.sorted()
    }
}

extension Lab {
    /// Of a server in nic.test, with the port.
    func address(of server: String) async throws -> String {
        let found = await dig("\(resolver)", "\(server).nic.test +short")
        let address = try #require(found.split(separator: "\n").first, "\(server)")
        return "\(address):\(resolver.port)"
    }
}
