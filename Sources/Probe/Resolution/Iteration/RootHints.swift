package import Addresses
package import DNS

/// The addresses that iteration starts from.
package struct RootHints: Hashable, Sendable {
    /// Never empty.
    package let addresses: [IPAddress]

    /// Reads the format of named.root: NS records of the root and the addresses of what they name.
    package init(text: [UInt8]) throws(DNSError) {
        let records = try ZoneText.records(text)
        let names = Set(records.filter { $0.type == .ns && $0.owner.isRoot }.compactMap(\.name))
        guard !names.isEmpty else { throw .malformed("it holds no NS record of the root") }
        let addresses = records.filter { names.contains($0.owner) }.compactMap(\.address)
        guard !addresses.isEmpty else {
            throw .malformed("it holds no address of a server that its NS records name")
        }
        self.addresses = addresses
    }

    private init(_ addresses: [String]) {
        self.addresses = addresses.compactMap { IPAddress($0) }
    }

    /// a to m.root-servers.net (https://www.internic.net/domain/named.root, 2024-2025).
    package static let iana = RootHints([
        "198.41.0.4", "2001:503:ba3e::2:30", "170.247.170.2", "2801:1b8:10::b",
        "192.33.4.12", "2001:500:2::c", "199.7.91.13", "2001:500:2d::d",
        "192.203.230.10", "2001:500:a8::e", "192.5.5.241", "2001:500:2f::f",
        "192.112.36.4", "2001:500:12::d0d", "198.97.190.53", "2001:500:1::53",
        "192.36.148.17", "2001:7fe::53", "192.58.128.30", "2001:503:c27::2:30",
        "193.0.14.129", "2001:7fd::1", "199.7.83.42", "2001:500:9f::42",
        "202.12.27.33", "2001:dc3::35",
    ])
}
