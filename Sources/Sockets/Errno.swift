import Glibc

/// The error number that a system call left.
struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
    let code: Int32

    init(_ code: Int32) {
        self.code = code
    }

    /// The C library's text, as `Connection refused`.
    var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let start = buffer.baseAddress,
                strerror_r(code, start, buffer.count) == 0
            else { return "error \(code)" }
            return String(cString: start)
        }
    }

    /// Nothing to read or no room to write now: not a failure, a reason to wait.
    var wouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }
}

/// The result of a system call, made again while a signal interrupts it; -1 turns into its errno.
@discardableResult
func system<Number: SignedInteger>(_ call: () -> Number) throws(Errno) -> Number {
    while true {
        let result = call()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw Errno(code) }
    }
}
