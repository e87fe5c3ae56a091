import Foundation

/// Any value of a Kubernetes resource, to look into without a type for each kind.
enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSON])
    case mapping([String: JSON])

    /// The value under a key; null where there is none.
    subscript(key: String) -> JSON {
        if case .mapping(let mapping) = self { mapping[key] ?? .null } else { .null }
    }

    subscript(index: Int) -> JSON {
        list.indices.contains(index) ? list[index] : .null
    }

    /// The value under keys that dots part.
    subscript(path path: String) -> JSON {
        path.split(separator: ".").reduce(self) { $0[String($1)] }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var list: [JSON] { if case .list(let list) = self { list } else { [] } }
    var mapping: [String: JSON] { if case .mapping(let mapping) = self { mapping } else { [:] } }
    /// The texts of a mapping, such as labels.
    var texts: [String: String] { mapping.compactMapValues(\.text) }

    init(_ text: String) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    /// As JSON that is YAML too: not every YAML parser takes an escaped slash.
    var written: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

extension JSON: Codable {
    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSON].self) {
            self = .list(list)
        } else {
            self = .mapping(try value.decode([String: JSON].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .number(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        case .list(let list): try value.encode(list)
        case .mapping(let mapping): try value.encode(mapping)
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral text: String) { self = .text(text) }
    init(booleanLiteral bool: Bool) { self = .bool(bool) }
    init(nilLiteral: ()) { self = .null }
    init(integerLiteral number: Int) { self = .number(Double(number)) }
    init(arrayLiteral elements: JSON...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .mapping(Dictionary(uniqueKeysWithValues: elements))
    }
}
