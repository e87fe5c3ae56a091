import Addresses
import Glibc
import Testing

@testable import Sockets

/// What this host itself says: descriptors, routes, files.
@Suite struct HostTests {
    @Test func noDescriptorLeftIsASystemError() async {
        await #expect(processExitsWith: .success) {
            let listener = try TCPListener(boundTo: loopback())
            let client = try await TCPConnection.connect(to: listener.localAddress, by: soon())
            var limit = rlimit(rlim_cur: 0, rlim_max: 0)
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = 3
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let isExhausted = { (error: SocketError) in
                if case .system(_, EMFILE) = error { return true }
                return false
            }
            do throws(SocketError) {
                _ = try await listener.accept(by: soon())
                exit(2)
            } catch {
                guard isExhausted(error) else { exit(3) }
            }
            do throws(SocketError) {
                _ = try UDPSocket(connectedTo: listener.localAddress)
                exit(4)
            } catch {
                guard isExhausted(error) else { exit(5) }
            }
            do throws(SocketError) {
                _ = try LocalRoute.exists(to: loopback().address)
                exit(6)
            } catch {
                guard isExhausted(error) else { exit(7) }
            }
            client.close()
        }
    }

    @Test func loopbackHasARoute() throws {
        #expect(try LocalRoute.exists(to: loopback(.ipv4).address))
        #expect(try LocalRoute.exists(to: loopback(.ipv6).address))
    }

    @Test func broadcastIsNotARoute() throws {
        #expect(try !LocalRoute.exists(to: IPAddress(ipv4: 0xffff_ffff)))
    }

    @Test func readsAWholeFileUpToTheLimit() throws {
        var template = Array("/tmp/sockets-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        let path = String(decoding: template.dropLast().map { UInt8($0) }, as: UTF8.self)
        defer { unlink(path) }
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(write(number, bytes, bytes.count) == bytes.count)
        close(number)
        #expect(try File.read(path, limit: 100_000) == bytes)
        #expect(throws: FileError.tooLarge(path: path, limit: 99_999)) {
            try File.read(path, limit: 99_999)
        }
        #expect(throws: FileError.tooLarge(path: "/dev/zero", limit: 9)) {
            try File.read("/dev/zero", limit: 9)
        }
    }

    @Test(arguments: [
        ("/nonexistent/file", "cannot read /nonexistent/file: No such file or directory"),
        ("/", "cannot read /: Is a directory"),
    ])
    func saysWhichFileCannotBeRead(_ path: String, _ sentence: String) {
        let error = #expect(throws: FileError.self) { try File.read(path, limit: 100) }
        #expect(error?.description == sentence)
    }

    @Test func aZeroByteDoesNotCutThePath() {
        #expect(throws: FileError.system(path: "/etc/passwd\0.txt", errno: EINVAL)) {
            try File.read("/etc/passwd\0.txt", limit: 100)
        }
    }

    @Test(arguments: [
        (SocketError.refused, "the peer refused"),
        (
            .noRoute(errno: ENETUNREACH),
            "this host cannot send to the address: Network is unreachable"
        ),
        (.system(call: "socket", errno: EMFILE), "socket failed: Too many open files"),
        (
            .unreachable(ICMP(origin: .v4, type: 3, code: 13, from: IPAddress("192.0.2.1"))),
            "the network answered with ICMP type 3 code 13 (administratively prohibited)"
                + " from 192.0.2.1"
        ),
    ])
    func errorsAreSentences(_ error: SocketError, _ sentence: String) {
        #expect(error.description == sentence)
    }
}
