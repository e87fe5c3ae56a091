import Addresses

extension Port {
    /// Reads `443,25/smtp`, as `ports=` and `--ports` take it; each port is required.
    package static func list(parsing text: String) throws(InputError) -> [Port] {
        var ports: [Port] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let port = try one(item, in: text)
            guard !ports.contains(where: { $0.number == port.number }) else {
                throw InputError("the ports \"\(text)\" name \(port.number) twice")
            }
            ports.append(port)
        }
        guard ports.count <= 32 else { throw InputError("the ports \"\(text)\" are more than 32") }
        return ports
    }

    private static func one(_ item: Substring, in text: String) throws(InputError) -> Port {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let number = SocketAddress.port(first), number > 0 else {
            throw InputError(
                "the ports \"\(text)\" have \"\(item)\", which is not a number of 1 to 65535")
        }
        guard parts.count == 2 else { return Port(number) }
        guard let service = ServiceProtocol(rawValue: String(parts[1])) else {
            throw InputError(
                "the ports \"\(text)\" have the unknown protocol \"\(parts[1])\"; known are "
                    + ServiceProtocol.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return Port(number, service)
    }
}
