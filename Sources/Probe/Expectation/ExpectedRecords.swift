import Addresses
import Configuration
import DNS

/// What the configuration expects of a target; nil and empty expect nothing.
struct ExpectedRecords: Hashable, Sendable {
    var cname: Name?
    var addresses: Set<IPAddress> = []
    var mx: Set<Name> = []
    /// Each is the whole text of a record, its strings joined.
    var txt: Set<[UInt8]> = []
    /// A part of the issuer's name.
    var issuer: String?

    init() {}

    /// Throws the sentence that names the place of what cannot be read.
    init(_ expect: Expectations) throws(InputError) {
        cname = try expect.cname.map { text throws(InputError) in try Self.name(text) }
        addresses = Set(
            try expect.addresses.map { text throws(InputError) in
                guard let address = IPAddress(text.value) else {
                    throw InputError(text.error("\"\(text.value)\" is not an address").description)
                }
                return address
            })
        mx = Set(try expect.mx.map { text throws(InputError) in try Self.name(text) })
        txt = Set(expect.txt.map { Array($0.value.utf8) })
        issuer = expect.issuer?.value
    }

    /// What must be asked beside A and AAAA.
    var types: [RecordType] { (mx.isEmpty ? [] : [.mx]) + (txt.isEmpty ? [] : [.txt]) }

    private static func name(_ text: Located<String>) throws(InputError) -> Name {
        guard let name = Name(text.value) else {
            throw InputError(text.error("\"\(text.value)\" is not a name").description)
        }
        return name
    }
}
