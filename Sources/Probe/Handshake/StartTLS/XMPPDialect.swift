/// XMPP between client and server and between servers (RFC 6120 5.4).
struct XMPPDialect: Dialect {
    private enum State { case features, listing, goAhead, ending }

    private let namespace: String
    private let serverName: String
    private var state = State.features
    private var isOffered = false

    init(namespace: String, serverName: String) {
        (self.namespace, self.serverName) = (namespace, serverName)
    }

    var opening: [UInt8] {
        let start =
            "<?xml version='1.0'?><stream:stream to='\(serverName)' xmlns='\(namespace)' "
            + "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
        return Array(start.utf8)
    }

    var hasAsked: Bool { state == .goAhead || state == .ending }

    mutating func next(_ heard: inout Heard) throws(StartTLSFailure) -> DialectStep {
        while true {
            if state == .features { try passSpace(&heard) }
            guard let tag = try XMLTag(&heard) else { return .wait }
            if let step = try read(tag) { return step }
        }
    }

    /// Before the features no text stands between the tags (RFC 6120 11.7).
    private func passSpace(_ heard: inout Heard) throws(StartTLSFailure) {
        heard.skip(heard.rest.prefix(while: XMLTag.isSpace).count)
        guard heard.isEmpty || heard.rest.first == UInt8(ascii: "<") else { throw XMLTag.notXML }
    }

    private mutating func read(_ tag: XMLTag) throws(StartTLSFailure) -> DialectStep? {
        switch (state, tag.name, tag.kind) {
        case (_, "error", .start), (_, "error", .empty):
            throw StartTLSFailure(hasAsked ? .rejected : .banner, "the server ends with an error")
        case (_, "stream", .end):
            throw StartTLSFailure(hasAsked ? .rejected : .banner, "the server ends the stream")
        case (.features, "features", .start): state = .listing
        case (.features, "features", .empty), (.listing, "features", .end):
            guard isOffered else {
                throw StartTLSFailure(.notOffered, "starttls is not among the stream's features")
            }
            state = .goAhead
            return .send(Array("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".utf8))
        case (.listing, "starttls", _): isOffered = true
        case (.goAhead, "proceed", .empty), (.ending, "proceed", .end): return .ready()
        case (.goAhead, "proceed", .start): state = .ending
        case (.goAhead, _, _), (.ending, _, _):
            throw StartTLSFailure(.rejected, "the server does not answer starttls with proceed")
        case (.features, "stream", .start), (.features, "?xml", _), (.listing, _, _): break
        default: throw XMLTag.notXML
        }
        return nil
    }
}
