import Glibc

/// Whole texts to standard output and standard error.
enum Terminal {
    static func print(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    static func print(_ text: String) {
        print(Array((text.last == "\n" ? text : text + "\n").utf8))
    }

    static func complain(_ text: String) {
        write(Array((text.last == "\n" ? text : text + "\n").utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}
