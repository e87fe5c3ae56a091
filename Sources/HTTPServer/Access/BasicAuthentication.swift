import CCrypt
import OpenSSL
import Synchronization

/// HTTP Basic authentication (RFC 7617) against bcrypt hashes.
///
/// A hash costs a tenth of a second on purpose. It is computed on a thread of its own, one at a time, and what came out
/// is remembered by a salted digest: a scraper pays once. A user that does not exist costs the same as one that does.
package final class BasicAuthentication: Sendable {
    package enum Verdict: Sendable {
        case admitted, refused
        /// More wait for their hash than may.
        case busy
    }

    private let users: [String: String]
    private let salt: [UInt8]
    private let state = Mutex(State())

    private struct State {
        var admitted = Remembered()
        /// Apart, so that a stranger's attempts push out nobody's success.
        var refused = Remembered()
        var last: Task<Bool, Never>?
        var waiting = 0
    }

    /// The bcrypt hashes of the users' passwords; not empty.
    package init(users: [String: String]) {
        self.users = users
        var generator = SystemRandomNumberGenerator()
        salt = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// Judges an Authorization field.
    package func callAsFunction(_ field: String?) async -> Verdict {
        guard let field, let (user, password) = Self.credentials(field) else { return .refused }
        let known = users[user]
        // A stranger's password is hashed with somebody's salt and cost, and the result is of no use.
        guard let hash = known ?? users.values.max(by: { Self.cost($0) < Self.cost($1) }) else {
            return .refused
        }
        let digest = digest(user, known ?? "", password)
        let remembered: Verdict? = state.withLock { state in
            if state.admitted.contains(digest) { return .admitted }
            if state.refused.contains(digest) { return .refused }
            guard state.waiting < Self.mostWaiting else { return .busy }
            state.waiting += 1
            return nil
        }
        if let remembered { return remembered }
        let isRight = await verify(password, hash) && known != nil
        state.withLock { state in
            state.waiting -= 1
            if isRight { state.admitted.add(digest) } else { state.refused.add(digest) }
        }
        return isRight ? .admitted : .refused
    }

    /// One after the other, as they come.
    private func verify(_ password: [UInt8], _ hash: String) async -> Bool {
        let task = state.withLock { state in
            let task = Task { [last = state.last] in
                _ = await last?.value
                return await withCheckedContinuation { continuation in
                    let work: @Sendable () -> Void = {
                        continuation.resume(returning: Self.matches(password, hash))
                    }
                    if !runOnThread(work) { continuation.resume(returning: false) }
                }
            }
            state.last = task
            return task
        }
        return await task.value
    }

    /// Of `$2y$10$…`, 10.
    private static func cost(_ hash: String) -> Int {
        hash.split(separator: "$").dropFirst().first.flatMap { Int($0) } ?? 0
    }

    private static func matches(_ password: [UInt8], _ hash: String) -> Bool {
        var computed = [CChar](repeating: 0, count: 128)
        let password = password.map { CChar(bitPattern: $0) } + [0]
        guard tp_crypt(password, hash, &computed, computed.count) != 0 else { return false }
        let expected = hash.utf8CString
        // All of it, whatever differs first.
        var difference = 0
        for (index, byte) in expected.enumerated() { difference |= Int(byte ^ computed[index]) }
        return difference == 0
    }

    private func digest(_ user: String, _ hash: String, _ password: [UInt8]) -> [UInt8] {
        Digest.sha256(salt + Array(user.utf8) + [0] + Array(hash.utf8) + [0] + password)
    }

    /// User and password; nil where the field is something else. No byte of either is zero.
    static func credentials(_ field: String) -> (user: String, password: [UInt8])? {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let bytes = Base64.decode(parts[1].filter { $0 != " " }), !bytes.contains(0),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        return (String(decoding: bytes[..<colon], as: UTF8.self), Array(bytes[(colon + 1)...]))
    }

    private static let mostWaiting = 64
}

/// Digests of which the oldest go first.
private struct Remembered {
    private var digests: Set<[UInt8]> = []
    private var order: [[UInt8]] = []

    func contains(_ digest: [UInt8]) -> Bool { digests.contains(digest) }

    mutating func add(_ digest: [UInt8]) {
        guard digests.insert(digest).inserted else { return }
        order.append(digest)
        if order.count > Self.capacity { digests.remove(order.removeFirst()) }
    }

    private static let capacity = 128
}

/// RFC 4648 4.
enum Base64 {
    /// Nil where a character or the padding is wrong.
    static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0, !characters.isEmpty else { return nil }
        let padding = characters.suffix(2).count { $0 == UInt8(ascii: "=") }
        var (bytes, buffer) = ([UInt8](), UInt32(0))
        for (index, character) in characters.dropLast(padding).enumerated() {
            guard let value = value(of: character) else { return nil }
            buffer = buffer << 6 | UInt32(value)
            if index % 4 == 3 {
                bytes += [UInt8(buffer >> 16 & 255), UInt8(buffer >> 8 & 255), UInt8(buffer & 255)]
            }
        }
        switch padding {
        case 1: bytes += [UInt8(buffer >> 10 & 255), UInt8(buffer >> 2 & 255)]
        case 2: bytes.append(UInt8(buffer >> 4 & 255))
        default: break
        }
        return bytes
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
