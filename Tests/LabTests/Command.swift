import Glibc

/// A shell command's output, both streams, with its status.
struct Command {
    let output: String
    let status: Int32

    init(_ line: String) {
        guard let pipe = popen("(\(line)) 2>&1", "r") else {
            (output, status) = ("", -1)
            return
        }
        var bytes: [UInt8] = []
        while case let byte = getc(pipe), byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        status = pclose(pipe) >> 8
        output = String(decoding: bytes, as: UTF8.self)
    }

    /// Runs on a thread of its own: the lab answers on the cooperative pool meanwhile.
    static func run(_ line: String) async -> Command {
        await withCheckedContinuation { continuation in
            let start = Start(line: line, continuation: continuation)
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { box in
                    guard let box else { return nil }
                    let start = Unmanaged<Start>.fromOpaque(box).takeRetainedValue()
                    start.continuation.resume(returning: Command(start.line))
                    return nil
                }, Unmanaged.passRetained(start).toOpaque())
            pthread_detach(thread)
        }
    }

    private final class Start {
        let line: String
        let continuation: CheckedContinuation<Command, Never>

        init(line: String, continuation: CheckedContinuation<Command, Never>) {
            (self.line, self.continuation) = (line, continuation)
        }
    }
}

/// A folder of files, removed with its owner.
final class Folder {
    let path: String

    init() {
        var template = Array("/tmp/lab-tests-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? ""
    }

    deinit { _ = Command("rm -rf \(path)") }

    /// Writes a file and answers its path.
    func file(_ name: String, _ bytes: [UInt8]) -> String {
        let file = open("\(path)/\(name)", O_CREAT | O_WRONLY | O_TRUNC, 0o600)
        defer { close(file) }
        _ = write(file, bytes, bytes.count)
        return "\(path)/\(name)"
    }
}
