import CYAML

/// One step of libyaml through a document, as a value that owns its text.
struct YAMLEvent {
    enum Kind {
        case documentStart, documentEnd, streamEnd
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
        case scalar(String, isPlain: Bool)
        case alias(String)
    }

    let kind: Kind
    let position: Position
    var anchor: String?
    var tag: String?
}

/// The owner of a libyaml parser and of the bytes that it reads; the one file that sees a pointer.
@safe final class YAMLEvents {
    private let file: String
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ bytes: [UInt8], file: String) throws(ConfigurationError) {
        self.file = file
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(from: bytes)
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        guard unsafe yaml_parser_initialize(parser) == 1 else { throw outOfMemory }
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event; after an error or `streamEnd` there is none and it must not be called.
    func next() throws(ConfigurationError) -> YAMLEvent {
        while true {
            var raw = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &raw) == 1 else { throw failure }
            defer { unsafe yaml_event_delete(&raw) }
            if let event = unsafe event(raw) { return event }
        }
    }

    /// Nil for the start of the stream, which says nothing.
    private func event(_ raw: yaml_event_t) -> YAMLEvent? {
        let place = unsafe position(raw.start_mark)
        switch unsafe raw.type {
        case YAML_STREAM_START_EVENT: return nil
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, position: place)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, position: place)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, position: place)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, position: place)
        case YAML_SEQUENCE_START_EVENT:
            let data = unsafe raw.data.sequence_start
            return YAMLEvent(
                kind: .sequenceStart, position: place,
                anchor: unsafe text(data.anchor), tag: unsafe text(data.tag))
        case YAML_MAPPING_START_EVENT:
            let data = unsafe raw.data.mapping_start
            return YAMLEvent(
                kind: .mappingStart, position: place,
                anchor: unsafe text(data.anchor), tag: unsafe text(data.tag))
        case YAML_SCALAR_EVENT:
            let data = unsafe raw.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: data.value, count: data.length)
            let isPlain = unsafe data.style == YAML_PLAIN_SCALAR_STYLE
            return YAMLEvent(
                kind: .scalar(unsafe String(decoding: bytes, as: UTF8.self), isPlain: isPlain),
                position: place,
                anchor: unsafe text(data.anchor), tag: unsafe text(data.tag))
        case YAML_ALIAS_EVENT:
            let name = unsafe text(raw.data.alias.anchor) ?? ""
            return YAMLEvent(kind: .alias(name), position: place)
        default: return YAMLEvent(kind: .streamEnd, position: place)
        }
    }

    private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    private func position(_ mark: yaml_mark_t) -> Position {
        Position(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    /// What libyaml complains about, in its own words: the problem, then what it was doing.
    private var failure: ConfigurationError {
        guard let problem = unsafe parser.pointee.problem else { return outOfMemory }
        var sentence = unsafe "not valid YAML: " + String(cString: problem)
        var place = unsafe position(parser.pointee.problem_mark)
        if unsafe parser.pointee.error == YAML_READER_ERROR {
            let before = unsafe min(Int(parser.pointee.problem_offset), input.count)
            place = unsafe Position(file: file, after: input.prefix(before))
        } else if let context = unsafe parser.pointee.context {
            let start = unsafe position(parser.pointee.context_mark)
            sentence += unsafe " " + String(cString: context)
            if start.line != place.line { sentence += " that starts in line \(start.line)" }
        }
        return ConfigurationError(place, sentence)
    }

    private var outOfMemory: ConfigurationError {
        ConfigurationError(Position(file: file), "not enough memory to read it")
    }
}

extension Position {
    /// The place just behind these bytes of UTF-8, columns counted in Unicode scalars.
    init(file: String, after bytes: some Sequence<UInt8>) {
        var (line, column) = (1, 1)
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        self.init(file: file, line: line, column: column)
    }
}
