import Addresses
import Configuration
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// TCP as it is on loopback: who answers, who does not, and whose clock ends first.
@Suite struct ConnectionTests {
    let authority: ServerAuthority

    init() throws { authority = try ServerAuthority.shared.get() }

    @Test func `A closed port fails the probe only where it is required`() async throws {
        let address = try refusingAddress()
        let required = await (try authority.stage()).see([address])
        #expect(required.primary == .tcpConnectionRefused)
        #expect(required.diagnosis.primary?.places == [address.description])
        let optional = await (try authority.stage()).see([address], isRequired: false)
        #expect(optional.classes.isEmpty)
        #expect(optional.results[0].failure == .refused)
    }

    @Test func `What happens after TCP connects counts at optional ports too`() async throws {
        let server = try LoopbackServer { try await $0.write("220 mail.example.test\r\n") }
        let seen = await (try authority.stage()).see([server.address], isRequired: false)
        #expect(seen.primary == .notTLS)
    }

    @Test(arguments: [true, false])
    func `A silent port ends with the timer`(isRequired: Bool) async throws {
        let silent = try await SilentPort(boundTo: loopback(0x7f00_0b0c))
        let seen = await (try authority.stage()).see(
            [silent.address], isRequired: isRequired, budget: .seconds(1))
        #expect(seen.results[0].failure == .timedOut)
        #expect(seen.primary == (isRequired ? .tcpTimeout : nil))
    }

    @Test func `A silent port is blocked where its neighbour answers`() async throws {
        let silent = try await SilentPort(boundTo: loopback(0x7f00_0b0f))
        let context = try authority.context()
        let neighbour = try LoopbackServer(at: loopback(0x7f00_0b0f)) {
            try await $0.serveTLS(context)
        }
        let seen = await (try authority.stage()).see([silent.address, neighbour.address])
        #expect(seen.classes == [.portBlocked])
        #expect(seen.evidence.contains("\(neighbour.address) of the same address accepts"))
    }

    @Test func `The probe's deadline is told from the timer, and no optional port's fault`()
        async throws
    {
        let silent = try await SilentPort(boundTo: loopback(0x7f00_0b0d))
        let mute = try LoopbackServer { try await $0.drain() }
        for isRequired in [true, false] {
            let seen = await (try authority.stage()).see(
                [silent.address, mute.address], isRequired: isRequired, budget: .seconds(60),
                by: .now + .seconds(2))
            #expect(seen.results[0].connection == .cutShort)
            #expect(seen.results[1].isCutShort)
            #expect(seen.primary == (isRequired ? .probeDeadlineExceeded : nil))
        }
        let late = await (try authority.stage()).see([mute.address], by: .now - .seconds(1))
        #expect(late.results[0].connection == .cutShort)
    }

    @Test func `One address of two is a partial outage`() async throws {
        let context = try authority.context()
        let good = try LoopbackServer { try await $0.serveTLS(context) }
        let other = loopback(0x7f00_0b0e, port: good.address.port)
        let seen = await (try authority.stage()).see([good.address, other])
        #expect(seen.classes == [.endpointPartialOutage])
        #expect(seen.diagnosis.primary?.places == [other.description])
    }

    @Test func `A whole family that fails while the other works is the family's fault`()
        async throws
    {
        let context = try authority.context()
        let good = try LoopbackServer { try await $0.serveTLS(context) }
        let other = SocketAddress(IPAddress(ipv6: 1), port: good.address.port)
        guard try LocalRoute.exists(to: other.address) else { return }
        let seen = await (try authority.stage()).see([good.address, other])
        #expect(seen.classes == [.addressFamilyBroken])
    }

    @Test func `Forbidden addresses are not connected to, in whatever form`() async throws {
        let server = try LoopbackServer { _ in Issue.record("connected to what is forbidden") }
        var policy = Module().addresses
        policy.deny = [Located("127.0.0.0/8")]
        let mapped = IPAddress(ipv6: 0xffff_0000_0000 | 0x7f00_0001)
        let seen = await (try authority.stage(policy)).see([
            server.address, SocketAddress(mapped, port: server.address.port),
        ])
        #expect(seen.results.map(\.connection) == [.forbidden, .forbidden])
        #expect(seen.primary == .probeTargetRefused)

        let linkLocal = try #require(SocketAddress("169.254.169.254:80"))
        let usual = await (try authority.stage()).see([linkLocal])
        #expect(usual.results.map(\.connection) == [.forbidden])
    }

    @Test func `No route to any address is this host's fault, to one family a warning`()
        async throws
    {
        // Without an interface a link-local address has no route on any host.
        var policy = Module().addresses
        policy.allow = [Located("::/0"), Located("0.0.0.0/0")]
        let stage = try authority.stage(policy)
        let routeless = try #require(SocketAddress("[fe80::1]:443"))
        let alone = await stage.see([routeless])
        #expect(alone.primary == .probeLocalError)
        guard case .failed(.noRoute, _) = alone.results[0].connection else {
            Issue.record("\(alone.results[0].connection)")
            return
        }
        let context = try authority.context()
        let server = try LoopbackServer { try await $0.serveTLS(context) }
        let both = await stage.see([routeless, server.address])
        #expect(both.results[0].connection == .noRouteForFamily)
        #expect(both.classes == [.probeLocalError])
        #expect(both.primary == nil)
        // What the policy forbids says nothing of the routes of the others.
        policy.deny = [Located("127.0.0.0/8")]
        let forbidden = await (try authority.stage(policy)).see([routeless, server.address])
        #expect(forbidden.results[0].connection != .noRouteForFamily)
        #expect(forbidden.primary == .probeLocalError)
    }

    @Test func `A plaintext dialect is not answered with bare TLS`() async throws {
        let server = try LoopbackServer { connection in
            if try await !connection.hello().isEmpty { Issue.record("something was said") }
        }
        let stage = try authority.stage()
        let seen = await stage.see([server.address], service: .smtp, budget: .seconds(2))
        #expect(seen.results[0].isConnected)
        #expect(seen.results[0].handshake == nil)
        #expect(seen.primary == .protocolBannerError)
    }

    @Test func `Hundreds of addresses are all tried, and keep their order`() async throws {
        let port = try refusingAddress().port
        let addresses = (1...600).map { loopback(0x7f0c_0000 + $0, port: port) }
        let seen = await (try authority.stage()).see(addresses)
        #expect(seen.results.map(\.endpoint.socketAddress) == addresses)
        #expect(seen.results.allSatisfy { $0.failure == .refused })
        #expect(seen.diagnosis.primary?.places.count == 600)
    }
}
