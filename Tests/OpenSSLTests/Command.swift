import Glibc

/// A folder of files for the `openssl` command, removed with its owner.
final class Folder {
    let path: String

    init() {
        var template = Array("/tmp/openssl-tests-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? ""
    }

    deinit { _ = Command("rm -rf \(path)").output }

    /// Writes a file and answers its path.
    func file(_ name: String, _ bytes: [UInt8]) -> String {
        let file = open("\(path)/\(name)", O_CREAT | O_WRONLY | O_TRUNC, 0o600)
        defer { close(file) }
        _ = write(file, bytes, bytes.count)
        return "\(path)/\(name)"
    }
}

/// A shell command whose output is read; ending it is its own affair (`-naccept 1`).
struct Command {
    private let pipe: UnsafeMutablePointer<FILE>?

    init(_ line: String) { pipe = popen(line + " 2>&1", "r") }

    /// One line without its end; nil when there is none left.
    func line() -> String? {
        guard let pipe else { return nil }
        var buffer = [UInt8]()
        while case let byte = getc(pipe), byte != EOF {
            if byte == 10 { return String(decoding: buffer, as: UTF8.self) }
            buffer.append(UInt8(truncatingIfNeeded: byte))
        }
        return buffer.isEmpty ? nil : String(decoding: buffer, as: UTF8.self)
    }

    /// All lines up to the end of the command.
    var output: [String] {
        var lines: [String] = []
        while let line = line() { lines.append(line) }
        if let pipe { pclose(pipe) }
        return lines
    }
}

/// A blocking TCP connection to a port of 127.0.0.1, five seconds at most for each read.
final class Connection {
    private let socket: Int32

    init?(port: UInt16) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(
            socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) }
        }
        if result != 0 { return nil }
    }

    deinit { close(socket) }

    func end() { shutdown(socket, Int32(SHUT_RDWR)) }

    func send(_ bytes: [UInt8]) { _ = Glibc.send(socket, bytes, bytes.count, 0) }

    /// What came; empty at the end of the stream and after five seconds.
    func receive() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(socket, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }
}
