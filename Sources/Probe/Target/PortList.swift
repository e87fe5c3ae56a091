import Addresses

extension Port {
    /// Reads `443,25/smtp`, as `ports=` and `--ports` take it; each port is required.
    package static func list(parsing text: String) throws(InputError) -> [Port] {
        var ports: [Port] = []
        let items = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for item in items {
            let port = try one(Substring(item), in: text)
            guard !ports.contains(where: { $0.number == port.number }) else {
                throw InputError("the ports \"\(text)\" name \(port.number) twice")
            }
            ports.append(port)
        }
        guard ports.count <= 32 else { throw InputError("the ports \"\(text)\" are more than 32") }
        return ports
    }

    private static func one(_ item: Substring, in text: String) throws(InputError) -> Port {
        let (digits, name): (Substring, Substring?) = item.parted(by: "/") ?? (item, nil)
        guard let number = SocketAddress.port(digits), number > 0 else {
            throw InputError(
                "the ports \"\(text)\" have \"\(item)\", which is not a number of 1 to 65535")
        }
        guard let name else { return Port(number) }
        guard let service = ServiceProtocol(rawValue: String(name)) else {
            throw InputError(
                "the ports \"\(text)\" have the unknown protocol \"\(name)\"; known are "
                    + ServiceProtocol.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return Port(number, service)
    }
}
