import COpenSSL
import Glibc

extension Certificate {
    /// The DNS names of the SAN in their order; bytes that no name has are written as "\XX".
    package var dnsNames: [String] {
        alternativeNames.compactMap { kind, bytes in
            kind == GEN_DNS ? Self.printable(bytes) : nil
        }
    }

    /// The addresses of the SAN, 4 or 16 bytes each in network order.
    package var ipAddresses: [[UInt8]] {
        alternativeNames.compactMap { kind, bytes in
            kind == GEN_IPADD && (bytes.count == 4 || bytes.count == 16) ? bytes : nil
        }
    }

    /// Every name of the SAN that is a host, an address, a mailbox or a URI, as text.
    package var alternativeTexts: [String] {
        dnsNames + ipAddresses.compactMap(Self.addressText) + names(of: GEN_EMAIL)
            + names(of: GEN_URI)
    }

    private func names(of wanted: Int32) -> [String] {
        alternativeNames.compactMap { kind, bytes in
            kind == wanted ? Self.printable(bytes) : nil
        }
    }

    private static func addressText(_ bytes: [UInt8]) -> String? {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// A SAN covers the host name (RFC 6125 6.4): the common name does not count, no f*o wildcards.
    package func matches(host: String) -> Bool {
        let name = Array((host.hasSuffix(".") ? host.dropLast() : host[...]).utf8)
        // OpenSSL takes ".example.com" for every name below, and an empty one for a C string.
        guard let first = name.first, first != UInt8(ascii: "."), name.count <= 255 else {
            return false
        }
        defer { ERR_clear_error() }
        return name.withUnsafeBytes { bytes in
            let start = bytes.bindMemory(to: CChar.self).baseAddress
            return X509_check_host(pointer, start, bytes.count, shim_host_flags(), nil) == 1
        }
    }

    /// A SAN is exactly this address of 4 or 16 bytes.
    package func matches(ipAddress: [UInt8]) -> Bool {
        guard ipAddress.count == 4 || ipAddress.count == 16 else { return false }
        defer { ERR_clear_error() }
        return X509_check_ip(pointer, ipAddress, ipAddress.count, shim_host_flags()) == 1
    }

    /// `issuer` may have issued this one by name, key identifier and usage, and its key verifies
    /// the signature.
    package func issued(by issuer: Certificate) -> Bool {
        defer { ERR_clear_error() }
        guard X509_check_issued(issuer.pointer, pointer) == X509_V_OK,
            let key = X509_get0_pubkey(issuer.pointer)
        else { return false }
        return X509_verify(pointer, key) == 1
    }

    private var alternativeNames: [(kind: Int32, bytes: [UInt8])] {
        guard let names = extensionValue(NID_subject_alt_name) else { return [] }
        defer { GENERAL_NAMES_free(names) }
        return (0..<max(0, shim_names_num(names))).compactMap { index in
            guard let name = shim_names_value(names, index) else { return nil }
            var kind: Int32 = 0
            let value = GENERAL_NAME_get0_value(name, &kind)
            guard [GEN_DNS, GEN_IPADD, GEN_EMAIL, GEN_URI].contains(kind), let value else {
                return nil
            }
            let string = OpaquePointer(value)
            let text = UnsafePointer<ASN1_STRING>(string)
            return (kind, copy(ASN1_STRING_get0_data(text), Int(ASN1_STRING_length(text))))
        }
    }

    /// Keeps foreign bytes out of labels and terminals.
    private static func printable(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { text, byte in
            if (0x21...0x7e).contains(byte), byte != UInt8(ascii: "\\") {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\" + [byte].hexadecimal
            }
        }
    }
}
