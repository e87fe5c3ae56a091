import COpenSSL

/// One attribute of a distinguished name (RFC 5280 4.1.2.4).
package struct NameAttribute: Hashable, Sendable {
    /// The dotted OID: "2.5.4.3".
    package let type: String
    package let value: String

    package init(type: String, value: String) { (self.type, self.value) = (type, value) }
}

extension Certificate {
    /// In the certificate's order.
    package var subjectAttributes: [NameAttribute] { attributes(X509_get_subject_name(pointer)) }

    /// In the certificate's order.
    package var issuerAttributes: [NameAttribute] { attributes(X509_get_issuer_name(pointer)) }

    private func attributes(_ name: OpaquePointer?) -> [NameAttribute] {
        defer { ERR_clear_error() }
        return (0..<max(0, X509_NAME_entry_count(name))).map { index in
            let entry = X509_NAME_get_entry(name, index)
            let value = X509_NAME_ENTRY_get_data(entry)
            let bytes = written { sink in
                if let value { ASN1_STRING_print_ex(sink, value, UInt(ASN1_STRFLGS_UTF8_CONVERT)) }
            }
            return NameAttribute(
                type: dottedText(X509_NAME_ENTRY_get_object(entry)),
                value: String(decoding: bytes, as: UTF8.self))
        }
    }
}

/// The dotted form of an OID, cut where it is absurdly long.
func dottedText(_ object: OpaquePointer?) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    let count = OBJ_obj2txt(&buffer, Int32(buffer.count), object, 1)
    let used = buffer.prefix(max(0, min(Int(count), buffer.count - 1)))
    return String(decoding: used.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
